"""Calls a provider as the deliverer does: with an end to its patience, and whatever comes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

PATIENCE: Final = 10.0
"""How many seconds a call may take in a contract suite before the test fails."""


@attrs.frozen(kw_only=True)
class Ended:
    """How a call ended: with a value, or by raising ``error``."""

    value: Any = None
    error: BaseException | None = None

    @property
    def raised(self) -> bool:
        """Whether it raised: the core then doesn't know what became of it."""
        return self.error is not None

    def __str__(self) -> str:
        """What came of it, for the message of a failing test."""
        return f"it raised {self.error!r}" if self.raised else f"it answered {self.value!r}"


def called(function: Callable[..., Any], *arguments: Any, within: float = PATIENCE) -> Ended:
    """Call, and say how it ended; the test fails where it is still busy after so many seconds."""
    ended: list[Ended] = []

    def run() -> None:
        try:
            ended.append(Ended(value=function(*arguments)))
        except BaseException as error:  # noqa: BLE001 - whatever a provider raises is what the caller asks for
            ended.append(Ended(error=error))

    # A daemon: what hangs for ever keeps nobody from leaving.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(within)
    if not ended:
        pytest.fail(
            f"it is still busy after {within:g} seconds: give each request a timeout, as context.http does"
        )
    return ended[0]
