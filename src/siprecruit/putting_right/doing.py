"""Undoing, correcting and reversing, with what hangs on it named before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.commands import Command, Rejected, Reverse, Undo
from siprecruit.putting_right.consequences import NOTHING, Consequences, Follower, consequences
from siprecruit.putting_right.sent import fresh_id, last_that_counts, of_run
from siprecruit.record.reading import Answer
from siprecruit.service import Result, Service

LAST: Final = "LAST"


@attrs.frozen(kw_only=True)
class Wish:
    """How somebody wants a fact put right.

    ``with_what_followed``: what hangs on it goes too; ``alone``: what rests on it in other streams stays
    told. With neither nothing is done where something hangs on it.
    """

    reason: str
    with_what_followed: bool = False
    alone: bool = False


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of one command that puts right, of those that went before it, and what hung on it."""

    results: tuple[Result, ...]
    hangs_on_it: Consequences = NOTHING

    @property
    def refused(self) -> bool:
        """Whether it was not done."""
        return any(one.outcome == "refused" for one in self.results)


def undo(service: Service, told: str, wish: Wish) -> Iterator[Outcome]:
    """Undo the command of that id, the commands of an import's run, or the ``LAST`` one.

    Of a run each command is undone by itself, the newest first. Raises Rejected ``no_such_command``.
    """
    for answer in _meant(service, told):
        what = Undo(command=answer.id, reason=wish.reason)
        yield put_right(service, _envelope(service, answer.stream, what, f"undo-{answer.id}"), wish)


def _meant(service: Service, told: str) -> Sequence[Answer]:
    with service.record.reading() as reader:
        if told == LAST:
            last = last_that_counts(reader)
            found: Sequence[Answer] = (last,) if last else ()
        else:
            one = reader.answer(told)
            found = (one,) if one else of_run(reader, told)
    if not found:
        message = "there is nothing to undo" if told == LAST else f"no command {told[:80]} was ever sent"
        raise Rejected("no_such_command", message)
    return found


def put_right(service: Service, command: Command, wish: Wish) -> Outcome:
    """Do what ``command`` (an undo, a correction, a reversal) says, as far as ``wish`` goes."""
    try:
        with service.record.reading() as reader:
            found = consequences(reader, service.programme, service.today(), command)
    except Rejected:
        # The service says the same, and notes that it was asked.
        return Outcome(results=(service.handle(command),))
    if not wish.with_what_followed and (found.followed or (found.rests_on_it and not wish.alone)):
        return Outcome(results=(_named_first(command, found),), hangs_on_it=found)
    results = []
    if wish.with_what_followed:
        what = attrs.evolve(command.what, cascade=True)
        command = attrs.evolve(command, what=what)
        if not wish.alone:
            results = [service.handle(each) for each in _rests(service, command, wish, found)]
    return Outcome(results=(*results, service.handle(command)), hangs_on_it=found)


def _rests(service: Service, command: Command, wish: Wish, found: Consequences) -> Iterator[Command]:
    """What takes back, or ends, the facts of other streams: each of their commands, or events, once."""
    done = set()
    for one in reversed(found.rests_on_it):
        what: Undo | Reverse
        if isinstance(command.what, Reverse):
            key: tuple[str, Any] = (one.stream, one.version)
            what = Reverse(event=one.version, reason=wish.reason, cascade=True)
        else:
            key = (one.stream, one.command)
            what = Undo(command=one.command, reason=wish.reason, cascade=True)
        if key not in done:
            done.add(key)
            sent = _envelope(service, one.stream, what, f"{command.id}-{len(done)}")
            yield attrs.evolve(sent, on=max(command.on, one.on))


def _envelope(service: Service, stream: str, what: Any, id_: str) -> Command:
    with service.record.reading() as reader:
        return Command(id=fresh_id(reader, id_), stream=stream, on=service.today(), what=what)


def _named_first(command: Command, found: Consequences) -> Result:
    """Nothing was done, and what hangs on the fact is named."""
    followed, resting = _names(found.followed), _names(found.rests_on_it)
    said = [
        f"this has followed from it and would have to go too: {followed}" if followed else "",
        f"this rests on it elsewhere: {resting}" if resting else "",
    ]
    return Result(
        id=command.id,
        outcome="refused",
        code="has_followed" if followed else "rests_on_it",
        message="; ".join(filter(None, said)),
        stream=command.stream,
    )


def _names(found: Sequence[Follower]) -> str:
    return ", ".join(f"{one.event} ({one.stream} {one.version}, by {one.command})" for one in found)
