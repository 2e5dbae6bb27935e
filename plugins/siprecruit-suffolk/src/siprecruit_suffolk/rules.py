"""The county's own rules: who is eligible here, who may come to the induction, who is too close to a school.

The rules are made up: what Suffolk asked for in 2007 isn't known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final

from siprecruit.api import Command, Objection

DISCLOSURE: Final = "enhanced_disclosure"
"""The code of the check that has to be clear before the induction."""

FEWEST_DAYS: Final = 10
"""Days a year that a serving headteacher gives at least: two schools at five days each."""

YEARS_BETWEEN: Final = 2
"""Years for which nobody challenges a school that they have supported, nor the other way round."""

_PARTNERS: Final = frozenset({"permanent.name", "permanent.change", "temporary.cover", "temporary.change"})


def objections(command: Command, state: Any) -> Iterable[Objection]:
    """What speaks against ``command``, by the state of its stream before it."""
    match command.name:
        case "response.submit":
            yield from _too_few_days(command.what, blocks=False)
        case "eligibility.decide" if command.what.eligible:
            yield from _too_few_days(state.response.said, blocks=True)
        case "shortlist.decide" if command.what.shortlisted:
            yield from _too_few_days(state.response.said, blocks=True)
        case "induction.plan":
            yield from _not_clear(state, command.what.sits_on)
        case name if name in _PARTNERS:
            yield from _too_close(command.what, state.allocation.advisers, "supported", "adviser_before")
        case "cda.allocate":
            yield from _too_close(command.what, state.allocation.permanents, "challenged", "partner_before")


def _too_few_days(said: Any, *, blocks: bool) -> Iterator[Objection]:
    """A response always comes in: only what is decided on it is stopped."""
    days = getattr(said, "days_available", None)
    if getattr(said, "category", None) == "headteacher" and days is not None and days < FEWEST_DAYS:
        yield Objection(
            code="too_few_days",
            message=f"a serving headteacher gives at least {FEWEST_DAYS} days a year, and this one {days}",
            blocks=blocks,
        )


def _not_clear(person: Any, day: dt.date) -> Iterator[Objection]:
    """A session is planned while the check is under way: the core sees that nobody attends without."""
    checks = [each for each in person.induction.checks if each.requirement == DISCLOSURE and each.on <= day]
    last = max(checks, key=lambda one: one.on, default=None)
    if last is None or last.outcome != "clear" or (last.expires is not None and last.expires < day):
        yield Objection(
            code="disclosure_not_clear",
            message="the enhanced disclosure has to be clear before the induction, "
            f"and isn't on {day:%d/%m/%Y}",
            blocks=False,
        )


def _too_close(what: Any, tenures: Iterable[Any], verb: str, code: str) -> Iterator[Objection]:
    """Support is kept apart from challenge, also in memory."""
    for each in tenures:
        served = each.until is None or each.until >= each.starts
        if each.person == what.person and served and _within_years(each.until, what.starts):
            yield Objection(
                code=code,
                message=f"{what.person} has {verb} this school within {YEARS_BETWEEN} years before "
                f"{what.starts:%d/%m/%Y}",
            )
            return


def _within_years(until: dt.date | None, starts: dt.date) -> bool:
    if until is None:
        return True
    leap = (until.month, until.day) == (2, 29)
    free = until.replace(year=until.year + YEARS_BETWEEN, day=28 if leap else until.day)
    return starts <= free
