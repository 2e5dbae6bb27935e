"""What the schemas of commands promise to those outside is what the program takes."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from siprecruit import schema
from siprecruit.core.commands import COMMAND_KINDS, COMMANDS, Command, Given
from siprecruit.core.ids import ApplicationCode, Code, PersonId, RoundId, Urn, stream_kind
from siprecruit.core.streams import DECIDERS
from siprecruit.intake.commands import as_command, schema_of
from siprecruit.programmes import load

IDS = (Code, PersonId, ApplicationCode, RoundId)
ENVELOPE = ("id", "stream", "on", "by")
PUTTING_RIGHT = ("correct", "reverse", "undo")
STREAM_KINDS = ("round", "person", "application", "placement")


def kind_in_class(annotation: Any) -> Any:  # noqa: PLR0911 - one for each kind
    """What a field of a command holds, told in the way that a schema tells it."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return ("null", kind_in_class(next(one for one in inner if one is not types.NoneType)))
    if origin is Literal:
        return ("one of", *inner)
    if origin is tuple:
        return ("list", kind_in_class(inner[0]))
    if origin in (dict, Mapping):
        return ("mapping", kind_in_class(inner[1]))
    if attrs.has(annotation):
        return ("object", fields_of_class(annotation))
    if annotation in IDS:
        return "code"
    named = {Urn: "urn", str: "text", int: "integer", bool: "boolean", Any: "anything"}
    dates = {dt.date: "date", dt.datetime: "date-time"}
    return (named | dates)[annotation]


def fields_of_class(cls: type) -> dict[str, tuple[bool, Any]]:
    hints = get_type_hints(cls)
    return {
        field.name: (field.default is attrs.NOTHING, kind_in_class(hints[field.name]))
        for field in attrs.fields(cls)
    }


