"""What follows from the commands of a school's allocation, and when what they tell can't be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from siprecruit.core.allocation.commands import (
    AllocateAdviser,
    ChangePermanent,
    ChangeTemporary,
    CoverTemporarily,
    EndAdviser,
    EndPermanent,
    EndTemporary,
    HearSchool,
    NamePermanent,
    RecordIntroduction,
)
from siprecruit.core.allocation.events import (
    AdviserAllocated,
    AdviserEnded,
    PermanentEnded,
    PermanentIntroduced,
    PermanentNamed,
    SchoolHeard,
    TemporaryEnded,
    TemporaryNamed,
)
from siprecruit.core.allocation.state import (
    Allocation,
    fits_adviser,
    fits_permanent,
    fits_temporary,
    introduced_on,
    is_permanent,
)
from siprecruit.core.allocation.tenure import Tenure, last_day, overlapping, span, still_open
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, refuse_other_words
from siprecruit.core.ids import PersonId

Naming = NamePermanent | ChangePermanent | CoverTemporarily | ChangeTemporary
Ending = EndPermanent | EndTemporary | EndAdviser


def _name(what: NamePermanent, state: Allocation, _given: Given) -> tuple[Any, ...]:
    told = _told(state.permanents, what.person, what.starts, what.until)
    if told is not None:
        _refuse_other_naming(what, told)
        return ()
    return (
        PermanentNamed(
            person=what.person,
            starts=what.starts,
            until=what.until,
            reason=what.reason,
            plan=what.plan,
            remark=what.remark or None,
        ),
    )


def _change(what: ChangePermanent, state: Allocation, _given: Given) -> tuple[Any, ...]:
    former = _to_replace(state.permanents, what, "permanent partner")
    if former is None:
        return ()
    return (
        PermanentEnded(person=former.person, until=last_day(None, what.starts), reason=what.reason),
        PermanentNamed(
            person=what.person,
            starts=what.starts,
            reason=what.reason,
            plan=what.plan,
            remark=what.remark or None,
        ),
    )


def _end(what: EndPermanent, state: Allocation, given: Given) -> tuple[Any, ...]:
    target = _to_end(state.permanents, what, given.on, "permanent partner")
    if target is None:
        return ()
    remark = what.remark or None
    return (PermanentEnded(person=target.person, until=what.until, reason=what.reason, remark=remark),)


def _cover(what: CoverTemporarily, state: Allocation, _given: Given) -> tuple[Any, ...]:
    told = _told(state.temporaries, what.person, what.starts, what.until)
    if told is not None:
        _refuse_other_naming(what, told)
        return ()
    return (_temporary(what),)


def _change_cover(what: ChangeTemporary, state: Allocation, _given: Given) -> tuple[Any, ...]:
    former = _to_replace(state.temporaries, what, "temporary partner")
    if former is None:
        return ()
    until = last_day(None, what.starts)
    return (TemporaryEnded(person=former.person, until=until, reason=what.reason), _temporary(what))


def _temporary(what: CoverTemporarily | ChangeTemporary) -> TemporaryNamed:
    return TemporaryNamed(
        person=what.person,
        starts=what.starts,
        until=what.until,
        reason=what.reason,
        introductory_visit=what.introductory_visit,
        remark=what.remark or None,
    )


def _end_cover(what: EndTemporary, state: Allocation, given: Given) -> tuple[Any, ...]:
    target = _to_end(state.temporaries, what, given.on, "temporary partner")
    if target is None:
        return ()
    remark = what.remark or None
    return (TemporaryEnded(person=target.person, until=what.until, reason=what.reason, remark=remark),)


def _introduce(what: RecordIntroduction, state: Allocation, given: Given) -> tuple[Any, ...]:
    before = introduced_on(state, what.person)
    if before is not None and before <= given.on:
        return ()
    return (PermanentIntroduced(person=what.person, told_by=what.told_by),)


def _hear(what: HearSchool, state: Allocation, given: Given) -> tuple[Any, ...]:
    said = [heard for on, heard in state.words if on == given.on]
    return () if said and said[-1] == what.heard else (SchoolHeard(heard=what.heard),)


def _allocate_adviser(what: AllocateAdviser, state: Allocation, _given: Given) -> tuple[Any, ...]:
    if _told(state.advisers, what.person, what.starts, what.until) is not None:
        return ()
    return (AdviserAllocated(person=what.person, starts=what.starts, until=what.until),)


def _end_adviser(what: EndAdviser, state: Allocation, given: Given) -> tuple[Any, ...]:
    target = _to_end(state.advisers, what, given.on, "development adviser")
    if target is None:
        return ()
    return (AdviserEnded(person=target.person, until=what.until, reason=what.reason),)


def _told(
    tenures: tuple[Tenure, ...], person: PersonId, starts: dt.date, until: dt.date | None
) -> Tenure | None:
    """The tenure of that person from that very day, and through that last one if told; None without."""
    same = (each for each in tenures if each.person == person and each.starts == starts and span(each))
    return next((each for each in same if until in (None, each.until)), None)


def _refuse_other_naming(what: Naming, told: Tenure) -> None:
    refuse_other_words(
        f"that {what.person} serves from {in_words(what.starts)}",
        (what.reason, told.reason),
        (getattr(what, "plan", None), told.plan),
        (getattr(what, "introductory_visit", None) or None, told.introductory_visit),
        (what.remark, told.remark),
    )


def _to_replace(
    tenures: tuple[Tenure, ...], what: ChangePermanent | ChangeTemporary, post: str
) -> Tenure | None:
    """The tenure that ends where the new one begins; None where that is recorded already. Raises Rejected."""
    until = what.until if isinstance(what, ChangeTemporary) else None
    told = _told(tenures, what.person, what.starts, until)
    if told is not None:
        _refuse_other_naming(what, told)
        return None
    former = next(iter(overlapping(tenures, what.starts, None)), None)
    if former is None:
        starts = in_words(what.starts)
        raise Rejected("nobody_named", f"the school has no {post} from {starts} on: nothing to change")
    return former


def _to_end(tenures: tuple[Tenure, ...], what: Ending, on: dt.date, post: str) -> Tenure | None:
    """The tenure that is to end; None where one is known to end on that very day. Raises Rejected."""
    last = last_day(what.until, on)
    target = still_open(tenures, last)
    if target is not None:
        return target
    over = next((each for each in tenures if each.until == last), None)
    if over is None:
        raise Rejected("nobody_named", f"the school has no {post} after {in_words(last)}: nothing to end")
    refuse_other_words(
        f"the end of {over.person}'s time on {in_words(last)}",
        (what.reason, over.end_reason),
        (getattr(what, "remark", None), over.end_remark),
    )
    return None


def _judge_introduced(happened: PermanentIntroduced, state: Allocation, _given: Given) -> None:
    if not is_permanent(state, happened.person):
        raise Rejected("not_permanent", f"{happened.person} is not named as this school's permanent partner")


DECIDE: Final[Mapping[type, Callable[[Any, Any, Given], tuple[Any, ...]]]] = {
    NamePermanent: _name,
    ChangePermanent: _change,
    EndPermanent: _end,
    CoverTemporarily: _cover,
    ChangeTemporary: _change_cover,
    EndTemporary: _end_cover,
    RecordIntroduction: _introduce,
    HearSchool: _hear,
    AllocateAdviser: _allocate_adviser,
    EndAdviser: _end_adviser,
}

CHECK: Final[Mapping[type, Callable[[Any, Any, Given], None]]] = {
    PermanentNamed: lambda happened, state, _given: fits_permanent(happened, state),
    TemporaryNamed: lambda happened, state, _given: fits_temporary(happened, state),
    AdviserAllocated: lambda happened, state, _given: fits_adviser(happened, state),
    PermanentIntroduced: _judge_introduced,
}
