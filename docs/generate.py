"""Writes the reference of commands and events from the schemas and classes: `python docs/generate.py`."""  # noqa: INP001

from __future__ import annotations

import datetime as dt
import json
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from siprecruit import schema
from siprecruit.core.commands import COMMAND_KINDS, COMMANDS, is_kept
from siprecruit.core.events import EVENTS, KINDS
from siprecruit.core.ids import ApplicationCode, Code, PersonId, RoundId, Urn
from siprecruit.intake.commands import schema_of

FOLDER: Final = Path(__file__).resolve().parent / "reference"

STREAMS: Final = {
    "round": "A round",
    "application": "An application",
    "person": "A person",
    "placement": "A school",
}
PUTTING_RIGHT: Final = ("correct", "reverse", "undo")

COMMANDS_BEGIN: Final = """\
# Commands

Everything that changes the record is a command, whether it comes from a form, a spreadsheet, another
program or `siprecruit do FILE`. A command comes in an envelope: its name, an `id` of its own, the
`stream` that it goes to, the day `on` which it happened, and its `data`. `by` says who tells it,
`office` where it is left out; `reason`, which may be left out too, why it is told or where it is known
from: it is kept in the vault and stands in the history.

The file given to `do` holds one envelope, a list of them, or JSON Lines: one on each line. Each is
judged alone. The same `id` with the same content gets its first answer again, so that a repeat is
harmless. A field that may be left out may also be `null`. The schema of each command stands in
`schemas/commands/`, and what it doesn't name is refused.

*This page is written from those schemas by `python docs/generate.py`.*

## Putting right

Every command can be taken back in three ways.

- It was never meant: [undo](#undo) takes out all that it recorded, and its result brings that envelope
  with it.
- It never was so: [correct](#correct) puts other values in the place of an event's, or takes that one
  event out.
- It was so, and is so no longer: [reverse](#reverse) ends it from a day on.

Each is itself recorded with its reason, and taken back by undo. Where something else has followed, such
as a reference from a referee who was named by mistake, the command is refused and names it; with
`cascade` that goes too.
"""

EVENTS_BEGIN: Final = """\
# Events

What has happened, as the record keeps it: once, and for ever. An event stands in a stream under a
number, with the day `on` which it happened, the instant at which it was recorded, the command that led
to it and who told it. It holds ids, codes, dates and numbers alone. A field that is *kept in the vault*
is personal or in somebody's own words: the record holds a digest of it, and it reads as nothing once the
person has been erased.

An event of which it is said that it *holds for every day* describes something that has dates of its own;
any other counts from its day `on`. When the shape of an event changes, it gets a new version, and the
old ones can still be read.

*This page is written from the classes by `python docs/generate.py`.*
"""

#: What no command says of these fields in the same words.
ABOUT: Final = {
    ("application.made_elsewhere", "person"): "The headteacher's person id.",
    ("cda.ended", "person"): "The adviser's person id.",
    ("cda.ended", "reason"): "A code for the reason.",
    ("cda.ended", "until"): "The last day; where it is left out, the day before the event's.",
    ("file.attached", "size"): "How many bytes it has.",
    ("note.added", "text"): "The note, in words.",
    ("permanent.ended", "reason"): "A code for the reason.",
    ("permanent.ended", "until"): "The last day; where it is left out, the day before the event's.",
    ("response.drafted", "person"): "The applicant's person id.",
    ("response.submitted", "person"): "The applicant's person id.",
    ("temporary.ended", "person"): "The person id of who covered the school.",
    ("temporary.ended", "reason"): "A code for the reason.",
    ("temporary.ended", "until"): "The last day; where it is left out, the day before the event's.",
    ("voided", "event"): "The number of the event that never was so.",
    ("reversed", "event"): "The number of the event that holds until the day before.",
    ("response.submitted", "carried_from"): "The earlier application, where nothing was keyed again.",
    ("reference.carried", "asked_on"): "The day on which it was asked for.",
    ("reference.carried", "received_on"): "The day on which it was received.",
    ("temporary.ended", "successor"): "The person id of the permanent partner, where it was handed over.",
    ("decision.conveyed", "outcome"): "The code of the decision that the applicant was told.",
    ("reserve.called", "outcome"): "The code of the decision that held the person in reserve.",
    ("panel.assigned", "applications"): "The codes of the applications that it sees as well.",
}
#: A field of an event that a command calls something else.
CALLED: Final = {"why": "reason"}


def commands_reference() -> str:
    """The reference of all commands, by the stream that they go to."""
    parts = [COMMANDS_BEGIN]
    parts += [_command(name) for name in PUTTING_RIGHT]
    for stream, title in STREAMS.items():
        names = sorted(name for name, cls in COMMANDS.items() if _home(name, cls) == stream)
        parts += [f"## {title}\n", _contents(names), *(_command(name) for name in names)]
    return "\n".join(parts)


def _home(name: str, cls: type) -> str:
    if name in PUTTING_RIGHT:
        return ""
    streams = COMMAND_KINDS[cls].streams
    return "application" if "application" in streams else streams[0]


def _contents(names: list[str]) -> str:
    links = (f"[{name}](#{name.replace('.', '')})" for name in names)
    return f"{', '.join(links)}\n"


