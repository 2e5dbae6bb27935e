"""Reads a programme pack: TOML, checked against its schema and in itself, then made into values."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from siprecruit import schema
from siprecruit.core.programme import Programme
from siprecruit.programmes import consistency

_PLACE = re.compile(r"\(at (?P<place>line \d+, column \d+|end of document)\)$")


class BadProgramme(Exception):  # noqa: N818 - says what it is
    """A programme can't be used.

    `code`: `unknown_programme`, `unreadable_programme`, `bad_toml` or `bad_programme`. `message` is the
    first sentence; `sentences` holds all that were found.
    """

    def __init__(self, code: str, message: str, *more: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sentences = (message, *more)


def names() -> tuple[str, ...]:
    """The names of the programmes that ship."""
    return tuple(sorted(path.stem for path in _folder().glob("*.toml")))


def load(name_or_path: str | os.PathLike[str]) -> Programme:
    """A programme that ships, by its name, or an authority's own, by the path of its TOML file.

    Raises BadProgramme.
    """
    path = _path(name_or_path)
    return _made(_text(path), path.name, ships=path.parent == _folder())


# Kept by its words, so that an edited file is read anew. What ships is checked by the tests, once and for
# all: checking a pack takes longer than many a command that needs it.
@lru_cache(maxsize=8)
def _made(text: str, shown: str, *, ships: bool = False) -> Programme:
    pack = _plain(_parsed(text, shown))
    if not ships:
        _refuse(shown, [one.sentence for one in schema.problems("programme.v1", pack)])
    programme = msgspec.convert(_with_nones(pack), Programme)
    if not ships:
        _refuse(shown, list(consistency.faults(programme)))
    return programme


def _folder() -> Path:
    return Path(__file__).parent


def _path(name_or_path: str | os.PathLike[str]) -> Path:
    if name_or_path in names():
        return _folder() / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix != ".toml" and len(path.parts) <= 1 and not path.exists():
        known = " and ".join(names())
        message = f'There is no programme called "{path}": there are {known}, or name your own file.'
        raise BadProgramme("unknown_programme", message)
    return path


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadProgramme("bad_toml", f"{path.name}: this is not text in UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = ((error.strerror if isinstance(error, OSError) else None) or "no such file").lower()
        message = f"The programme {path.name} can't be read: {reason}."
        raise BadProgramme("unreadable_programme", message) from None


def _parsed(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = f" at {place['place']}" if place else ""
        raise BadProgramme("bad_toml", f"{shown}: this is not TOML, it can't be read{where}.") from None
    except (RecursionError, ValueError):
        message = f"{shown}: this is not TOML for us, it holds too long a number or is nested too deeply."
        raise BadProgramme("bad_toml", message) from None


def _plain(value: Any) -> Any:
    """TOML's dates as the text that a JSON Schema checks."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return value


def _with_nones(pack: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what an authority doesn't have is a line left out."""
    rounds = [
        {**each, "adverts": [{"closes": None, **advert} for advert in each["adverts"]]}
        for each in pack["rounds"]
    ]
    return {"accreditor": None, "statutory_date": None, **pack, "rounds": rounds}


def _refuse(shown: str, sentences: list[str]) -> None:
    if sentences:
        raise BadProgramme("bad_programme", *(f"{shown}: {sentence}" for sentence in sentences))
