"""Making an installation: whole or not at all, and free to be moved."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.story import STORY
from siprecruit.programmes import loader

NOBODY = 65534
Cli = Callable[..., Any]


def test_an_installation_is_a_folder(run, tmp_path: Path) -> None:
    """Nothing is asked, and everything that belongs to the authority lies in one place."""
    folder = tmp_path / "county" / "norfolk"
    said = run("--home", folder, "init", "--json")
    assert said.code == 0
    assert said.json["authority"] == "926"
    assert sorted(each.name for each in folder.iterdir()) == ["siprecruit.db", "siprecruit.toml"]
    assert (folder / "siprecruit.toml").stat().st_mode & 0o077 == 0


def test_the_programmes_adverts_are_published_at_once(cli) -> None:
    """A response can be taken in right after ``init``: the adverts that it may name are in the record."""
    found = cli("show", "2007-05", "--json").json
    assert [each["advert"] for each in found["adverts"]] == ["tes-2007-05"]
    assert found["adverts"][0]["closes"] == "2007-06-15"


def test_an_installation_is_not_made_twice(run, home: Path) -> None:
    """Nobody's record is overwritten by a slip."""
    before = (home / "siprecruit.db").read_bytes()
    said = run("--home", home, "init")
    assert said.code == 1
    assert "already" in said.err
    assert (home / "siprecruit.db").read_bytes() == before


def test_an_installation_can_be_moved(run, home: Path, tmp_path: Path) -> None:
    """The folder holds no path of its own, so that it works wherever it is put."""
    assert str(tmp_path) not in (home / "siprecruit.toml").read_text(encoding="utf-8")
    moved = tmp_path / "elsewhere"
    shutil.move(home, moved)
    assert run("--home", moved, "doctor").code == 0


def test_an_authority_of_ones_own(run, tmp_path: Path) -> None:
    """Another Wave 4 authority takes the same programme under its own code."""
    said = run("--home", tmp_path / "suffolk", "init", "--authority", "935", "--json")
    assert said.json["authority"] == "935"
    assert run("--home", tmp_path / "suffolk", "doctor").code == 0


def test_a_programme_of_ones_own_comes_into_the_folder(run, tmp_path: Path) -> None:
    """An authority that has written its own programme can move the folder, and the file goes with it."""
    own = tmp_path / "own.toml"
    own.write_bytes((Path(loader.__file__).parent / "norfolk-2008.toml").read_bytes())
    folder = tmp_path / "own"
    assert run("--home", folder, "init", "--programme", own).code == 0
    own.unlink()
    assert tomllib.loads((folder / "siprecruit.toml").read_text(encoding="utf-8"))["programme"] == "own.toml"
    assert run("--home", folder, "doctor").code == 0


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("--programme", "norfolk"), 2, "norfolk-2008"),
        (("--plugin", "nosuch"), 1, "nosuch"),
        (("--programme", "nowhere.toml"), 1, "nowhere.toml"),
        (("--authority", "Norfolk"), 1, "three digits"),
        (("--database", "sqlite:////srv/siprecruit.db"), 1, "relative"),
        (("--database", "sqlite:///../out.db"), 1, "within"),
        (("--database", "sqlite:///here/../../out.db"), 1, "within"),
        (("--database", "oracle://x"), 1, "postgresql"),
        (("--database", "sqlite:///no/such/folder.db"), 1, "folder"),
        (("--now", "yesterday"), 2, "yesterday"),
    ],
)
def test_what_can_not_be_made_leaves_nothing_behind(
    run, tmp_path: Path, words: tuple[str, ...], code: int, named: str
) -> None:
    """A wrong word is told in a sentence, and there is no half of an installation."""
    said = run("--home", tmp_path / "norfolk", "init", *words)
    assert said.code == code
    assert named in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_database_is_left_alone(run, tmp_path: Path) -> None:
    """A file of that name which is no record of ours is neither used nor changed."""
    file = tmp_path / "siprecruit.db"
    file.write_bytes(b"not a database at all, but somebody's work")
    said = run("--home", tmp_path, "init")
    assert said.code == 1
    assert "siprecruit.db" in said.err
    assert file.read_bytes() == b"not a database at all, but somebody's work"
    assert not (tmp_path / "siprecruit.toml").exists()


def test_the_environment_may_name_the_database(run, tmp_path: Path) -> None:
    """A setting from outside is used and not written into the folder."""
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    folder = tmp_path / "norfolk"
    assert run("--home", folder, "init", SIPRECRUIT_DATABASE=elsewhere).code == 0
    assert (tmp_path / "elsewhere.db").exists()
    assert "elsewhere" not in (folder / "siprecruit.toml").read_text(encoding="utf-8")
    assert run("--home", folder, "applicants", SIPRECRUIT_DATABASE=elsewhere).code == 0
    assert run("--home", folder, "applicants").code == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("programme = 'norfolk-2008", "TOML"),
        ("programme = 'norfolk-2008'\ndatabse = 'x'", "databse"),
        ("programme = 'norfolk-2008'\nnow = 'soon'", "2008-07-15"),
        ("programme = '/srv/own.toml'", "relative"),
        ("", "programme"),
    ],
)
def test_a_wrong_configuration_is_told_by_its_place(run, home: Path, text: str, named: str) -> None:
    """Whoever edits the file reads which key is wrong, and in which file."""
    (home / "siprecruit.toml").write_text(text, encoding="utf-8")
    said = run("--home", home, "applicants")
    assert (said.code, said.out) == (1, "")
    assert "siprecruit.toml" in said.err
    assert named in said.err


