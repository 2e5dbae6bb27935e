"""What an event puts into the outbox, by the programme's table of messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from siprecruit.core.events import KINDS, Recorded
from siprecruit.core.programme import Message as Kind
from siprecruit.core.programme import Programme
from siprecruit.core.references import ReferenceAsked
from siprecruit.record.writing import Message

_ASKED: Final = KINDS[ReferenceAsked].name


def caused_by(recorded: Recorded, programme: Programme, recall: dt.timedelta) -> Iterator[Message]:
    """The outbox rows that an event causes; they may be recalled for so long, unless they are urgent."""
    for each in programme.messages_by_event.get(KINDS[type(recorded.event)].name, ()):
        if each.caused_by(recorded.event):
            yield Message(
                key=f"{recorded.stream}/{recorded.version}/{each.name}",
                kind=_kind(each),
                template=each.name,
                stream=recorded.stream,
                version=recorded.version,
                recipient=each.to,
                due_at=recorded.recorded_at if each.urgent else recorded.recorded_at + recall,
                created_at=recorded.recorded_at,
                provider=_provider(each, recorded),
            )


def channel_named(channel: str) -> str:
    """The provider that is a reference channel of that name, as the outbox writes it."""
    return f"reference_channels/{channel}"


def _provider(message: Kind, recorded: Recorded) -> str | None:
    """A reference is asked for through the channel that was told; who sends a message the settings say."""
    if message.by == "channel" and isinstance(recorded.event, ReferenceAsked):
        return channel_named(recorded.event.channel)
    return None


def _kind(message: Kind) -> str:
    if message.by == "channel":
        return "request" if message.event == _ASKED else "withdrawal"
    return "message"
