"""A document from outside to a command, checked against its schema, once; and a command to a document."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from typing import Any, Final

import attrs
import msgspec

# Every command is registered where its stage is imported.
import siprecruit.core.streams  # noqa: F401
from siprecruit import schema
from siprecruit.core.commands import COMMAND_KINDS, COMMANDS, Command, Correct, Reverse, Undo
from siprecruit.core.ids import stream_kind
from siprecruit.intake.envelopes import Envelope, Problem, read_envelopes

DEEPEST: Final = 16
"""How many lists and objects may stand in one another; our own commands have at most four."""


class Malformed(Exception):  # noqa: N818 - says what it is
    """A document is no command. ``message`` is one sentence that names the place, ``id`` the command's.

    ``code`` is ``unknown_command``, ``wrong_stream``, ``too_deep``, ``not_utf8`` or ``invalid``. The sentence
    repeats no text of the document, which may be personal, but the names of its keys and of the command.
    """

    def __init__(self, code: str, message: str, id: str | None = None) -> None:  # noqa: A002 - the envelope's word
        super().__init__(message)
        self.code = code
        self.message = message
        self.id = id


def schema_of(name: str) -> str:
    """The name of the schema that describes the command ``name``, envelope and all."""
    return f"commands/{name}.v1"


def as_command(document: object) -> Command:
    """The command that a document tells, checked against that command's schema, once. Raises Malformed."""
    id_told = _id_of(document)
    if _deeper_than(document, DEEPEST):
        message = f"it holds lists or objects in one another, more than {DEEPEST} deep"
        raise Malformed("too_deep", message, id_told)
    cls = _class_of(document, id_told)
    assert isinstance(document, dict)
    wrong = schema.problems(schema_of(document["command"]), document)
    if wrong:
        raise _malformed(cls, document, wrong, id_told)
    try:
        what: Any = msgspec.convert(document.get("data", {}), cls)
    except msgspec.ValidationError as error:
        # The schemas allow a little more than Python holds, such as the second 23:59:60.
        place = str(error).partition(" - at `$")[2].strip("`.").replace(".", ", ")
        where = f"In data: {place}" if place else "data"
        raise Malformed("invalid", f"{where} is not a value that can be kept", id_told) from None
    return Command(
        id=document["id"],
        stream=document["stream"],
        on=dt.date.fromisoformat(document["on"]),
        by=document.get("by", _BY),
        reason=document.get("reason"),
        what=what,
    )


def as_envelope(command: Command) -> dict[str, Any]:
    """The document that tells a command; what has its default is left out. ``as_command`` gives it back."""
    envelope: dict[str, Any] = {
        "command": command.name,
        "id": command.id,
        "stream": command.stream,
        "on": command.on.isoformat(),
    }
    if command.by != _BY:
        envelope["by"] = command.by
    if command.reason is not None and not isinstance(command.what, _PUTTING_RIGHT):
        envelope["reason"] = command.reason
    told = {
        field.name: value
        for field in attrs.fields(type(command.what))
        if (value := getattr(command.what, field.name)) != _default(field)
    }
    # Through JSON, as to_builtins leaves tuples what they are.
    envelope["data"] = msgspec.json.decode(msgspec.json.encode(told))
    return envelope


def _default(field: attrs.Attribute[Any]) -> Any:
    return {} if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type] # a class


#: These say why in their data.
_PUTTING_RIGHT: Final = (Correct, Reverse, Undo)
_BY: Final = str(attrs.fields(Command).by.default)


def _id_of(document: object) -> str | None:
    told = document.get("id") if isinstance(document, dict) else None
    return told if isinstance(told, str) and len(told) <= _LONGEST_ID else None


_LONGEST_ID: Final = 200


def _class_of(document: object, id_told: str | None) -> type:
    name = document.get("command") if isinstance(document, dict) else None
    if not isinstance(name, str):
        raise Malformed("invalid", _sentence(schema.problems("envelope.v1", document)), id_told)
    if name not in COMMANDS:
        near = difflib.get_close_matches(name[:80], COMMANDS, n=2, cutoff=0.7)
        meant = f": {' or '.join(near)} may be meant" if near else ""
        raise Malformed("unknown_command", f"there is no command {_shown(name)}{meant}", id_told)
    return COMMANDS[name]


def _malformed(
    cls: type, document: dict[str, Any], wrong: tuple[schema.Problem, ...], id_told: str | None
) -> Malformed:
    kind, stream = COMMAND_KINDS[cls], document.get("stream")
    if isinstance(stream, str) and stream_kind(stream) not in kind.streams:
        streams = " or ".join(f"{each}/..." for each in kind.streams)
        return Malformed("wrong_stream", f"{kind.name} goes to a stream {streams}, not to another", id_told)
    return Malformed("invalid", _sentence(wrong), id_told)


def _sentence(wrong: tuple[schema.Problem, ...]) -> str:
    """The first things that are wrong, as one sentence."""
    said = [each.sentence.rstrip(".") for each in wrong[:3]]
    more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""  # noqa: PLR2004 - those said above
    # What follows a semicolon is in the middle of the sentence.
    return "; ".join([*said[:1], *(re.sub("^In ", "in ", each) for each in said[1:])]) + more


def _shown(name: str) -> str:
    return name if len(name) <= 60 and name.isprintable() else "of that name"  # noqa: PLR2004 - a line's width


def _deeper_than(document: object, limit: int) -> bool:
    level = [document]
    for _ in range(limit):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return False
    return True


def _parts(value: object) -> Any:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


__all__ = [
    "Envelope",
    "Malformed",
    "Problem",
    "as_command",
    "as_envelope",
    "read_envelopes",
    "schema_of",
]
