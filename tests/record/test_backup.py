from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from siprecruit.core.events import NoteAdded
from siprecruit.record import delivered
from siprecruit.record.backup import backup, erasures, restore
from siprecruit.record.connect import file_of
from siprecruit.record.store import RecordError, open_record
from siprecruit.record.verify import head
from siprecruit.record.writing import Message

NOW = dt.datetime(2007, 6, 4, 9, tzinfo=dt.UTC)


def everything(url: str) -> dict:
    record = open_record(url)
    with record.reading() as reader:
        found = reader.histories([stream for stream, _ in reader.replay()], texts=True)
    record.close()
    return found


@pytest.fixture
def elsewhere(database_url, tmp_path, request) -> str:
    """The URL of another database of the same kind."""
    if file_of(database_url) is not None:
        return f"sqlite:///{tmp_path / 'elsewhere.db'}"
    return request.getfixturevalue("new_postgres_database")()


def test_a_backup_put_back_elsewhere_is_the_record(story, tmp_path, elsewhere):
    """What a backup brings back is event for event and text for text what was recorded, with its head."""
    # given
    with story.reading() as reader:
        noted = head(reader)
    # when
    said = backup(story, tmp_path / "monday.backup")
    restored = restore(tmp_path / "monday.backup", elsewhere)
    # then
    assert said == restored.head == noted
    assert restored.ok
    assert everything(elsewhere) == everything(story.url)
    assert {file.name for file in tmp_path.iterdir()} - {
        "siprecruit.db",
        "siprecruit.db-wal",
        "siprecruit.db-shm",
    } <= {
        "monday.backup",
        "elsewhere.db",
    }


def test_a_backup_while_others_write(story, tmp_path, tell):
    """What is recorded while a backup is open waits for nobody; the backup is the record of one moment."""
    backup(story, tmp_path / "monday.backup")
    tell(story, "round/2007-05", 5, NoteAdded(text="later"))
    before = (tmp_path / "monday.backup").read_bytes()
    assert backup(story, tmp_path / "tuesday.backup") != ""
    assert (tmp_path / "monday.backup").read_bytes() == before


def test_a_record_is_not_replaced_unless_that_is_said(story, tmp_path, tell):
    """Restoring over a record is refused; when it is meant, the file that is replaced is kept beside."""
    backup(story, tmp_path / "monday.backup")
    monday = everything(story.url)
    tell(story, "round/2007-05", 5, NoteAdded(text="later"))
    tuesday = everything(story.url)
    story.close()
    with pytest.raises(RecordError) as refused:
        restore(tmp_path / "monday.backup", story.url)
    assert refused.value.code == "exists"
    assert everything(story.url) == tuesday
    restore(tmp_path / "monday.backup", story.url, replace=True)
    assert everything(story.url) == monday
    if (file := file_of(story.url)) is not None:
        assert everything(f"sqlite:///{file}.replaced-1") == tuesday


def test_who_was_erased_stays_erased(story, tmp_path, elsewhere):
    """A backup from before an erasure does not bring the person's words back."""
    backup(story, tmp_path / "monday.backup")
    noted = tmp_path / "noted.erasures"
    noted.write_text("person/Q9Q9Q\n\n", encoding="utf-8")
    restored = restore(tmp_path / "monday.backup", elsewhere, erased_in=noted)
    assert restored.ok
    assert erasures(noted) == {"person/Q9Q9Q"}
    history = everything(elsewhere)["person/Q9Q9Q"]
    assert [one.event for one in history[:3]] == [NoteAdded(text=None)] * 3
    assert everything(elsewhere)["person/A7K4P"] == everything(story.url)["person/A7K4P"]


@pytest.fixture
def sqlite_story(sqlite_database, tell):
    record = open_record(sqlite_database, create=True)
    tell(record, "person/A7K4P", 0, NoteAdded(text="a remarkable note"))
    yield record
    record.close()


def test_the_erasures_beside_a_database_are_found(sqlite_story, tmp_path):
    """The file beside an SQLite database is read without being named."""
    backup(sqlite_story, tmp_path / "monday.backup")
    (tmp_path / "new.db.erasures").write_text("person/A7K4P\n", encoding="utf-8")
    restore(tmp_path / "monday.backup", f"sqlite:///{tmp_path / 'new.db'}")
    assert b"a remarkable note" not in (tmp_path / "new.db").read_bytes()


def test_what_was_sent_to_who_was_erased_stays_erased_too(sqlite_story, tmp_path):
    """A letter says as much about somebody as a note does: it goes with them from a backup, too."""
    with sqlite_story.writing() as writer:
        row = Message(
            key="person/A7K4P/1/note.told",
            kind="message",
            template="note.told",
            stream="person/A7K4P",
            version=1,
            recipient="partner",
            due_at=NOW,
            created_at=NOW,
        )
        writer.queue([row])
        delivered.keep(writer, {row.key: {"text": "a remarkable letter"}})
    backup(sqlite_story, tmp_path / "monday.backup")
    (tmp_path / "new.db.erasures").write_text("person/A7K4P\n", encoding="utf-8")
    assert restore(tmp_path / "monday.backup", f"sqlite:///{tmp_path / 'new.db'}").ok
    assert b"a remarkable letter" not in (tmp_path / "new.db").read_bytes()


def test_a_backup_is_one_file_that_can_be_read_anywhere(sqlite_story, tmp_path):
    """A backup needs no other file beside it, and nothing has to be written to read it."""
    backup(sqlite_story, tmp_path / "monday.backup")
    with sqlite3.connect(tmp_path / "monday.backup") as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    raw.close()


