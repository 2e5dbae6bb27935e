from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from siprecruit.record import migrate as migrating
from siprecruit.record import views
from siprecruit.record.connect import file_of
from siprecruit.record.migrate import FOLDER, migrate
from siprecruit.record.schema import KNOWN_REVISIONS, REVISION
from siprecruit.record.store import RecordError, open_record
from siprecruit.record.tables import metadata

assert views.applicants.metadata is metadata


def reflected(url: str) -> dict:
    """All that a database says of its tables: columns, keys, checks, indexes, and whether they are STRICT."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        look = sa.inspect(connection)
        found = {
            name: {
                "columns": [{**one, "type": repr(one["type"])} for one in look.get_columns(name)],
                "key": look.get_pk_constraint(name),
                "foreign": sorted(look.get_foreign_keys(name), key=repr),
                "checks": sorted(look.get_check_constraints(name), key=repr),
                "unique": sorted(look.get_unique_constraints(name), key=repr),
                "indexes": sorted(look.get_indexes(name), key=repr),
            }
            for name in look.get_table_names()
        }
        if engine.dialect.name == "sqlite":
            for _, name, _, columns, without_rowid, strict in connection.exec_driver_sql("PRAGMA table_list"):
                found.setdefault(name, {})["options"] = (columns, without_rowid, strict)
    engine.dispose()
    return found


def test_a_migrated_record_is_like_a_new_one(database_url, tmp_path, request):
    """Whether a record was made today or brought up to date, its tables with all rules are the same."""
    # given
    file = file_of(database_url)
    made = f"sqlite:///{tmp_path / 'new.db'}" if file else request.getfixturevalue("new_postgres_database")()
    open_record(made, create=True).close()
    # when
    assert migrate(database_url) == KNOWN_REVISIONS
    # then
    assert reflected(database_url) == reflected(made)
    assert set(reflected(made)) - {"sqlite_schema", "sqlite_temp_schema"} == {
        *metadata.tables,
        "alembic_version",
    }


def test_the_revisions_lead_to_the_tables_that_are_declared(database_url):
    """A table that was changed without a revision would be missing in every record that there is.

    ``python -m siprecruit.record.migrate "what changes"`` writes the revision.
    """
    migrate(database_url)
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_every_revision_is_known():
    """The list that an ordinary command looks at, without loading Alembic, is the list of the files."""
    files = sorted((FOLDER / "versions").glob("*.py"))
    assert tuple(file.name[:4] for file in files) == KNOWN_REVISIONS
    assert KNOWN_REVISIONS[-1] == REVISION


def test_a_record_that_is_up_to_date_is_left_alone(database_url, tmp_path):
    """Migrating twice does nothing the second time, and copies nothing."""
    open_record(database_url, create=True).close()
    assert migrate(database_url) == ()
    assert not list(tmp_path.glob("*.before-*"))


def test_the_file_is_copied_before_each_revision(sqlite_database, tmp_path, monkeypatch, tell):
    """The way back from a revision is the copy that was made before it, with everything in it."""
    record = open_record(sqlite_database, create=True)
    record.close()
    monkeypatch.setattr(migrating, "KNOWN_REVISIONS", (REVISION, "next"))
    done = []
    monkeypatch.setattr(migrating, "_upgrade", lambda _engine, revision: done.append(revision))
    assert migrate(sqlite_database) == ("next",)
    assert done == ["next"]
    copy = tmp_path / "siprecruit.db.before-next"
    open_record(f"sqlite:///{copy}").close()


def test_a_record_of_a_newer_siprecruit_is_not_migrated(database_url):
    """An older program does not know the way back."""
    open_record(database_url, create=True).close()
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(RecordError) as refused:
        migrate(database_url)
    assert refused.value.code == "newer_version"


def test_an_ordinary_command_does_not_load_alembic(sqlite_database):
    """Making and opening a record is quick: what only a migration needs is not loaded."""
    words = (
        "import sys; from siprecruit.record.store import open_record; "
        f"open_record({sqlite_database!r}, create=True).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
