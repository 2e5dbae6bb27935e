"""Events are for ever: one file for each shape that was ever written, which every later program must read.

A new event gets its file by ``SIPRECRUIT_TEST_GOLDEN=write pytest tests/record/test_golden.py``, which writes
what is missing and never touches a file that is there. A file that no longer fits means that a shape has
changed: give the event a new version and an upcaster. (One with the default ``None`` or ``()`` may be added.)
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import pkgutil
import types
import typing
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

import siprecruit.core
from siprecruit.core.corrections import Decided
from siprecruit.core.events import EVENTS, KINDS
from siprecruit.core.ids import ApplicationCode, Code, PersonId, RoundId, Urn
from siprecruit.record import codec

for module in pkgutil.iter_modules(siprecruit.core.__path__, "siprecruit.core."):
    importlib.import_module(module.name)

FOLDER = Path(__file__).parent.parent / "golden" / "events"
OURS = [cls for cls in KINDS if cls.__module__.startswith("siprecruit.")]
FILES = sorted(FOLDER.glob("*.json"))
EXAMPLES = {
    Code: "ncsl",
    Urn: "121000",
    PersonId: "A7K4P",
    ApplicationCode: "A7K4P",
    RoundId: "2007-05",
    int: 3,
    bool: True,
    str: "Müller, “in confidence”",
    dt.date: dt.date(2007, 5, 24),
    dt.datetime: dt.datetime(2007, 5, 24, 9, 30, tzinfo=dt.UTC),
}


def example(annotation: object) -> object:  # noqa: PLR0911 - one a kind of type
    """A value of that type, the same each time."""
    match typing.get_origin(annotation):
        case typing.Annotated:
            return example(typing.get_args(annotation)[0])
        case typing.Union | types.UnionType:
            return example(typing.get_args(annotation)[0])
        case typing.Literal:
            return typing.get_args(annotation)[0]
        case origin if origin is tuple:
            return (example(typing.get_args(annotation)[0]),)
        case origin if origin is Mapping:
            key, value = typing.get_args(annotation)
            return {example(key): example(value)}
        case _ if isinstance(annotation, type) and attrs.has(annotation):
            return annotation(**{name: example(one) for name, one in codec.shape(annotation).types.items()})
    return EXAMPLES[annotation]


def file_of(cls: type) -> Path:
    return FOLDER / f"{KINDS[cls].name}.v{KINDS[cls].version}.json"


def content(happened: object) -> str:
    written = codec.written(Decided(event=happened, on=dt.date(2007, 5, 24)))
    return f'{{"body":{written.body},"texts":{written.texts or "{}"}}}\n'


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: KINDS[cls].name)
def test_every_event_has_its_golden_file(cls):
    """What is written today is kept as a file, which a program of ten years on can be tried with."""
    if os.environ.get("SIPRECRUIT_TEST_GOLDEN") == "write" and not file_of(cls).exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        file_of(cls).write_text(content(example(cls)), encoding="utf-8")
    assert file_of(cls).exists(), (
        "a new event: SIPRECRUIT_TEST_GOLDEN=write pytest tests/record/test_golden.py"
    )
    assert content(revived(file_of(cls))) == file_of(cls).read_text(encoding="utf-8")


def revived(file: Path) -> object:
    name, _, version = file.name.removesuffix(".json").rpartition(".v")
    stored = json.loads(file.read_text(encoding="utf-8"))
    return codec.revived(name, int(version), json.dumps(stored["body"]), stored["texts"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shape_that_was_ever_written_is_still_read(file):
    """Also an event whose shape has changed since is read, as the newest version of itself."""
    happened = revived(file)
    assert EVENTS[KINDS[type(happened)].name, KINDS[type(happened)].version] is type(happened)
