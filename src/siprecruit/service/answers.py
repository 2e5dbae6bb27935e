"""What becomes of a command, and what is kept of it so that it can be told again."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from typing import Any, Literal

import attrs
import msgspec

from siprecruit.core.commands import Command
from siprecruit.record.store import Answer


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


def refused(command: Command, code: str, message: str) -> Result:
    """That a command can't be, and why."""
    return Result(id=command.id, outcome="refused", code=code, message=message, stream=command.stream)


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


def kept_of(command: Command, digest: str, result: Result, now: dt.datetime) -> Answer:
    """What is kept of a result, so that the same command is answered alike when it comes again."""
    first, last = result.versions or (None, None)
    return Answer(
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
        recorded_at=now,
        name=command.name,
    )


def as_result(answer: Answer) -> Result:
    """The result that an answer was given with."""
    first, last = answer.first_version, answer.last_version
    return Result(
        id=answer.id,
        stream=answer.stream,
        versions=(first, last) if first is not None and last is not None else None,
        **{**answer.answer, "warnings": tuple(answer.answer.get("warnings", ()))},
    )


def digest_of(command: Command, salt: bytes) -> str:
    """What tells a command's body from another one, without holding any of its words."""
    body = msgspec.json.encode(
        (command.name, command.stream, command.on, command.by, command.what), order="sorted"
    )
    return hmac.digest(salt, body, "sha256").hex()
