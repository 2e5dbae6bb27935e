"""Messages: each is written when it goes out, and a notifier sends it."""

from __future__ import annotations

from collections.abc import Iterator

from siprecruit.deliver.outgoing.noting import Ended
from siprecruit.deliver.outgoing.parcels import Letter, Work, post, unsent
from siprecruit.deliver.writing.rendering import Undeliverable, written


def send(work: Work) -> Iterator[tuple[Ended, ...]]:
    """Send the messages of a parcel, one after the other; what is not told of was not tried."""
    office, parcel = work.office, work.parcel
    notifier = parcel.provider
    with office.service.record.reading() as reader:
        messages = written(office, parcel.rows, reader, kind=notifier.given.provider.address)
    letters = [
        message if isinstance(message, Undeliverable) else Letter(rows=(row,), message=message)
        for row, message in zip(parcel.rows, messages, strict=True)
    ]
    work.note(notifier, (one.going(work) for one in letters if isinstance(one, Letter)))
    for row, letter in zip(parcel.rows, letters, strict=True):
        if isinstance(letter, Undeliverable):
            yield (unsent(row, letter),)
            continue
        if not work.may_call(notifier):
            return
        ended = post(work, notifier, letter)
        if ended is None:
            return
        yield ended
