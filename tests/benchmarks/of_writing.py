"""What a command costs beside its bare rows: each with a commit of its own, and a thousand to a commit."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import bare
import synthetic
from measuring import Figure, Size, beside, cpu

from siprecruit.core.commands import Command
from siprecruit.service import BULK, Service

Way = Callable[[Service, list[Command]], object]


def one_by_one(size: Size, folder: Path) -> Iterator[Figure]:
    """A response submitted or a reference received, on the disk before the next one begins."""

    def each_alone(service: Service, commands: list[Command]) -> None:
        for command in commands:
            service.handle(command)

    ready, commands = _ready(folder, size), list(_mixed(size.commands, size))
    yield _compared("one command, one commit", commands, each_alone, ready, size, "at most 3.5")
    for what, some in (("response.submit", commands[::2]), ("reference.receive", commands[1::2])):
        yield _compared(f"- {what} alone", some, each_alone, ready, size)


def in_bulk(size: Size, folder: Path) -> Iterator[Figure]:
    """The same, a thousand to a commit."""

    def all_together(service: Service, commands: list[Command]) -> None:
        synthetic.send(service, commands)

    ready, commands = _ready(folder, size), list(_mixed(size.bulk, size))
    yield _compared(f"bulk, {BULK:,} a commit", commands, all_together, ready, size, "at most 3")


def _ready(folder: Path, size: Size) -> Path:
    """A record with applications, of which the first wait for their references."""
    file = folder / f"ready-{size.bulk}.db"
    if file.exists():
        return file
    names = synthetic.codes(0, size.bulk)
    service = synthetic.service(file)
    synthetic.send(service, synthetic.responses(names))
    synthetic.send(service, synthetic.asked(names[: size.bulk // 2]))
    service.record.close()
    return file


def _mixed(count: int, size: Size) -> Iterator[Command]:
    """Responses and references by turns, none of them in the record yet."""
    submitted = synthetic.responses(synthetic.codes(size.bulk, count))
    came = synthetic.received(synthetic.codes(0, count))
    for _ in range(count // 2):
        yield next(submitted)
        yield next(came)


def _compared(what: str, commands: list[Command], way: Way, ready: Path, size: Size, aim: str = "") -> Figure:
    with bare.caught() as transactions:
        _ours(ready, way, commands)
    pairs = [(_ours(ready, way, commands), _bare(ready, transactions)) for _ in range(size.pairs)]
    return beside(what, len(commands), pairs, aim)


def _ours(ready: Path, way: Way, commands: list[Command]) -> float:
    service = synthetic.service(Path(shutil.copy(ready, ready.with_name("ours.db"))))
    spent = cpu(lambda: way(service, commands))
    service.record.close()
    return spent


def _bare(ready: Path, transactions: list[bare.Rows]) -> float:
    connection = bare.connect(Path(shutil.copy(ready, ready.with_name("bare.db"))))
    spent = cpu(lambda: bare.write(connection, transactions))
    connection.close()
    return spent
