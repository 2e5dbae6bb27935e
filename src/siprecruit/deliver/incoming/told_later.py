"""What a notifier tells later of what it took: delivered, come back, or failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.core.commands import Command
from siprecruit.core.corrections import place
from siprecruit.core.events import standing
from siprecruit.core.references import BounceReference
from siprecruit.deliver.incoming.replies import id_of
from siprecruit.deliver.office import Office
from siprecruit.plugins.types import DeliveryReport
from siprecruit.record import delivered
from siprecruit.record.delivered import Report
from siprecruit.record.reading import Reader
from siprecruit.record.tables import attempts, outbox
from siprecruit.record.writing import Writer

_STATUS: Final = {"delivered": "sent", "bounced": "bounced", "failed": "failed"}
_REASONS: Final = {
    "bounced": "it came back: the address is bad",
    "failed": "the provider could not deliver it",
}


@attrs.frozen(kw_only=True)
class Bounce:
    """The command that follows where what came back had asked a referee, or reminded them."""

    receipt: str
    command: Command


def bounces(office: Office, reader: Reader, provider: str, reports: Sequence[DeliveryReport]) -> list[Bounce]:
    """The references whose referee was not reached: each is told once, whatever else comes back."""
    plugin, today = provider.replace("/", "-"), office.service.today()
    receipts = sorted({one.receipt for one in reports if one.state == "bounced"})
    sent_by = sa.exists().where(attempts.c.key == outbox.c.key, attempts.c.provider == provider)
    rows = reader.select(
        sa.select(outbox.c.receipt, outbox.c.stream, outbox.c.version).where(
            outbox.c.receipt.in_(receipts),
            outbox.c.kind.in_(("request", "reminder")),
            (outbox.c.provider == provider) | sent_by,
        )
    )
    histories = reader.histories(sorted({stream for _, stream, _ in rows}))
    found = []
    for receipt, stream, version in rows:
        event = next((one for one in standing(histories[stream]) if place(one) == version), None)
        if event is not None:
            what = BounceReference(reference=event.event.reference)
            # Several references may have been asked for in one message: each has an id of its own.
            id_ = id_of("bounce", plugin, f"{receipt}|{stream}|{version}")
            command = Command(id=id_, stream=stream, on=today, what=what, by="notifier")
            found.append(Bounce(receipt=receipt, command=command))
    return found


def write_down(
    office: Office,
    writer: Writer,
    provider: str,
    reports: Sequence[DeliveryReport],
    followed: Sequence[Bounce],
    now: dt.datetime,
) -> int:
    """Write down what became of the rows; how many changed.

    Where the bounce is in the record nobody need look at the message: that another address or another referee
    is needed is a task of its own.
    """
    answers = writer.answers([one.command.id for one in followed])
    known = {
        one.receipt
        for one in followed
        if one.command.id in answers and answers[one.command.id].answer.get("outcome") != "refused"
    }
    told = [
        Report(
            receipt=one.receipt,
            status="settled" if one.receipt in known and one.state == "bounced" else _STATUS[one.state],
            reason=_REASONS.get(one.state),
        )
        for one in sorted(reports, key=lambda one: one.at)
    ]
    return len(delivered.report(writer, provider, told, office.programme, now))
