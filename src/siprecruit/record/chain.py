"""What shows that nobody has changed the record: hashes along each stream, and one head over all of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

_encode: Final = msgspec.json.encode


def origin(stream: str, owner: str) -> str:
    """What stands in the place of a hash before a stream's first event: it binds the stream to its owner."""
    return sha256(_encode(["stream", stream, owner])).hexdigest()


def link(previous: str, columns: Sequence[Any]) -> str:
    """The hash of an event: over its predecessor's and all of its own columns but the hash, in their order.

    They are encoded as one JSON array, in which no two different rows look the same.
    """
    return sha256(_encode([previous, *columns])).hexdigest()


def seal(key: bytes, stream: str, version: int, texts: str) -> str:
    """The digest that binds an event's texts to it. Without the owner's key it tells nothing about them."""
    return hmac.digest(key, _encode(["texts", stream, version, texts]), "sha256").hex()


def head_line(stream: str, version: int, hashed: str) -> bytes:
    """What the head takes of a stream: its name, its last version and that version's hash."""
    return _encode([stream, version, hashed]) + b"\n"


def head_of(ends: Iterable[tuple[str, int, str]]) -> str:
    """One value over all streams, which come sorted by name."""
    total = sha256()
    for stream, version, hashed in ends:
        total.update(head_line(stream, version, hashed))
    return total.hexdigest()
