"""One transaction of the service: what was read, what was decided, and what has to be written at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from siprecruit.core.commands import COMMAND_KINDS, RULE_FAILED, AddNote, Command, Correct, Rejected
from siprecruit.core.corrections import Decided, as_recorded
from siprecruit.core.events import Recorded, Reversed, Voided, taken_out
from siprecruit.core.files import AttachFile
from siprecruit.core.ids import stream_kind
from siprecruit.core.streams import DECIDERS
from siprecruit.record import projection
from siprecruit.record.codec import restate
from siprecruit.record.desk import Desk
from siprecruit.record.queueing import caused_by
from siprecruit.record.store import Answer, Commit, Writer
from siprecruit.service.answers import Result, as_result, digest_of, kept_of, refused, undoing

if TYPE_CHECKING:
    from siprecruit.service import Service

LOOKING: Final = tuple(cls for each in DECIDERS.values() for cls in each.also_reads if cls in COMMAND_KINDS)
"""The commands that read more than the state of their own stream."""


class Sitting:
    """What commands that share a transaction have read and decided so far."""

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
        """Answer each command in its turn, and write what follows from all of them."""
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
        looked_at = {command.stream for command in commands if isinstance(command.what, LOOKING)}
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
        digest = digest_of(command, self.salt)
        known = before.get(command.id) or self.answers.get(command.id)
        if known is not None:
            if known.body_digest == digest:
                return as_result(known)
            said = f"the id {command.id} was used for another command: give this one an id of its own"
            return refused(command, "id_used_twice", said)
        result = self._judged(command)
        if result.code == RULE_FAILED:
            # The rule broke, and judged nothing: the same command may be sent again when it is mended.
            return result
        self.answers[command.id] = kept_of(command, digest, result, self.now)
        return result

    def _judged(self, command: Command) -> Result:
        try:
            decided = self._decided(command)
            warnings = self._warnings(command) if decided else ()
        except Rejected as refusal:
            return refused(command, refusal.code, refusal.message)
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
