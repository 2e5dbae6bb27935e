"""Plugins that are files in a folder, as somebody writes them; some of them are broken."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import run
from siprecruit.plugins.loader import Loaded, load

BEGINNING = """\
from siprecruit.api import *

siprecruit_api = ">=1,<2"


def send(context, message):
    return Accepted(receipt=message.delivery.key)
"""

GIVES = """
@hookimpl
def siprecruit_notifiers():
    return [Notifier(name="{name}", address="email", send=send)]
"""


@pytest.fixture(scope="session")
def new_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation to be copied."""
    made = tmp_path_factory.mktemp("new") / "norfolk"
    assert run("--home", made, "--now", "2007-05-01", "init").code == 0
    return made


@pytest.fixture
def home(new_installation: Path, tmp_path: Path) -> Path:
    """An installation in which nothing has happened yet."""
    return Path(shutil.copytree(new_installation, tmp_path / "norfolk"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder for --plugins-dir."""
    made = tmp_path / "plugins"
    made.mkdir()
    return made


@pytest.fixture
def plugin(folder: Path) -> Callable[..., Path]:
    """Writes a plugin: what stands at its top, and, where nothing else is said, a notifier of its name."""

    def write(name: str, text: str = "", *, gives: str | None = None, begins: str = BEGINNING) -> Path:
        path = folder / f"{name}.py"
        end = GIVES.format(name=name) if gives is None else textwrap.dedent(gives)
        path.write_text(f"{begins}\n{textwrap.dedent(text)}\n{end}", encoding="utf-8")
        return path

    return write


def hook(body: str, name: str = "siprecruit_notifiers", arguments: str = "") -> str:
    """A hook of a plugin."""
    return f"@hookimpl\ndef {name}({arguments}):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"


@pytest.fixture
def loaded(tmp_path: Path, folder: Path) -> Callable[..., Loaded]:
    """Loads what is in the folder, and what else is said."""

    def load_all(**told: Any) -> Loaded:
        said = {"plugins": {}, "directory": folder, "without": False, "environment": {}} | told
        return load(home=tmp_path, **said)

    return load_all