def test_no_backup_of_a_record_that_is_not_whole(sqlite_story, tmp_path):
    """A tampered record is not copied over the last good backup: it says what is wrong first."""
    backup(sqlite_story, tmp_path / "good.backup")
    good = (tmp_path / "good.backup").read_bytes()
    with sqlite3.connect(str(file_of(sqlite_story.url))) as raw:
        raw.execute("UPDATE events SET by_whom = 'nobody'")
    raw.close()
    with pytest.raises(RecordError, match="it was changed") as refused:
        backup(sqlite_story, tmp_path / "good.backup")
    assert refused.value.code == "damaged"
    assert (tmp_path / "good.backup").read_bytes() == good


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def another_programs(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE history (url)")
    raw.close()


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (cut_short, {"damaged", "not_ours"}),
        (another_programs, {"not_ours"}),
        (Path.unlink, {"no_backup"}),
        (lambda file: file.write_text("a letter"), {"not_ours"}),
    ],
)
def test_a_backup_that_is_none(sqlite_story, tmp_path, spoil, codes):
    """A file that can't be restored leaves the record as it was, and nothing beside it."""
    backup(sqlite_story, tmp_path / "monday.backup")
    spoil(tmp_path / "monday.backup")
    before = everything(sqlite_story.url)
    sqlite_story.close()
    with pytest.raises(RecordError) as refused:
        restore(tmp_path / "monday.backup", sqlite_story.url, replace=True)
    assert refused.value.code in codes
    assert refused.value.message.startswith(str(tmp_path / "monday.backup:"))
    assert everything(sqlite_story.url) == before
    assert not [file for file in tmp_path.iterdir() if "restoring" in file.name or "replaced" in file.name]


def test_a_record_that_somebody_is_using_is_not_replaced(sqlite_story, tmp_path):
    """What another one writes while the file is replaced would be lost: it is refused."""
    backup(sqlite_story, tmp_path / "monday.backup")
    with sqlite_story.writing(), pytest.raises(RecordError) as refused:
        restore(tmp_path / "monday.backup", sqlite_story.url, replace=True)
    assert refused.value.code == "locked"


def test_a_backup_into_no_folder(sqlite_story, tmp_path):
    """The sentence names the folder that there is not."""
    with pytest.raises(RecordError, match="no such folder"):
        backup(sqlite_story, tmp_path / "none" / "monday.backup")


NAMES_OF_THE_RECORD = ["siprecruit.db", "siprecruit.db-wal", "siprecruit.db-shm", "siprecruit.db.erasures"]


@pytest.mark.parametrize("name", NAMES_OF_THE_RECORD)
def test_a_backup_never_takes_the_place_of_the_record(sqlite_story, tmp_path, name):
    """Whoever names the record's own file, or one that belongs to it, has lost nothing."""
    before = everything(sqlite_story.url)
    (tmp_path / "here").symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / "here"):
        with pytest.raises(RecordError, match="the record itself has this name") as refused:
            backup(sqlite_story, folder / name)
        assert refused.value.code == "in_the_way"
    assert everything(sqlite_story.url) == before
    assert open_record(sqlite_story.url).close() is None


def settings_file(file: Path) -> None:
    file.write_text("[plugins]\n", encoding="utf-8")


def record_of_another_office(file: Path) -> None:
    record = open_record(f"sqlite:///{file}", create=True)
    copied = file.read_bytes()
    record.close()
    file.write_bytes(copied)


def link_to_nothing(file: Path) -> None:
    file.symlink_to(file.with_name("nothing"))


IN_THE_WAY = [settings_file, another_programs, record_of_another_office, Path.mkdir, link_to_nothing]


@pytest.mark.parametrize("put", IN_THE_WAY)
def test_a_backup_replaces_nothing_but_a_backup(sqlite_story, tmp_path, put):
    """A file that is no backup of ours is no worse for a slip of the hand, and nothing is left beside it."""
    file = tmp_path / "other"
    if put is another_programs:
        file.touch()
    put(file)
    names = set(tmp_path.iterdir())
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(RecordError) as refused:
        backup(sqlite_story, file)
    assert refused.value.code == "in_the_way"
    assert str(file) in refused.value.message
    assert (file.read_bytes() if file.is_file() else None) == before
    assert set(tmp_path.iterdir()) == names


def test_an_older_backup_is_replaced(story, tmp_path, tell):
    """The backup of every evening may have the same name, on either kind of database."""
    backup(story, tmp_path / "evening.backup")
    monday = (tmp_path / "evening.backup").read_bytes()
    tell(story, "round/2007-05", 5, NoteAdded(text="later"))
    backup(story, tmp_path / "evening.backup")
    assert (tmp_path / "evening.backup").read_bytes() != monday


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_others_on_the_machine_read_neither_the_record_nor_its_backup(database_url, tmp_path, tell):
    """What holds personal data is its owner's alone, whatever mask the process was started with."""
    before = os.umask(0)
    try:
        record = open_record(database_url, create=True)
        tell(record, "person/A7K4P", 0, NoteAdded(text="a remarkable note"))
        backup(record, tmp_path / "monday.backup")
        files = [file for file in tmp_path.iterdir() if file.is_file()]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        record.close()
        if (file := file_of(database_url)) is not None:
            restore(tmp_path / "monday.backup", database_url, replace=True)
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@pytest.mark.postgres
def test_without_postgres_programs(postgres_database, tmp_path, monkeypatch):
    """Where pg_dump is missing the sentence says what is to be installed."""
    record = open_record(postgres_database, create=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RecordError, match="pg_dump is not on this machine"):
        backup(record, tmp_path / "monday.backup")
    record.close()
