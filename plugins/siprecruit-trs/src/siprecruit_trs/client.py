"""Asks the two registers over HTTP, and tells an answer of theirs from everything else.

What isn't clearly the register's own answer is an outage: it says nothing about anybody.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import attrs
from siprecruit.api import Context, Deferred, Refused

if TYPE_CHECKING:
    import requests

# It writes whole addresses at this level, and ours hold people's numbers and birth dates.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

MOST: Final = 500
"""How many people the register finds at once."""

LARGEST: Final = 4_000_000
"""The most bytes that an answer may have."""

INCLUDE: Final = "Induction,Alerts,RoutesToProfessionalStatuses"

NO_MATCH: Final = 10001
DEACTIVATED: Final = 10058

OK: Final = 200
MERGED: Final = 308
NOT_FOUND: Final = 404
GONE: Final = 410
TOO_MANY: Final = 429
OUR_FAULT: Final = range(400, 500)
_KEY_REFUSED: Final = (401, 403)
_LONGEST_WAIT: Final = dt.timedelta(days=1)
_PERSON: Final = re.compile(r"/v3/persons/([0-9]{7})")


@attrs.frozen(kw_only=True)
class Record:
    """A person's record as it came, under the number that is theirs now."""

    trn: str
    told: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Nobody:
    """The register answers that there is no such record to be had; ``why`` says it for people."""

    why: str


@attrs.frozen(kw_only=True)
class Said:
    """What came back, whatever it may mean: ``url`` is what was asked for."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes = attrs.field(repr=False)


Answered = Record | Nobody | Deferred | Refused
OUTAGE: Final = Deferred(reason="the Teaching Record System can't be reached, or doesn't answer as it should")
NPQ_OUTAGE: Final = Deferred(reason="the register of NPQs can't be reached, or doesn't answer as it should")

MISLED: Final = Refused(
    reason="the Teaching Record System doesn't know what it was asked for: "
    "look at url and version in [plugins.trs]"
)


def person(context: Context, trn: str, born: dt.date | None) -> Answered:
    """The record under a number; one that was merged is followed once, to the number that it has now."""
    said = _asked_for(context, trn, born)
    if isinstance(said, Deferred):
        return said
    if said.status != MERGED:
        return _read(said, trn)
    now = _merged_into(said, context.settings.url)
    again = _asked_for(context, now, born) if now else OUTAGE
    if now is None or isinstance(again, Deferred):
        return OUTAGE
    if again.status == MERGED:
        return Nobody(why=f"the record {trn} was merged more than once: ask the DfE which number counts")
    return _read(again, now)


def people(context: Context, births: Mapping[str, dt.date]) -> Mapping[str, Record] | Deferred | Refused:
    """The records of at most 500 people, by number; those that don't match are left out."""
    wanted = [{"trn": trn, "dateOfBirth": born.isoformat()} for trn, born in births.items()]
    said = _sent(context, "POST", f"{context.settings.url}/v3/persons/find", body={"persons": wanted})
    told = _told(said, OUTAGE)
    if isinstance(told, Deferred | Refused):
        return told
    results = told.get("results")
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        return OUTAGE
    numbers = {str(each.get("trn")): each for each in results}
    return {trn: Record(trn=trn, told=each) for trn, each in numbers.items() if trn in births}


def qualifications(context: Context, trn: str) -> tuple[Mapping[str, Any], ...] | Deferred | Refused:
    """The NPQs that are registered under a number."""
    url = f"{context.settings.npq_url}/api/teacher-record-service/v1/qualifications/{trn}"
    said = _sent(context, "GET", url, key=context.settings.npq_key)
    if isinstance(said, Said) and said.status == NOT_FOUND:
        return ()  # nothing under that number: which proves nothing, and decides nothing
    told = _told(said, NPQ_OUTAGE)
    if isinstance(told, Deferred | Refused):
        return told
    inner = told.get("data")
    found = inner.get("qualifications") if isinstance(inner, dict) and inner.get("trn") == trn else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        return NPQ_OUTAGE
    return tuple(found)


