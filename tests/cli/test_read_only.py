"""An installation that may only be read: a copy for the auditor, a backup of the whole folder, a snapshot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")

READING = [
    ["applicants", "--json"],
    ["show", "A7K4P", "--json"],
    ["coverage", "--json"],
    ["history", "A7K4P", "--json"],
    ["todo", "--json"],
    ["record", "verify"],
    ["record", "head"],
]

# Says each command's answer twice: as whoever may write, and as somebody who may not (root may always).
TWICE = """
import json, os, pathlib, sys
from click.testing import CliRunner
from siprecruit.cli import program

folder, commands, writing = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
def answers(commands):
    run = lambda words: CliRunner().invoke(program, ["--home", str(folder), "--now", "2007-06-30", *words])
    return [[said.exit_code, said.stdout, said.stderr] for said in map(run, commands)]

# What is imported on the way must be, while Python itself may be read.
before = answers([*writing[:1], *commands])[len(writing[:1]):]
for each in folder.iterdir():
    each.chmod(0o444)
folder.chmod(0o555)
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
names = sorted(os.listdir(folder))
after = answers(commands)
print(json.dumps([before, after, answers(writing[1:]), names == sorted(os.listdir(folder))]))
"""


@pytest.fixture
def copy(told, home: Path) -> Iterator[Path]:
    """A copy of the installation, in a folder that somebody else may enter."""
    assert told("applicants").code == 0
    folder = Path(tempfile.mkdtemp(prefix="siprecruit-read-only-"))
    shutil.copytree(home, folder, dirs_exist_ok=True)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_somebody_else(copy: Path, reading: list, writing: list) -> list:
    """What reading says before and after the right to write is gone; then all writings but the first."""
    words = [sys.executable, "-c", TWICE, copy, json.dumps(reading), json.dumps(writing)]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_read_only_copy_can_be_read(copy: Path) -> None:
    """Whoever may only read an installation sees in every listing what its owner sees, and leaves no file."""
    before, after, _, same_files = as_somebody_else(copy, READING, [])
    for words, first, second in zip(READING, before, after, strict=True):
        assert first[0] == 0, (words, first)
        assert second == first, words
    assert same_files


def test_a_read_only_copy_refuses_what_is_written(copy: Path) -> None:
    """Whoever may only read is told so in one sentence when they record something."""
    twice = [
        {"command": "person.record", "id": f"c-{name}", "stream": f"person/{name}", "on": "2007-06-01",
         "data": {"last_name": "Zed"}}
        for name in ("before", "after")
    ]  # fmt: skip
    _, _, [[code, _, said]], _ = as_somebody_else(copy, [], [["do", json.dumps(each)] for each in twice])
    assert code == 1
    assert said.count("\n") == 1
    assert "read-only" in said
    assert "siprecruit.db" in said
