"""Files are kept in the vault: bound to their event, copied with the record, erased with the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from siprecruit.core.corrections import Decided
from siprecruit.core.events import NoteAdded, Voided
from siprecruit.core.files import FileAttached
from siprecruit.core.ids import Code
from siprecruit.record.backup import backup, restore
from siprecruit.record.reading import Enclosed
from siprecruit.record.store import Record, open_record
from siprecruit.record.tables import vault, vault_files
from siprecruit.record.verify import verify

ON = dt.date(2007, 6, 19)
SCAN, LETTER = b"%PDF-1.4 \x00\xff a scan", b"%PDF-1.7 the college's letter"
STREAM = "application/A7K4P"


def attached(file: str, content: bytes) -> Decided:
    """The event of a file, with its bytes."""
    told = FileAttached(
        file=Code(file), type=Code("pdf"), size=len(content), digest=sha256(content).hexdigest()
    )
    return Decided(event=told, on=ON, enclosed=content)


@pytest.fixture
def filed(record: Record, tell: Callable[..., Any]) -> Record:
    """Two files beside one application and a third one beside a person."""
    tell(record, STREAM, 0, NoteAdded(text="It came by post."), attached("F1", SCAN))
    tell(record, STREAM, 2, attached("F2", LETTER))
    tell(record, "person/Q9Q9Q", 0, attached("F3", SCAN))
    return record


def wrong(record: Record) -> list[tuple[str, int | None, str]]:
    """What verifying finds."""
    with record.reading() as reader:
        return [(one.stream, one.version, one.reason) for one in verify(reader).broken]


def behind_its_back(record: Record, statement: sa.Executable) -> None:
    """Change the database as somebody does who doesn't ask the program."""
    engine = sa.create_engine(record.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


def test_a_file_comes_back_as_it_was(filed: Record) -> None:
    """Byte for byte, and nothing about another one."""
    with filed.reading() as reader:
        assert reader.file("F1") == Enclosed(file="F1", stream=STREAM, version=2, content=SCAN)
        assert reader.file("F9") is None
    assert wrong(filed) == []


def test_a_changed_byte_is_found(filed: Record) -> None:
    """A scan that somebody retouched in the database is not the one that came by post."""
    other = SCAN.replace(b"scan", b"scam")
    behind_its_back(filed, sa.update(vault_files).where(vault_files.c.file == "F1").values(content=other))
    assert wrong(filed) == [(STREAM, 2, "its file was changed")]


def test_a_missing_file_is_found(filed: Record) -> None:
    """The event says that there was one."""
    behind_its_back(filed, sa.delete(vault_files).where(vault_files.c.file == "F2"))
    assert wrong(filed) == [(STREAM, 3, "its file is missing, and nobody was erased")]


def test_a_file_under_another_id_is_found(filed: Record) -> None:
    """Whoever asks for the id of the event would get nothing."""
    behind_its_back(filed, sa.update(vault_files).where(vault_files.c.file == "F2").values(file="F7"))
    assert wrong(filed) == [(STREAM, 3, "its file was changed")]


def test_a_file_that_nobody_attached_is_found(filed: Record) -> None:
    """It lies beside a note, of which no event tells that there is a file to it."""
    stray = {"file": "F8", "stream": STREAM, "version": 1, "content": b"x"}
    behind_its_back(filed, sa.insert(vault_files).values(stray))
    assert wrong(filed) == [(STREAM, 1, "there is a file, but no event to it")]


def test_a_file_with_another_title_is_the_same_file(filed: Record, tell: Callable[..., Any]) -> None:
    """A correction has no bytes of its own; what was taken out is history, and still whole."""
    with filed.reading() as reader:
        told = reader.histories([STREAM], texts=True)[STREAM][1].event
    again = Decided(event=FileAttached(**{**fields(told), "title": "By post"}), on=ON, replaces=2)
    tell(filed, STREAM, 3, again, Voided(event=3))
    assert wrong(filed) == []


def fields(told: FileAttached) -> dict[str, Any]:
    """The event's fields by name."""
    return {name: getattr(told, name) for name in ("file", "type", "size", "digest")}


def test_files_go_with_the_texts_of_their_person(filed: Record) -> None:
    """Erasing deletes texts by person; what lies beside them can't be forgotten, as the database does it."""
    with filed.writing() as writer:
        writer.connection.execute(sa.delete(vault).where(vault.c.owner == "person/A7K4P"))
    with filed.reading() as reader:
        assert [reader.file(name) is None for name in ("F1", "F2", "F3")] == [True, True, False]


def test_a_backup_carries_files_and_erasures_reach_them(filed: Record, tmp_path: Path) -> None:
    """What was erased after the backup stays erased when it is put back; everybody else's files are there."""
    if filed.dialect != "sqlite":
        pytest.skip("a dump is the whole database: tests/record/test_backup.py")
    backup(filed, tmp_path / "backup")
    (tmp_path / "noted").write_text("person/A7K4P\n", encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    assert restore(tmp_path / "backup", url, erased_in=tmp_path / "noted").ok
    with closing(open_record(url)) as restored, restored.reading() as reader:
        assert reader.file("F1") is None
        assert reader.file("F3") == Enclosed(file="F3", stream="person/Q9Q9Q", version=1, content=SCAN)
