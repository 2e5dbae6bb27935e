"""The gates where the authority's and the accreditor's track meet: who is deployable, who may start where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from siprecruit.core import accreditation, panel
from siprecruit.core.calendar import in_words
from siprecruit.core.ids import Code, Urn
from siprecruit.core.induction import briefed, clear, clear_intervals, inducted
from siprecruit.core.intervals import ALWAYS, Interval, cut, meet_all, merge
from siprecruit.core.particulars import (
    appointed_without_advert,
    appointment_intervals,
    has_left,
    present_intervals,
)
from siprecruit.core.ties import tied_on, untied_intervals

if TYPE_CHECKING:
    from siprecruit.core.application import Application
    from siprecruit.core.person import Person
    from siprecruit.core.programme import Programme
    from siprecruit.core.schools import School

# A middle school is deemed one or the other by law; an all-through school has primary pupils to answer for.
_PHASES = {
    "nursery": "primary",
    "middle_deemed_primary": "primary",
    "all_through": "primary",
    "middle_deemed_secondary": "secondary",
    "sixteen_plus": "secondary",
}


@attrs.frozen(kw_only=True)
class Blocker:
    """What keeps a person from a gate: a stable code, and a sentence without a name."""

    code: str
    message: str


def phase_of(school: School) -> Code:
    """The phase that a school's partner is accredited for; for a special school it is ``special``."""
    return phase_by(school.phase, school.type_group)


def phase_by(phase: str, type_group: str) -> Code:
    """The same by the codes that the register has for a school."""
    return Code("special" if type_group == "special" else _PHASES.get(phase, phase))


# -- on one day ---------------------------------------------------------------


def accredited(person: Person, programme: Programme, phase: str, day: dt.date) -> bool:
    """Whether a person counts as accredited; everybody does where the programme has no accreditor."""
    return programme.accreditor is None or accreditation.accredited(person.accreditation, phase, day)


def appointed(
    person: Person, applications: Sequence[Application], programme: Programme, day: dt.date
) -> bool:
    """Whether a person stands appointed, be it subject to accreditation, and hasn't left the pool."""
    return not has_left(person.particulars, day) and _chosen(person, applications, programme, day)


def why_not_deployable(
    person: Person, applications: Sequence[Application], programme: Programme, phase: str, day: dt.date
) -> tuple[Blocker, ...]:
    """All that keeps a person from being deployed in a phase on a day, in a fixed order.

    Codes: ``not_appointed``, ``not_accredited``, ``not_inducted``, ``requirement:<code>``, ``left``. Everyone
    is inducted (sheet 102/08), and nobody serves who isn't accredited for the time being (EIA 2006 s.5).
    """
    when = in_words(day)
    found = []
    if not _chosen(person, applications, programme, day):
        found.append(Blocker(code="not_appointed", message=f"not appointed on {when}"))
    if not accredited(person, programme, phase, day):
        found.append(Blocker(code="not_accredited", message=f"not accredited for {phase} on {when}"))
    if not inducted(person.induction, day):
        found.append(Blocker(code="not_inducted", message=f"has not attended the induction by {when}"))
    found += [
        Blocker(code=f"requirement:{each.code}", message=f"{each.title}: not clear on {when}")
        for each in programme.requirements
        if not clear(person.induction, each.code, day)
    ]
    if has_left(person.particulars, day):
        found.append(Blocker(code="left", message=f"has left the pool by {when}"))
    return tuple(found)


def deployable(
    person: Person, applications: Sequence[Application], programme: Programme, phase: str, day: dt.date
) -> bool:
    """Whether a person may be deployed on a day: accredited, appointed, inducted, all checks clear."""
    return (
        accredited(person, programme, phase, day)
        and appointed(person, applications, programme, day)
        and inducted(person.induction, day)
        and all(clear(person.induction, each.code, day) for each in programme.requirements)
    )


