"""A person's ties to a school, their own or one in which they have an interest: they don't serve there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit.core.ids import Code, Urn
from siprecruit.core.intervals import ALWAYS, Interval, beside, meet, through

if TYPE_CHECKING:
    from siprecruit.core.application import Application
    from siprecruit.core.person import Person

EMPLOYER: Final = Code("employer")
"""The kind of interest that makes a school somebody's own."""

OF_THE_FORM: Final = Code("on the form")
"""A tie that the applicant's form names without its kind."""


@attrs.frozen(kw_only=True)
class Tie:
    """A tie to a school: its kind, and the days on which it holds as far as they are known.

    ``told_on`` is the day from which it is on the record.
    """

    kind: Code
    days: Interval
    told_on: dt.date


def ties(urn: Urn, person: Person, applications: Sequence[Application]) -> Iterator[Tie]:
    """The ties to that school, declared or on a form; one on a form has no days and holds without end."""
    for each in person.particulars.interests:
        if each.urn == urn and (days := through(each.starts, each.until)) is not None:
            yield Tie(kind=each.kind, days=days, told_on=each.on)
    for application in applications:
        said = application.response
        told_on = said.submitted_on or said.elsewhere_on or dt.date.min
        if said.employer_urn == urn:
            yield Tie(kind=EMPLOYER, days=ALWAYS, told_on=told_on)
        if urn in said.interests:
            yield Tie(kind=OF_THE_FORM, days=ALWAYS, told_on=told_on)


def code_of(kinds: set[Code]) -> str | None:
    """What ties of these kinds come to: ``own_school``, ``declared_interest``, or None for none."""
    if EMPLOYER in kinds:
        return "own_school"
    return "declared_interest" if kinds else None


def tied_on(urn: Urn, person: Person, applications: Sequence[Application], day: dt.date) -> str | None:
    """The code of what ties the person to the school on a day, or None.

    A tie counts from the day on which it was told: on the days before, nobody could know of it.
    """
    return code_of(
        {each.kind for each in ties(urn, person, applications) if day in each.days and each.told_on <= day}
    )


def untied_intervals(urn: Urn, person: Person, applications: Sequence[Application]) -> tuple[Interval, ...]:
    """The days on which nothing ties the person to the school: those on which ``tied_on`` gives None."""
    held = (meet(each.days, Interval(starts=each.told_on)) for each in ties(urn, person, applications))
    return beside(each for each in held if each is not None)
