"""The reference of commands and events says what the program does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import attrs
import pytest

from siprecruit.core.commands import COMMANDS
from siprecruit.core.events import EVENTS

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The script that writes the reference."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("document", ["commands.md", "events.md"])
def test_the_reference_is_as_the_program_is(generator, document):
    """Whoever changes a command or an event runs `python docs/generate.py` and reads what it now says."""
    written = (DOCS / "reference" / document).read_text(encoding="utf-8")
    assert written == generator.DOCUMENTS[document]()


def test_every_command_and_every_event_has_a_place_in_the_reference(generator):
    """Nothing that can be sent or recorded goes without a word."""
    commands, events = generator.commands_reference(), generator.events_reference()
    assert [name for name in COMMANDS if f"\n### {name}\n" not in commands] == []
    named = [name for (name, _), cls in EVENTS.items() if cls.__module__.startswith("siprecruit.")]
    assert [name for name in named if f"\n## {name}\n" not in events] == []
    assert [name for name in COMMANDS if commands.count(f"\n### {name}\n") != 1] == []


def test_what_is_said_of_a_field_that_no_event_has_is_taken_out(generator):
    """The words written for the reference alone don't outlive the fields that they are about."""
    fields = {(name, field.name) for (name, _), cls in EVENTS.items() for field in attrs.fields(cls)}
    assert set(generator.ABOUT) - fields == set()
