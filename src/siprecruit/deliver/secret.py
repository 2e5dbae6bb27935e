"""The secret of an installation, of which links are made: a file of its own that nobody else may read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

SECRET: Final = "siprecruit.secret"  # noqa: S105 - the name of the file
LENGTH: Final = 32
"""How many bytes it has."""

_PRIVATE: Final = 0o600


class SecretError(Exception):
    """The secret can't be used. ``code``: ``bad_secret`` or ``unreadable_secret``; ``message`` a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def secret_of(home: Path, entropy: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The secret of the installation in ``home``, made where there is none yet.

    A copied folder keeps its own. Whoever is first makes it, all others read that one. Raises SecretError.
    """
    path = home / SECRET
    try:
        if not path.exists():
            _make(path, entropy(LENGTH))
        _make_private(path)
        found = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be used").lower()
        raise SecretError("unreadable_secret", f"{path}: {reason}, and without it no link works") from error
    if len(found) != LENGTH:
        message = f"{path}: this is not the secret that links are made of, put the file back from a backup"
        raise SecretError("bad_secret", message)
    return found


def _make(path: Path, secret: bytes) -> None:
    """Write it whole beside its place, and put it there unless somebody else was faster."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    # A copy made with `cp` is as open as any file.
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(_PRIVATE)
