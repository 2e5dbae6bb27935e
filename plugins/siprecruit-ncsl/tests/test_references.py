"""References through the college: asked for once, answered once, taken back where it is wanted no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from siprecruit.api import (
    Accepted,
    Context,
    Deferred,
    ReferenceBounced,
    ReferenceDeclined,
    ReferenceReply,
    Refused,
)
from siprecruit.testing import Clock, LoopbackServer, a_context, a_delivery, a_task

import siprecruit_ncsl
from siprecruit_ncsl.college import Unclear
from siprecruit_ncsl.references import collect, receive, remind, request, withdraw
from siprecruit_ncsl.register.serving import Register
from siprecruit_ncsl.signing import TOLERANCE, signed

SECRET = "a secret that the college and we share"


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer, college: str) -> Context:
    http.passes_on(college)
    return a_context(
        siprecruit_ncsl,
        home=tmp_path,
        clock=clock,
        settings={"url": http.url, "key": {"env": "K"}, "callback_secret": {"env": "S"}},
        environment={"K": "the-authority's-key", "S": SECRET},
    ).context


def answer(college: str, **told: Any) -> requests.Response:
    return requests.post(
        f"{college}/stand-in/references/answers", json={"task": "A7K4P/r1", **told}, timeout=5
    )


def test_the_college_is_told_what_it_needs_and_no_link_of_ours(
    context: Context, register: Register, http: LoopbackServer
):
    """Our link opens our page to whoever has it: the college asks by a page of its own, and gets none."""
    task = a_task()
    request(context, task)
    asked = register.book.references["A7K4P/r1"]
    assert asked["referee"] == {"name": task.referee.name, "email": task.referee.address}
    assert asked["form"] == dict(task.form)
    assert task.link.rpartition("/")[2] not in "".join(map(str, http.requests))
    assert http.requests[0].headers["idempotency-key"] == task.delivery.key


def test_three_ways_in_which_it_may_end(context: Context, college: str):
    """Given with its answers, declined with a reason, or bounced: in the order in which they came."""
    for number in (1, 2, 3):
        key = f"application/A7K4P/{number}/reference.asked"
        request(context, a_task(a_delivery(key), task=f"A7K4P/r{number}"))
    answer(college, task="A7K4P/r1", answers={"judgement": "sound"}, in_confidence=True)
    answer(college, task="A7K4P/r2", outcome="declined", reason="I left before they came")
    answer(college, task="A7K4P/r3", outcome="bounced")
    given, declined, bounced = collect(context, "").replies
    assert isinstance(given, ReferenceReply)
    assert (given.answers, given.in_confidence) == ({"judgement": "sound"}, True)
    assert given.received_at == context.clock()
    assert declined == ReferenceDeclined(
        task="A7K4P/r2", reason="I left before they came", receipt=declined.receipt
    )
    assert bounced == ReferenceBounced(task="A7K4P/r3", receipt=bounced.receipt)


def test_a_reminder_under_one_key_is_one_reminder(context: Context, register: Register, http: LoopbackServer):
    """The line broke after the college had reminded: the same key again reminds nobody twice."""
    request(context, a_task())
    later = a_task(a_delivery("application/A7K4P/12/reminder/14"), step=14)
    http.drops_after()
    with pytest.raises(Unclear):
        remind(context, later)
    http.recovers()
    assert isinstance(remind(context, later), Accepted)
    assert register.book.references["A7K4P/r1"]["reminders"] == [14]


def test_nobody_is_reminded_of_what_they_have_answered(context: Context, college: str, register: Register):
    """The answer is on its way to us: the reminder waits until it has come."""
    request(context, a_task())
    answer(college, answers={})
    later = a_task(a_delivery("application/A7K4P/12/reminder/7"), step=7)
    assert isinstance(remind(context, later), Deferred)
    assert register.book.references["A7K4P/r1"]["reminders"] == []


def test_a_reminder_of_what_the_college_never_heard_of_is_for_a_person(context: Context):
    """A register that was put back to an older day has lost the request: somebody has to ask again."""
    said = remind(context, a_task(a_delivery("application/A7K4P/12/reminder/7"), step=7))
    assert isinstance(said, Refused)


def test_what_is_withdrawn_is_asked_for_no_more(context: Context, register: Register):
    """And to withdraw what the college never heard of is as good as done."""
    assert withdraw(context, a_task()) == Accepted(receipt="never-asked")
    request(context, a_task())
    said = withdraw(context, a_task(a_delivery("application/A7K4P/13/withdrawal")))
    assert isinstance(said, Accepted)
    assert register.book.references["A7K4P/r1"]["state"] == "withdrawn"


def test_an_address_that_cannot_be_written_to_is_for_a_person(context: Context):
    """The referee's address is told as it stands; the college says no, and nothing was done."""
    task = a_task()
    bad = a_task(referee=type(task.referee)(id="A7K4P-1", name="R", address="not an address"))
    said = request(context, bad)
    assert isinstance(said, Refused)
    assert "address" in said.reason


