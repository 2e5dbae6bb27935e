"""A message goes once, whatever breaks on the way and whenever it is tried again."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from siprecruit.api import Accepted, Context, Deferred, Refused
from siprecruit.testing import Answer, Clock, LoopbackServer, Request, a_delivery, a_notification

from offices import made, notes_in, posts
from siprecruit_govuk_notify.notify import Unclear
from siprecruit_govuk_notify.sending import FAILED, SETTLING, send
from siprecruit_govuk_notify.standin.serving import StandIn


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer, notify: str) -> Context:
    http.passes_on(notify)
    return made(tmp_path, clock, http.url)


def breaks(http: LoopbackServer, *, does: bool = True, looking: bool = True) -> None:
    """Let the line break at each POST, after Notify has done it or before; perhaps at each look."""
    serving = http._serving  # noqa: SLF001 - stands in the middle of the line

    def serve(request: Request) -> Answer:
        if request.method == "GET" and looking:
            return serving(request)
        if does and request.method == "POST":
            serving(request)
        raise ConnectionAbortedError

    http.serve(serve)


def test_an_answer_that_was_lost_is_found_at_once(context: Context, http: LoopbackServer, standin: StandIn):
    """Notify took it and the line broke: it is asked again whether it has it, and nobody need look."""
    breaks(http)
    said = send(context, a_notification())
    assert said == Accepted(receipt=standin.room.messages[0]["id"], final=False)
    assert notes_in(context) == []


def test_what_is_not_known_is_raised_and_found_later(
    context: Context, http: LoopbackServer, standin: StandIn, notify: str
):
    """Nor could it be asked: the next attempt looks first."""
    breaks(http, looking=False)
    assert isinstance(send(context, a_notification()), Deferred)
    http.passes_on(notify)
    serving = http._serving  # noqa: SLF001 - as above
    seen: list[str] = []

    def serve(request: Request) -> Answer:
        seen.append(request.method)
        answer = serving(request)
        if len(seen) > 1:
            raise ConnectionAbortedError
        return answer

    http.serve(serve)
    with pytest.raises(Unclear):
        send(context, a_notification())
    assert len(notes_in(context)) == 1
    http.passes_on(notify)
    assert isinstance(send(context, a_notification(a_delivery(attempt=2))), Accepted)
    assert len(standin.room.messages) == 1
    assert notes_in(context) == []


def test_a_moment_is_waited_before_it_goes_again(
    context: Context, http: LoopbackServer, standin: StandIn, clock: Clock, notify: str
):
    """Notify writes a message down after it has taken it: one that isn't there yet may come."""
    breaks(http, does=False)
    with pytest.raises(Unclear):
        send(context, a_notification())
    http.passes_on(notify)
    soon = send(context, a_notification(a_delivery(attempt=2)))
    assert isinstance(soon, Deferred)
    assert soon.after == SETTLING
    assert standin.room.messages == []
    clock.advance(minutes=3)
    assert isinstance(send(context, a_notification(a_delivery(attempt=3))), Accepted)
    assert len(standin.room.messages) == 1


def test_after_a_week_a_person_decides(
    context: Context, http: LoopbackServer, standin: StandIn, clock: Clock, notify: str
):
    """The deliverer was ended while it sent and comes back when Notify has forgotten: it may have gone."""
    breaks(http)
    http_serving = http._serving  # noqa: SLF001 - as above
    http.serve(
        lambda request: (
            Answer(json={"notifications": []}) if request.method == "GET" else http_serving(request)
        )
    )
    with pytest.raises(Unclear):
        send(context, a_notification())
    standin.room.messages.clear()
    http.passes_on(notify)
    clock.advance(days=6)
    said = send(context, a_notification(a_delivery(attempt=2)))
    assert isinstance(said, Refused)
    assert said.reason.startswith(
        "It was begun on 2007-06-04 and may have been sent; GOV.UK Notify remembers 7"
    )
    assert standin.room.messages == []
    again = send(context, a_notification(a_delivery(attempt=3)))
    assert isinstance(again, Accepted), "a person has looked, and sent it again"


def test_a_note_that_cannot_be_read_is_one_of_long_ago(context: Context, http: LoopbackServer):
    """A disk that was full left half a note: a person decides."""
    breaks(http, does=False)
    with pytest.raises(Unclear):
        send(context, a_notification())
    notes_in(context)[0].write_text("200", "utf-8")
    said = send(context, a_notification(a_delivery(attempt=2)))
    assert isinstance(said, Refused)


def test_where_it_cannot_note_it_does_not_send(context: Context, http: LoopbackServer):
    """A disk that is full: better later than twice."""
    (context.home / "govuk-notify").write_text("in the way", "utf-8")
    assert isinstance(send(context, a_notification()), Deferred)
    assert posts(http) == 0


def test_a_note_holds_no_word_about_anybody(context: Context, http: LoopbackServer):
    """An instant, under a name that only the key gives."""
    breaks(http, does=False)
    with pytest.raises(Unclear):
        send(context, a_notification())
    (note,) = notes_in(context)
    assert note.read_text("utf-8") == "2007-06-04T09:00:00+00:00"
    assert "A7K4P" not in note.name


@pytest.mark.parametrize("status", sorted(FAILED - {"validation-failed"}))
def test_what_failed_may_be_sent_again(context: Context, notify: str, standin: StandIn, status: str):
    """A person has put the address right: that Notify holds the one that came back is no reason not to."""
    first = send(context, a_notification())
    assert isinstance(first, Accepted)
    url = f"{notify}/stand-in/notifications/{first.receipt}/status"
    requests.post(url, json={"status": status}, timeout=5).raise_for_status()
    again = send(context, a_notification(a_delivery(attempt=2)))
    assert isinstance(again, Accepted)
    assert again.receipt != first.receipt
    assert len(standin.room.messages) == 2


def test_a_message_of_another_system_is_not_ours(context: Context, http: LoopbackServer):
    """The authority may use one service of Notify's for much: what has another reference doesn't count."""
    other = {"id": "x", "reference": "invoice-7", "status": "delivered"}
    http.answers(200, json={"notifications": [other], "links": {}})
    with pytest.raises(Unclear):
        send(context, a_notification())
