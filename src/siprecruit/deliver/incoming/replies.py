"""Replies of a channel as commands; what can't be one is kept for a person: nothing is lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.corrections import place
from siprecruit.core.ids import WELL_FORMED, Code
from siprecruit.core.references import BounceReference, DeclineReference, ReceiveReference, Task
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders.asked import asked_events
from siprecruit.deliver.reminders.ledger import add, ledger_of
from siprecruit.deliver.writing.forms import UnfitAnswers, fitting
from siprecruit.plugins.types import ReferenceBounced, ReferenceDeclined, ReferenceReply, Reply
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Happened
from siprecruit.record.queueing import channel_named
from siprecruit.record.reading import Reader
from siprecruit.record.writing import Message, Writer

NOT_ASKED = "this channel was not asked for that reference"


@attrs.frozen(kw_only=True)
class Heard:
    """A reply and what it becomes: a command, or ``why_not`` a sentence for people.

    ``version`` is that of the event by which we asked, None where there is none. ``answers`` are kept where
    they don't come into the record otherwise.
    """

    id: str
    stream: str
    version: int | None
    command: Command | None = None
    why_not: str | None = None
    answers: str = attrs.field(default="", repr=False)


def heard(office: Office, reader: Reader, plugin: str, channel: str, replies: Sequence[Reply]) -> list[Heard]:
    """What the replies of a channel become, in their order; read in two statements."""
    streams = sorted({_stream(each.task) for each in replies if _stream(each.task)})
    histories = reader.histories(streams)
    ledger = ledger_of(reader, streams)
    found = []
    for each in replies:
        stream, reference = _stream(each.task), each.task.rpartition("/")[2]
        history = histories.get(stream, [])
        event = asked_events(history).get(Code(reference))
        version = place(event) if event else None
        one = Heard(id=id_of("reply", plugin, each.receipt), stream=stream, version=version)
        task = DECIDERS["application"].state(history).references.tasks.get(Code(reference))
        provider = ledger.of(stream, version).provider if version else None
        if task is None or event is None or not _was_asked(task, provider, channel):
            found.append(attrs.evolve(one, why_not=NOT_ASKED))
        else:
            found.append(_judged(office, one, each, task))
    return found


def id_of(kind: str, plugin: str, receipt: str) -> str:
    """The id of the command that follows from what has this receipt, so that it is taken once."""
    return f"{kind}-{plugin}-{sha256(receipt.encode()).hexdigest()[:24]}"


def note_refused(
    office: Office, writer: Writer, channel: str, heard_: Sequence[Heard], now: dt.datetime
) -> list[str]:
    """Put what could not be taken where somebody looks, once each; the sentences, without any answer.

    Asked within the transaction of the commands, which it sees refused.
    """
    answers = writer.answers([one.id for one in heard_])
    refused = []
    for one in heard_:
        answer = answers[one.id].answer if one.id in answers else {}
        why = one.why_not or (answer["message"] if answer.get("outcome") == "refused" else None)
        if why:
            refused.append((one, str(why)))
    _keep(office, writer, channel, refused, now)
    return [f"{one.stream}: a reply by {channel} was not taken: {why}" for one, why in refused]


def _keep(
    office: Office, writer: Writer, channel: str, refused: Collection[tuple[Heard, str]], now: dt.datetime
) -> None:
    rows = {
        f"{one.stream}/{one.version}/{one.id}": (one, why) for one, why in refused if one.version is not None
    }
    added = add(writer, [_row(key, one, now) for key, (one, _) in rows.items()])
    happened = [
        Happened(
            key=key,
            status="refused",
            number=0,
            kept={"reason": f"{channel}: {why}", **({"answers": one.answers} if one.answers else {})},
        )
        for key, (one, why) in rows.items()
        if key in added
    ]
    delivered.note(writer, happened, office.programme, now)


def _row(key: str, one: Heard, now: dt.datetime) -> Message:
    return Message(
        key=key,
        kind="message",
        template=outbox.REPLY,
        stream=one.stream,
        version=one.version or 0,
        recipient="office",
        due_at=now,
        created_at=now,
    )


def _stream(task: str) -> str:
    """The application of a task such as ``A7K4P/r1``; nothing where it is no task of ours."""
    code, slash, reference = task.rpartition("/")
    return f"application/{code}" if slash and WELL_FORMED.fullmatch(code) and reference else ""


def _was_asked(task: Task, provider: str | None, channel: str) -> bool:
    return task.asked_by is None and (task.channel == channel or provider == channel_named(channel))


def _judged(office: Office, one: Heard, reply: Reply, task: Task) -> Heard:
    today = office.service.today()
    match reply:
        case ReferenceReply():
            told = _answers(reply)
            try:
                answers = fitting(reply.answers, office.programme)
            except UnfitAnswers as error:
                return attrs.evolve(one, why_not=str(error), answers=told)
            what: Any = ReceiveReference(
                reference=task.reference, answers=answers, in_confidence=reply.in_confidence
            )
            on = _day(reply.received_at, office, task, today)
            return attrs.evolve(one, command=_command(one, on, what), answers=told)
        case ReferenceDeclined():
            what = DeclineReference(reference=task.reference, reason=reply.reason)
        case ReferenceBounced():
            what = BounceReference(reference=task.reference)
    return attrs.evolve(one, command=_command(one, today, what))


def _answers(reply: ReferenceReply) -> str:
    return json.dumps(dict(reply.answers), ensure_ascii=False, default=str)


def _command(one: Heard, on: dt.date, what: Any) -> Command:
    return Command(id=one.id, stream=one.stream, on=on, what=what, by="channel")


def _day(instant: dt.datetime, office: Office, task: Task, today: dt.date) -> dt.date:
    """The day on which it was received; a clock that is wrong makes it neither future nor before asking."""
    told = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    day = told.astimezone(ZoneInfo(office.programme.timezone)).date()
    return day if task.asked_on <= day <= today else today
