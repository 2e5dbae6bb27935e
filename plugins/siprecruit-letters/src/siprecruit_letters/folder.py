"""Where letters lie: ``to-print`` until somebody prints them, then ``printed/<batch>`` and one file a batch.

What a batch is printed from is made of the letters in it, so that one that is forgotten is gone from it, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import attrs

from siprecruit_letters.html import as_html
from siprecruit_letters.letter import Letter, as_json, from_json
from siprecruit_letters.pdf import as_pdf


@attrs.frozen(kw_only=True)
class Batch:
    """Letters that are printed together: their files, and how many have no address yet."""

    name: str
    letters: int
    without_address: int
    files: tuple[Path, ...]


def keep(folder: Path, file: str, letter: Letter) -> bool:
    """Lay a letter down to be printed; false where one of that name is there, or was printed already."""
    # In this order: a letter that is moved meanwhile is in the first place or in the second.
    if (folder / "to-print" / file).exists() or any(_printed(folder, file)):
        return False
    _write(folder / "to-print" / file, as_json(letter))
    return True


def waiting(folder: Path) -> list[Path]:
    """The letters that are to be printed."""
    return sorted((folder / "to-print").glob("*.json"))


def batches(folder: Path) -> list[str]:
    """The batches that there are, the oldest first."""
    names = [each.name for each in (folder / "printed").glob("*") if each.is_dir()]
    return sorted(names, key=lambda name: (name[:10], int(name[11:])))


def batch_of(folder: Path, day: str, sender: Sequence[str]) -> list[Batch]:
    """Make one batch of all letters that wait, and those files of earlier ones that a crash has left out."""
    found = waiting(folder)
    if found:
        name = _next(folder, day)
        for path in found:
            with suppress(FileNotFoundError):  # somebody else prints, too
                path.replace(folder / "printed" / name / path.name)
    unmade = [name for name in batches(folder) if not (folder / f"{name}.html").exists()]
    made = [made_up(folder, name, sender) for name in unmade]
    return [each for each in made if each.letters]


def made_up(folder: Path, name: str, sender: Sequence[str]) -> Batch:
    """Write the files that a batch is printed from. Nothing is left of one without letters."""
    letters = sorted(letters_of(folder, name), key=lambda one: one.order)
    files = (folder / f"{name}.html", folder / f"{name}.pdf")
    if not letters:
        for path in files:
            path.unlink(missing_ok=True)
        with suppress(OSError):
            (folder / "printed" / name).rmdir()
        return Batch(name=name, letters=0, without_address=0, files=())
    pdf = as_pdf(letters, sender)
    if pdf is None:
        files[1].unlink(missing_ok=True)
    else:
        _write(files[1], pdf)
    _write(files[0], as_html(letters, sender))
    return Batch(
        name=name,
        letters=len(letters),
        without_address=sum(not each.address for each in letters),
        files=tuple(path for path in files if path.exists()),
    )


def letters_of(folder: Path, name: str) -> Iterator[Letter]:
    """The letters of a batch."""
    for path in (folder / "printed" / name).glob("*.json"):
        yield from_json(path.read_bytes())


def forget(folder: Path, files: Sequence[str], sender: Sequence[str]) -> int:
    """Delete letters by their names, printed or not, and make the files of their batches anew."""
    gone, touched = 0, set()
    for file in files:
        for path in (folder / "to-print" / file, *_printed(folder, file)):
            if path.exists():
                path.unlink()
                gone += 1
                touched.add(path.parent.name)
    for name in touched - {"to-print"}:
        made_up(folder, name, sender)
    return gone


def about(folder: Path, task: str) -> tuple[list[Path], bool]:
    """The letters about a reference that still wait, and whether others were printed."""
    still = [path for path in waiting(folder) if from_json(path.read_bytes()).task == task]
    printed = any(each.task == task for name in batches(folder) for each in letters_of(folder, name))
    return still, printed


def _printed(folder: Path, file: str) -> Iterator[Path]:
    return (folder / "printed").glob(f"*/{file}")


def _next(folder: Path, day: str) -> str:
    number = 1
    while True:
        try:
            (folder / "printed" / f"{day}-{number}").mkdir(mode=0o700, parents=True)
        except FileExistsError:
            number += 1
        else:
            return f"{day}-{number}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner's eyes alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
