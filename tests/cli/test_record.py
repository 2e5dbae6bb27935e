"""The record's own commands, and the doctor."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def tamper(home: Path, sql: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(home / "siprecruit.db")) as connection, connection:
        connection.execute(sql)


def test_a_head_that_was_kept_proves_that_nothing_was_changed(told) -> None:
    """What a confirmed plan or a backup carries can be held against the record at any time."""
    head = told("record", "head").out.strip()
    found = told("record", "verify", "--against", head, "--json")
    assert found.code == 0
    assert found.json["ok"] is True
    assert found.json["head"] == head
    assert set(found.json) == {"ok", "events", "streams", "head", "broken"}
    assert told("record", "head", "--json").json == {"head": head}


def test_a_change_behind_its_back_is_told_with_its_place(home: Path, told) -> None:
    """Whoever changes a byte of an event is found out: which stream, which event."""
    head = told("record", "head").out.strip()
    tamper(
        home,
        "UPDATE events SET happened_on = '2007-05-21' WHERE stream = 'application/A7K4P' AND version = 1",
    )
    found = told("record", "verify", "--against", head, "--json")
    assert found.code == 1
    places = [(each["stream"], each["version"]) for each in found.json["broken"]]
    assert ("application/A7K4P", 1) in places
    assert "application/A7K4P, event 1" in found.err


def test_views_are_made_anew_as_they_were(home: Path, told) -> None:
    """The views follow from the events: whatever became of them, they come back."""
    before = told("applicants", "--json").out
    tamper(home, "DELETE FROM applicants")
    assert told("doctor").code == 1
    assert told("record", "rebuild").code == 0
    assert told("applicants", "--json").out == before
    assert told("doctor").code == 0


def test_a_backup_is_put_back(home: Path, told, lines, tmp_path: Path) -> None:
    """What was recorded after the backup is gone with it, and what was replaced is kept beside."""
    copy = tmp_path / "monday.db"
    backed_up = told("record", "backup", copy, "--json").json
    told("do", "-", stdin=lines([{"command": "person.record", "id": "z", "stream": "person/z",
                                  "on": "2007-06-01", "data": {"last_name": "Zed"}}]))  # fmt: skip
    refused = told("record", "restore", copy)
    assert refused.code == 1
    assert told("show", "person/z").code == 0
    assert told("record", "restore", copy, "--replace", "--json").json["head"] == backed_up["head"]
    assert told("show", "person/z").code == 2
    assert (home / "siprecruit.db.replaced-1").exists()


def test_a_backup_goes_into_a_folder_that_there_is(told, tmp_path: Path) -> None:
    """A wrong path is told, and no file is left."""
    said = told("record", "backup", tmp_path / "nowhere" / "copy.db")
    assert said.code == 1
    assert "nowhere" in said.err
    assert told("record", "backup", tmp_path).code == 2


def test_what_is_no_backup_is_not_put_back(home: Path, told, tmp_path: Path) -> None:
    """A file of another kind is refused, and the record stays as it is."""
    wrong = tmp_path / "letter.txt"
    wrong.write_text("Dear colleague", encoding="utf-8")
    said = told("record", "restore", wrong, "--replace")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert told("show", "A7K4P").code == 0


def test_a_record_of_a_newer_program_is_left_alone(home: Path, told) -> None:
    """An old program doesn't write into what it doesn't understand."""
    tamper(home, "PRAGMA user_version = 99")
    said = told("applicants")
    assert said.code == 1
    assert "newer siprecruit" in said.err


def test_a_lost_database_is_told(home: Path, told) -> None:
    """Where the file is gone, nobody is given an empty record in its place."""
    (home / "siprecruit.db").unlink()
    said = told("applicants")
    assert said.code == 1
    assert "siprecruit.db" in said.err
    assert not (home / "siprecruit.db").exists()


def test_the_doctor_finds_everything_in_order(told) -> None:
    """After the story was told nothing is wrong with the record or the views."""
    said = told("doctor", "--json")
    assert said.code == 0
    assert [each["name"] for each in said.json["findings"]] == [
        "python",
        "sqlite",
        "disk",
        "installation",
        "plugins",
        "messages",
        "record",
        "views",
    ]


def test_the_doctor_tells_what_is_wrong(home: Path, told, run, tmp_path: Path) -> None:
    """A wrong programme or a damaged file is a finding and not the end of the look."""
    tamper(home, "UPDATE vault SET texts = replace(texts, 'Niamh', 'Norma')")
    said = told("doctor")
    assert said.code == 1
    assert "application/A7K4P" in said.out
    (home / "siprecruit.toml").write_text('programme = "suffolk"\n', encoding="utf-8")
    assert "suffolk" in told("doctor").out
    nothing = run("--home", tmp_path / "nowhere", "doctor", "--json")
    assert (nothing.code, nothing.json["ok"]) == (1, False)


def test_a_database_of_another_program_is_left_alone(home: Path, told) -> None:
    """Where somebody has put another file in its place, it is told and not touched."""
    for each in home.glob("siprecruit.db*"):
        each.unlink()
    tamper(home, "CREATE TABLE letters (text TEXT)")
    before = (home / "siprecruit.db").read_bytes()
    for words in (("applicants",), ("record", "rebuild"), ("record", "verify"), ("doctor",)):
        said = told(*words)
        assert said.code == 1
        assert "no siprecruit record" in said.out + said.err
    assert (home / "siprecruit.db").read_bytes() == before


def test_two_writers_wait_for_each_other(home: Path, told, lines) -> None:
    """A listing and a backup go on while somebody else is in the middle of writing."""
    with closing(sqlite3.connect(home / "siprecruit.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert told("applicants", "--json").code == 0
        assert told("record", "backup", home / "meanwhile.db").code == 0
        other.execute("ROLLBACK")
    answer = told("do", "-", stdin=lines([{"command": "person.record", "id": "z", "stream": "person/z",
                                           "on": "2007-06-01", "data": {"last_name": "Zed"}}]))  # fmt: skip
    assert answer.code == 0
