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

from siprecruit.cli import program

#: A school, two applicants, one of them with a reference asked for, and a partner who may serve the school.
STORY: list[dict[str, Any]] = [
    {"command": "school.record", "id": "s1", "stream": "placement/120777", "on": "2007-05-01",
     "data": {"name": "St Withburga’s School", "la_code": "926", "phase": "primary", "type": "community",
              "type_group": "maintained"}},
    {"command": "school.record", "id": "s2", "stream": "placement/120778", "on": "2007-05-01",
     "data": {"name": "Blakeney School", "la_code": "926", "phase": "primary", "type": "community",
              "type_group": "maintained"}},
    {"command": "response.submit", "id": "r1", "stream": "application/A7K4P", "on": "2007-05-20",
     "data": {"advert": "tes-2007-05", "first_name": "Niamh", "last_name": "O’Brien",
              "email": "niamh@example.org", "category": "headteacher", "days_available": 12,
              "referees": [{"name": "Jo Doe", "email": "jo@example.org", "from_la": True},
                           {"name": "Max Roe", "email": "max@example.org"}]}},
    {"command": "response.submit", "id": "r2", "stream": "application/B8M5Q", "on": "2007-05-22",
     "data": {"advert": "tes-2007-05", "first_name": "Ann", "last_name": "Smith",
              "category": "consultant"}},
    {"command": "reference.ask", "id": "q1", "stream": "application/A7K4P", "on": "2007-05-21",
     "data": {"reference": "1", "referee": "1", "due": "2007-06-18"}},
    {"command": "person.record", "id": "p1", "stream": "person/partner", "on": "2007-05-01",
     "data": {"first_name": "Pat", "last_name": "Moss"}},
    {"command": "person.appoint", "id": "p2", "stream": "person/partner", "on": "2007-05-01",
     "data": {"category": "la_adviser"}},
    {"command": "accreditation.record", "id": "p3", "stream": "person/partner", "on": "2007-05-02",
     "data": {"phase": "primary", "source": "ncsl"}},
    {"command": "induction.attend", "id": "p4", "stream": "person/partner", "on": "2007-05-03", "data": {}},
    {"command": "requirement.clear", "id": "p5", "stream": "person/partner", "on": "2007-05-04",
     "data": {"requirement": "enhanced_disclosure", "outcome": "clear"}},
    {"command": "briefing.give", "id": "p6", "stream": "person/partner", "on": "2007-05-05",
     "data": {"urn": "120777"}},
    {"command": "permanent.name", "id": "n1", "stream": "placement/120777", "on": "2007-06-01",
     "data": {"person": "partner", "starts": "2007-06-01"}},
]  # fmt: skip


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
