"""The only writer: what a command leads to is decided, recorded, shown and queued in one transaction."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Literal

import attrs
import msgspec

from siprecruit.collecting import collecting_seldom
from siprecruit.core.commands import COMMAND_KINDS, AddNote, Command, Correct, Rejected, Reverse, Undo
from siprecruit.core.corrections import Decided, as_recorded
from siprecruit.core.events import Recorded, Reversed, Voided, taken_out
from siprecruit.core.files import AttachFile
from siprecruit.core.ids import stream_kind
from siprecruit.core.particulars import MergePerson
from siprecruit.core.programme import Programme
from siprecruit.core.streams import DECIDERS
from siprecruit.plugins.types import RULE_FAILED, Objection
from siprecruit.record import projection
from siprecruit.record.codec import restate
from siprecruit.record.desk import Desk
from siprecruit.record.errors import Conflict, RecordError
from siprecruit.record.queueing import caused_by
from siprecruit.record.store import Answer, Commit, Record, Writer

ATTEMPTS: Final = 12
"""How often a decision is made anew when somebody else was faster, before a person is told."""

BULK: Final = 1000
"""How many commands share a transaction on the bulk path."""

Needless = Callable[[Writer, Sequence[Command]], Collection[str]]
"""Gives the ids of commands that say what somebody else has recorded meanwhile."""

Objections = Callable[[Command, Any, dt.date], Sequence[Objection]]
"""Gives what plugins have against a command, by the state of its stream and today. Raises Rejected."""

Alongside = Callable[[Writer], None]
"""Writes something of its own, such as how far a source was read, in the transaction of the commands."""

_AT_ONCE: Final = dt.timedelta()

#: What these read stands in the state of their own stream.
_LOOKING: Final = tuple(cls for each in DECIDERS.values() for cls in each.also_reads if cls in COMMAND_KINDS)
#: These change who is one person with whom, or what had been read before: each is settled on its own.
_ALONE: Final = (MergePerson, Correct, Reverse, Undo, *_LOOKING)


@attrs.frozen(kw_only=True)
class Result:
    """What became of one command. ``undo`` is a whole command, in its envelope, that takes it back.

    ``outcome`` is ``done``, ``unchanged`` (it says nothing new) or ``refused``, then with a stable ``code``.
    ``versions`` are the first and last event that it recorded in ``stream``; ``warnings`` what speaks against
    it without stopping it.
    """

    id: str
    outcome: Literal["done", "unchanged", "refused"]
    message: str
    stream: str
    code: str | None = None
    undo: Mapping[str, Any] | None = None
    versions: tuple[int, int] | None = None
    warnings: tuple[str, ...] = ()


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
                    results = iter(_Sitting(self, writer, quiet=quiet).settle(wanted))
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


class _Sitting:
    """One transaction: what was read, what was decided, and what has to be written at its end."""

    def __init__(self, service: Service, writer: Writer, *, quiet: bool) -> None:
        self.programme = service.programme
        self.salt = service.record.salt
        self.now = service.clock()
        self.today = service.today()
        self.writer = writer
        self.quiet = quiet
        self.recall = service.recall
        self.objections = service.objections
        self.desk = Desk(writer, service.programme, self.today)
        self.commits: list[Commit] = []
        self.answers: dict[str, Answer] = {}
        self.files: set[str] = set()

    def settle(self, commands: Sequence[Command]) -> list[Result]:
        before = self.writer.answers([command.id for command in commands])
        self._lay_out([command for command in commands if command.id not in before])
        results = [self._answered(command, before) for command in commands]
        if self.commits:
            recorded = self.writer.append(self.commits)
            self._queue(recorded)
            touched = {commit.stream for commit in self.commits}
            projection.project(self.desk, self.writer, touched)
        self.writer.answer_all(list(self.answers.values()))
        return results

    def _lay_out(self, commands: Sequence[Command]) -> None:
        """Lock and read all that the decisions need; what a correction reads is known once its stream is."""
        corrected = {command.stream for command in commands if isinstance(command.what, Correct)}
        if corrected:
            self.writer.lock(corrected)
            self.desk.fetch(corrected)
        looked_at = {command.stream for command in commands if isinstance(command.what, _LOOKING)}
        locked, wanted = corrected, self.desk.wanted(commands)
        while not wanted <= locked:
            self.writer.lock(wanted - locked)
            locked |= wanted
            if self.writer.alone:
                break
            # Until the lock was ours others may have merged people, made an application theirs, or written to
            # what a command looks at.
            self.desk.forget_people()
            self.desk.put_away(looked_at)
            wanted = self.desk.wanted(commands)
        self.desk.fetch(locked)

    def _answered(self, command: Command, before: Mapping[str, Answer]) -> Result:
        digest = _digest(command, self.salt)
        known = before.get(command.id) or self.answers.get(command.id)
        if known is not None:
            if known.body_digest == digest:
                return as_result(known)
            return Result(
                id=command.id,
                outcome="refused",
                code="id_used_twice",
                message=f"the id {command.id} was used for another command: give this one an id of its own",
                stream=command.stream,
            )
        result = self._judged(command)
        if result.code == RULE_FAILED:
            # The rule broke, and judged nothing: the same command may be sent again when it is mended.
            return result
        first, last = result.versions or (None, None)
        self.answers[command.id] = Answer(
            id=command.id,
            body_digest=digest,
            stream=command.stream,
            first_version=first,
            last_version=last,
            answer={
                "outcome": result.outcome,
                "code": result.code,
                "message": result.message,
                "undo": result.undo,
                **({"warnings": result.warnings} if result.warnings else {}),
            },
            recorded_at=self.now,
            name=command.name,
        )
        return result

    def _judged(self, command: Command) -> Result:
        try:
            decided = self._decided(command)
            warnings = self._warnings(command) if decided else ()
        except Rejected as refusal:
            return Result(
                id=command.id,
                outcome="refused",
                code=refusal.code,
                message=refusal.message,
                stream=command.stream,
            )
        if not decided:
            message = f"{command.name}: {command.stream} says so already"
            return Result(id=command.id, outcome="unchanged", message=message, stream=command.stream)
        return self._done(command, decided, warnings)

    def _decided(self, command: Command) -> tuple[Decided, ...]:
        kind, stream = COMMAND_KINDS[type(command.what)], command.stream
        if stream_kind(stream) not in kind.streams:
            raise Rejected(
                "wrong_stream", f"{kind.name} goes to {' or '.join(kind.streams)}, not to {stream}"
            )
        history = self.desk.histories[stream]
        if not history and not kind.begins and not self._laid_beside_an_applicant(command):
            raise Rejected("not_in_record", f"{stream} is not in the record")
        decider = DECIDERS[stream_kind(stream)]
        given = self.desk.given(command, self._owner(stream))
        decided = decider.judge(command, self.desk.state(stream), history, given, restate)
        for one in decided:
            if one.enclosed is not None:
                self._take_file(one.event.file)
        return decided

    def _warnings(self, command: Command) -> tuple[str, ...]:
        """What plugins say against it without stopping it. Raises Rejected where one stops it."""
        if self.objections is None:
            return ()
        said = self.objections(command, self.desk.state(command.stream), self.today)
        blocking = [one for one in said if one.blocks]
        if blocking:
            raise Rejected(blocking[0].code, "; ".join(one.message for one in blocking))
        return tuple(one.message for one in said)

    def _laid_beside_an_applicant(self, command: Command) -> bool:
        """Whether it is a note or a file of a person who is known by applications alone so far."""
        kind, _, name = command.stream.partition("/")
        return (
            kind == "person"
            and isinstance(command.what, (AddNote, AttachFile))
            and bool(self.desk.owned_by(name))
        )

    def _take_file(self, file: str) -> None:
        """A file's id is its own in the whole vault, also where its event was taken out since."""
        if file in self.files or self.writer.file(file) is not None:
            raise Rejected("file_id_taken", f"{file} is another file's id: give this one an id of its own")
        self.files.add(file)

    def _owner(self, stream: str) -> str | None:
        """Whose the stream is: it stays theirs, be it recorded or only decided on in this sitting."""
        if owner := self.writer.owner(stream):
            return owner
        return self.desk.owner(stream) if self.desk.histories[stream] else None

    def _done(self, command: Command, decided: tuple[Decided, ...], warnings: tuple[str, ...]) -> Result:
        stream = command.stream
        version = len(self.desk.histories[stream])
        self.desk.add(as_recorded(command, decided, version, self.now))
        self.commits.append(
            Commit(
                stream=stream,
                owner=self.desk.owner(stream),
                expected=version,
                decided=decided,
                command=command.id,
                by=command.by,
                recorded_at=self.now,
            )
        )
        return Result(
            id=command.id,
            outcome="done",
            message=f"{command.name} is recorded in {stream}",
            stream=stream,
            undo=undoing(command, self.today),
            versions=(version + 1, version + len(decided)),
            warnings=warnings,
        )

    def _queue(self, recorded: Sequence[Recorded]) -> None:
        """Queue what events cause, recall what those taken out had caused, queue what came back."""
        for stream in {one.stream for one in recorded if isinstance(one.event, (Voided, Reversed))}:
            history = self.desk.histories[stream]
            last = sum(one.stream == stream for one in recorded)
            before, after = taken_out(history[:-last]), taken_out(history)
            self.writer.recall(stream, after - before)
            self.writer.requeue(stream, before - after)
        if not self.quiet:
            # A correction queues nothing: what is queued holds no text and is rendered from what then stands.
            new = [one for one in recorded if one.replaces is None]
            self.writer.queue([row for one in new for row in caused_by(one, self.programme, self.recall)])


def said_by_others(command: Command) -> Result:
    """What a command is answered that was needless by the time it came to it; nothing is kept of it."""
    message = f"{command.name}: somebody else has recorded this by now"
    return Result(id=command.id, outcome="unchanged", message=message, stream=command.stream)


def undoing(command: Command, on: dt.date) -> dict[str, Any]:
    """The command, in its envelope, that takes ``command`` back."""
    return {
        "command": "undo",
        "id": f"undo-{command.id}",
        "stream": command.stream,
        "on": on.isoformat(),
        "data": {"command": command.id},
    }


def as_result(answer: Answer) -> Result:
    """The result that an answer was given with."""
    first, last = answer.first_version, answer.last_version
    return Result(
        id=answer.id,
        stream=answer.stream,
        versions=(first, last) if first is not None and last is not None else None,
        **{**answer.answer, "warnings": tuple(answer.answer.get("warnings", ()))},
    )


def _digest(command: Command, salt: bytes) -> str:
    """What tells a command's body from another one, without holding any of its words."""
    body = msgspec.json.encode(
        (command.name, command.stream, command.on, command.by, command.what), order="sorted"
    )
    return hmac.digest(salt, body, "sha256").hex()


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
