"""What follows from what a provider answers: the table of the design, as one pure function."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import attrs

from siprecruit.plugins.types import Accepted, Deferred, Outcome, Refused

TRIES: Final = 8
"""How often something is tried before a person has to look."""

FIRST_PAUSE: Final = dt.timedelta(minutes=1)
"""How long is waited after the first try; twice as long after each one more."""

LONGEST_PAUSE: Final = dt.timedelta(days=30)
"""A provider that asks for more is asked again then all the same."""

FAILURES: Final = 5
"""So many failures in a row, and a provider rests."""

REST: Final = dt.timedelta(minutes=15)
"""For how long it rests; no other one does."""

TRIED_TOO_OFTEN: Final = "it was tried {tries} times; the last time: {reason}"
UNHEARD: Final = "the provider failed each time, so that it is not known whether it was sent"

Status = Literal["queued", "awaiting", "sent", "refused", "unknown", "failed", "not_wanted"]


@attrs.frozen(kw_only=True)
class Lost:
    """No answer that counts: the provider raised, outlasted its time, or answered nonsense.

    Or its deliverer was not heard of any more (``lapsed``). ``code`` names what was raised and where, never
    a text.
    """

    how: Literal["raised", "timed_out", "nonsense", "lapsed"]
    code: str | None = None


@attrs.frozen(kw_only=True)
class NotSent:
    """It never came to a provider: there is nobody to send it to (``refused``), or it is wanted no longer."""

    status: Literal["refused", "not_wanted"]
    reason: str


@attrs.frozen(kw_only=True)
class Held:
    """Nothing was done, and that says nothing about the message: who sends it can't be set to work now."""

    reason: str


Answer = Outcome | Lost | NotSent | Held


@attrs.frozen(kw_only=True)
class Try:
    """One try: which one it was of those that count, when, and whether the same key twice is sent once.

    ``overdue_at`` is when an answer that comes later is overdue.
    """

    number: int
    now: dt.datetime
    idempotent: bool
    overdue_at: dt.datetime


@attrs.frozen(kw_only=True)
class Became:
    """What became of a row. ``due_at`` is when it is tried again, or when its answer is overdue.

    ``reason`` is for people, and may be a plugin's own words: it is kept with what was sent, nowhere else.
    ``tried`` is false where it doesn't count as a try, ``nothing_done`` true where it was certainly not sent.
    """

    status: Status
    due_at: dt.datetime | None = None
    receipt: str | None = None
    reason: str | None = None
    tried: bool = True
    nothing_done: bool = False


def follows(answer: Answer, one: Try) -> Became:
    """What follows from an answer.

    The table is in the design under "What a provider answers, and what then happens"; nothing else decides.
    """
    match answer:
        case Accepted():
            return _accepted(answer, one)
        case Deferred(reason=reason, after=after):
            return _deferred(reason, after, one)
        case Refused(reason=reason):
            return Became(status="refused", reason=reason, nothing_done=True)
        case Lost():
            return _lost(answer, one)
        case NotSent(status=status, reason=reason):
            return Became(status=status, reason=reason, tried=False, nothing_done=True)
        case Held(reason=reason):
            due_at = one.now + REST
            return Became(status="queued", reason=reason, due_at=due_at, tried=False, nothing_done=True)


def _accepted(answer: Accepted, one: Try) -> Became:
    if answer.final:
        return Became(status="sent", receipt=answer.receipt)
    return Became(status="awaiting", receipt=answer.receipt, due_at=one.overdue_at)


def _deferred(reason: str, after: dt.timedelta | None, one: Try) -> Became:
    """Nothing was done: again later, and after so many times a person looks."""
    if one.number >= TRIES:
        told = TRIED_TOO_OFTEN.format(tries=one.number, reason=reason)
        return Became(status="failed", reason=told, nothing_done=True)
    due_at = one.now + pause(one.number, after)
    return Became(status="queued", reason=reason, due_at=due_at, nothing_done=True)


def _lost(answer: Lost, one: Try) -> Became:
    """It may have been sent: again under the same key where that can't double it, else a person looks."""
    if one.idempotent and one.number < TRIES:
        # That a deliverer was ended says nothing about the provider: there is nothing to wait for.
        wait = dt.timedelta() if answer.how == "lapsed" else pause(one.number)
        return Became(status="queued", due_at=one.now + wait)
    return Became(status="unknown", reason=UNHEARD if one.idempotent else None)


def pause(tries: int, asked: dt.timedelta | None = None) -> dt.timedelta:
    """How long is waited after so many tries; not less than the provider asked for, within reason."""
    return max(FIRST_PAUSE * (1 << (min(tries, TRIES) - 1)), min(asked or dt.timedelta(), LONGEST_PAUSE))


def rests_until(failures: int, now: dt.datetime) -> dt.datetime | None:
    """Until when a provider rests after so many failures in a row."""
    return now + REST if failures >= FAILURES else None