def kind_in_schema(piece: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one for each kind
    """What a piece of a schema takes, told in the same way."""
    kinds = piece.get("type")
    if isinstance(kinds, list):
        assert kinds[1:] == ["null"]
        return ("null", kind_in_schema({**piece, "type": kinds[0]}))
    if "enum" in piece:
        return ("one of", *(each for each in piece["enum"] if each is not None))
    match kinds:
        case "array":
            return ("list", kind_in_schema(piece["items"]))
        case "object" if piece["additionalProperties"] is False:
            return ("object", fields_of_schema(piece))
        case "object":
            return ("mapping", kind_in_schema(piece["additionalProperties"]))
        case "string" if "format" in piece:
            return piece["format"]
        case "string" if piece.get("pattern", "\\S") != "\\S":
            return "urn" if re.search(piece["pattern"], "990001") and not matches(piece, "A7K4P") else "code"
        case "string":
            return "text"
        case None:
            return "anything"
    return kinds


def fields_of_schema(piece: Mapping[str, Any]) -> dict[str, tuple[bool, Any]]:
    required = piece.get("required", ())
    return {name: (name in required, kind_in_schema(part)) for name, part in piece["properties"].items()}


def matches(piece: Mapping[str, Any], text: str) -> bool:
    return re.search(piece["pattern"], text) is not None


def data_of(name: str) -> Mapping[str, Any]:
    return schema.schema(schema_of(name))["properties"]["data"]


def test_every_command_has_a_schema_and_every_schema_a_command():
    """Nothing can be sent that isn't described, and nothing is described that can't be sent."""
    described = {name for name in schema.names() if name.startswith("commands/")}
    assert described == {schema_of(name) for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_schema_and_its_command_say_the_same(name):
    """Same fields, same kinds, the same ones required, so that what a schema lets pass becomes a command."""
    told = fields_of_class(COMMANDS[name])
    if name == "undo":
        # The id of a command is no code of the programme: it is longer, and may hold a slash.
        told["command"] = (True, "code")
    assert fields_of_schema(data_of(name)) == told


@pytest.mark.parametrize("name", COMMANDS)
def test_a_schema_takes_the_streams_that_its_command_goes_to(name):
    """A reference is asked for in an application, never in a school."""
    stream = schema.schema(schema_of(name))["properties"]["stream"]
    taken = {kind for kind in STREAM_KINDS if matches(stream, f"{kind}/990001")}
    assert taken == set(COMMAND_KINDS[COMMANDS[name]].streams)
    assert not matches(stream, f"{min(taken)}/990001\n")
    assert not matches(stream, f"{min(taken)}/")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_comes_in_the_same_envelope(name):
    """Whoever can send one command can send any: only the name, the stream and the data differ."""
    described = schema.schema(schema_of(name))
    common = schema.schema("envelope.v1")["properties"]
    properties = described["properties"]
    assert properties["command"]["const"] == name
    assert {key: properties[key] for key in ENVELOPE if key != "stream"} == {
        key: common[key] for key in ENVELOPE if key != "stream"
    }
    needs_data = any(required for required, _ in fields_of_class(COMMANDS[name]).values())
    assert described["required"] == ["command", "id", "stream", "on", *(["data"] if needs_data else [])]
    assert described["additionalProperties"] is False
    # What puts something right says why in its data: there is one place for it.
    reason = None if name in PUTTING_RIGHT else common["reason"]
    assert properties.get("reason") == reason


def runs_alone(name: str) -> bool:
    """Whether a command may be a stream's first, and doesn't need what another stream holds."""
    kind = COMMAND_KINDS[COMMANDS[name]]
    needed = {field for field, (required, _) in fields_of_class(COMMANDS[name]).items() if required}
    return kind.begins and not needed & {field for field, _ in kind.reads}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_schema_says_whether_its_examples_need_anything_before_them(name):
    """A reader sees which examples can be tried on a new installation, just as they are."""
    assert schema.schema(schema_of(name)).get("x-runs-alone", False) is runs_alone(name)


@pytest.mark.parametrize("name", [name for name in COMMANDS if runs_alone(name)])
def test_the_examples_of_a_first_command_are_done_on_a_new_installation(name):
    """The default programme knows each code in them, and their days have come."""
    for example in schema.schema(schema_of(name))["examples"]:
        sent = as_command(example)
        decider = DECIDERS[stream_kind(sent.stream)]
        given = Given(
            stream=sent.stream, on=sent.on, today=dt.date(2008, 7, 31), programme=load("norfolk-2008")
        )
        assert decider.judge(sent, decider.initial, [], given, lambda happened, _: happened)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_commands_that_the_program_takes(name):
    """An officer or a plugin author may copy an example and send it."""
    described = schema.schema(schema_of(name))
    assert 1 <= len(described["examples"]) <= 3
    for example in described["examples"]:
        command = as_command(example)
        assert isinstance(command, Command)
        assert (command.name, type(command.what)) == (name, COMMANDS[name])


def test_the_examples_have_ids_of_their_own_and_addresses_of_nobody():
    """They can all be sent to one installation, and no letter ever goes to a real person."""
    examples = [each for name in COMMANDS for each in schema.schema(schema_of(name))["examples"]]
    assert len({each["id"] for each in examples}) == len(examples)
    addresses = re.findall(r"[\w.]+@[\w.]+", str(examples))
    assert addresses
    assert [each for each in addresses if not each.endswith("@example.org")] == []


def sentences(piece: Any) -> list[str]:
    match piece:
        case {"description": str() as description, **rest}:
            return [description, *sentences(rest)]
        case dict():
            return [said for part in piece.values() for said in sentences(part)]
    return []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_field_is_described_in_a_sentence(name):
    """The reference is read by officers: it says what a field means, not how it is called."""
    described = {key: part for key, part in schema.schema(schema_of(name)).items() if key != "examples"}
    assert [said for said in sentences(described) if not re.fullmatch(r"[A-Z].+\.", said)] == []
