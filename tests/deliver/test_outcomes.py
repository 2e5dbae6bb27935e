"""What follows from an answer, whatever it is and however often it was tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from siprecruit.deliver.outgoing import outcomes
from siprecruit.deliver.outgoing.noting import failures_in_a_row
from siprecruit.deliver.outgoing.outcomes import (
    FAILURES,
    TRIES,
    Became,
    Held,
    Lost,
    NotSent,
    Try,
    follows,
    pause,
)
from siprecruit.plugins.types import Accepted, Deferred, Refused
from siprecruit.record.delivered import Attempt

NOW = dt.datetime(2007, 6, 4, 9, tzinfo=dt.UTC)
OVERDUE = NOW + dt.timedelta(days=3)

tries = st.builds(
    Try, number=st.integers(1, 20), now=st.just(NOW), idempotent=st.booleans(), overdue_at=st.just(OVERDUE)
)
spans = st.none() | st.timedeltas()
certain = st.one_of(
    st.builds(Accepted, receipt=st.text(max_size=5), final=st.booleans()),
    st.builds(Deferred, reason=st.text(max_size=5), after=spans),
    st.builds(Refused, reason=st.text(max_size=5)),
    st.builds(Held, reason=st.text(max_size=5)),
    st.builds(NotSent, status=st.sampled_from(["refused", "not_wanted"]), reason=st.text(max_size=5)),
)
lost = st.builds(Lost, how=st.sampled_from(["raised", "timed_out", "nonsense", "lapsed"]))


@given(certain | lost, tries)
def test_every_answer_leads_somewhere(answer: Any, one: Try) -> None:
    """A row is done, waits for an instant that is told, or is for a person to look at: it is never lost."""
    became = follows(answer, one)
    assert (became.due_at is not None) == (became.status in ("queued", "awaiting"))
    assert became.due_at is None or became.due_at >= NOW
    assert became.status in ("queued", "awaiting", "sent", "refused", "unknown", "failed", "not_wanted")


@given(lost, tries)
def test_what_may_have_been_sent_is_repeated_only_to_who_recognises_its_key(answer: Lost, one: Try) -> None:
    """Nobody gets a message twice because a provider raised."""
    became = follows(answer, one)
    assert (became.status == "queued") == (one.idempotent and one.number < TRIES)
    assert became.status in ("queued", "unknown")
    assert not became.nothing_done


@given(certain | lost, tries)
def test_nothing_is_tried_more_than_eight_times(answer: Any, one: Try) -> None:
    """After the eighth time a person looks; what wasn't tried doesn't count."""
    became = follows(answer, one)
    if one.number >= TRIES and became.tried:
        assert became.status != "queued"


@given(spans, st.integers(1, 20))
def test_the_pauses_grow_and_are_as_long_as_asked_for(after: dt.timedelta | None, number: int) -> None:
    """Twice as long each time; a service that asks for more gets it, within a month."""
    waited = pause(number, after)
    assert waited >= pause(number)
    assert waited >= min(after or dt.timedelta(), outcomes.LONGEST_PAUSE)
    assert pause(number + 1) >= pause(number) >= outcomes.FIRST_PAUSE


@given(st.text(max_size=5), tries)
def test_what_is_held_is_not_counted(reason: str, one: Try) -> None:
    """A plugin that can't be started says nothing about the message."""
    assert follows(Held(reason=reason), one) == Became(
        status="queued", reason=reason, due_at=NOW + outcomes.REST, tried=False, nothing_done=True
    )


def attempt(answer: str, provider: str = "notifiers/post") -> Attempt:
    """One attempt, which took no time."""
    return Attempt(provider=provider, plugin="test", began_at=NOW, took_ms=0, answer=answer)


@given(st.lists(st.sampled_from(["accepted", "deferred", "refused", "raised", "timed_out", "nonsense"])))
def test_failures_are_counted_in_a_row(answers: list[str]) -> None:
    """As many as there were since the last answer; a provider rests after five of them."""
    row = 0
    for answer in answers:
        row = row + 1 if answer in ("raised", "timed_out", "nonsense") else 0
    found = failures_in_a_row({}, [attempt(each) for each in answers])
    assert found.get("notifiers/post", 0) == row
    assert (outcomes.rests_until(row, NOW) is not None) == (row >= FAILURES)


def test_a_call_that_told_of_many_rows_fails_once() -> None:
    """A digest of fifty tasks that is not sent is one failure of who should have sent it."""
    one = attempt("raised")
    assert failures_in_a_row({}, [one] * 50) == {"notifiers/post": 1}
