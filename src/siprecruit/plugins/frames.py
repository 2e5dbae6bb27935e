"""Frames between the program and a plugin's process: a length, then as many bytes, each with a deadline."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import socket
import struct
import time
from typing import Any, Final

import attrs

from siprecruit.plugins import types

LARGEST: Final = 16 * 2**20
"""How many bytes an answer may have; what a task with its attachments has is not limited here."""

_LENGTH: Final = struct.Struct("!Q")
_PIECE: Final = 2**16

#: What an answer may be made of besides plain values and our own: nothing in it is code.
_ALLOWED: Final = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "str"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
    }
)


class TooLarge(Exception):  # noqa: N818 - says what it is
    """A frame is larger than it may be."""


class Gone(Exception):  # noqa: N818 - says what it is
    """The other side has ended."""


def send(channel: socket.socket, content: bytes, until: float | None = None) -> None:
    """Send a frame before ``until``, an instant of ``time.monotonic``. Raises TimeoutError, Gone."""
    channel.settimeout(_left(until))
    try:
        channel.sendall(_LENGTH.pack(len(content)) + content)
    except (BrokenPipeError, ConnectionError):
        raise Gone from None


def receive(channel: socket.socket, *, until: float | None = None, largest: int | None = LARGEST) -> bytes:
    """The next frame, whole before ``until``: one that begins and never ends is too late like any other.

    (The frames of ``multiprocessing.connection`` have no deadline within one.)
    Raises TimeoutError, TooLarge, Gone.
    """
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size, until))
    if largest is not None and length > largest:
        raise TooLarge
    return _exactly(channel, length, until)


def written(answer: Any) -> bytes:
    """The frame that holds an answer. Raises what pickle raises where it can't be written."""
    into = io.BytesIO()
    _Sent(into, pickle.HIGHEST_PROTOCOL).dump(answer)
    return into.getvalue()


def read(content: bytes) -> Any:
    """The answer that a frame holds. Raises pickle.UnpicklingError for what no answer is made of."""
    return _Answers(io.BytesIO(content)).load()


def _exactly(channel: socket.socket, wanted: int, until: float | None) -> bytes:
    got = bytearray()
    while len(got) < wanted:
        channel.settimeout(_left(until))
        try:
            piece = channel.recv(min(wanted - len(got), _PIECE))
        except ConnectionError:
            raise Gone from None
        if not piece:
            raise Gone
        got += piece
    return bytes(got)


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Sent(pickle.Pickler):
    """Writes what the other side reads: an instant in UTC, and a text of any kind as a text."""

    def reducer_override(self, value: Any) -> Any:
        if type(value) is dt.datetime and value.utcoffset():
            return value.astimezone(dt.UTC).__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        if isinstance(value, str):
            return str, (str(value),)
        return NotImplemented


class _Answers(pickle.Unpickler):
    """Makes our own values, and those of the standard library that they are made of, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED or (
            module == types.__name__ and attrs.has(vars(types).get(name, object))
        ):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"an answer holds a {name}")
