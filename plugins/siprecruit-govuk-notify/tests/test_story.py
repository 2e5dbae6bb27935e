"""An office's messages by GOV.UK Notify: sent by its own deliverer, in the plugin's own process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests

from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.serving import StandIn

if TYPE_CHECKING:
    from siprecruit.testing.app import App, Sent
    from siprecruit.testing.given import Given


@pytest.fixture
def environment() -> Mapping[str, str]:
    return {"NOTIFY_KEY": KEY}


@pytest.fixture
def configuration(notify: str) -> Mapping[str, Any]:
    return {
        "delivery": {"notifier": "govuk-notify"},
        "plugins": {
            "enabled": ["govuk-notify"],
            "in_process": False,
            "govuk-notify": {
                "base_url": notify,
                "api_key": {"env": "NOTIFY_KEY"},
                "fallback_template": "00000000-0000-4000-8000-0000000000aa",
            },
        },
    }


def the_request(app: App) -> Sent:
    """What the referee is asked by."""
    (found,) = [one for one in app.outbox() if one.key.endswith("/request") or "reference" in one.template]
    return found


def becomes(notify: str, receipt: str | None, status: str) -> None:
    url = f"{notify}/stand-in/notifications/{receipt}/status"
    requests.post(url, json={"status": status}, timeout=5).raise_for_status()


def test_a_referee_is_written_to_and_it_arrives(app: App, given: Given, notify: str, standin: StandIn):
    """Taken, and awaited until Notify says that it was delivered."""
    given.a_reference_that_is_asked_for("form")
    app.deliver()
    asked = the_request(app)
    (message,) = [one for one in standin.room.messages if one["reference"] == asked.key]
    assert message["email_address"] == asked.address
    assert "/r/" in message["body"]
    assert asked.status == "awaiting"
    becomes(notify, asked.receipt, "delivered")
    app.clock.advance(minutes=5)
    app.deliver()
    assert the_request(app).status == "sent"


def test_an_address_that_is_bad_is_a_fact_about_the_reference(app: App, given: Given, notify: str):
    """It bounced: the task says so, and somebody has to find another address."""
    task = given.a_reference_that_is_asked_for("form")
    app.deliver()
    becomes(notify, the_request(app).receipt, "permanent-failure")
    app.clock.advance(minutes=5)
    app.deliver()
    with app.service.record.reading() as reader:
        stream = f"application/{task.partition('/')[0]}"
        told = [type(one.event).__name__ for one in reader.histories([stream])[stream]]
    assert told[-1] == "ReferenceBounced"


def test_while_notify_is_away_nothing_is_lost_or_doubled(app: App, given: Given, standin: StandIn):
    """An outage, and a fault after that: each message is there once when all is well again."""
    given.a_reference_that_is_asked_for("form")
    for status in (503, 500, 429):
        standin.trouble = status
        app.deliver()
        app.clock.advance(hours=1)
    assert standin.room.messages == []
    standin.trouble = None
    app.clock.advance(days=1)
    app.deliver()
    keys = [one["reference"] for one in standin.room.messages]
    assert the_request(app).key in keys
    assert len(keys) == len(set(keys))
