"""What would go out now, and what would come of it before any provider is called: for a dry run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import attrs

from siprecruit.deliver.calling import provider_named
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing.asking import FOLLOWS, too_early
from siprecruit.deliver.outgoing.claiming import chosen
from siprecruit.deliver.outgoing.noting import Ended
from siprecruit.deliver.outgoing.outcomes import Held
from siprecruit.deliver.outgoing.parcels import NOT_IN_USE
from siprecruit.deliver.reminders import introducing, reminding
from siprecruit.deliver.reminders.ledger import Ledger, ledger_of, too_near
from siprecruit.deliver.writing.addressing import Missing, as_addressed, recipient
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.rendering import Undeliverable
from siprecruit.deliver.writing.wanted import why_not_wanted
from siprecruit.record import outbox
from siprecruit.record.queueing import channel_named
from siprecruit.record.reading import Reader

Fate = Literal["goes_out", "queued", "held", "not_wanted", "refused"]

AT_A_TIME = 500


@attrs.frozen(kw_only=True)
class Foreseen:
    """A row that is due, or would be queued first: who would deliver it to whom.

    ``fate`` is ``queued`` where it would go out in a later round; ``why`` says it where it would not go out.
    ``to`` is as a letter is addressed, or ``""`` where that is not known before.
    """

    key: str
    kind: str
    message: str
    provider: str
    to: str
    due_at: dt.datetime
    fate: Fate
    why: str = ""


@attrs.frozen(kw_only=True)
class _Sight:
    """What is so of all rows at this moment: who rests, what was told, and which reminders are put off."""

    now: dt.datetime
    resting: Mapping[str, dt.datetime]
    put_off: frozenset[str]
    ledger: Ledger


def foreseen(office: Office, reader: Reader) -> list[Foreseen]:
    """All that is due or would be queued, the longest due first. Nothing is claimed, and nobody is called."""
    now = office.service.clock()
    queued = (*reminding.would_queue(office, reader), *introducing.would_queue(office, reader))
    found = [*outbox.rows(reader, outbox.is_due(now)), *queued]
    rows = sorted(found, key=lambda one: (one.due_at, one.key))
    sight = _Sight(
        now=now,
        resting=outbox.resting(reader, now),
        put_off=too_near(reader, office.programme, now),
        ledger=ledger_of(reader, {one.stream for one in rows if one.kind in FOLLOWS}),
    )
    return [
        _foreseen(case, sight)
        for first in range(0, len(rows), AT_A_TIME)
        for case in cases(office, reader, rows[first : first + AT_A_TIME])
    ]


def _foreseen(case: Case, sight: _Sight) -> Foreseen:
    row, office = case.row, case.office
    name = row.provider or chosen(office, row.kind, row.template) or _channel(case)
    to, fate, why = _judged(case, name, sight)
    return Foreseen(
        key=row.key,
        kind=row.kind,
        message=row.template,
        provider=name,
        to=to,
        due_at=row.due_at,
        fate="queued" if fate == "goes_out" and row.due_at > sight.now else fate,
        why=why,
    )


def _channel(case: Case) -> str:
    channel = case.task.channel if case.task else None
    return channel_named(channel or case.office.choices.channel)


def _judged(case: Case, name: str, sight: _Sight) -> tuple[str, Fate, str]:
    provider = provider_named(case.office, name)
    if provider is None or name in sight.resting:
        return "", "held", f"{name} rests" if provider else NOT_IN_USE.format(name=name)
    why_not = _why_not(case, sight)
    if why_not is not None:
        return "", *why_not
    to = recipient(case, getattr(provider.given.provider, "address", "email"))
    if isinstance(to, Missing):
        return "", ("refused" if to.wanted else "not_wanted"), to.sentence
    return as_addressed(to), "goes_out", ""


def _why_not(case: Case, sight: _Sight) -> tuple[Fate, str] | None:
    """Why it stays at home, whoever it goes to: it is wanted no longer, or has to wait."""
    if case.row.key in sight.put_off:
        return "held", "its request goes out first, or has just done so"
    match too_early(case, sight.ledger):
        case Undeliverable(sentence=why):
            return "not_wanted", why
        case Ended(answer=Held(reason=why)):
            return "held", why
    not_wanted = why_not_wanted(case)
    return None if not_wanted is None else ("not_wanted", not_wanted)
