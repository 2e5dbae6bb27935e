from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = ROOT / "src" / "siprecruit" / "plugins" / "builtin"
PLUGINS = sorted((ROOT / "plugins").iterdir())
OURS = re.compile(r"siprecruit(\.\w+)*")
A_PART = re.compile(r"siprecruit(\.\w+)+")


def named(file: Path) -> Iterator[str]:
    """The modules that a file imports or names in a text, such as one for importlib or pytest."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module="siprecruit", level=0, names=names):
                yield from (f"siprecruit.{name.name}" for name in names)
            case ast.ImportFrom(module=str() as name, level=0):
                yield name
            case ast.Constant(value=str() as text) if A_PART.fullmatch(text) and is_module(text):
                yield text


def is_module(name: str) -> bool:
    """`siprecruit.toml` and such are no modules."""
    place = ROOT.joinpath("src", *name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def beyond(files: Iterator[Path], *allowed: str) -> list[str]:
    """Where files name a module of ours that isn't one of those, or part of one."""
    return [
        f"{file.relative_to(file.parents[1])}: {name}"
        for file in files
        for name in named(file)
        if OURS.fullmatch(name) and not any(name == each or name.startswith(f"{each}.") for each in allowed)
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugin_stands_on_the_public_surface_alone(plugin: Path) -> None:
    """Whatever else changes in siprecruit breaks no plugin: what runs imports `siprecruit.api` alone."""
    assert beyond((plugin / "src").rglob("*.py"), "siprecruit.api") == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugins_tests_use_the_kit(plugin: Path) -> None:
    """Whoever writes a plugin can test it with what siprecruit lends them, and nothing more."""
    files = (file for file in plugin.rglob("*.py") if "src" not in file.relative_to(plugin).parts)
    assert beyond(files, "siprecruit.api", "siprecruit.testing") == []


def test_what_is_built_in_is_a_plugin_like_anybodys() -> None:
    """An authority's own provider can do all that ours can."""
    assert beyond(BUILT_IN.rglob("*.py"), "siprecruit.api", "siprecruit.plugins.builtin") == []


def test_an_example_of_the_documentation_is_a_plugin_like_anybodys() -> None:
    """What a newcomer copies stands on the public surface."""
    examples = ROOT / "docs" / "examples"
    assert beyond(examples.rglob("*.py"), "siprecruit.api", "siprecruit.testing") == []


@pytest.mark.parametrize(
    "line",
    [
        "import siprecruit.record.outbox",
        "from siprecruit import service",
        "from siprecruit.core.ids import Code",
        "importlib.import_module('siprecruit.core')",
    ],
)
def test_a_way_around_the_public_surface_is_noticed(tmp_path: Path, line: str) -> None:
    """However it is written, an import of what isn't public is found."""
    (tmp_path / "plugin.py").write_text(line, encoding="utf-8")
    assert len(beyond(tmp_path.rglob("*.py"), "siprecruit.api")) == 1
