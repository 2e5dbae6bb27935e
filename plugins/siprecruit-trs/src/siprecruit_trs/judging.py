"""What a person's record says about whether they may advise schools: evidence, with the reason for it.

A section that is absent says nothing. An alert is open where it has no end. Nobody is accredited by a record
that leaves something open.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import attrs
from siprecruit.api import Verdict

INDUCTED: Final = frozenset({"Passed", "Exempt"})
NOT_YET: Final = frozenset({"None", "RequiredToComplete", "InProgress"})
FAILED: Final = frozenset({"Failed", "FailedInWales"})
HEADSHIP: Final = "NPQH"


@attrs.frozen(kw_only=True)
class Judged:
    """A verdict, since when it holds where that is told, and why, in words without a name."""

    verdict: Verdict
    since: dt.date | None = None
    why: str


class _Absent(Exception):  # noqa: N818 - says what it is
    """A section that was asked for isn't there, or isn't as it should be."""


def judged(told: Mapping[str, Any], *, suspend_on_alert: bool) -> Judged:
    """What the record says: qualified, inducted, and without an open alert."""
    try:
        open_alerts = _open_alerts(told)
        since, status = _qualified_since(told), _induction(told)
    except _Absent as section:
        return Judged(
            verdict="unknown",
            why=f"the answer has no {section} that can be read: look at version in the settings",
        )
    if open_alerts:
        count = f"{open_alerts} open alert{'s' if open_alerts > 1 else ''}"
        return Judged(
            verdict="suspended" if suspend_on_alert else "ambiguous", why=f"{count} in the teaching record"
        )
    return _by_status(since, status, told)


def _by_status(since: dt.date | None, status: str, told: Mapping[str, Any]) -> Judged:
    if since is None:
        return Judged(verdict="not_accredited", why="no qualified teacher status")
    words = f"qualified teacher status since {since:%d/%m/%Y}; induction {status}"
    if status in INDUCTED:
        ended = _day(told["induction"].get("completedDate"))
        return Judged(verdict="accredited", since=max(since, ended or since), why=f"{words}; no open alert")
    if status in NOT_YET:
        return Judged(verdict="pending", why=words)
    if status in FAILED:
        return Judged(verdict="not_accredited", why=words)
    return Judged(verdict="unknown", why="the induction has a status that this plugin doesn't know")


def with_headship(first: Judged, qualifications: tuple[Mapping[str, Any], ...]) -> Judged:
    """The same, where an NPQH is needed as well. One that isn't registered is no proof that there is none."""
    awards = [_day(each.get("award_date")) for each in qualifications if each.get("npq_type") == HEADSHIP]
    if first.verdict != "accredited":
        return first
    if not awards:
        return Judged(verdict="unknown", why=f"{first.why}; no {HEADSHIP} in the register of NPQs")
    dated = [day for day in awards if day is not None]
    if not dated:
        return Judged(verdict="unknown", why=f"{first.why}; an {HEADSHIP} without a date")
    award = min(dated)
    return Judged(
        verdict="accredited",
        since=max(award, first.since or award),
        why=f"{first.why}; {HEADSHIP} of {award:%d/%m/%Y}",
    )


def same_name(told: Mapping[str, Any], name: str) -> bool:
    """Whether the record is of somebody of that last name, now or before, however it is written."""
    names = [told.get("lastName")]
    before = told.get("previousNames")
    names += (
        [each.get("lastName") for each in before if isinstance(each, dict)]
        if isinstance(before, list)
        else []
    )
    ours = f" {_folded(name)} "
    return any(isinstance(each, str) and each and f" {_folded(each)} " in ours for each in names)


def _qualified_since(told: Mapping[str, Any]) -> dt.date | None:
    if "qts" not in told:
        raise _Absent("qts")
    status = told["qts"]
    if status is None:
        return None
    since = _day(status.get("holdsFrom")) if isinstance(status, dict) else None
    if since is None:
        raise _Absent("qts.holdsFrom")
    return since


def _induction(told: Mapping[str, Any]) -> str:
    section = told.get("induction")
    status = section.get("status") if isinstance(section, dict) else None
    if not isinstance(status, str):
        raise _Absent("induction.status")
    return status


def _open_alerts(told: Mapping[str, Any]) -> int:
    alerts = told.get("alerts")
    # An alert that doesn't say its end can't be called closed, nor open.
    if not isinstance(alerts, list) or not all(
        isinstance(each, dict) and "endDate" in each for each in alerts
    ):
        raise _Absent("alerts")
    return sum(each["endDate"] is None for each in alerts)


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold().replace("\u2019", "").replace("'", ""))
    return " ".join(
        re.findall(r"[^\W_]+", "".join(each for each in plain if not unicodedata.combining(each)))
    )