def test_a_clock_that_stands_is_told_on_every_listing(run, home: Path) -> None:
    """Nobody takes a demonstration's numbers for today's."""
    with (home / "siprecruit.toml").open("a", encoding="utf-8") as file:
        file.write("now = 2008-07-15\n")
    for words in (["applicants"], ["references"], ["coverage"], ["show", "2007-05"]):
        said = run("--home", home, *words)
        assert said.out.startswith("The clock is simulated: it is 15 July 2008"), words
        with_json = run("--home", home, *words, "--json")
        assert with_json.json["as_at"] == "2008-07-15"
        assert with_json.err.startswith("The clock is simulated")


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user of the machine reaches."""
    folder = Path(tempfile.mkdtemp(prefix="siprecruit-test-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def as_nobody(run: Cli, *words: object) -> tuple[int, str]:
    """The exit code and the words of the program, run by a user who feels permissions, as root doesn't.

    In a child of this process, which has everything loaded that such a user may not be able to read.
    """
    if os.name != "posix":
        pytest.skip("there are no users to become on this system")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        said = run(*words)
        os.write(writing, json.dumps([said.code, said.err]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        code, err = json.loads(pipe.read())
    os.waitpid(child, 0)
    return code, err


def test_a_folder_that_may_not_be_written_is_told(run, open_to_all: Path) -> None:
    """Somebody without the right to write reads where, and nothing is half made."""
    closed = open_to_all / "closed"
    closed.mkdir(mode=0o755)
    assert run("--home", open_to_all / "open", "init").code == 0
    code, err = as_nobody(run, "--home", closed / "norfolk", "init")
    assert (code, err.count("\n")) == (1, 1)
    assert "permission denied" in err
    assert list(closed.iterdir()) == []


def test_a_record_that_may_not_be_written_is_told(run, open_to_all: Path) -> None:
    """A command is refused in a sentence where the folder is read-only, and nothing is recorded."""
    folder = open_to_all / "norfolk"
    assert run("--home", folder, "init").code == 0
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    command = open_to_all / "one.json"
    command.write_text(
        '{"command": "person.record", "id": "p", "stream": "person/p", "on": "2007-05-01",'
        ' "data": {"last_name": "Moss"}}',
        encoding="utf-8",
    )
    code, err = as_nobody(run, "--home", folder, "do", command)
    assert (code, err.count("\n")) == (1, 1)
    assert "read-only" in err
    assert run("--home", folder, "record", "verify", "--json").json["streams"] == 2


@pytest.mark.postgres
def test_an_installation_on_postgresql(run, lines, tmp_path: Path, postgres_database: str) -> None:
    """The same commands work on a server's database, which holds one authority's record and no other's."""
    folder = tmp_path / "norfolk"
    assert run("--home", folder, "--now", "2007-05-01", "init", "--database", postgres_database).code == 0
    assert [each.name for each in folder.iterdir()] == ["siprecruit.toml"]
    told = run("--home", folder, "do", "-", stdin=lines(STORY))
    assert told.code == 0, told.err
    listed = run("--home", folder, "applicants", "--name", "obrien", "--flag", "no_email", "--json")
    assert listed.json["applicants"] == []
    assert run("--home", folder, "--now", "2007-06-30", "coverage", "--json").json["covered"] == 1
    assert run("--home", folder, "record", "verify").code == 0
    assert run("--home", folder, "doctor").code == 0
    again = run("--home", tmp_path / "suffolk", "init", "--database", postgres_database)
    assert again.code == 1
    assert "already" in again.err
    assert not (tmp_path / "suffolk").exists()


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["gone", "empty"])
def test_an_installation_without_its_record_says_the_way_out(run, tmp_path: Path, lose) -> None:
    """Given a backup, when the record is gone, then the sentence says what brings it back, and that does."""
    folder = tmp_path / "norfolk"
    assert run("--home", folder, "--now", "2007-05-01", "init").code == 0
    assert run("--home", folder, "record", "backup", tmp_path / "monday.backup").code == 0
    lose(folder / "siprecruit.db")
    said = run("--home", folder, "applicants")
    assert said.code == 1
    assert "siprecruit record restore FILE" in said.err
    assert run("--home", folder, "record", "restore", tmp_path / "monday.backup").code == 0
    assert run("--home", folder, "applicants").code == 0
    # or, as the sentence says too, all anew
    lose(folder / "siprecruit.db")
    (folder / "siprecruit.toml").unlink()
    assert run("--home", folder, "--now", "2007-05-01", "init").code == 0


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_an_installation_is_its_owners_alone(run, tmp_path: Path) -> None:
    """Whatever the mask, nobody else on the machine looks into a folder of personal data."""
    before = os.umask(0)
    try:
        assert run("--home", tmp_path / "norfolk", "--now", "2007-05-01", "init").code == 0
    finally:
        os.umask(before)
    folder = tmp_path / "norfolk"
    assert folder.stat().st_mode & 0o077 == 0
    assert {each.stat().st_mode & 0o077 for each in folder.iterdir()} == {0}
