"""An inbox that takes responses from a folder.

A file is moved twice: to ``told/<batch>`` when it is first told, and to ``taken/<batch>`` when the core comes
back with that batch's cursor, and so has stored what was told. A batch that was told and not stored, as after
a crash, is told again; its receipts are the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from siprecruit.api import Context, Item, Polled, Setting

from siprecruit_suffolk.files import LARGEST, Read, read
from siprecruit_suffolk.forms import Unreadable

ENDINGS: Final = (".json", ".csv")
HERE: Final = ZoneInfo("Europe/London")
FEW: Final = 20
"""How many files are looked at in one go."""
ENOUGH: Final = 1000
"""With so many responses a batch is full."""

WHY: Final = ".why.txt"
"""How the name of what says it ends, beside what was set aside."""

_BATCH: Final = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]{16}")


@attrs.frozen(kw_only=True)
class Settings:
    """``folder`` lies in the installation's; ``advert`` is what a response answers that doesn't say so."""

    folder: str = "responses"
    advert: str = "tes-2007-05"
    keep_days: int = 28


SETTING: Final = Setting(
    schema={
        "type": "object",
        "properties": {
            "folder": {
                "description": "The folder below the installation's in which responses are dropped.",
                "type": "string",
                "pattern": r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
            },
            "advert": {
                "description": "The code of the advert that is answered, where a response doesn't say.",
                "type": "string",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}$",
            },
            "keep_days": {
                "description": "For how many days a file is kept after it was taken.",
                "type": "integer",
                "minimum": 0,
                "maximum": 366,
            },
        },
    },
    make=lambda table: Settings(**table),
)


def poll(context: Context, cursor: str) -> Polled:
    """The responses that came since ``cursor``; the new cursor names the batch that they are in."""
    settings: Settings = context.settings
    folder = context.home / settings.folder
    today = context.clock().astimezone(HERE).date()
    for place in (folder, folder / "told", folder / "taken", folder / "set-aside"):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _BATCH.fullmatch(cursor):
        _take(folder, cursor)
    _forget(folder / "taken", today - dt.timedelta(days=settings.keep_days))
    batch = _told_before(folder) or _new_batch(folder, settings, today)
    unread = _unread(folder / "set-aside")
    if batch is None:
        return Polled(cursor=cursor, unread=unread)
    items = tuple(_items(folder / "told" / batch, settings.advert))
    return Polled(items=items, cursor=batch, unread=unread)


def _unread(aside: Path) -> dict[str, str]:
    """What could not be taken, for as long as the sentence about it lies there."""
    return {
        path.name.removesuffix(WHY): path.read_text("utf-8", "replace")
        for path in sorted(aside.glob(f"*{WHY}"))
    }


def _take(folder: Path, batch: str) -> None:
    told, taken = folder / "told" / batch, folder / "taken" / batch
    if not told.is_dir():
        return
    taken.mkdir(mode=0o700, exist_ok=True)
    for path in _files(told):
        _move(path, taken / path.name)
    with suppress(OSError):
        told.rmdir()


def _forget(taken: Path, before: dt.date) -> None:
    """Delete what has lain there long enough: it is in the record."""
    for batch in sorted(taken.iterdir()):
        if batch.is_dir() and _BATCH.fullmatch(batch.name) and _day_of(batch.name) <= before:
            for path in _files(batch):
                path.unlink(missing_ok=True)
            with suppress(OSError):
                batch.rmdir()


def _told_before(folder: Path) -> str | None:
    """The first batch that was told and of which the core hasn't said yet that it has it."""
    waiting = (each.name for each in sorted((folder / "told").iterdir()) if _BATCH.fullmatch(each.name))
    return next((name for name in waiting if _files(folder / "told" / name)), None)


def _new_batch(folder: Path, settings: Settings, today: dt.date) -> str | None:
    good: list[tuple[Path, bytes]] = []
    count = 0
    for path in _files(folder)[:FEW]:
        try:
            content = _content(path)
            found = read(path.name, content, advert=settings.advert, day=today)
        except FileNotFoundError:
            continue  # another deliverer was faster
        except Unreadable as error:
            _set_aside(folder, path, {0: str(error)})
            continue
        if found.wrong:
            _say(folder, path, found.wrong)
        else:
            # Whoever has mended a file and dropped it again needs no sentence about it any more.
            (folder / "set-aside" / f"{path.name}{WHY}").unlink(missing_ok=True)
        if found.items:
            good.append((path, content))
        else:
            _set_aside(folder, path, found.wrong)
        count += len(found.items)
        if count >= ENOUGH:
            break
    return _batch_of(folder, good, today) if good else None


def _batch_of(folder: Path, good: Sequence[tuple[Path, bytes]], today: dt.date) -> str:
    digests = sorted(sha256(content).hexdigest() for _, content in good)
    batch = f"{today.isoformat()}-{sha256(''.join(digests).encode()).hexdigest()[:16]}"
    (folder / "told" / batch).mkdir(mode=0o700, exist_ok=True)
    for path, _ in good:
        _move(path, folder / "told" / batch / path.name)
    return batch


def _items(batch: Path, advert: str) -> Iterable[Item]:
    for path in _files(batch):
        try:
            found = read(path.name, _content(path), advert=advert, day=_day_of(batch.name))
        except (Unreadable, FileNotFoundError):
            found = Read()
        yield from found.items


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"it has more than {LARGEST // 1_000_000} megabytes")
    return path.read_bytes()


def _set_aside(folder: Path, path: Path, wrong: Mapping[int, str]) -> None:
    _say(folder, path, wrong)
    _move(path, folder / "set-aside" / path.name)


def _say(folder: Path, path: Path, wrong: Mapping[int, str]) -> None:
    """A sentence beside it for each thing that couldn't be taken, by its place in the file."""
    lines = [f"{path.name}{f', {place}' if place else ''}: {why}.\n" for place, why in sorted(wrong.items())]
    (folder / "set-aside" / f"{path.name}{WHY}").write_text("".join(lines), "utf-8")


def _move(path: Path, to: Path) -> None:
    """Never over another file of the same name that says something else."""
    try:
        if to.exists() and to.read_bytes() != path.read_bytes():
            to = to.with_name(f"{sha256(path.read_bytes()).hexdigest()[:8]}-{to.name}")
        path.replace(to)
    except FileNotFoundError:
        return  # another deliverer was faster


def _files(folder: Path) -> list[Path]:
    """The files that are meant for us, in the order of their names; nothing that leads elsewhere."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in ENDINGS
        and not path.name.startswith(".")
        and path.is_file()
        and not path.is_symlink()
    ]


def _day_of(batch: str) -> dt.date:
    return dt.date.fromisoformat(batch[:10])
