"""How far each applicant has come, by a sheet kept by hand: references, accreditation, panel, induction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from siprecruit.core import panel as panels
from siprecruit.core.calendar import in_words
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.programme import Programme
from siprecruit.core.responses import ResponseWithdrawn, WithdrawResponse
from siprecruit.core.text import fold_address
from siprecruit.importing.by_hand import tell_references
from siprecruit.importing.directory import Applied, Directory, folded_name
from siprecruit.importing.planning import ON, Kind, Plan, Scene, Subject
from siprecruit.importing.readiness import tell_accreditation, tell_checks, tell_induction
from siprecruit.intake.progress import ProgressRow, read_progress
from siprecruit.intake.reading import Fault

BY_HAND: Final = Code("by-hand")
"""The panel that saw an applicant where the sheet names none: it is no panel of the record's."""

# -- whom a row is about ------------------------------------------------------


def locate(
    rows: Sequence[ProgressRow], directory: Directory, _new: Callable[[], PersonId]
) -> dict[int, Subject | Fault]:
    """Each row's application: by its code, else by address and advert, else by name and advert."""
    return {row.number: _located(row, directory) for row in rows}


def _located(row: ProgressRow, directory: Directory) -> Subject | Fault:
    if row.application:
        applied = directory.applications.get(row.application)
        if applied is None:
            return _unknown("application", f"There is no application {row.application}.")
        other = bool(row.name) and folded_name(row.name) != applied.name
        return _subject(applied, directory, ("other_name",) if other else ())
    by_address = _meant(row, directory.applications_by_address.get(fold_address(row.email), ()), directory)
    if by_address:
        return _the_one(row, by_address, directory, "email", ())
    if not row.name:
        told = f'Nobody has applied under "{row.email}".' if row.email else "It is not said who it is about."
        return _unknown("email", told)
    by_name = _meant(row, directory.applications_by_name.get(folded_name(row.name), ()), directory)
    return _the_one(row, by_name, directory, "name", ("known_by_name",) if row.email else ())


def _meant(row: ProgressRow, codes: Sequence[str] | frozenset[str], directory: Directory) -> list[Applied]:
    found = [directory.applications[code] for code in sorted(codes)]
    return [one for one in found if row.advert in (None, one.advert)]


def _the_one(
    row: ProgressRow, found: Sequence[Applied], directory: Directory, field: str, flags: tuple[str, ...]
) -> Subject | Fault:
    if len(found) == 1:
        return _subject(found[0], directory, flags)
    told = row.email if field == "email" else row.name
    if not found:
        return _unknown(field, f'Nobody has applied under "{told}".')
    codes = ", ".join(each.code for each in found)
    more = "give the application's code" + ("" if row.advert else " or the advert")
    return Fault(code="ambiguous", field=field, message=f'"{told}" may be any of {codes}: {more}.')


def _unknown(field: str, message: str) -> Fault:
    return Fault(code="unknown_applicant", field=field, message=message)


def _subject(applied: Applied, directory: Directory, flags: tuple[str, ...]) -> Subject:
    ids = directory.together.get(applied.person, (applied.person,))
    own = (applied.person, *(each for each in ids if each != applied.person))
    return Subject(
        name=applied.code,
        key=applied.code,
        streams=(f"application/{applied.code}", *(f"person/{each}" for each in own)),
        flags=flags,
    )


# -- what a row tells ---------------------------------------------------------


def plan(row: ProgressRow, subject: Subject, scene: Scene) -> Plan:
    """What a row tells, in the order in which it happens."""
    told = Plan(present=row.present)
    application, *persons = subject.streams
    state = scene.state(application)
    tell_references(told, row.references, application, state)
    _tell_panel(told, row, application, scene)
    person = tuple(persons)
    tell_accreditation(told, row.accreditation, person, scene, state.response.submitted)
    tell_induction(told, row.inducted_on, person, scene.today)
    tell_checks(told, row.checks, person, scene.programme)
    withdrawn = WithdrawResponse() if row.withdrawn_on else None
    told.tell((application,), (ResponseWithdrawn,), withdrawn, row.withdrawn_on, {ON: "withdrawn_on"})
    _flag(told, row, state.response.submitted_on, scene.programme)
    return told


