"""What became of messages, as Notify calls back or is asked."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from siprecruit.api import Accepted, Context
from siprecruit.testing import Clock, LoopbackServer, a_context, a_delivery, a_notification

import siprecruit_govuk_notify
from siprecruit_govuk_notify.notify import Unclear
from siprecruit_govuk_notify.reports import LATEST, collect, receive
from siprecruit_govuk_notify.sending import send
from siprecruit_govuk_notify.standin import answering
from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.serving import StandIn

TOKEN = "a token of the authority's"
TEMPLATE = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer, notify: str) -> Context:
    http.passes_on(notify)
    table = {
        "base_url": http.url,
        "api_key": {"env": "K"},
        "callback_token": {"env": "T"},
        "fallback_template": TEMPLATE,
    }
    return a_context(
        siprecruit_govuk_notify,
        home=tmp_path,
        clock=clock,
        settings=table,
        environment={"K": KEY, "T": TOKEN},
    ).context


def sent(context: Context, code: str = "A7K4P") -> str:
    said = send(context, a_notification(a_delivery(f"application/{code}/12/reference.asked")))
    assert isinstance(said, Accepted)
    return said.receipt


def happens(notify: str, receipt: str, status: str) -> dict[str, Any]:
    url = f"{notify}/stand-in/notifications/{receipt}/status"
    response = requests.post(url, json={"status": status}, timeout=5)
    response.raise_for_status()
    told: dict[str, Any] = response.json()
    return told


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("delivered", "delivered"),
        ("permanent-failure", "bounced"),
        ("temporary-failure", "failed"),
        ("technical-failure", "failed"),
    ],
)
def test_only_an_address_that_is_bad_bounces(
    context: Context, http: LoopbackServer, notify: str, standin: StandIn, status: str, state: str
):
    """A full mailbox is no wrong address: nobody is asked for another one. By both ways it is the same."""
    receipt = sent(context)
    standin.callback_url, standin.callback_token = f"{http.url}/hook", TOKEN
    http.answers(204)
    assert happens(notify, receipt, status)["callback"] == 204
    called = http.requests[-1]
    http.passes_on(notify)
    (report,) = receive(context, called.body, called.headers)
    assert (report.receipt, report.state, report.at) == (receipt, state, context.clock())
    assert collect(context, "").reports == (report,)


def test_what_is_under_way_is_no_news(context: Context, notify: str):
    """Notify has it, and no more is known: it stays awaited."""
    receipt = sent(context)
    happens(notify, receipt, "sending")
    assert collect(context, "") == collect(context, "")
    assert collect(context, "").reports == ()
    body = json.dumps({"id": receipt, "status": "sending", "completed_at": None}).encode()
    assert receive(context, body, {"authorization": f"Bearer {TOKEN}"}) == ()


def test_reports_go_on_from_where_they_were_left(context: Context, notify: str, clock: Clock):
    """Each once, in the order in which it happened, not in that of sending."""
    first, second = sent(context, "A7K4P"), sent(context, "B8M5Q")
    happens(notify, second, "delivered")
    told = collect(context, "")
    assert [one.receipt for one in told.reports] == [second]
    clock.advance(hours=1)
    happens(notify, first, "permanent-failure")
    more = collect(context, told.cursor)
    assert [(one.receipt, one.state) for one in more.reports] == [(first, "bounced")]
    assert collect(context, more.cursor).reports == ()


@pytest.mark.parametrize("many", [1, 25])
def test_of_two_that_end_at_one_instant_both_are_told(context: Context, notify: str, many: int):
    """The second may become known after the first was collected: it isn't passed over."""
    receipts = [sent(context, f"P{number}") for number in range(many)]
    late = sent(context, "Q1")
    for receipt in receipts:
        happens(notify, receipt, "delivered")
    first = collect(context, "")
    assert {one.receipt for one in first.reports} == set(receipts)
    assert collect(context, first.cursor).reports == ()
    assert len(first.cursor) <= 255
    happens(notify, late, "delivered")
    # More than a cursor can name count as all of that instant: what is left gets overdue, and is seen.
    assert [one.receipt for one in collect(context, first.cursor).reports] == ([late] if many == 1 else [])


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(answering, "PAGE", 3)
    return 3