# -- one request --------------------------------------------------------------


def _asked_for(context: Context, trn: str, born: dt.date | None) -> Said | Deferred:
    query = {"include": INCLUDE, **({"dateOfBirth": born.isoformat()} if born else {})}
    return _sent(context, "GET", f"{context.settings.url}/v3/persons/{trn}", query=query)


def _sent(
    context: Context,
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Said | Deferred:
    # Every command loads an enabled plugin, and this takes longer than all the rest of it.
    import requests

    version = {"X-Api-Version": context.settings.version} if key is None else {}
    headers = {"Authorization": f"Bearer {key or context.settings.key}", **version}
    try:
        said = context.http.request(
            method, url, params=query, json=body, headers=headers, allow_redirects=False, stream=True
        )
        with said:
            content = b"".join(_pieces(said))
    except (requests.RequestException, ValueError) as error:
        # Its text holds the address that was asked for, and so a person's number.
        context.log.warning("no answer", register=_name(key), error=type(error).__name__)
        return OUTAGE if key is None else NPQ_OUTAGE
    return Said(url=url, status=said.status_code, headers=said.headers, content=content)


def _pieces(said: requests.Response) -> Iterator[bytes]:
    length = 0
    for piece in said.iter_content(65536):
        length += len(piece)
        if length > LARGEST:
            raise ValueError("the answer is too large")
        yield piece


def _name(key: str | None) -> str:
    return "trs" if key is None else "npq"


# -- what an answer means -----------------------------------------------------


def _read(said: Said, trn: str) -> Answered:
    if said.status in (NOT_FOUND, GONE):
        return _absent(said, trn)
    told = _told(said, OUTAGE)
    if isinstance(told, Deferred | Refused):
        return told
    return Record(trn=trn, told=told) if told.get("trn") == trn else OUTAGE


def _absent(said: Said, trn: str) -> Answered:
    """No record, but only where the register itself says so: a version that it doesn't know is a 404, too."""
    told = _json(said)
    code = told.get("errorCode") if isinstance(told, dict) else None
    match said.status, code:
        case 404, 10001:
            return Nobody(why=f"no record has the number {trn} and that date of birth")
        case 410, 10058:
            return Nobody(why=f"the record {trn} was deactivated")
        case _:
            return MISLED


def _told(said: Said | Deferred, outage: Deferred) -> Mapping[str, Any] | Deferred | Refused:
    """The object that came with a 200, or why there is none."""
    if isinstance(said, Deferred):
        return said
    if said.status == TOO_MANY:
        return Deferred(reason="the register was asked too often", after=_wait(said.headers))
    if said.status in _KEY_REFUSED:
        return Refused(reason="the register refuses our key: look at the keys in [plugins.trs]")
    if said.status == NOT_FOUND:
        return MISLED
    if said.status in OUR_FAULT:
        return Refused(reason=f"the register refuses to be asked this, with the status {said.status}")
    told = _json(said) if said.status == OK else None
    return told if isinstance(told, dict) else outage


def _json(said: Said) -> Any:
    try:
        return json.loads(said.content)
    except (ValueError, RecursionError):
        return None


def _wait(headers: Mapping[str, str]) -> dt.timedelta:
    """How long the register wants to be left alone: seconds, or until an instant of its own clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= len("86400"):
        return min(dt.timedelta(seconds=int(text)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return dt.timedelta(minutes=1)
    return min(max(until, dt.timedelta()), _LONGEST_WAIT)


def _merged_into(said: Said, url: str) -> str | None:
    """The number that a merged record has now; None where the answer leads to another machine."""
    location = said.headers.get("Location")
    if not location:
        return None
    target = urljoin(said.url, location)
    ours, theirs = urlsplit(url), urlsplit(target)
    found = _PERSON.fullmatch(theirs.path.removeprefix(ours.path))
    same = (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)
    return found[1] if same and found else None
