"""What would go out now, and what would come of it before any provider is called: for a dry run."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from siprecruit.deliver.addressing import Missing, recipient
from siprecruit.deliver.calling import provider_named
from siprecruit.deliver.cases import Case, cases
from siprecruit.deliver.claiming import chosen
from siprecruit.deliver.office import Office
from siprecruit.deliver.wanted import why_not_wanted
from siprecruit.record import outbox
from siprecruit.record.queueing import channel_named
from siprecruit.record.reading import Reader

Fate = Literal["goes_out", "held", "not_wanted", "refused"]

AT_A_TIME = 500


@attrs.frozen(kw_only=True)
class Foreseen:
    """A row that is due: who would deliver it to whom. ``why`` says it where it would not go out.

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


def foreseen(office: Office, reader: Reader) -> list[Foreseen]:
    """All that is due, the longest due first. Nothing is claimed, and nobody is called."""
    now = office.service.clock()
    due = outbox.rows(reader, outbox.is_due(now))
    resting = outbox.resting(reader, now)
    found = []
    for first in range(0, len(due), AT_A_TIME):
        part = due[first : first + AT_A_TIME]
        found += [_foreseen(case, resting) for case in cases(office, reader, part)]
    return found


def _foreseen(case: Case, resting: dict[str, dt.datetime]) -> Foreseen:
    row, office = case.row, case.office
    name = row.provider or chosen(office, row.kind, row.template) or _channel(case)
    to, fate, why = _judged(case, name, resting)
    return Foreseen(
        key=row.key,
        kind=row.kind,
        message=row.template,
        provider=name,
        to=to,
        due_at=row.due_at,
        fate=fate,
        why=why,
    )


def _channel(case: Case) -> str:
    channel = case.task.channel if case.task else None
    return channel_named(channel or case.office.choices.channel)


def _judged(case: Case, name: str, resting: dict[str, dt.datetime]) -> tuple[str, Fate, str]:
    why = why_not_wanted(case)
    if why is not None:
        return "", "not_wanted", why
    provider = provider_named(case.office, name)
    if provider is None or name in resting:
        return "", "held", f"{name} rests" if provider else f"no plugin that is in use gives {name}"
    to = recipient(case, getattr(provider.given.provider, "address", "email"))
    if isinstance(to, Missing):
        return "", ("refused" if to.wanted else "not_wanted"), to.sentence
    return f"{to.name} <{to.address}>".strip(), "goes_out", ""
