"""Acknowledged is durable: a kill loses nothing acknowledged, and half of nothing is visible."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from kill.rounds import (
    LINES,
    PATIENCE,
    ROWS,
    Installation,
    acknowledged_is_there,
    applications,
    killed_while_doing,
    killed_while_importing,
    lines,
    made,
    nothing_is_half,
    sheet,
    until_something_is_in,
    views_hold,
)

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")


def often(usual: int, soak: int) -> list[object]:
    """So many rounds behind the marker ``kill``, and so many behind ``soak``."""
    return [
        pytest.param(usual, marks=pytest.mark.kill, id=f"{usual}-rounds"),
        pytest.param(soak, marks=pytest.mark.soak, id=f"{soak}-rounds"),
    ]


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    """An installation with its record in its folder."""
    home = tmp_path / "home"
    home.mkdir()
    done = made(home, "sqlite:///siprecruit.db")
    return Installation(home=home, url=f"sqlite:///{done.home / 'siprecruit.db'}")


@pytest.fixture
def on_postgres(tmp_path: Path, durable_postgres_database: str) -> Installation:
    """An installation whose record is on a server that keeps what it promises."""
    home = tmp_path / "home"
    home.mkdir()
    return made(home, durable_postgres_database)


def doing(there: Installation, rounds: int) -> None:
    """Kill, look, carry on, and so on."""
    for number in range(rounds):
        random = Random(f"{rounds}-{number}")
        told = lines(number)
        heard = killed_while_doing(there, told, random)
        acknowledged_is_there(there, heard)
        nothing_is_half(there)
        done = there.run("do", "-", stdin="".join(told))
        assert done.returncode == 0, done.stderr
        assert done.stdout.count('"done"') == LINES
        nothing_is_half(there)
    views_hold(there)
    with there.record() as record, record.reading() as reader:
        assert applications(reader) == rounds * LINES // 4


@posix
@pytest.mark.parametrize("rounds", often(12, 600))
def test_kill_while_commands_come_in(on_sqlite: Installation, rounds: int) -> None:
    """Whoever has a result has it for good; whoever has none sends again and has one then."""
    doing(on_sqlite, rounds)


@posix
@pytest.mark.postgres
@pytest.mark.parametrize("rounds", often(3, 60))
def test_kill_while_commands_come_in_on_a_server(on_postgres: Installation, rounds: int) -> None:
    """The same with PostgreSQL: what the program had not committed is undone by the server."""
    doing(on_postgres, rounds)


def importing(there: Installation, folder: Path, rounds: int) -> None:
    """Kill an import, look, and import the same sheet again."""
    killed, whole = 0, 3.0
    for number in range(rounds):
        random = Random(f"import-{rounds}-{number}")
        path = sheet(folder, number)
        killed += killed_while_importing(there, path, (0.2 + 0.8 * random.random()) * whole)
        nothing_is_half(there)
        begun = time.monotonic()
        done = there.run("import", "responses", path)
        whole = time.monotonic() - begun
        assert done.returncode == 0, done.stderr
        nothing_is_half(there)
        with there.record() as record, record.reading() as reader:
            assert applications(reader) == (number + 1) * ROWS
        path.unlink()
    assert killed
    views_hold(there)


@posix
@pytest.mark.parametrize("rounds", often(8, 400))
def test_kill_while_a_sheet_comes_in(on_sqlite: Installation, tmp_path: Path, rounds: int) -> None:
    """The sheet is imported again: what was in is known, what was not comes in, nobody is there twice."""
    importing(on_sqlite, tmp_path, rounds)


@posix
@pytest.mark.postgres
@pytest.mark.parametrize("rounds", often(2, 40))
def test_kill_while_a_sheet_comes_in_on_a_server(
    on_postgres: Installation, tmp_path: Path, rounds: int
) -> None:
    """The same with PostgreSQL."""
    importing(on_postgres, tmp_path, rounds)


@posix
@pytest.mark.kill
def test_ctrl_c_in_mid_import_is_a_sentence(on_sqlite: Installation, tmp_path: Path) -> None:
    """Somebody stops an import that takes too long: what is in stays in, and the sheet goes on from there."""
    path = sheet(tmp_path, 1)
    with subprocess.Popen(
        on_sqlite.words("import", "responses", path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as child:
        until_something_is_in(on_sqlite, lambda: child.poll() is not None)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=PATIENCE)

    assert child.returncode == 1
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1
    nothing_is_half(on_sqlite)
    assert on_sqlite.run("import", "responses", path).returncode == 0
    with on_sqlite.record() as record, record.reading() as reader:
        assert applications(reader) == ROWS


@posix
@pytest.mark.kill
def test_two_writers_at_once_take_turns(on_sqlite: Installation) -> None:
    """Two secretaries' programs write to one file: both get all their answers, and nothing is lost."""
    both = [lines(number) for number in range(2)]
    children = [
        subprocess.Popen(
            on_sqlite.words("do", "-"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for _ in both
    ]
    for child, told in zip(children, both, strict=True):
        assert child.stdin is not None
        child.stdin.write("".join(told))
        child.stdin.flush()
    said = [child.communicate(timeout=PATIENCE) for child in children]

    assert [child.returncode for child in children] == [0, 0], said
    assert [out.count('"done"') for out, _ in said] == [LINES, LINES]
    nothing_is_half(on_sqlite)
    views_hold(on_sqlite)


# The limit is the kernel's word for a full disk: even the superuser feels it.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[1:2] = []
from siprecruit.cli import main
main()
"""


@posix
@pytest.mark.kill
def test_a_full_disk_in_mid_import_is_a_sentence(on_sqlite: Installation, tmp_path: Path) -> None:
    """The disk takes no more: it is said, what is in is whole, and with room again the sheet goes on."""
    path = sheet(tmp_path, 1)
    size = (on_sqlite.home / "siprecruit.db").stat().st_size + 700_000

    full = subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *on_sqlite.words("import", "responses", path)[3:]],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )

    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert "disk" in full.stderr
    assert len(full.stderr.strip().splitlines()) == 1
    nothing_is_half(on_sqlite)
    assert on_sqlite.run("import", "responses", path).returncode == 0
    with on_sqlite.record() as record, record.reading() as reader:
        assert applications(reader) == ROWS
