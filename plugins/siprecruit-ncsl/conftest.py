"""The kit that plugins are tested with, and a register that stands in for the college's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from siprecruit_ncsl.register.book import Book
from siprecruit_ncsl.register.serving import Register, running

if TYPE_CHECKING:
    # pytest wants to import the kit itself, so that it can explain a failing assert in it.
    from siprecruit.testing import Clock

pytest_plugins = ["siprecruit.testing"]


@pytest.fixture
def register(clock: Clock) -> Register:
    """An empty register, with a key and the test's own clock."""
    return Register(book=Book(clock=clock), key="the-authority's-key")


@pytest.fixture
def college(register: Register) -> Iterator[str]:
    """Where that register answers, over real HTTP."""
    with running(register) as url:
        yield url
