"""Notes of what was begun and isn't known to be done: when, by the delivery's key.

Notify forgets a message after some days. A deliverer that was ended while it sent, and started again after
that, would find nothing there and send it twice: the note tells it when it had begun.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from siprecruit.api import Context


def begin(context: Context, key: str) -> None:
    """Note that the message of that key is about to go. Raises OSError."""
    path = _path(context, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(context.clock().isoformat(), "utf-8")
    beside.replace(path)


def begun(context: Context, key: str) -> dt.datetime | None:
    """When it was begun, where it isn't known to be done. A note that can't be read is one of long ago."""
    try:
        told = _path(context, key).read_text("utf-8")
    except FileNotFoundError:
        return None
    try:
        return dt.datetime.fromisoformat(told)
    except ValueError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def done(context: Context, key: str) -> None:
    """It is known what became of it."""
    # A note that stays behind costs nothing: Notify is asked first.
    with suppress(OSError):
        _path(context, key).unlink(missing_ok=True)


def _path(context: Context, key: str) -> Path:
    name = sha256(key.encode()).hexdigest()[:32]
    folder: Path = context.home / context.settings.folder
    return folder / f"{name}.begun"
