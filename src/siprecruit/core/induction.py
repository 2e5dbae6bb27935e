"""A person's induction by the authority, the checks that go with it, and the briefing for each school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command, refuse_other_words
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.intervals import Interval, cut, latest, merge, through

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme, Requirement

Clearance = Literal["clear", "not_clear"]


# -- commands -----------------------------------------------------------------


@command("induction.plan", "person", begins=True)
@attrs.frozen(kw_only=True)
class PlanInduction:
    """The person is to attend a session of the induction, on ``sits_on``. A later plan replaces it."""

    session: Code
    sits_on: dt.date


@command("induction.attend", "person", begins=True)
@attrs.frozen(kw_only=True)
class AttendInduction:
    """The person has attended the induction, which everybody does once; ``session`` where it has a code."""

    session: Code | None = None


@command("requirement.clear", "person", begins=True)
@attrs.frozen(kw_only=True)
class ClearRequirement:
    """A check that the programme requires was made: outcome, day and checker, no more (KCSIE part 3).

    ``outcome`` is ``clear`` or ``not_clear``; ``checker`` a person's id; ``expires`` the last good day.
    """

    requirement: Code
    outcome: Clearance
    checker: PersonId | None = None
    expires: dt.date | None = None


@command("briefing.give", "person", begins=True)
@attrs.frozen(kw_only=True)
class GiveBriefing:
    """The person was briefed about one of their schools: once for each school, beside the induction."""

    urn: Urn


# -- events -------------------------------------------------------------------


@event("induction.planned")
@attrs.frozen(kw_only=True)
class InductionPlanned:
    """A person was to attend a session of the induction programme."""

    session: Code
    sits_on: dt.date


@event("induction.attended")
@attrs.frozen(kw_only=True)
class InductionAttended:
    """A person attended the induction."""

    session: Code | None = None


@event("requirement.checked")
@attrs.frozen(kw_only=True)
class RequirementChecked:
    """A required check was made: clear through ``expires``, or not clear."""

    requirement: Code
    outcome: Clearance
    checker: PersonId | None = None
    expires: dt.date | None = None


@event("briefing.given")
@attrs.frozen(kw_only=True)
class BriefingGiven:
    """A person was briefed about a school."""

    urn: Urn


# -- state and what it says ---------------------------------------------------


@attrs.frozen(kw_only=True)
class Planned:
    """A place in a session, and the day on which it was planned."""

    on: dt.date
    session: Code
    sits_on: dt.date


@attrs.frozen(kw_only=True)
class Checked:
    """A check, and the day on which it was made."""

    on: dt.date
    requirement: Code
    outcome: Clearance
    checker: PersonId | None = None
    expires: dt.date | None = None


@attrs.frozen(kw_only=True)
class Induction:
    """What a person has gone through: ``attended`` is the day of the induction, ``briefed`` each school's.

    ``session`` is the one that was attended.
    """

    planned: tuple[Planned, ...] = ()
    attended: dt.date | None = None
    session: Code | None = None
    checks: tuple[Checked, ...] = ()
    briefed: Mapping[Urn, dt.date] = attrs.field(factory=dict)


def inducted(state: Induction, day: dt.date) -> bool:
    """Whether the person has attended the induction on or before that day."""
    return state.attended is not None and state.attended <= day


def briefed(state: Induction, urn: str, day: dt.date) -> bool:
    """Whether the person was briefed about that school on or before that day."""
    given_on = state.briefed.get(Urn(urn))
    return given_on is not None and given_on <= day


def check_on(state: Induction, requirement: str, day: dt.date) -> Checked | None:
    """The check of a requirement that counts on a day: the latest by then; of one day's the later told."""
    return latest([each for each in state.checks if each.requirement == requirement and each.on <= day])


def clear(state: Induction, requirement: str, day: dt.date) -> bool:
    """Whether a requirement is met on a day: the check that counts came out clear and is still good."""
    counts = check_on(state, requirement, day)
    if counts is None or counts.outcome != "clear":
        return False
    return counts.expires is None or day <= counts.expires


def clear_intervals(state: Induction, requirement: str) -> tuple[Interval, ...]:
    """When a requirement is met: each clear check counts through its last day, or until the next check."""
    standing: tuple[Interval, ...] = ()
    made = (each for each in state.checks if each.requirement == requirement)
    for each in sorted(made, key=lambda one: one.on):
        standing = cut(standing, each.on)
        spell = through(each.on, each.expires) if each.outcome == "clear" else None
        standing = (*standing, spell) if spell else standing
    return merge(standing)


