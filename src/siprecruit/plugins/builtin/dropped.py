"""Files that are dropped into a folder: each is read once, or again after a crash; bad ones are set aside."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import attrs

MOST: Final = 50
"""How many files are read at a time."""

LARGEST: Final = 2_000_000
"""How many bytes a file may have."""

_CURSOR: Final = re.compile(r"[0-9a-f]{32}")

BEING_READ: Final = "being-read"
SET_ASIDE: Final = "set-aside"
_WHY: Final = ".why.txt"


class Unreadable(Exception):  # noqa: N818 - says what it is
    """A file, or a piece of it, can't be read; the sentence says where and why, and repeats no text of it."""


@attrs.frozen(kw_only=True)
class Batch:
    """Files that are read together. ``cursor``: given back to ``next_batch``, it says that they were kept."""

    files: tuple[Path, ...]
    cursor: str


def next_batch(folder: Path, cursor: str, kinds: tuple[str, ...]) -> Batch:
    """The files to read next; those that ``cursor`` stands for have been kept, and go.

    Files stay in a folder of their batch until then: after a crash the same batch is given again. A name that
    begins with a dot, or ends otherwise than in ``kinds``, is passed over: it isn't finished.
    """
    reading = folder / BEING_READ
    if _CURSOR.fullmatch(cursor) and (kept := reading / cursor).is_dir():
        _remove(kept)
    open_ones = sorted(each for each in reading.iterdir() if each.is_dir()) if reading.is_dir() else []
    batch = open_ones[0] if open_ones else _gathered(folder, kinds)
    if batch is None:
        return Batch(files=(), cursor=cursor)
    return Batch(files=tuple(sorted(each for each in batch.iterdir() if each.is_file())), cursor=batch.name)


def set_aside(folder: Path, path: Path, why: str) -> None:
    """Put a file where a person finds it, with a sentence beside it."""
    with suppress(FileNotFoundError):  # another deliverer may have been faster
        path.replace(_explained(folder, path, why))


def note_beside(folder: Path, path: Path, why: str) -> None:
    """Leave a copy of a file where a person finds it, with what is wrong with a part of it."""
    copy, content = folder / SET_ASIDE / path.name, path.read_bytes()
    if not copy.exists() or copy.read_bytes() != content:
        _explained(folder, path, why).write_bytes(content)


def unread(folder: Path) -> dict[str, str]:
    """What lies set aside, each with the sentence beside it; what a person takes away is there no longer."""
    aside = folder / SET_ASIDE
    whys = sorted(aside.glob(f"*{_WHY}")) if aside.is_dir() else []
    there = [why for why in whys if why.with_name(why.name.removesuffix(_WHY)).is_file()]
    return {why.name.removesuffix(_WHY): why.read_text("utf-8", "replace").strip() for why in there[:MOST]}


def _explained(folder: Path, path: Path, why: str) -> Path:
    aside = folder / SET_ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    target, number = aside / path.name, 1
    while target.exists():
        number += 1
        target = aside / f"{path.stem}-{number}{path.suffix}"
    target.with_name(f"{target.name}{_WHY}").write_text(f"{why}\n", "utf-8")
    return target


def content_of(path: Path) -> bytes:
    """What is in a file. Raises Unreadable where it is too large, OSError."""
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"The file has more than {LARGEST // 1_000_000} megabytes.")
    return path.read_bytes()


def json_in(content: bytes) -> Any:
    """What JSON says. Raises Unreadable for what is none, or says a thing twice."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_told_once)
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"The file is not JSON: see line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Unreadable("The file holds too many lists or objects in one another.") from None


def receipt_of(*parts: bytes) -> str:
    """What tells a content from any other."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def files_within(folder: Path) -> Iterator[Path]:
    """All that lies in such a folder by now, read or not."""
    yield from (each for each in folder.rglob("*") if each.is_file())


def read_each(folder: Path, batch: Batch, read: Callable[[Path], Any]) -> Iterator[Any]:
    """What ``read`` makes of each file; one that it can't read is set aside."""
    for path in batch.files:
        try:
            yield read(path)
        except Unreadable as bad:
            set_aside(folder, path, str(bad))
        except FileNotFoundError:
            continue  # another deliverer was faster
        except OSError as error:
            set_aside(folder, path, f"The file can't be opened: {error.strerror}.")


def _gathered(folder: Path, kinds: tuple[str, ...]) -> Path | None:
    """A new batch of what lies there; None where there is nothing."""
    found = (
        sorted(each for each in folder.iterdir() if _finished(each, kinds))[:MOST] if folder.is_dir() else []
    )
    if not found:
        return None
    name = receipt_of(*(f"{each.name} {each.stat().st_mtime_ns}".encode() for each in found))
    batch = folder / BEING_READ / name
    batch.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in found:
        with suppress(FileNotFoundError):
            each.replace(batch / each.name)
    return batch


def _finished(path: Path, kinds: tuple[str, ...]) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix.lower() in kinds


def _remove(batch: Path) -> None:
    for path in batch.iterdir():
        path.unlink(missing_ok=True)
    batch.rmdir()


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise Unreadable("The file says the same thing twice.")
    return told
