"""The only writer: what a command leads to is decided, recorded, shown and queued in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.commands import Command, Correct, Reverse, Undo
from siprecruit.core.particulars import MergePerson
from siprecruit.core.programme import Programme
from siprecruit.record.errors import Conflict, RecordError
from siprecruit.record.store import Record, Writer
from siprecruit.service.answers import Result, said_by_others
from siprecruit.service.sitting import LOOKING, Sitting

if TYPE_CHECKING:
    from siprecruit.plugins.types import Objection

__all__ = ["ATTEMPTS", "BULK", "Alongside", "Needless", "Objections", "Result", "Service"]

ATTEMPTS: Final = 12
"""How often a decision is made anew when somebody else was faster, before a person is told."""

BULK: Final = 1000
"""How many commands share a transaction on the bulk path."""

Needless = Callable[[Writer, Sequence[Command]], Collection[str]]
"""Gives the ids of commands that say what somebody else has recorded meanwhile."""

Objections: TypeAlias = "Callable[[Command, Any, dt.date], Sequence[Objection]]"
"""Gives what plugins have against a command, by the state of its stream and today. Raises Rejected."""

Alongside = Callable[[Writer], None]
"""Writes something of its own, such as how far a source was read, in the transaction of the commands."""

_AT_ONCE: Final = dt.timedelta()

#: These change who is one person with whom, or what had been read before: each is settled on its own.
_ALONE: Final = (MergePerson, Correct, Reverse, Undo, *LOOKING)


@attrs.frozen(kw_only=True)
class Service:
    """Handles commands for one installation. ``clock`` gives the instant, ``today`` the programme's day.

    ``objections`` asks the plugins what speaks against a command; for as long as ``recall`` a message waits
    in the outbox, so that it can be taken back.
    """

    record: Record
    programme: Programme
    clock: Callable[[], dt.datetime]
    today: Callable[[], dt.date]
    objections: Objections | None = None
    recall: dt.timedelta = _AT_ONCE

    def handle(self, command: Command) -> Result:
        """Decide on one command and record what follows. When this returns, it is on the disk."""
        return self._settle([command], quiet=False)[0]

    def handle_all(
        self,
        commands: Iterable[Command],
        *,
        size: int = BULK,
        quiet: bool = False,
        needless: Needless | None = None,
        alongside: Alongside | None = None,
    ) -> Iterator[Result]:
        """Decide on many, each on its own, ``size`` to a transaction; a result comes after its commit.

        ``quiet`` queues no messages: for facts of the past that are taken over from elsewhere. ``needless``
        is asked, within the transaction, which commands say what somebody else has recorded by now.
        ``alongside`` writes in the last transaction, also where there is no command at all.
        """
        batches = _batches(commands, size)
        batch = next(batches, [])
        while batch or alongside:
            following = next(batches, [])
            last = None if following else alongside
            with collecting_seldom():
                results = self._settle(batch, quiet=quiet, needless=needless, alongside=last)
            yield from results
            if not following:
                return
            batch = following

    def _settle(
        self,
        commands: Sequence[Command],
        *,
        quiet: bool,
        needless: Needless | None = None,
        alongside: Alongside | None = None,
    ) -> list[Result]:
        for _ in range(ATTEMPTS):
            try:
                with self.record.writing() as writer:
                    out = frozenset(needless(writer, commands)) if needless else frozenset()
                    wanted = [command for command in commands if command.id not in out]
                    results = iter(Sitting(self, writer, quiet=quiet).settle(wanted))
                    if alongside:
                        alongside(writer)
                    return [
                        said_by_others(command) if command.id in out else next(results)
                        for command in commands
                    ]
            except Conflict:
                continue
        raise RecordError(
            "busy", "others change the same things all the time: nothing of this was recorded, try again"
        )


def _batches(commands: Iterable[Command], size: int) -> Iterator[list[Command]]:
    """Cut ``commands`` into batches; what must be settled alone gets a batch of its own."""
    rest = iter(commands)
    while taken := list(islice(rest, size)):
        batch: list[Command] = []
        for command in taken:
            if not isinstance(command.what, _ALONE):
                batch.append(command)
                continue
            if batch:
                yield batch
            yield [command]
            batch = []
        if batch:
            yield batch