def why_not_cover(
    urn: Urn,
    person: Person,
    applications: Sequence[Application],
    programme: Programme,
    phase: str,
    day: dt.date,
) -> tuple[Blocker, ...]:
    """All that keeps a person from covering a school: from being deployed, and a tie to that school.

    Nobody serves their own school (``own_school``) or one in which they have an interest
    (``declared_interest``), also where the tie was declared after they were named.
    """
    found = why_not_deployable(person, applications, programme, phase, day)
    tie = tied_on(urn, person, applications, day)
    if tie is None:
        return found
    words = f"{urn} is their own school" if tie == "own_school" else f"has an interest in {urn}"
    return (*found, Blocker(code=tie, message=f"{words} on {in_words(day)}"))


def may_cover(
    urn: Urn,
    person: Person,
    applications: Sequence[Application],
    programme: Programme,
    phase: str,
    day: dt.date,
) -> bool:
    """Whether a person may cover a school on a day: deployable then, and without a tie to it."""
    return (
        deployable(person, applications, programme, phase, day)
        and tied_on(urn, person, applications, day) is None
    )


def why_not_start(
    urn: Urn,
    person: Person,
    applications: Sequence[Application],
    programme: Programme,
    phase: str,
    day: dt.date,
) -> tuple[Blocker, ...]:
    """All that keeps a person from starting at a school: from covering it, and ``not_briefed``."""
    found = why_not_cover(urn, person, applications, programme, phase, day)
    if briefed(person.induction, urn, day):
        return found
    return (*found, Blocker(code="not_briefed", message=f"not briefed about {urn} by {in_words(day)}"))


def may_start_at(
    urn: Urn,
    person: Person,
    applications: Sequence[Application],
    programme: Programme,
    phase: str,
    day: dt.date,
) -> bool:
    """Whether a person may start at a school on a day: may cover it then, and briefed about it by then."""
    return briefed(person.induction, urn, day) and may_cover(urn, person, applications, programme, phase, day)


def _chosen(person: Person, applications: Sequence[Application], programme: Programme, day: dt.date) -> bool:
    return appointed_without_advert(person.particulars, day) or any(
        panel.appointed_on(each.panel, programme, day) and not _withdrawn(each, day) for each in applications
    )


def _withdrawn(application: Application, day: dt.date) -> bool:
    withdrawn_on = application.response.withdrawn_on
    return withdrawn_on is not None and withdrawn_on <= day


# -- by intervals -------------------------------------------------------------


def accredited_intervals(person: Person, programme: Programme, phase: str) -> tuple[Interval, ...]:
    """When a person counts as accredited for a phase."""
    if programme.accreditor is None:
        return (ALWAYS,)
    return accreditation.accredited_intervals(person.accreditation, phase)


def appointed_intervals(
    person: Person, applications: Sequence[Application], programme: Programme
) -> tuple[Interval, ...]:
    """When a person stands appointed and hasn't left the pool."""
    chosen = [*appointment_intervals(person.particulars)]
    for each in applications:
        stretches = panel.appointed_intervals(each.panel, programme)
        withdrawn_on = each.response.withdrawn_on
        chosen += stretches if withdrawn_on is None else cut(stretches, withdrawn_on)
    return meet_all(merge(chosen), present_intervals(person.particulars)) if chosen else ()


def deployable_intervals(
    person: Person, applications: Sequence[Application], programme: Programme, phase: str
) -> tuple[Interval, ...]:
    """When a person may be deployed in a phase: the days on which ``deployable`` says so."""
    return meet_all(
        accredited_intervals(person, programme, phase),
        appointed_intervals(person, applications, programme),
        _since(person.induction.attended),
        *(clear_intervals(person.induction, each.code) for each in programme.requirements),
    )


def covering_intervals(
    urn: Urn, person: Person, applications: Sequence[Application], programme: Programme, phase: str
) -> tuple[Interval, ...]:
    """When a person may cover a school: the days on which ``may_cover`` says so."""
    return meet_all(
        deployable_intervals(person, applications, programme, phase),
        untied_intervals(urn, person, applications),
    )


def start_intervals(
    urn: Urn, person: Person, applications: Sequence[Application], programme: Programme, phase: str
) -> tuple[Interval, ...]:
    """When a person may start at a school: the days on which ``may_start_at`` says so."""
    return meet_all(
        covering_intervals(urn, person, applications, programme, phase),
        _since(person.induction.briefed.get(urn)),
    )


def _since(day: dt.date | None) -> tuple[Interval, ...]:
    return () if day is None else (Interval(starts=day),)
