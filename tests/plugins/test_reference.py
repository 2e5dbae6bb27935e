"""The references of hooks, settings and messages say what the program does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from siprecruit import api, testing
from siprecruit.plugins.hookspecs import TIERS
from siprecruit.programmes import load

DOCS = Path(__file__).resolve().parents[2] / "docs"


def generator(name: str) -> ModuleType:
    """A script that writes a part of the reference."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hooks() -> str:
    """The page about hooks, as it is now written."""
    return str(generator("generate_hooks").hooks_reference())


def test_the_reference_of_hooks_is_as_the_program_is(hooks: str) -> None:
    """Whoever changes a hook or an example runs `python docs/generate_hooks.py` and reads the page."""
    assert (DOCS / "reference" / "hooks.md").read_text(encoding="utf-8") == hooks


@pytest.mark.parametrize("document", ["configuration.md", "messages.md"])
def test_the_references_of_settings_and_messages_are_as_the_program_is(document: str) -> None:
    """Whoever changes a setting or a message runs `python docs/generate_settings.py` and reads the page."""
    written = (DOCS / "reference" / document).read_text(encoding="utf-8")
    assert written == generator("generate_settings").DOCUMENTS[document]()


@pytest.mark.parametrize("hook", TIERS)
def test_a_hook_says_its_tier_and_shows_its_example(hooks: str, hook: str) -> None:
    """Whoever builds on a hook sees how firm it is, and a plugin that gives it."""
    section = hooks.partition(f"\n## {hook}\n")[2].partition("\n## ")[0]
    assert section.startswith(f"\n*{TIERS[hook]}.* ")
    example = DOCS / "examples" / f"{hook.removeprefix('siprecruit_')}.py"
    assert example.read_text(encoding="utf-8") in section


@pytest.mark.parametrize("name", [name for name in api.__all__ if isinstance(getattr(api, name), type)])
def test_all_that_a_plugin_may_use_has_a_place_in_the_reference(hooks: str, name: str) -> None:
    """Nothing public goes without a word."""
    assert hooks.count(f"\n### {name}\n") == 1


def test_every_contract_of_the_kit_is_named(hooks: str) -> None:
    """An author finds the suite that says what their plugin promises."""
    suites = [name for name in testing.__all__ if name.endswith("Contract")]
    assert [name for name in suites if f"`siprecruit.testing.{name}`" not in hooks] == []


def test_every_message_stands_in_the_reference() -> None:
    """An office can look up all that goes out in its name."""
    page = (DOCS / "reference" / "messages.md").read_text(encoding="utf-8")
    named = [message.name for message in load("norfolk-2008").messages]
    assert [name for name in named if page.count(f"\n| `{name}` |") != 1] == []
