"""The program itself: its words, its options, how it says what went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from siprecruit.cli import program
from siprecruit.cli.lazily import LazyGroup

HEAVY = ("sqlalchemy", "openpyxl", "jsonschema", "alembic", "msgspec", "siprecruit.core", "siprecruit.record")


def started(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "siprecruit", *words], capture_output=True, text=True, check=False, **more
    )  # type: ignore[call-overload]


def test_help_needs_none_of_the_large_libraries() -> None:
    """Whoever asks for help has it at once: no database, no spreadsheet, no schema is loaded for it."""
    look = (
        "import sys; from siprecruit.cli import program\n"
        "try: program.main(['--help'])\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "applicants" in found.stdout
    assert found.stderr.strip() == "[]"


@pytest.mark.parametrize("name", sorted(program.loaded))
def test_every_command_that_is_listed_is_there(name: str) -> None:
    """The line in the listing is the one that the command says of itself."""
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.name == name
    assert command.short_help == program.loaded[name].line


@pytest.mark.parametrize("words", [("--json", "--now", "2007-06-30", "coverage"),
                                   ("coverage", "--json", "--now", "2007-06-30"),
                                   ("--now", "2007-06-30", "coverage", "--json")])  # fmt: skip
def test_the_options_of_every_command_stand_before_or_after_it(
    run, home: Path, words: tuple[str, ...]
) -> None:
    """Nobody has to remember on which side of a command an option stands."""
    said = run("--home", home, *words)
    assert said.json["as_at"] == "2007-06-30"


def test_what_is_typed_counts_more_than_the_environment(run, home: Path, tmp_path: Path) -> None:
    """A folder named on the command line is meant, whatever the environment says."""
    elsewhere = tmp_path / "elsewhere"
    assert run("coverage", "--json", SIPRECRUIT_HOME=str(home)).code == 0
    assert run("--home", home, "coverage", "--json", SIPRECRUIT_HOME=str(elsewhere)).code == 0
    said = run("coverage", SIPRECRUIT_HOME=str(elsewhere))
    assert said.code == 2
    assert "siprecruit.toml" in said.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("aplicants",), "applicants may be meant"),
        (("applicants", "--stag", "draft"), "--stag"),
        (("applicants", "--stage", "nowhere"), "--stage"),
        (("applicants", "--page", "0"), "--page"),
        (("coverage", "--as-at", "1.4.2008"), "--as-at"),
        (("coverage", "--now", "soon"), "soon"),
        (("do",), "FILE"),
        (("do", "nowhere.jsonl"), "nowhere.jsonl"),
        (("do", "."), "."),
        (("record", "restore", "nowhere.db"), "nowhere.db"),
        (("show", "Z9Z9Z"), "Z9Z9Z"),
    ],
)
def test_wrong_words_are_told_in_one_sentence(run, home: Path, words: tuple[str, ...], named: str) -> None:
    """Whoever mistypes reads what was wrong, in one line, and the exit code is 2."""
    said = run("--home", home, *words)
    assert (said.code, said.out) == (2, "")
    assert named in said.err
    assert said.err.count("\n") == 1


def test_a_folder_without_an_installation_is_told(run, tmp_path: Path) -> None:
    """Somebody in the wrong folder learns how an installation is made."""
    said = run("--home", tmp_path, "applicants")
    assert (said.code, said.out) == (2, "")
    assert "siprecruit --home DIR init" in said.err


def test_a_fault_of_ours_shows_no_traceback(run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we did wrong is said in a sentence, and its details lie in a file for whoever mends it."""

    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("siprecruit.cli.session.installation", fails)
    said = run("--home", home, "applicants")
    assert said.code == 1
    assert "fault of siprecruit" in said.err
    assert "Traceback" not in said.err
    details = Path(said.err.rsplit(" ", 1)[1].strip().rstrip("."))
    assert "ZeroDivisionError" in details.read_text(encoding="utf-8")
    details.unlink()


def test_a_reader_who_goes_away_is_no_fault(home: Path) -> None:
    """``siprecruit applicants | head`` ends without a word about it."""
    shell = f"{sys.executable} -m siprecruit --home '{home}' applicants --help | true"
    found = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert found.stderr == ""


def test_the_program_starts_as_a_module_too(home: Path) -> None:
    """JSON stands alone on standard output, and the clock's notice doesn't stand in it."""
    found = started("--home", str(home), "--now", "2008-04-01", "coverage", "--json", env={**os.environ})
    assert found.returncode == 0
    assert found.stderr == ""
    assert found.stdout.startswith("{")


def test_a_terminal_without_the_letters_of_a_name_stops_nothing(told, home: Path) -> None:
    """An old terminal shows a question mark for what it can't print; JSON escapes it and loses nothing."""
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    words = ("--home", str(home), "--now", "2007-06-30", "applicants", "--name", "obrien")
    shown = started(*words, env=environment)
    assert (shown.returncode, "Niamh O?Brien" in shown.stdout) == (0, True)
    exact = started(*words, "--json", env=environment)
    assert json.loads(exact.stdout)["applicants"][0]["name"] == "Niamh O’Brien"


def test_groups_are_ours_all_through() -> None:
    """Also a command within a group takes the options of every command."""
    assert isinstance(program, LazyGroup)
    record = program.get_command(click.Context(program), "record")
    assert isinstance(record, click.Group)
    for command in record.commands.values():
        assert "home" in {parameter.name for parameter in command.get_params(click.Context(command))}
