from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import ClassVar

import pytest

from siprecruit.api import Command, ReferenceTask
from siprecruit.core.ids import Code
from siprecruit.core.responses import SubmitResponse
from siprecruit.testing import (
    AccreditationLookupContract,
    InboxContract,
    NotifierContract,
    ReferenceChannelContract,
    RuleContract,
    a_query,
)
from testing.examples import KEY, Plugin, Service, signed


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def over_http(http, service):
    http.serve(service)
    return {"url": http.url, "key": {"env": "SERVICE_KEY"}}


class TestNotifier(NotifierContract):
    """A notifier over HTTP that keeps the contract passes its suite."""

    plugin = Plugin()
    environment: ClassVar = {"SERVICE_KEY": KEY}

    @pytest.fixture
    def settings(self, over_http):
        """Where the service is."""
        return over_http

    @pytest.fixture
    def sent(self, service):
        """What the service holds."""
        return lambda: len(service.messages)

    @pytest.fixture
    def happens(self, service):
        """The service delivers."""
        return lambda receipt: service.log.append({"id": receipt})

    @pytest.fixture
    def callback(self):
        """The service reports."""

        def report(receipt: str) -> tuple[bytes, Mapping[str, str]]:
            body = json.dumps({"id": receipt}).encode()
            return body, signed(body)

        return report


class TestChannel(ReferenceChannelContract):
    """A channel over HTTP that keeps the contract passes its suite."""

    plugin = Plugin()
    environment: ClassVar = {"SERVICE_KEY": KEY}

    @pytest.fixture
    def settings(self, over_http):
        """Where the service is."""
        return over_http

    @pytest.fixture
    def sent(self, service):
        """What the service holds."""
        return lambda: len(service.messages)

    @pytest.fixture
    def answers(self, service):
        """The referee answers."""
        return lambda task: service.log.append({"id": f"a-{task.task}", "task": task.task})

    @pytest.fixture
    def callback(self):
        """The service reports."""

        def report(task: ReferenceTask) -> tuple[bytes, Mapping[str, str]]:
            body = json.dumps({"id": "a-1", "task": task.task}).encode()
            return body, signed(body)

        return report


class TestLookup(AccreditationLookupContract):
    """A lookup over HTTP that keeps the contract passes its suite."""

    plugin = Plugin()
    environment: ClassVar = {"SERVICE_KEY": KEY}

    @pytest.fixture
    def settings(self, over_http):
        """Where the service is."""
        return over_http

    @pytest.fixture
    def accredited(self):
        """Known."""
        return a_query(number="0012345")

    @pytest.fixture
    def unheard_of(self):
        """Not known."""
        return a_query(number="0099999")


class TestInbox(InboxContract):
    """An inbox over HTTP that keeps the contract passes its suite."""

    plugin = Plugin()
    environment: ClassVar = {"SERVICE_KEY": KEY}
    garbles_some = True

    @pytest.fixture
    def settings(self, over_http):
        """Where the service is."""
        return over_http

    @pytest.fixture
    def arrives(self, service):
        """Somebody applies elsewhere."""
        return lambda: service.log.append({"id": f"e{len(service.log)}", "name": "Drake"})

    @pytest.fixture
    def garbles(self, service):
        """Something nameless."""
        return lambda: service.log.append({"id": f"e{len(service.log)}"})


class TestRule(RuleContract):
    """A rule that keeps the contract passes its suite."""

    plugin = Plugin()

    @pytest.fixture
    def objected(self):
        """From Suffolk."""
        return answered("suffolk")

    @pytest.fixture
    def allowed(self):
        """From Norfolk."""
        return answered("norfolk")


def answered(authority):
    what = SubmitResponse(advert=Code("tes-2007-05"), home_authority=Code(authority))
    return (
        Command(id="c1", stream="application/A7K4P", on=dt.date(2007, 5, 20), what=what),
        None,
        dt.date(2007, 6, 4),
    )
