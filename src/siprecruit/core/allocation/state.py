"""A school's allocation as it stands, and which facts of it exclude each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import attrs

from siprecruit.core.allocation.events import AdviserAllocated, PermanentNamed, TemporaryNamed
from siprecruit.core.allocation.tenure import Tenure, days_in_words, overlapping, span
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import PersonId

Named = PermanentNamed | TemporaryNamed | AdviserAllocated


@attrs.frozen(kw_only=True)
class Allocation:
    """A school's partners and advisers.

    Every tenure there was, introductions, and what the school said, by day.
    """

    permanents: tuple[Tenure, ...] = ()
    temporaries: tuple[Tenure, ...] = ()
    advisers: tuple[Tenure, ...] = ()
    introductions: tuple[tuple[dt.date, PersonId], ...] = ()
    words: tuple[tuple[dt.date, bool], ...] = ()


def introduced_on(state: Allocation, person: PersonId) -> dt.date | None:
    """The day on which that person first introduced themselves to the school, or None."""
    return min((on for on, who in state.introductions if who == person), default=None)


def is_permanent(state: Allocation, person: PersonId) -> bool:
    """Whether that person is, was or will be the school's permanent partner."""
    return any(each.person == person and span(each) is not None for each in state.permanents)


def fits_permanent(happened: PermanentNamed, state: Allocation) -> None:
    """Raises Rejected where somebody else is the permanent partner, or the same person the temporary one."""
    _none_before(happened, state.permanents, "already_named", "permanent partner")
    if shares_days(happened, state.temporaries):
        raise Rejected(
            "same_person", f"{happened.person} is the school's temporary partner then: end that first"
        )


def fits_temporary(happened: TemporaryNamed, state: Allocation) -> None:
    """Raises Rejected where somebody else covers, or the person would cover for themselves."""
    _none_before(happened, state.temporaries, "already_covered", "temporary partner")
    if shares_days(happened, state.permanents):
        raise Rejected(
            "same_person",
            f"{happened.person} is the school's permanent partner then and can't cover for themselves",
        )


def fits_adviser(happened: AdviserAllocated, state: Allocation) -> None:
    """Raises Rejected where another adviser is allocated on any of the days."""
    _none_before(happened, state.advisers, "already_allocated", "development adviser")


def shares_days(happened: Named, tenures: Iterable[Tenure], people: Iterable[PersonId] = ()) -> bool:
    """Whether one of the tenures is the same person's on any of the days; ``people`` are their other ids."""
    same = {happened.person, *people}
    return any(each.person in same for each in overlapping(tenures, happened.starts, happened.until))


def _none_before(happened: Named, tenures: Iterable[Tenure], code: str, post: str) -> None:
    if happened.until is not None and happened.until < happened.starts:
        raise Rejected(
            "ends_early",
            f"the last day, {in_words(happened.until)}, is before the first, {in_words(happened.starts)}",
        )
    for other in overlapping(tenures, happened.starts, happened.until):
        days = days_in_words(other.starts, other.until)
        raise Rejected(code, f"{other.person} is the {post} {days}: change or end that first")