def _command(name: str) -> str:
    described = schema.schema(schema_of(name))
    data = described["properties"]["data"]
    streams = ", ".join(f"`{each}/...`" for each in COMMAND_KINDS[COMMANDS[name]].streams)
    begins = "; it may be the first command there" if COMMAND_KINDS[COMMANDS[name]].begins else ""
    parts = [
        f"### {name}\n",
        f"**{described['title']}.** {described['description']}\n",
        f"Goes to {streams}{begins}.\n",
        _table(("field", "holds", "needed", "meaning"), list(_rows(data))),
    ]
    parts += [_json(each) for each in described["examples"]]
    if name not in PUTTING_RIGHT:
        parts.append(f"Undone by:\n\n{_json(_undo(described['examples'][0]))}")
    return "\n".join(parts)


def _undo(example: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "command": "undo",
        "id": f"undo-{example['id']}",
        "stream": example["stream"],
        "on": example["on"],
        "data": {"command": example["id"]},
    }


def _rows(piece: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, ...]]:
    required = piece.get("required", ())
    for name, part in piece.get("properties", {}).items():
        needed = "yes" if name in required else ""
        yield f"`{before}{name}`", _holds(part), needed, part["description"]
        item = part.get("items", {})
        if "properties" in item:
            yield from _rows(item, f"{before}{name}[].")


def _holds(piece: Mapping[str, Any]) -> str:
    kinds = piece.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if "enum" in piece:
        return ", ".join(f"`{each}`" for each in piece["enum"] if each is not None)
    if kind == "array":
        return f"a list: {_holds(piece['items'])}"
    if kind == "integer":
        return f"a whole number, {piece['minimum']:,} to {piece['maximum']:,}"
    if kind == "string":
        return _text_holds(piece)
    return {"boolean": "true or false", "object": "an object"}[str(kind)]


def _text_holds(piece: Mapping[str, Any]) -> str:
    match piece:
        case {"format": "date"}:
            return "a date"
        case {"format": "date-time"}:
            return "an instant"
        case {"pattern": str() as pattern} if pattern != r"\S":
            return "a URN" if pattern.startswith("^[0-9]") else "a code or an id"
    return "text"


def _json(document: Mapping[str, Any]) -> str:
    """An envelope with one line for each of its fields, as far as they fit."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items() if key != "data"]
    data = document.get("data")
    if data is not None:
        plain = json.dumps(data, ensure_ascii=False)
        long = json.dumps(data, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        lines.append(f'  "data": {plain if len(plain) < 100 else long}')  # noqa: PLR2004 - the width of a page
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```\n"


def events_reference() -> str:
    """The reference of all events, in the order of the alphabet."""
    # Tests and plugins register events of their own.
    ours = sorted(key for key, cls in EVENTS.items() if cls.__module__.startswith("siprecruit."))
    return "\n".join([EVENTS_BEGIN, *(_event(*key) for key in ours)])


def _event(name: str, version: int) -> str:
    cls = EVENTS[name, version]
    said = " ".join((cls.__doc__ or "").replace("``", "`").split())
    always = "" if KINDS[cls].dated else "; holds for every day"
    hints = get_type_hints(cls, include_extras=True)
    rows = [
        (f"`{field.name}`", _kind(hints[field.name]), _vault(hints[field.name]), about(name, cls, field.name))
        for field in attrs.fields(cls)
    ]
    table = _table(("field", "holds", "kept in the vault", "meaning"), rows)
    return f"## {name}\n\n{said} Version {version}{always}.\n\n{table}"


def about(name: str, cls: type, field: str) -> str:
    """What a field of an event means: as said above, or as the nearest command of the same stage says."""
    if (name, field) in ABOUT:
        return ABOUT[name, field]
    words = {field, CALLED.get(field, field)}
    told = [
        (_nearness(cls, COMMANDS[each]), each) for each in sorted(COMMANDS) if words & _fields(COMMANDS[each])
    ]
    if not told:
        raise LookupError(f"nothing says what {field} of {name} means: say it in ABOUT")
    command = max(told, key=lambda one: one[0])[1]
    properties = schema.schema(schema_of(command))["properties"]["data"]["properties"]
    described = properties.get(field) or properties[CALLED[field]]
    # What comes after concerns the command: what is taken where nothing is said, and where it is kept.
    return f"{described['description'].partition(';')[0].removesuffix('.')}."


def _nearness(event: type, command: type) -> tuple[bool, int]:
    stage = event.__module__.split(".")[:3] == command.__module__.split(".")[:3]
    return stage, len(_fields(event) & _fields(command))


def _fields(cls: type) -> set[str]:
    return {field.name for field in attrs.fields(cls)}


_KINDS: Final[Mapping[Any, str]] = {
    Code: "a code",
    PersonId: "a person's id",
    ApplicationCode: "an application's code",
    RoundId: "a round's id",
    Urn: "a URN",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    dt.date: "a date",
    dt.datetime: "an instant",
}


def _kind(annotation: Any) -> str:
    plain = get_args(annotation)[0] if is_kept(annotation) else annotation
    origin, inner = get_origin(plain), get_args(plain)
    if origin in (Union, types.UnionType):
        return _kind(next(each for each in inner if each is not types.NoneType))
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in inner)
    if origin is tuple:
        return f"a list: {_kind(inner[0])}"
    if origin is not None:
        return "texts by name"
    if attrs.has(plain):
        return ", ".join(f"`{field.name}`" for field in attrs.fields(plain))
    return _KINDS[plain]


def _vault(annotation: Any) -> str:
    return "yes" if is_kept(annotation) else ""


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return "It holds nothing more.\n"
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


DOCUMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": commands_reference,
    "events.md": events_reference,
}

if __name__ == "__main__":
    # What registers the commands and events of every stage came in with the reading of commands.
    FOLDER.mkdir(exist_ok=True)
    for document, written in DOCUMENTS.items():
        (FOLDER / document).write_text(written(), encoding="utf-8")
