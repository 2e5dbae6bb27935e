"""One round of delivery: what came in, reminders that are due, what is overdue, and all that is to go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from siprecruit.deliver import asking, noting, sending, watching
from siprecruit.deliver.calling import Callers
from siprecruit.deliver.claiming import held, next_parcel
from siprecruit.deliver.noting import Ended
from siprecruit.deliver.office import Office
from siprecruit.deliver.parcels import Work
from siprecruit.record import outbox

_WORKERS: Final[Mapping[str, Callable[[Work], Iterator[tuple[Ended, ...]]]]] = {
    "notifiers": sending.send,
    "reference_channels": asking.ask,
}


@attrs.frozen(kw_only=True)
class Delivered:
    """What one round did. ``became`` counts rows by what became of them (``sent``, ``unknown`` ...).

    ``held`` counts, by provider, due rows that wait for it: no plugin in use gives it, or it rests. Where
    ``stopped`` nothing was done, as the switch is off.
    """

    stopped: bool = False
    overdue: int = 0
    became: Mapping[str, int] = attrs.field(factory=dict)
    held: Mapping[str, int] = attrs.field(factory=dict)


def deliver_once(office: Office, callers: Callers, *, deliverer: str) -> Delivered:
    """Deliver until nothing is due. ``deliverer`` names who does, so that others leave its rows alone.

    No transaction is open while a provider is called. Several may run at the same time, anywhere.
    """
    if _stopped(office):
        return Delivered(stopped=True)
    overdue = watching.note_overdue(office)
    became = deliver_outbox(office, callers, deliverer=deliverer)
    with office.service.record.reading() as reader:
        waiting = held(office, reader, office.service.clock())
    return Delivered(stopped=_stopped(office), overdue=overdue, became=became, held=waiting)


def deliver_outbox(office: Office, callers: Callers, *, deliverer: str) -> dict[str, int]:
    """Deliver what is due, parcel by parcel; how many rows became what."""
    became: Counter[str] = Counter()
    number = 0
    while (parcel := next_parcel(office, f"{deliverer}/{number}")) is not None:
        became.update(_delivered(Work(office=office, callers=callers, parcel=parcel)))
        number += 1
    return dict(became)


def _delivered(work: Work) -> Counter[str]:
    """Deliver one parcel: outcomes are noted together, but at once where a repeat could double something."""
    parcel, became = work.parcel, Counter[str]()
    done: set[str] = set()
    buffered: list[Ended] = []
    for ended in _WORKERS[parcel.provider.hook](work):
        done.update(one.row.key for one in ended)
        buffered += ended
        if not all(one.idempotent for one in ended):
            became.update(noting.note(work.office, buffered, parcel.lease))
            buffered = []
    became.update(noting.note(work.office, buffered, parcel.lease))
    _give_back(work, [row.key for row in parcel.rows if row.key not in done])
    return became


def _give_back(work: Work, keys: Sequence[str]) -> None:
    """What was claimed and not tried waits for its turn again."""
    if keys:
        with work.office.service.record.writing() as writer:
            outbox.give_back(writer, keys, work.parcel.lease)


def _stopped(office: Office) -> bool:
    with office.service.record.reading() as reader:
        return outbox.stopped_at(reader) is not None