def test_an_answer_to_something_else_is_no_receipt(context: Context, http: LoopbackServer):
    """A receipt for another task must not count for this one."""
    http.answers(201, json={"receipt": "request-1", "task": "B8M5Q/r1"})
    with pytest.raises(Unclear):
        request(context, a_task())


@pytest.mark.parametrize(
    "spoilt",
    [
        {"outcome": "maybe"},
        {"task": None},
        {"receipt": ""},
        {"received_at": "2007-06-04T09:00:00"},
        {"in_confidence": "yes"},
        {"answers": []},
    ],
)
def test_a_reply_that_cannot_be_read_holds_the_page_back(
    context: Context, http: LoopbackServer, spoilt: Mapping[str, Any]
):
    """To pass over it would be to lose a reference: the cursor stays where it is."""
    reply = {
        "receipt": "reply-1",
        "task": "A7K4P/r1",
        "outcome": "given",
        "answers": {},
        "in_confidence": None,
        "received_at": "2007-06-04T09:00:00Z",
    }
    http.answers(200, json={"replies": [{**reply, **spoilt}], "cursor": "1"})
    with pytest.raises(Unclear):
        collect(context, "")
    http.answers(200, json={"replies": [reply], "cursor": "1"})
    assert collect(context, "").cursor == "1"


def test_a_college_that_begins_anew_loses_nobody_s_answer(context: Context, college: str, register: Register):
    """Its cursors are its own: after a loss of its book an old one means from the beginning."""
    request(context, a_task())
    answer(college, answers={})
    old = collect(context, "").cursor
    register.book.id = "another"
    assert len(collect(context, old).replies) == 1


# -- callbacks ----------------------------------------------------------------


def told(**other: Any) -> bytes:
    reply = {"receipt": "reply-1", "task": "A7K4P/r1", "outcome": "bounced", **other}
    return json.dumps({"replies": [reply]}).encode()


def test_the_same_answer_by_callback_and_by_collecting_has_one_receipt(
    context: Context, college: str, register: Register, http: LoopbackServer
):
    """Both ways may be used at once: the core drops the second of a receipt."""
    request(context, a_task())
    register.callback_url, register.callback_secret = f"{http.url}/hook", SECRET
    http.answers(204)
    assert answer(college, answers={"judgement": "sound"}).json()["callback"] == 204
    called = http.requests[-1]
    http.passes_on(college)
    (by_callback,) = receive(context, called.body, called.headers)
    (collected,) = collect(context, "").replies
    assert by_callback == collected


def test_an_old_callback_is_a_replay(context: Context, clock: Clock):
    """Whoever overheard one can't use it tomorrow; nor is one from the future believed."""
    body = told()
    headers = signed(SECRET, clock(), body)
    assert receive(context, body, headers)
    for step in (TOLERANCE.total_seconds() + 1, -2 * TOLERANCE.total_seconds() - 2):
        clock.advance(seconds=step)
        with pytest.raises(ValueError, match="another time"):
            receive(context, body, headers)


def test_the_time_is_part_of_what_is_signed(context: Context, clock: Clock):
    """A replay with a new time on it has no signature any more."""
    body = told()
    old = signed(SECRET, clock(), body)
    clock.advance(days=1)
    fresh = signed(SECRET, clock(), body)
    with pytest.raises(ValueError, match="not signed"):
        receive(context, body, {**fresh, "NCSL-Signature": old["NCSL-Signature"]})


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"not json", b'{"replies": 7}', told(outcome="x")])
def test_a_signed_callback_that_cannot_be_read_is_refused(context: Context, clock: Clock, body: bytes):
    """Refused, the college tells it again; and it stays there to collect."""
    with pytest.raises(ValueError, match=r"reply|replies|no JSON") as caught:
        receive(context, body, signed(SECRET, clock(), body))
    assert type(caught.value) is ValueError


def test_without_a_secret_no_callback_is_believed(tmp_path: Path, clock: Clock):
    """An empty secret would be one that everybody knows."""
    context = a_context(
        siprecruit_ncsl,
        home=tmp_path,
        clock=clock,
        settings={"url": "http://127.0.0.1:9", "key": {"env": "K"}},
        environment={"K": "k"},
    ).context
    with pytest.raises(ValueError, match="callback_secret"):
        receive(context, told(), signed("", clock(), told()))