def test_many_are_read_page_by_page(
    context: Context, notify: str, http: LoopbackServer, clock: Clock, small_pages: int
):
    """As far back as one may still have changed, and no further: Notify keeps a week of everything."""
    receipts = [sent(context, f"P{number}") for number in range(7)]
    for receipt in receipts:
        happens(notify, receipt, "delivered")
    before = len(http.requests)
    told = collect(context, "")
    assert {one.receipt for one in told.reports} == set(receipts)
    assert len(http.requests) - before == 4
    clock.advance(days=LATEST.days + 1)
    new = [sent(context, f"Q{number}") for number in range(2)]
    for receipt in new:
        happens(notify, receipt, "delivered")
    told = collect(context, told.cursor)
    assert {one.receipt for one in told.reports} == set(new)
    before = len(http.requests)
    assert collect(context, told.cursor).reports == ()
    assert len(http.requests) - before == 1


def test_what_others_send_by_the_same_service_is_none_of_ours(context: Context, http: LoopbackServer):
    """Without a reference it can't be one of ours."""
    other = {"id": "x", "reference": None, "status": "delivered", "created_at": "2007-06-04T09:00:00Z"}
    pages = [{"notifications": [other], "links": {}}, {"notifications": [], "links": {}}]
    http.serve(lambda _: answering_with(pages.pop(0)))
    assert collect(context, "").reports == ()


def answering_with(told: Any) -> Any:
    from siprecruit.testing import Answer

    return Answer(json=told)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"notifications": None},
        {"notifications": [7]},
        {"notifications": [{"reference": "x", "status": "delivered"}]},
        {"notifications": [{"reference": "x", "status": "delivered", "id": "y", "completed_at": "soon"}]},
    ],
)
def test_a_list_that_cannot_be_read_moves_no_cursor(context: Context, http: LoopbackServer, told: Any):
    """What stands behind it would never be read."""
    http.answers(200, json=told)
    with pytest.raises(Unclear):
        collect(context, "2007-06-04T09:00:00+00:00")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"status": "delivered"}', b'{"id": "x"}'])
def test_a_callback_that_is_no_receipt_is_refused(context: Context, body: bytes):
    """Notify calls again, five times; and the report is there to collect."""
    with pytest.raises(ValueError, match="no delivery receipt") as caught:
        receive(context, body, {"Authorization": f"Bearer {TOKEN}"})
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer another", TOKEN, f"bearer {TOKEN}"])
def test_only_who_has_the_token_is_believed(context: Context, given: str):
    """It is all that tells Notify from anybody else."""
    body = json.dumps({"id": "x", "status": "permanent-failure"}).encode()
    with pytest.raises(ValueError, match="token"):
        receive(context, body, {"Authorization": given})


def test_without_a_token_no_callback_is_believed(tmp_path: Path, clock: Clock):
    """An empty token would be one that everybody knows."""
    context = a_context(
        siprecruit_govuk_notify,
        home=tmp_path,
        clock=clock,
        settings={"api_key": {"env": "K"}},
        environment={"K": KEY},
    ).context
    with pytest.raises(ValueError, match="callback_token"):
        receive(context, b'{"id": "x", "status": "delivered"}', {"Authorization": "Bearer "})


def test_a_receipt_without_its_instant_is_one_of_now(context: Context, clock: Clock):
    """Notify leaves it out where a message failed before it was sent."""
    body = json.dumps({"id": "x", "status": "technical-failure", "completed_at": None}).encode()
    (report,) = receive(context, body, {"Authorization": f"Bearer {TOKEN}"})
    assert report.at == clock() == dt.datetime(2007, 6, 4, 9, tzinfo=dt.UTC)
