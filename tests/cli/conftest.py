"""An installation to try the command line on, and a small story in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

from cli.story import STORY
from siprecruit.cli import program


@attrs.frozen(kw_only=True)
class Said:
    """What a run of the program said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on standard output, which is JSON alone."""
        return json.loads(self.out)


Cli = Callable[..., Said]


def run(*words: object, stdin: str | bytes | None = None, **environment: str) -> Said:
    """Run the program in this process."""
    found = CliRunner().invoke(program, [str(word) for word in words], input=stdin, env=environment)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return Said(code=found.exit_code, out=found.stdout, err=found.stderr)


def lines(commands: list[dict[str, Any]]) -> str:
    """Commands as JSON Lines."""
    return "".join(json.dumps(each) + "\n" for each in commands)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two installations to copy: a new one, and one in which the story was told."""
    folder = tmp_path_factory.mktemp("installations")
    assert run("--home", folder / "new", "--now", "2007-05-01", "init").code == 0
    shutil.copytree(folder / "new", folder / "told")
    answer = run("--home", folder / "told", "--now", "2007-06-30", "do", "-", stdin=lines(STORY))
    assert answer.code == 0, answer.err
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """An installation in which nothing has happened yet."""
    return Path(shutil.copytree(made / "new", tmp_path / "norfolk"))


@pytest.fixture
def cli(home: Path) -> Cli:
    """The program, run on that installation on 30 June 2007."""
    return lambda *words, **more: run("--home", home, "--now", "2007-06-30", *words, **more)


@pytest.fixture
def told(made: Path, home: Path, cli: Cli) -> Cli:
    """The same after the story was told."""
    shutil.copytree(made / "told", home, dirs_exist_ok=True)
    return cli


@pytest.fixture(name="run")
def run_fixture() -> Cli:
    """The program, wherever its options lead it."""
    return run


@pytest.fixture(name="lines")
def lines_fixture() -> Callable[[list[dict[str, Any]]], str]:
    """Makes JSON Lines."""
    return lines
