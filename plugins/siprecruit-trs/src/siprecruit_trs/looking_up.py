"""Looks one person up, or many, and says what was found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import attrs
from siprecruit.api import Context, Deferred, Finding, Found, LookupQuery

from siprecruit_trs.client import MOST, Nobody, Record, people, person, qualifications
from siprecruit_trs.judging import Judged, judged, same_name, with_headship

SOURCE: Final = "trs"
ONE_BY_ONE: Final = 100
"""How many are asked after alone in one call; the register allows 1,000 requests a minute."""

_TRN: Final = re.compile("[0-9]{7}")
_LATER: Final = Deferred(reason="more were asked after than fit into one call", after=dt.timedelta(minutes=1))


def find(context: Context, query: LookupQuery) -> Found:
    """What the registers say of one person."""
    if query.number is None or not _TRN.fullmatch(query.number):
        return _unusable(context, query)
    said = person(context, query.number, query.born)
    return _found(context, query, said) if isinstance(said, Record | Nobody) else said


def find_many(context: Context, queries: tuple[LookupQuery, ...]) -> Mapping[str, Found]:
    """What they say of each. Whom the register leaves out is asked after alone: then it may say why."""
    found: dict[str, Found] = {}
    for batch in _batches(queries):
        said = people(context, {str(each.number): each.born for each in batch if each.born})
        if not isinstance(said, Mapping):
            found |= {each.person: said for each in batch}
            continue
        for query in batch:
            record = said.get(str(query.number))
            if record is not None and _is_whole(record):
                found[query.person] = _found(context, query, record)
    rest = iter([each for each in queries if each.person not in found])
    for query in islice(rest, ONE_BY_ONE):
        found[query.person] = find(context, query)
        if isinstance(found[query.person], Deferred):
            break  # it wants to be left alone, or isn't there
    return found | {each.person: _LATER for each in rest}


def _batches(queries: tuple[LookupQuery, ...]) -> Iterator[list[LookupQuery]]:
    """Those who can be found together: with a number and a birth date, each number once."""
    fit = {each.number: each for each in queries if each.born and _TRN.fullmatch(each.number or "")}
    rest = iter(fit.values())
    while batch := list(islice(rest, MOST)):
        yield batch


def _is_whole(record: Record) -> bool:
    return {"qts", "induction", "alerts"} <= record.told.keys()


def _unusable(context: Context, query: LookupQuery) -> Finding:
    if query.number is None:
        return _finding(
            context, query, Judged(verdict="unknown", why="no teacher reference number is recorded")
        )
    why = "a teacher reference number has seven digits, and this one hasn't: zeros at its front may be lost"
    return _finding(context, query, Judged(verdict="unknown", why=why))


def _found(context: Context, query: LookupQuery, said: Record | Nobody) -> Found:
    if isinstance(said, Nobody):
        return _finding(context, query, Judged(verdict="unknown", why=said.why))
    if query.born is None and not same_name(said.told, query.name):
        why = f"the record {said.trn} is of somebody with another last name"
        return _finding(context, query, Judged(verdict="ambiguous", why=why))
    first = judged(said.told, suspend_on_alert=context.settings.suspend_on_alert)
    if context.settings.npq_url is None or first.verdict != "accredited":
        return _finding(context, query, first, said.trn)
    headship = qualifications(context, said.trn)
    if not isinstance(headship, tuple):
        return headship
    return _finding(context, query, with_headship(first, headship), said.trn)


def _finding(context: Context, query: LookupQuery, said: Judged, trn: str | None = None) -> Finding:
    made = Finding(
        verdict=said.verdict,
        source=SOURCE,
        number=trn,
        accredited_on=said.since,
        seen_at=context.clock(),
        evidence=said.why,
    )
    # A teaching record knows no phases: who is qualified is so for the one that was asked after.
    holds = said.verdict in ("accredited", "suspended")
    return attrs.evolve(made, phases=frozenset({query.phase})) if holds else made
