"""Templates that can't be used: what needs them waits for one task, and goes out once they are mended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import noting
from siprecruit.deliver.writing.cases import cases
from siprecruit.deliver.writing.rendering import Undeliverable, write
from siprecruit.record import notices, outbox
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.tables import kept_messages
from siprecruit.record.tables import outbox as table
from siprecruit.record.writing import Writer

KIND: Final = "message_unwritten"
PLACE: Final = "messages"


@attrs.frozen(kw_only=True)
class Waiting:
    """The rows that wait for one template, the longest due first, and why it can't be used."""

    keys: tuple[str, ...]
    why: str


def let_go_what_is_mended(office: Office) -> int:
    """Let go at once what waits for a template that can be used again; how many rows that are."""
    with office.service.record.reading() as reader:
        waiting = _waiting(reader)
        mended = [
            key
            for name, one in waiting.items()
            if _can_be_used(office, reader, name, one)
            for key in one.keys
        ]
    if mended:
        due = sa.update(table).where(table.c.key.in_(mended), table.c.status == "queued")
        now = instant_text(office.service.clock())

        def let_go(writer: Writer) -> None:
            writer.connection.execute(due.values(due_at=now))

        noting.written(office, let_go)
    return len(mended)


def tell(office: Office) -> Sequence[str]:
    """Make one task of each template that can't be used; the same in sentences."""
    with office.service.record.reading() as reader:
        found = {name: _sentence(one) for name, one in _waiting(reader).items()}
        stand = notices.sentences(reader, KIND, PLACE)
    if found != stand:

        def set_out(writer: Writer) -> None:
            notices.set_out(writer, KIND, PLACE, found, office.programme, office.service.clock())

        noting.written(office, set_out)
    return [f"The message {name} can't be written: {why}." for name, why in found.items()]


def _sentence(one: Waiting) -> str:
    number = len(one.keys)
    return f"{one.why}; {number:,} {'waits' if number == 1 else 'wait'}"


def _waiting(reader: Reader) -> Mapping[str, Waiting]:
    """What waits, by the name of the template."""
    wanted = (
        sa.select(table.c.key, kept_messages.c.texts)
        .join(kept_messages, kept_messages.c.key == table.c.key)
        .where(table.c.status == "queued", kept_messages.c.texts.contains('"unwritten": "', autoescape=True))
        .order_by(table.c.created_at, table.c.key)
    )
    found: dict[str, Waiting] = {}
    for key, texts in reader.select(wanted):
        told = json.loads(texts)
        name = told.get("unwritten")
        if name:
            before = found.get(name, Waiting(keys=(), why=""))
            found[name] = Waiting(keys=(*before.keys, key), why=told.get("reason", ""))
    return found


def _can_be_used(office: Office, reader: Reader, name: str, one: Waiting) -> bool:
    rows = outbox.by_key(reader, one.keys[:1])
    (case,) = cases(office, reader, list(rows.values()))
    told = write(case, template=name)
    return not (isinstance(told, Undeliverable) and told.template == name)