def _tell_panel(told: Plan, row: ProgressRow, application: str, scene: Scene) -> None:
    streams, today = (application,), scene.today
    _tell_shortlist(told, row, streams, today)
    _tell_interview(told, row, streams, today)
    decision = panels.RecordDecision(outcome=Code(row.decision)) if row.decision else None
    told.tell(
        streams,
        (panels.DecisionMade,),
        decision,
        row.decided_on,
        {"outcome": "decision", ON: "decided_on"},
        key={"outcome": row.decision},
        slot=(),
        succeeds=True,
    )
    conveyed = panels.ConveyDecision() if row.told_on else None
    told.tell(streams, (panels.DecisionConveyed,), conveyed, row.told_on, {ON: "told_on"})


def _tell_shortlist(told: Plan, row: ProgressRow, streams: tuple[str, ...], today: dt.date) -> None:
    """Without a day of its own it was decided by the next day that is told: by the interview's, say."""
    by = min(day for day in (row.shortlisted_on, row.interview_on, row.decided_on, today) if day)
    undated = row.shortlisted is not None and row.shortlisted_on is None
    if undated:
        told.flags.append("shortlisted_undated")
    cells = {"shortlisted": "shortlisted"} if "shortlisted" in row.present else {}
    dated = {} if undated else {ON: "shortlisted_on"}
    what = None if row.shortlisted is None else panels.DecideShortlist(shortlisted=row.shortlisted)
    told.tell(streams, (panels.ShortlistDecided,), what, row.shortlisted_on or by, {**cells, **dated})


def _tell_interview(told: Plan, row: ProgressRow, streams: tuple[str, ...], today: dt.date) -> None:
    day = row.interview_on
    past = day is not None and day <= today
    if day is not None and not past:
        told.leave(
            "needs_a_slot",
            "interview_on",
            f"An interview on {in_words(day)} needs its time: tell it with interview.invite.",
        )
    held = row.held if row.held is not None else (row.decided_on is not None)
    if past and row.held is None and not held:
        told.flags.append("interview_held_unclear")
    if row.held and day is None:
        told.leave("missing_date", "interview_on", "It is not said on which day the interview was held.")
    seen = panels.HoldInterview(panel=Code(row.panel) if row.panel else BY_HAND) if past and held else None
    field = "interview_held_on" if "interview_on" not in row.present else "interview_on"
    told.tell(streams, (panels.InterviewHeld,), seen, day, {ON: field})


# -- what contradicts itself --------------------------------------------------


def _flag(told: Plan, row: ProgressRow, applied_on: dt.date | None, programme: Programme) -> None:
    for code, earlier, later in _in_order(row, applied_on, programme):
        told.flag_order(code, earlier, later)


def _in_order(
    row: ProgressRow, applied_on: dt.date | None, programme: Programme
) -> Iterator[tuple[str, dt.date | None, dt.date | None]]:
    """(what a contradiction is called, the day that must be earlier or the same, the later one)."""
    for each in row.references:
        before = f"reference{each.place}"
        yield f"{before}_asked_before_response", applied_on, each.asked_on
        yield f"{before}_received_before_asked", each.asked_on, each.received_on
        yield f"{before}_given_before_asked", each.asked_on, each.elsewhere_on
        yield f"{before}_declined_before_asked", each.asked_on, each.declined_on
        if each.declined_on and (each.received_on or each.elsewhere_on):
            yield f"{before}_declined_and_given", dt.date.max, dt.date.min
    yield "interview_before_shortlist", row.shortlisted_on, row.interview_on
    yield "decided_before_interview", row.interview_on, row.decided_on
    yield "told_before_decided", row.decided_on, row.told_on
    appointing = {each.code for each in programme.decisions if each.appoints}
    if row.decision in appointing:
        yield "inducted_before_appointed", row.decided_on, row.inducted_on
        if row.shortlisted is False:
            yield "appointed_without_shortlist", dt.date.max, dt.date.min
    yield "accreditation_ends_before_it_starts", row.accreditation.on, row.accreditation.until


PROGRESS: Final = Kind(name="progress", read=read_progress, locate=locate, plan=plan)
