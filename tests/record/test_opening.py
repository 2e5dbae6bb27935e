from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from siprecruit.record import connect
from siprecruit.record.store import RecordError, open_record


def refusal(url: str, *, create: bool = False) -> RecordError:
    with pytest.raises(RecordError) as refused:
        open_record(url, create=create)
    assert "\n" not in refused.value.message
    return refused.value


def test_a_record_that_is_not_there(tmp_path):
    """Where there is no record none is made by looking, and the sentence says what makes one."""
    said = refusal(f"sqlite:///{tmp_path / 'r.db'}")
    assert said.code == "no_record"
    assert "siprecruit init" in said.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_an_empty_database_is_no_record(postgres_database):
    """An empty database of a server has to be made a record first; doing so twice does no harm."""
    assert refusal(postgres_database).code == "no_record"
    open_record(postgres_database, create=True).close()
    open_record(postgres_database, create=True).close()
    open_record(postgres_database).close()


@pytest.mark.postgres
def test_somebody_elses_database_on_a_server(postgres_database):
    """Tables that are not ours are left alone."""
    engine = sa.create_engine(postgres_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE payroll (id int)")
    engine.dispose()
    assert refusal(postgres_database, create=True).code == "not_ours"


@pytest.mark.postgres
def test_a_server_that_is_not_there():
    """A server that does not answer is named without the password."""
    said = refusal("postgresql://officer:secret@127.0.0.1:1/records")
    assert said.code == "cannot_open"
    assert "secret" not in said.message


def test_somebody_elses_file_is_left_as_it_is(tmp_path):
    """Another program's database is refused, also for making a record in it, and not a byte of it changes."""
    file = tmp_path / "browser.db"
    raw = sqlite3.connect(file)
    raw.execute("CREATE TABLE history (url)")
    raw.commit()
    raw.close()
    before = file.read_bytes()
    assert refusal(f"sqlite:///{file}", create=True).code == "not_ours"
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"PK\x03\x04 a workbook", b"\0" * 5000], ids=["workbook", "zeros"])
def test_a_file_that_is_no_database(tmp_path, content):
    """A spreadsheet by the name of a database is no record."""
    file = tmp_path / "r.db"
    file.write_bytes(content)
    assert refusal(f"sqlite:///{file}").code == "not_ours"


def test_a_folder_and_no_folder(tmp_path):
    """What can't hold a record says which place is meant."""
    assert str(tmp_path) in refusal(f"sqlite:///{tmp_path}").message
    assert "no such folder" in refusal(f"sqlite:///{tmp_path}/none/r.db", create=True).message


@pytest.mark.parametrize(
    "sql", ["PRAGMA user_version = 99", "UPDATE alembic_version SET version_num = '9999'"]
)
def test_a_record_of_a_newer_siprecruit(tmp_path, sql):
    """A newer version's record is not touched by an older program."""
    open_record(f"sqlite:///{tmp_path / 'r.db'}", create=True).close()
    raw = sqlite3.connect(tmp_path / "r.db")
    raw.execute(sql)
    raw.commit()
    raw.close()
    said = refusal(f"sqlite:///{tmp_path / 'r.db'}")
    assert said.code == "newer_version"
    assert "newer siprecruit" in said.message


@pytest.mark.parametrize("url", ["r.db", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_record(url):
    """The sentence says what a URL looks like, or what a record can be kept in."""
    assert refusal(url).code == "bad_url"


def test_postgres_without_its_driver(monkeypatch):
    """Where the driver is missing the sentence says how it is installed."""
    monkeypatch.setattr(connect.importlib.util, "find_spec", {}.get)
    said = refusal("postgresql://localhost/records")
    assert said.code == "no_driver"
    assert "siprecruit[postgres]" in said.message


# Begins as whoever runs the tests, and goes on as nobody: only who is not root feels a limit.
AS_NOBODY = """
import json, os, pathlib, resource, sys, datetime as dt
from siprecruit.core.corrections import Decided
from siprecruit.core.events import NoteAdded
from siprecruit.record.store import Commit, RecordError, open_record

folder, what = pathlib.Path(sys.argv[1]), sys.argv[2]
def note(record, number):
    with record.writing() as writer:
        name = f"person/{number}"
        writer.append([Commit(stream=name, owner=name, expected=0, command=f"c{number}", by="office",
            recorded_at=dt.datetime(2007, 5, 24, tzinfo=dt.UTC),
            decided=(Decided(event=NoteAdded(text="x" * 2000), on=dt.date(2007, 5, 24)),))])

url = f"sqlite:///{folder / 'r.db'}"
record = open_record(url, create=True)
note(record, 0)
done = 1
record.close()
if os.geteuid() == 0:
    for each in (folder, *folder.iterdir()):
        os.chown(each, 65534, 65534)
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
try:
    if what == "full":
        record = open_record(url)
        limit = (folder / "r.db").stat().st_size + 200_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        while done < 5000:
            note(record, done)
            done += 1
    else:
        (folder / "r.db").chmod(0o444)
        folder.chmod(0o555)
        record = open_record(url)
        note(record, 1)
    said = None
except RecordError as error:
    said = [error.code, error.message]
print(json.dumps([done, said]))
"""


@pytest.fixture
def shared_folder(tmp_path_factory) -> Path:
    """A folder that somebody other than the tests' user may enter."""
    folder = Path("/tmp") / f"siprecruit-{os.getpid()}-{tmp_path_factory.mktemp('n').name}"  # noqa: S108
    folder.mkdir(mode=0o777)
    yield folder
    folder.chmod(0o755)
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()


def as_nobody(folder: Path, what: str) -> list:
    run = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, folder, what], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="limits and modes are POSIX's")
def test_a_full_disk_loses_nothing_that_was_acknowledged(shared_folder):
    """When the disk takes no more, one sentence says so; what was acknowledged is there, and no more."""
    done, (code, message) = as_nobody(shared_folder, "full")
    assert code == "disk_full"
    assert "r.db" in message
    assert 1 < done < 5000
    record = open_record(f"sqlite:///{shared_folder / 'r.db'}")
    with record.reading() as reader:
        assert sum(len(history) for _, history in reader.replay()) == done
    record.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits and modes are POSIX's")
def test_a_read_only_folder(shared_folder):
    """Who may not write is told so in a sentence that names the file."""
    _, (code, message) = as_nobody(shared_folder, "read-only")
    assert code in ("read_only", "cannot_open")
    assert "r.db" in message
