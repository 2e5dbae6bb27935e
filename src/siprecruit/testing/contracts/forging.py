"""Callbacks that the other side didn't sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from siprecruit.api import Context
from siprecruit.testing.calling import called

_NO_SIGNATURE: Final = frozenset({"content-type", "content-length", "host", "user-agent", "accept", "date"})


def assert_forgeries_refused(
    receive: Callable[[Context, bytes, Mapping[str, str]], object] | None,
    context: Context,
    body: bytes,
    headers: Mapping[str, str],
    *,
    signs_body: bool,
) -> None:
    """A callback without its signature, with another one's or with another body raises ValueError."""
    assert receive is not None
    plain = {name: value for name, value in headers.items() if name.lower() in _NO_SIGNATURE}
    spoilt = {name: value if name in plain else _other(value) for name, value in headers.items()}
    forged = [(body, plain), (body, spoilt), *([(body + b" ", dict(headers))] if signs_body else [])]
    for one in forged:
        ended = called(receive, context, *one)
        assert isinstance(ended.error, ValueError), f"a forged callback raises ValueError, but {ended}"


def _other(value: str) -> str:
    """The value with its last character changed."""
    return value[:-1] + ("0" if value[-1:] != "0" else "1")
