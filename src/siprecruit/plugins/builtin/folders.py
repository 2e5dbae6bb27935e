"""Files below the installation's folder, which are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any, Final

WITHIN: Final[dict[str, Any]] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "not": {"pattern": r"^(/|\\|~|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)"},
    "x-sentences": {"not": "must be a path within the installation's folder, such as replies/new"},
}
"""The schema of a setting that names a folder or a file of the installation."""

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9.]+")


class Outside(ValueError):  # noqa: N818 - says what it is
    """A path leads out of the installation's folder, by a link."""


def within(home: Path, path: str) -> Path:
    """The path below the installation's folder. Raises Outside where a link leads out of it."""
    found = home / path
    if not found.resolve().is_relative_to(home.resolve()):
        raise Outside(f"{path} leads out of the installation's folder")
    return found


def folder_within(home: Path, path: str) -> Path:
    """The folder of that path, made where it isn't there: it holds personal data. Raises Outside, OSError."""
    found = within(home, path)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def name_for(key: str, ending: str) -> str:
    """A file's name that only this key has, and that says what it is about: it holds ids alone."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"{_NO_NAME.sub('-', key)[:80].strip('-.')}-{digest}{ending}"


def write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody reads half of it; it's for the owner's eyes. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - an open file
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
