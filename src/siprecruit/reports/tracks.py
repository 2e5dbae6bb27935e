"""The two tracks that run side by side, the authority's and the accreditor's, as dated facts in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import attrs

from siprecruit.core.accreditation import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationRecorded,
    OutcomeTold,
)
from siprecruit.core.application import Application
from siprecruit.core.panel import Panel
from siprecruit.core.person import Person
from siprecruit.reports.scene import Scene


@attrs.frozen(kw_only=True)
class Fact:
    """What happened on a day, in a word or two, and its codes."""

    on: dt.date
    what: str
    detail: str = ""


def authoritys_track(scene: Scene, person: str, streams: Sequence[str]) -> list[Fact]:
    """Response, shortlist, interview, decision, induction, checks and briefings, by day."""
    found = [fact for stream in streams for fact in _of_application(scene.state(stream))]
    return sorted([*found, *_of_person(scene.person(person))], key=lambda one: one.on)


def _of_application(application: Application) -> Iterator[Fact]:
    response = application.response
    days = (
        ("response drafted", response.drafted_on),
        ("response submitted", response.submitted_on),
        ("applied elsewhere", response.elsewhere_on),
        ("withdrawn", response.withdrawn_on),
    )
    yield from (Fact(on=day, what=what) for what, day in days if day is not None)
    yield from _of_panel(application.panel)


def _of_panel(panel: Panel) -> Iterator[Fact]:
    for listing in panel.shortlistings:
        yield Fact(on=listing.on, what="shortlisted" if listing.decided.shortlisted else "not shortlisted")
    for interview in panel.interviews.values():
        if interview.planned is not None and interview.planned_on is not None:
            slot = f"{interview.panel}, {interview.planned.starts:%Y-%m-%d %H:%M}Z"
            yield Fact(on=interview.planned_on, what="invited to an interview", detail=slot)
        if interview.answered_on is not None:
            yield Fact(on=interview.answered_on, what="accepted" if interview.accepted else "declined")
        if interview.held_on is not None:
            # How many have scored, and never how: a member sees the others' scores after their own.
            scored = sum(1 for panel_code, _ in panel.scores if panel_code == interview.panel)
            yield Fact(on=interview.held_on, what="interviewed", detail=f"scored by {scored}")
    for decision in panel.decisions:
        yield Fact(on=decision.on, what="decision", detail=decision.outcome)
        if decision.told_on is not None:
            yield Fact(on=decision.told_on, what="decision told", detail=decision.outcome)
    for call in panel.reserve_calls:
        yield Fact(on=call.on, what="called from the reserve")


def _of_person(person: Person) -> Iterator[Fact]:
    particulars, induction = person.particulars, person.induction
    for appointment in particulars.appointments:
        yield Fact(on=appointment.on, what="appointed without an advert", detail=appointment.category)
    for leaving in particulars.leavings:
        what = "left the pool" if leaving.reason is not None else "came back to the pool"
        yield Fact(on=leaving.on, what=what, detail=leaving.reason or "")
    if induction.attended is not None:
        yield Fact(on=induction.attended, what="induction attended")
    for check in induction.checks:
        until = f", through {check.expires}" if check.expires else ""
        yield Fact(on=check.on, what=check.requirement, detail=f"{check.outcome}{until}")
    for urn, day in induction.briefed.items():
        yield Fact(on=day, what="briefed about", detail=urn)


def accreditors_track(person: Person) -> list[Fact]:
    """What the accreditor has said, by day."""
    return sorted((_word(each.on, each.word) for each in person.accreditation.said), key=lambda one: one.on)


def _word(
    on: dt.date, word: AccreditationRecorded | AccreditationEnded | AccreditationExpected | OutcomeTold
) -> Fact:
    match word:
        case AccreditationRecorded():
            until = f", through {word.until}" if word.until else ""
            return Fact(on=on, what="accredited", detail=f"{word.phase}{until}")
        case AccreditationEnded():
            return Fact(on=on, what="accreditation ended", detail=f"{word.phase}, {word.why}")
        case AccreditationExpected():
            by = f", by {word.expected_by}" if word.expected_by else ""
            return Fact(on=on, what="accreditation awaited", detail=f"{word.phase}{by}")
        case OutcomeTold():
            return Fact(on=on, what=word.stage, detail=f"{word.phase}, {word.result}")
