"""The office on a day of the story: it enters, looks up and delivers, as one does by the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import attrs

from siprecruit.core.commands import Command
from siprecruit.deliver import looking_up
from siprecruit.deliver.engine import Deliverer, deliver_once
from siprecruit.deliver.incoming.replies import id_of
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders import introducing, reminding
from siprecruit.demo.diary import FROM_A_SHEET, Entry, Page
from siprecruit.demo.outside import ListOut
from siprecruit.plugins.calling import Callers
from siprecruit.record import by_hand, outbox
from siprecruit.record.tables import outbox as table

INBOX = "college_tasks"
"""What takes in whom the college has asked itself."""

_DELIVERER = Deliverer(name="demo")


class Refused(Exception):  # noqa: N818 - says what is the case
    """Something of the story was not taken: a fault of the story. Its text is a sentence."""


def spend_day(office: Office, callers: Callers, page: Page) -> None:
    """Enter the day's facts, look up where there is a new list, and deliver where anything is due.

    Raises Refused.
    """
    _enter(office, page.entries)
    if any(isinstance(each, ListOut) for each in page.happened):
        _look_up(office, callers)
    if page.happened or _is_due(office):
        _deliver(office, callers)


def _enter(office: Office, entries: Sequence[Entry]) -> None:
    commands = list(_commands(office, entries))
    for quiet, together in groupby(commands, key=lambda one: one.by == FROM_A_SHEET):
        for result in office.service.handle_all(list(together), quiet=quiet):
            if result.outcome != "done":
                raise Refused(f"{result.id} in {result.stream} was {result.outcome}: {result.message}")


def _commands(office: Office, entries: Sequence[Entry]) -> Iterator[Command]:
    """The commands, of an application that an item has brought with the code that it was given then."""
    ids = {one.brought_by: f"{id_of('item', INBOX, one.brought_by)}-1" for one in entries if one.brought_by}
    with office.service.record.reading() as reader:
        answers = reader.answers(list(ids.values())) if ids else {}
    for one in entries:
        if one.brought_by is None:
            yield one.command
        else:
            yield attrs.evolve(one.command, stream=answers[ids[one.brought_by]].stream)


def _look_up(office: Office, callers: Callers) -> None:
    for one in looking_up.look_up(office, callers, looking_up.due(office)):
        if one.outcome not in ("done", "unchanged"):
            raise Refused(f"the college's word on person/{one.person} was not taken: {one.message}")


def _is_due(office: Office) -> bool:
    """Whether a message waits that may go out, or somebody is to be reminded."""
    with office.service.record.reading() as reader:
        return bool(
            outbox.due(reader, office.service.clock())
            or reminding.would_queue(office, reader)
            or introducing.would_queue(office, reader)
        )


def _deliver(office: Office, callers: Callers) -> None:
    done = deliver_once(office, callers, deliverer=_DELIVERER)
    if done.problems:
        raise Refused(done.problems[0])
    if done.became.get("refused"):
        _tell_otherwise(office)
    if lost := done.became.keys() & {"unknown", "failed", "deferred"}:
        raise Refused(f"a message was not delivered ({', '.join(sorted(lost))})")


def _tell_otherwise(office: Office) -> None:
    """Whoever gave no address is rung instead, and that is said as by ``siprecruit messages settle``."""
    service = office.service
    with service.record.writing() as writer:
        for row in outbox.rows(writer, table.c.status == "refused"):
            by_hand.settle(
                writer, row.key, office.programme, service.clock(), sent=True, reason="Told by telephone."
            )
