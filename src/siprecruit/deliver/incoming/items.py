"""What an inbox brings, as commands with ids of their own: an item that comes twice is taken once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.ids import ALPHABET, CODE_LENGTH
from siprecruit.deliver.incoming.replies import id_of
from siprecruit.intake.commands import Malformed, as_command
from siprecruit.plugins.types import Item
from siprecruit.record.reading import Reader

NEW = ("application/new", "person/new")
"""The streams to which something is told that has no code yet."""


@attrs.frozen(kw_only=True)
class Brought:
    """One command of an item, or ``why_not`` it is none: a sentence that repeats nothing of the item."""

    id: str
    command: Command | None = None
    code: str | None = None
    why_not: str | None = None


def brought(reader: Reader, plugin: str, items: Sequence[Item]) -> list[Brought]:
    """The commands of items, each checked against its schema, once; what is wrong with one costs that one."""
    taken: set[str] = set()
    return [one for item in items for one in _of_item(reader, plugin, item, taken)]


def _of_item(reader: Reader, plugin: str, item: Item, taken: set[str]) -> Iterator[Brought]:
    stem = id_of("item", plugin, item.receipt)
    new: dict[str, str] = {}
    for number, told in enumerate(item.commands, start=1):
        id_ = f"{stem}-{number}"
        stream = told.get("stream")
        if stream in NEW and stream not in new:
            new[str(stream)] = _free(reader, str(stream), id_, taken)
        document = {**_plain(told), "id": id_, "stream": new.get(str(stream), stream)}
        try:
            yield Brought(id=id_, command=as_command(document))
        except Malformed as error:
            yield Brought(id=id_, code=error.code, why_not=error.message)


def _plain(told: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "id"}


def _free(reader: Reader, stream: str, command: str, taken: set[str]) -> str:
    """The first code made of the command's id that nobody has, or that this very command was given before."""
    kind = stream.partition("/")[0]
    for code in _codes(command):
        wanted = f"{kind}/{code}"
        if wanted in taken:
            continue
        history = reader.histories([wanted])[wanted]
        if not history or history[0].command == command:
            taken.add(wanted)
            return wanted
    raise AssertionError("the codes never end")


def _codes(of: str) -> Iterator[str]:
    """Codes without look-alike characters, the same ones each time, longer ones once the short are taken."""
    number = 0
    while True:
        number += 1
        digest = int.from_bytes(sha256(f"{of}|{number}".encode()).digest())
        letters = []
        for _ in range(CODE_LENGTH + number // 1000):
            digest, place = divmod(digest, len(ALPHABET))
            letters.append(ALPHABET[place])
        yield "".join(letters)
