"""What became of messages: as Notify calls back, or as it is asked."""

from __future__ import annotations

import datetime as dt
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

import attrs
from siprecruit.api import Context, Deferred, DeliveryReport, Refused, Reported

from siprecruit_govuk_notify.notify import Unclear, asked, client_of

STATES: Final[Mapping[str, Literal["delivered", "bounced", "failed"]]] = {
    "delivered": "delivered",
    # There is no such address: somebody has to find another one.
    "permanent-failure": "bounced",
    # The mailbox was full, or its server away, for three days; or Notify failed: the address may be right.
    "temporary-failure": "failed",
    "technical-failure": "failed",
}

LATEST: Final = dt.timedelta(days=4)
"""Notify gives up on a message after three days: what is older has its last word."""

_PAGES: Final = 40
_MOST_TOGETHER: Final = 20
_ALL: Final = "*"


def receive(context: Context, body: bytes, headers: Mapping[str, str]) -> tuple[DeliveryReport, ...]:
    """The report of a callback; none where the message is still under way.

    Raises ValueError where Notify's token isn't with it, or it can't be read.
    """
    token = context.settings.callback_token
    given = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    if not token:
        raise ValueError("no callback is expected: `callback_token` is not set")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise ValueError("the callback hasn't our token with it")
    try:
        told = json.loads(body)
        report = _report(told, context.clock())
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ValueError("the callback is no delivery receipt") from None
    return (report,) if report else ()


def collect(context: Context, cursor: str) -> Reported:
    """The reports since a cursor. Raises Unclear where it fails: then no cursor moves."""
    last = _Last.read(cursor)
    try:
        found = [_report(one, context.clock()) for one in _listed(context, last.at)]
    except (KeyError, TypeError, ValueError):
        raise Unclear("a message of the answer can't be read") from None
    new = sorted((one for one in found if one is not None and last.before(one)), key=lambda one: one.at)
    return Reported(reports=tuple(new), cursor=last.after(new).written() if new else cursor)


@attrs.frozen(kw_only=True)
class _Last:
    """The instant of the last report, and whose reports of that very instant were read."""

    at: dt.datetime | None = None
    ids: frozenset[str] = frozenset()

    @classmethod
    def read(cls, cursor: str) -> _Last:
        """Of what stands in a cursor."""
        at, *ids = cursor.split("|")
        return cls(at=_instant(at) if at else None, ids=frozenset(ids))

    def written(self) -> str:
        """As a cursor. So many of one instant that they can't all stand in it count as all of it."""
        ids = sorted(self.ids) if len(self.ids) <= _MOST_TOGETHER else [_ALL]
        return "|".join([self.at.isoformat() if self.at else "", *ids])

    def before(self, one: DeliveryReport) -> bool:
        """Whether a report is news."""
        if self.at is None or one.at > self.at:
            return True
        return one.at == self.at and not self.ids & {_short(one), _ALL}

    def after(self, new: Sequence[DeliveryReport]) -> _Last:
        """With more reports, in the order of their instants."""
        at = new[-1].at
        ids = {_short(one) for one in new if one.at == at}
        return _Last(at=at, ids=frozenset(ids | self.ids if at == self.at else ids))


def _short(one: DeliveryReport) -> str:
    return one.receipt.replace("-", "")[:8]


def _listed(context: Context, since: dt.datetime | None) -> Iterator[Mapping[str, Any]]:
    """The service's messages with a reference, the newest first, as far back as one may have changed.

    Raises Unclear, or KeyError, TypeError or ValueError where one can't be read.
    """
    client = client_of(context)
    older_than: str | None = None
    for _ in range(_PAGES):
        ask = partial(client.get_all_notifications, template_type="email", older_than=older_than)
        said = asked(context, ask)
        if isinstance(said, (Deferred, Refused)):
            raise Unclear(said.reason)
        page = said.get("notifications") if isinstance(said, dict) else None
        if not isinstance(page, list) or not all(isinstance(one, dict) for one in page):
            raise Unclear("the answer is no list of messages")
        yield from (one for one in page if one.get("reference"))
        if not page or (since is not None and _instant(page[-1]["created_at"]) < since - LATEST):
            return
        older_than = str(page[-1].get("id"))


def _report(told: Mapping[str, Any], now: dt.datetime) -> DeliveryReport | None:
    """What became of one; None where that isn't said yet. Raises KeyError, TypeError or ValueError."""
    receipt, state = told["id"], STATES.get(told["status"])
    if not isinstance(receipt, str) or not 0 < len(receipt) <= 200:  # noqa: PLR2004 - an id, not a text
        raise TypeError("id")
    if state is None:
        return None
    at = told.get("completed_at") or told.get("sent_at")
    return DeliveryReport(receipt=receipt, state=state, at=_instant(at) if at else now)


def _instant(told: str) -> dt.datetime:
    """Raises TypeError or ValueError where it is none."""
    found = dt.datetime.fromisoformat(told)
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
