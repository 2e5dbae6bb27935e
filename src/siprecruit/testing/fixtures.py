"""The fixtures: a clock, a server on loopback, an installation that delivers, and sentences to begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siprecruit.testing.clock import Clock
from siprecruit.testing.serving import LoopbackServer, loopback_server


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until the test moves it."""
    return Clock()


@pytest.fixture
def http() -> Iterator[LoopbackServer]:
    """A server on loopback, whose answers the test scripts."""
    with loopback_server() as server:
        yield server
