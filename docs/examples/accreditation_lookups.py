"""Looks accreditations up in a list that the accreditor sends now and then."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable

from siprecruit.api import AccreditationLookup, Context, Deferred, Finding, LookupQuery, hookimpl

siprecruit_api = ">=1,<2"


def find(context: Context, query: LookupQuery) -> Finding | Deferred:
    """What the list says of a number. Without a list nothing is known, which is never a no."""
    try:
        with (context.home / "accredited.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if query.number and row["number"] == query.number]
    except OSError:
        return Deferred(reason="The accreditor's list isn't there.", after=dt.timedelta(hours=12))
    if len(rows) != 1:
        return Finding(verdict="ambiguous" if rows else "unknown", source="accredited.csv")
    phases = frozenset(rows[0]["phases"].split())
    return Finding(
        verdict="accredited" if query.phase in phases else "unknown",
        source="accredited.csv",
        phases=phases,
        number=query.number,
        accredited_on=dt.date.fromisoformat(rows[0]["since"]),
        seen_at=context.clock(),
    )


@hookimpl
def siprecruit_accreditation_lookups() -> Iterable[AccreditationLookup]:
    """Asked once a week of each person at most."""
    return [AccreditationLookup(name="list", find=find, fresh_for=dt.timedelta(days=7))]
