"""What the plugin promises, as siprecruit's own contract suite sees it, over HTTP to the stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
from siprecruit.testing import LoopbackServer, NotifierContract

import siprecruit_govuk_notify
from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.serving import StandIn

TOKEN = "a token of the authority's"
TEMPLATE = "00000000-0000-4000-8000-0000000000aa"


class TestNotifier(NotifierContract):
    """E-mail by GOV.UK Notify."""

    plugin = siprecruit_govuk_notify
    environment = {"NOTIFY_KEY": KEY, "NOTIFY_TOKEN": TOKEN}  # noqa: RUF012 - as the suite declares it
    signs_body = False

    @pytest.fixture
    def settings(self, http: LoopbackServer, notify: str) -> Mapping[str, Any]:
        http.passes_on(notify)
        return {
            "base_url": http.url,
            "api_key": {"env": "NOTIFY_KEY"},
            "callback_token": {"env": "NOTIFY_TOKEN"},
            "fallback_template": TEMPLATE,
        }

    @pytest.fixture
    def sent(self, standin: StandIn) -> Callable[[], int]:
        return lambda: len(standin.room.messages)

    @pytest.fixture
    def happens(self, notify: str) -> Callable[[str], None]:
        def delivered(receipt: str) -> None:
            url = f"{notify}/stand-in/notifications/{receipt}/status"
            requests.post(url, json={"status": "delivered"}, timeout=5).raise_for_status()

        return delivered

    @pytest.fixture
    def callback(self) -> Callable[[str], tuple[bytes, Mapping[str, str]]]:
        def call(receipt: str) -> tuple[bytes, Mapping[str, str]]:
            told = {"id": receipt, "status": "delivered", "completed_at": "2007-06-04T09:00:00.000000Z"}
            return json.dumps(told).encode(), {"Authorization": f"Bearer {TOKEN}"}

        return call
