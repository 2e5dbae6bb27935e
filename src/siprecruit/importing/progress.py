"""How far each applicant has come, by a sheet kept by hand: references, accreditation, panel, induction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from siprecruit.core import panel as panels
from siprecruit.core.accreditation import (
    AccreditationExpected,
    AccreditationRecorded,
    ExpectAccreditation,
    OutcomeTold,
    RecordAccreditation,
    TellOutcome,
)
from siprecruit.core.calendar import in_words
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.induction import (
    AttendInduction,
    ClearRequirement,
    InductionAttended,
    InductionPlanned,
    PlanInduction,
    RequirementChecked,
)
from siprecruit.core.programme import Programme
from siprecruit.core.responses import ResponseWithdrawn, WithdrawResponse
from siprecruit.core.text import fold_address
from siprecruit.importing.by_hand import tell_references
from siprecruit.importing.directory import Applied, Directory, folded_name
from siprecruit.importing.planning import ON, Kind, Plan, Scene, Subject
from siprecruit.intake.kinds import CHECK
from siprecruit.intake.progress import ProgressRow, ToldAccreditation, read_progress
from siprecruit.intake.reading import Fault

BY_HAND: Final = Code("by-hand")
"""The panel that saw an applicant where the sheet names none: it is no panel of the record's."""

INDUCTION: Final = Code("induction")
"""The session of an induction that is planned where the sheet says its day alone."""


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
    days = [day for day in (row.shortlisted_on, row.interview_on, row.decided_on, today) if day]
    shortlisted = None if row.shortlisted is None else panels.DecideShortlist(shortlisted=row.shortlisted)
    told.tell(
        streams,
        (panels.ShortlistDecided,),
        shortlisted,
        row.shortlisted_on or min(days),
        {"shortlisted": "shortlisted", **({ON: "shortlisted_on"} if row.shortlisted_on else {})},
    )
    if row.shortlisted is not None and row.shortlisted_on is None:
        told.flags.append("shortlisted_undated")
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


def tell_accreditation(
    told: Plan, said: ToldAccreditation, person: tuple[str, ...], scene: Scene, submitted: Any
) -> None:
    """Accredited, an outcome of the accreditor's last stage, or an answer that is awaited."""
    programme, on = scene.programme, said.on
    phase = said.phase or _only_phase(programme, getattr(submitted, "phases", ()))
    if said.outcome is not None and programme.accreditor is None:
        told.leave("no_accreditor", "accreditation_outcome", "Nobody accredits in this programme.")
        return
    if said.outcome is not None and phase is None:
        told.leave("unknown_phase", "accreditation_phase", "It is not said for which phase.")
        return
    known = Code(phase or "")
    recorded = outcome = awaited = None
    if said.outcome == "accredited" and programme.accreditor is not None:
        recorded = RecordAccreditation(
            phase=known, source=Code(programme.accreditor.code), until=said.until, number=said.number
        )
    elif said.outcome in ("not_accredited", "deferred"):
        stage = _last_stage(programme, known)
        outcome = TellOutcome(phase=known, stage=stage, result=said.outcome)
    elif said.outcome == "awaited":
        awaited = ExpectAccreditation(phase=known, expected_by=said.expected_by)
    told.tell(
        person,
        (AccreditationRecorded,),
        recorded,
        on,
        {
            ON: "accredited_on",
            "until": "accredited_until",
            "number": "accreditation_number",
            "phase": "accreditation_phase",
        }
        if said.phase
        else {ON: "accredited_on", "until": "accredited_until", "number": "accreditation_number"},
        key={"phase": known},
        slot=(),
    )
    told.tell(
        person,
        (OutcomeTold,),
        outcome,
        on,
        {"result": "accreditation_outcome", ON: "accredited_on"},
        key={
            "phase": known,
            "stage": getattr(outcome, "stage", None),
            "result": getattr(outcome, "result", None),
        },
        slot=(),
        succeeds=True,
    )
    told.tell(
        person,
        (AccreditationExpected,),
        awaited,
        on or scene.today,
        {"expected_by": "accreditation_expected"},
        key={"phase": known},
        slot=(),
    )


def _only_phase(programme: Programme, asked: Sequence[str]) -> str | None:
    """The phase that is meant where none is told: the only one that was applied for."""
    known = [each.code for each in programme.phases]
    wanted = list(asked) or known
    return wanted[0] if len(wanted) == 1 else None


def _last_stage(programme: Programme, phase: str) -> Code:
    stages = programme.accreditor.stages if programme.accreditor else ()
    gating = [each.code for each in stages if each.gates and phase in each.phases]
    return Code(gating[-1] if gating else "")


def tell_induction(told: Plan, day: dt.date | None, person: tuple[str, ...], today: dt.date) -> None:
    """The induction as attended, or as planned where its day lies ahead."""
    ahead = day is not None and day > today
    attended = AttendInduction() if day is not None and not ahead else None
    told.tell(person, (InductionAttended,), attended, day, {ON: "inducted_on"})
    planned = PlanInduction(session=INDUCTION, sits_on=day) if day is not None and ahead else None
    told.tell(person, (InductionPlanned,), planned, today, {"sits_on": "inducted_on"})


def tell_checks(
    told: Plan, checks: Mapping[str, dt.date], person: tuple[str, ...], programme: Programme
) -> None:
    """Each check that the programme requires, as found clear."""
    for each in programme.requirements:
        day = checks.get(each.code)
        clear = ClearRequirement(requirement=Code(each.code), outcome="clear") if day else None
        told.tell(
            person,
            (RequirementChecked,),
            clear,
            day,
            {ON: f"{CHECK}{each.code}"},
            key={"requirement": each.code},
        )


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