def not_clear(state: Induction, programme: Programme, gate: str, day: dt.date) -> tuple[Requirement, ...]:
    """What the programme requires before a gate (``induction``, ``deployment``) and isn't met on a day."""
    return tuple(
        each for each in programme.requirements if each.gate == gate and not clear(state, each.code, day)
    )


# -- decisions ----------------------------------------------------------------


def _plan(what: PlanInduction, state: Induction, _given: Given) -> tuple[InductionPlanned, ...]:
    last = state.planned[-1] if state.planned else None
    if last is not None and (last.session, last.sits_on) == (what.session, what.sits_on):
        return ()
    return (InductionPlanned(session=what.session, sits_on=what.sits_on),)


def _attend(what: AttendInduction, state: Induction, given: Given) -> tuple[InductionAttended, ...]:
    if state.attended != given.on:
        return (InductionAttended(session=what.session),)
    refuse_other_words("which induction was attended", (what.session, state.session))
    return ()


def _clear(what: ClearRequirement, state: Induction, given: Given) -> tuple[RequirementChecked, ...]:
    counts = check_on(state, what.requirement, given.on)
    same = Checked(
        on=given.on,
        requirement=what.requirement,
        outcome=what.outcome,
        checker=what.checker,
        expires=what.expires,
    )
    if counts == same:
        return ()
    return (
        RequirementChecked(
            requirement=what.requirement, outcome=what.outcome, checker=what.checker, expires=what.expires
        ),
    )


def _brief(what: GiveBriefing, state: Induction, given: Given) -> tuple[BriefingGiven, ...]:
    return () if state.briefed.get(what.urn) == given.on else (BriefingGiven(urn=what.urn),)


def _check_attended(_event: InductionAttended, state: Induction, given: Given) -> None:
    missing = not_clear(state, given.programme, "induction", given.on)
    if missing:
        titles = " and ".join(each.title for each in missing)
        raise Rejected(
            "requirement_open",
            f"{titles}: not clear on {in_words(given.on)}, and asked for before the induction",
        )
    if state.attended is not None:
        raise Rejected(
            "already_inducted",
            f"the induction was attended on {in_words(state.attended)}: correct that day if it is wrong",
        )


def _check_requirement(happened: RequirementChecked, _state: Induction, given: Given) -> None:
    known = [each.code for each in given.programme.requirements]
    if happened.requirement not in known:
        raise Rejected(
            "unknown_requirement",
            f"{happened.requirement} is no requirement of the programme: it has {', '.join(known) or 'none'}",
        )
    if happened.expires is not None and happened.expires < given.on:
        raise Rejected(
            "ends_before_it_starts",
            f"the last day, {in_words(happened.expires)}, is before the check itself, {in_words(given.on)}",
        )


def _check_briefed(happened: BriefingGiven, state: Induction, _given: Given) -> None:
    if happened.urn in state.briefed:
        raise Rejected(
            "already_briefed",
            f"the briefing about {happened.urn} was given on {in_words(state.briefed[happened.urn])}:"
            " correct that day if it is wrong",
        )


# -- evolution ----------------------------------------------------------------


def _planned(state: Induction, happened: InductionPlanned, on: dt.date) -> Induction:
    plan = Planned(on=on, session=happened.session, sits_on=happened.sits_on)
    return attrs.evolve(state, planned=(*state.planned, plan))


def _attended(state: Induction, happened: InductionAttended, on: dt.date) -> Induction:
    if state.attended is not None and state.attended <= on:
        return state
    return attrs.evolve(state, attended=on, session=happened.session)


def _checked(state: Induction, happened: RequirementChecked, on: dt.date) -> Induction:
    check = Checked(
        on=on,
        requirement=happened.requirement,
        outcome=happened.outcome,
        checker=happened.checker,
        expires=happened.expires,
    )
    return attrs.evolve(state, checks=(*state.checks, check))


def _briefed(state: Induction, happened: BriefingGiven, on: dt.date) -> Induction:
    first = min(on, state.briefed.get(happened.urn, on))
    return attrs.evolve(state, briefed={**state.briefed, happened.urn: first})


STAGE = Stage(
    name="induction",
    initial=Induction(),
    decide={
        PlanInduction: _plan,
        AttendInduction: _attend,
        ClearRequirement: _clear,
        GiveBriefing: _brief,
    },
    evolve={
        InductionPlanned: _planned,
        InductionAttended: _attended,
        RequirementChecked: _checked,
        BriefingGiven: _briefed,
    },
    check={
        InductionAttended: _check_attended,
        RequirementChecked: _check_requirement,
        BriefingGiven: _check_briefed,
    },
)
