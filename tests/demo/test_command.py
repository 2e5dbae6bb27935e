"""``siprecruit demo`` at the command line."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from siprecruit.cli import program

KEYS = {
    *("schools", "responses", "appointed", "by_category", "home_authorities", "awaiting_accreditation"),
    *("covered", "temporary", "introduced", "not_heard", "events"),
}


FEW = ("--until", "2007-03-01")


def siprecruit(folder: Path, *words: str) -> Result:
    """Run the program in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(program, list(words))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def printed(folder: Path) -> str:
    """What the demo prints for people."""
    run = siprecruit(folder, "demo", *FEW)
    assert (run.exit_code, run.stderr) == (0, "")
    return run.stdout


def test_the_figures_are_told(printed: str) -> None:
    """The story's figures are a table, and it says where the record lies."""
    for words in ("schools in scope", "373", "1 March 2007", "siprecruit-demo/siprecruit.db"):
        assert words in printed


@pytest.mark.slow
def test_the_whole_story_is_told(tmp_path: Path) -> None:
    """Where the partners come from is told beside how many there are."""
    run = siprecruit(tmp_path, "demo")
    assert (run.exit_code, run.stderr) == (0, "")
    for words in ("Berkshire", "15 July 2008"):
        assert words in run.stdout


def test_what_it_says_to_try_next_works(printed: str, folder: Path) -> None:
    """Every command that the demo prints can be given as it stands."""
    lines = [line.strip() for line in printed.splitlines() if line.startswith("  siprecruit ")]
    runs = [siprecruit(folder, *shlex.split(line)[1:]) for line in lines]
    assert len(runs) >= 9
    assert [(run.exit_code, run.stderr) for run in runs] == [(0, "")] * len(runs)


def test_json_stands_alone_on_standard_output(tmp_path: Path) -> None:
    """A script reads the figures, and nothing else."""
    run = siprecruit(tmp_path, "demo", "--until", "2007-01-20", "--json")
    told = json.loads(run.stdout)
    assert run.exit_code == 0
    assert told.keys() >= KEYS
    assert (told["schools"], told["responses"], told["now"]) == (373, 0, "2007-01-20")


def test_it_is_played_where_home_says(tmp_path: Path) -> None:
    """--home names the folder, before or after the word."""
    run = siprecruit(tmp_path, "--home", "elsewhere", "demo", "--until", "2007-01-10", "--seed", "7")
    assert run.exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--until", "soon"), 2, "a day such as"),
        (("--until", "2006-12-31"), 1, "1 January 2007"),
        (("--seed", "x"), 2, "'x' is not a valid integer"),
    ],
)
def test_what_cant_be_played_is_told_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    """A wrong word gives one sentence, and leaves no folder behind."""
    run = siprecruit(tmp_path, "demo", *words)
    assert run.exit_code == code
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_demo_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Nothing but an earlier demo is replaced."""
    (tmp_path / "siprecruit-demo").mkdir()
    (tmp_path / "siprecruit-demo" / "letter.txt").write_text("precious")
    run = siprecruit(tmp_path, "demo")
    assert run.exit_code == 1
    assert run.stderr.count("\n") == 1
    assert "holds no demo" in run.stderr
