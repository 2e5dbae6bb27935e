"""One round of delivery: what came in, reminders that are due, what is overdue, and all that is to go out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from siprecruit.deliver.calling import Callers
from siprecruit.deliver.incoming import gathering
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import asking, noting, sending, unwritten, watching
from siprecruit.deliver.outgoing.claiming import held, next_parcel
from siprecruit.deliver.outgoing.noting import Ended
from siprecruit.deliver.outgoing.parcels import Work
from siprecruit.deliver.reminders import introducing, reminding
from siprecruit.record import outbox, switch
from siprecruit.record.switch import Why
from siprecruit.record.writing import Writer

_WORKERS: Final[Mapping[str, Callable[[Work], Iterator[tuple[Ended, ...]]]]] = {
    "notifiers": sending.send,
    "reference_channels": asking.ask,
}


LOOK_EVERY: Final = dt.timedelta(seconds=1)
"""How often it is looked up within a parcel whether delivery was stopped."""


@attrs.frozen(kw_only=True)
class Deliverer:
    """Who delivers. ``name`` tells this one from all others, now and later.

    ``is_gone`` says of the name that stands before another one's claims whether that one has ended for
    certain: then nobody waits until its claims lapse. ``is_ending`` is asked before each claim.
    """

    name: str
    is_gone: Callable[[str], bool] = lambda _name: False
    is_ending: Callable[[], bool] = lambda: False


@attrs.frozen(kw_only=True)
class Delivered:
    """What one round did. ``became`` counts rows by what became of them (``sent``, ``unknown`` ...).

    ``received`` counts what came in, by what became of it; ``problems`` are sentences about what came in and
    could not be taken, and about templates that can't be used;
    ``reminders`` are the keys of those that were queued. ``held`` counts, by provider, due rows that wait for
    it: no plugin in use gives it, or it rests. ``stopped`` says why nothing goes out.
    """

    stopped: Why | None = None
    received: Mapping[str, int] = attrs.field(factory=dict)
    problems: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    overdue: int = 0
    became: Mapping[str, int] = attrs.field(factory=dict)
    held: Mapping[str, int] = attrs.field(factory=dict)


def deliver_once(office: Office, callers: Callers, *, deliverer: Deliverer) -> Delivered:
    """Deliver until nothing is due.

    No transaction is open while a provider is called. Several may do so at the same time, anywhere.
    """
    if why := why_stopped(office):
        return Delivered(stopped=why)
    _note_place(office)
    came = gathering.gather(office, callers)
    reminders = [one.key for who in ("referees", "applicants") for one in reminding.queue(office, who)]
    reminders += (one.key for one in introducing.queue(office))
    overdue = watching.note_overdue(office)
    watching.settle_what_is_over(office)
    unwritten.let_go_what_is_mended(office)
    became = deliver_outbox(office, callers, deliverer=deliverer)
    with office.service.record.reading() as reader:
        waiting = held(office, reader, office.service.clock())
    return Delivered(
        stopped=why_stopped(office),
        received=came.taken,
        problems=(*came.problems, *unwritten.tell(office)),
        reminders=tuple(reminders),
        overdue=overdue,
        became=became,
        held=waiting,
    )


def deliver_outbox(office: Office, callers: Callers, *, deliverer: Deliverer) -> dict[str, int]:
    """Deliver what is due, parcel by parcel; how many rows became what."""
    became: Counter[str] = Counter()
    number = 0
    is_ending = _ending(office, deliverer)
    noting.take_over(office, lambda token: deliverer.is_gone(_whose(token)))
    while not deliverer.is_ending():
        parcel = next_parcel(office, f"{deliverer.name}/{number}")
        number += 1
        if parcel is not None:
            work = Work(office=office, callers=callers, parcel=parcel, is_ending=is_ending)
            became.update(_delivered(work))
        elif why_stopped(office) or not noting.take_over(
            office, lambda token: deliverer.is_gone(_whose(token))
        ):
            break
    return dict(became)


def _ending(office: Office, deliverer: Deliverer) -> Callable[[], bool]:
    """Asks within a parcel whether the deliverer is to end, or delivery was stopped: looked up each second.

    A parcel may take minutes: whoever stops delivery doesn't mean that long.
    """
    looked = office.service.clock()

    def is_ending() -> bool:
        nonlocal looked
        now = office.service.clock()
        if deliverer.is_ending():
            return True
        if now - looked < LOOK_EVERY:
            return False
        looked = now
        return why_stopped(office) is not None

    return is_ending


def _whose(token: str) -> str:
    """The name of the deliverer whose claim a token is."""
    return token.rpartition("/")[0]


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

    def give_back(writer: Writer) -> None:
        work.forget(writer, keys)
        outbox.give_back(writer, keys, work.parcel.lease)

    if keys:
        noting.written(work.office, give_back)


def why_stopped(office: Office) -> Why | None:
    """Why nothing goes out; None where it does."""
    with office.service.record.reading() as reader:
        return office.why_stopped(reader)


def _note_place(office: Office) -> None:
    """Note from where it delivers, the first time: so a copy of the record knows that it is one."""
    place = office.place
    if place is None:
        return
    with office.service.record.reading() as reader:
        known = switch.is_known(reader)
    if not known:
        noting.written(office, lambda writer: switch.deliver_from(writer, place))
