"""What the plugin promises, as siprecruit's own contract suites see it, over HTTP to the stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
from siprecruit.api import LookupQuery, ReferenceTask
from siprecruit.testing import (
    AccreditationLookupContract,
    Clock,
    LoopbackServer,
    ReferenceChannelContract,
    a_query,
)

import siprecruit_ncsl
from siprecruit_ncsl.register.serving import Register
from siprecruit_ncsl.signing import signed

SECRET = "a secret that the college and we share"
ENVIRONMENT = {"NCSL_KEY": "the-authority's-key", "NCSL_SECRET": SECRET}


def settings_of(http: LoopbackServer, college: str) -> Mapping[str, Any]:
    """The loopback server passes all on to the stand-in, until a test disturbs it."""
    http.passes_on(college)
    return {"url": http.url, "key": {"env": "NCSL_KEY"}, "callback_secret": {"env": "NCSL_SECRET"}}


class TestChannel(ReferenceChannelContract):
    """The college's online references."""

    plugin = siprecruit_ncsl
    environment = ENVIRONMENT

    @pytest.fixture
    def settings(self, http: LoopbackServer, college: str) -> Mapping[str, Any]:
        return settings_of(http, college)

    @pytest.fixture
    def sent(self, register: Register) -> Callable[[], int]:
        return lambda: len(register.book.references)

    @pytest.fixture
    def answers(self, college: str) -> Callable[[ReferenceTask], None]:
        def answer(task: ReferenceTask) -> None:
            told = {"task": task.task, "answers": {"judgement": "sound"}, "in_confidence": True}
            requests.post(f"{college}/stand-in/references/answers", json=told, timeout=5).raise_for_status()

        return answer

    @pytest.fixture
    def callback(self, clock: Clock) -> Callable[[ReferenceTask], tuple[bytes, Mapping[str, str]]]:
        def call(task: ReferenceTask) -> tuple[bytes, Mapping[str, str]]:
            reply = {"receipt": "reply-1", "task": task.task, "outcome": "bounced"}
            body = json.dumps({"replies": [reply]}).encode()
            return body, {"Content-Type": "application/json", **signed(SECRET, clock(), body)}

        return call


class TestLookup(AccreditationLookupContract):
    """The college's register."""

    plugin = siprecruit_ncsl
    environment = ENVIRONMENT

    @pytest.fixture
    def settings(self, http: LoopbackServer, college: str) -> Mapping[str, Any]:
        return settings_of(http, college)

    @pytest.fixture
    def accredited(self, register: Register) -> LookupQuery:
        told = {"on": "2007-05-14", "phase": "primary", "status": "accredited", "expires_on": None}
        register.book.people["0012345"] = {"name": "Mr Barnaby Thistlewood", "told": [told]}
        return a_query()

    @pytest.fixture
    def unheard_of(self) -> LookupQuery:
        return a_query(number="0099999", name="Nathaniel Nobody")
