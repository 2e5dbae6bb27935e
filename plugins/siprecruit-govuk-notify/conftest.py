"""The kit that plugins are tested with, and a stand-in for GOV.UK Notify."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.mailroom import Mailroom
from siprecruit_govuk_notify.standin.serving import StandIn, running

if TYPE_CHECKING:
    # pytest wants to import the kit itself, so that it can explain a failing assert in it.
    from siprecruit.testing import Clock

pytest_plugins = ["siprecruit.testing"]


@pytest.fixture
def standin(clock: Clock) -> StandIn:
    """A stand-in that has nothing yet, with the test's own clock; tokens are made by the true one."""
    return StandIn(room=Mailroom(clock=clock), key=KEY, now=time.time)


@pytest.fixture
def notify(standin: StandIn) -> Iterator[str]:
    """Where that stand-in answers, over real HTTP."""
    with running(standin) as url:
        yield url
