"""A plugin keeps what it must in tables of its own, which the core makes and changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.conftest import run
from siprecruit.api import Accepted, Table
from siprecruit.plugins.calling import Answered, Callers
from siprecruit.record.added_tables import bring_up
from siprecruit.record.store import Record, open_record
from siprecruit.testing import a_notification

NOW = dt.datetime(2007, 6, 4, 12, tzinfo=dt.UTC)
FIRST = """
-- one row for each visit; nobody's name
CREATE TABLE plugin_county_visits (person TEXT NOT NULL, told TEXT NOT NULL);
CREATE INDEX plugin_county_visits_person ON plugin_county_visits (person);
INSERT INTO plugin_county_visits VALUES ('A7K4P', 'first; and last');
"""
VISITS = sa.table("plugin_county_visits", sa.column("person"), sa.column("told"))


@pytest.fixture
def opened():
    """Opens an empty record, and closes it in the end."""
    made = []

    def open_one(url: str) -> Record:
        made.append(open_record(url, create=True))
        return made[-1]

    yield open_one
    for each in made:
        each.close()


@pytest.fixture
def files(tmp_path) -> Path:
    """The folder of a plugin's SQL files."""
    made = tmp_path / "county-sql"
    made.mkdir()
    (made / "0001_visits.sql").write_text(FIRST, encoding="utf-8")
    return made


def table(files: Path) -> tuple[str, Table]:
    """What the plugin gives."""
    described = sa.Table("plugin_county_visits", sa.MetaData())
    return "county", Table(table=described, migrations=files, erase=lambda *_: 0, export=lambda *_: {})


def visits(record) -> list[tuple[str, str]]:
    with record.reading() as reader:
        found = reader.connection.execute(sa.select(VISITS.c.person, VISITS.c.told).order_by(VISITS.c.told))
        return [tuple(row) for row in found]


def test_each_file_is_run_once(opened, database_url, files) -> None:
    """A plugin's table is there before it is used; a later version of the plugin changes it, or fails to."""
    record = opened(database_url)
    assert bring_up(record, [table(files), table(files)]) == ()
    assert bring_up(record, [table(files)]) == ()
    assert visits(record) == [("A7K4P", "first; and last")]
    (files / "0002_more.sql").write_text("INSERT INTO plugin_county_visits VALUES ('B8M5Q', 'second')")
    assert bring_up(record, [table(files)]) == ()
    assert visits(record) == [("A7K4P", "first; and last"), ("B8M5Q", "second")]
    (files / "0003_bad.sql").write_text(
        "DELETE FROM plugin_county_visits; UPDATE plugin_county_none SET a = 1"
    )
    (fault,) = bring_up(record, [table(files)])
    assert fault.startswith("the tables of the plugin county can't be made: 0003_bad.sql: ")
    assert len(visits(record)) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "0002_bad.sql",
            "CREATE TABLE plugin_county_more (a TEXT); DROP TABLE events",
            "0002_bad.sql holds a",
        ),
        ("0002_bad.sql", "UPDATE events SET body = ''", "that isn't about a table plugin_county_..."),
        ("0002_bad.sql", "SELECT 1", "isn't about a table"),
        ("0002_bad.sql", "ALTER TABLE plugin_county_none ADD COLUMN b TEXT", "0002_bad.sql: "),
        ("0002_bad.sql", "INSERT INTO plugin_county_visits VALUES ('x", "ends within a statement"),
        ("2.sql", "DROP TABLE plugin_county_visits", "2.sql is not named as 0001_what_it_does.sql is"),
    ],
)
def test_a_slip_in_a_file_is_undone_and_told(
    opened, sqlite_database, files, name: str, text: str, said: str
) -> None:
    """The plugin's tables stay as they were, and so do everybody else's."""
    record = opened(sqlite_database)
    bring_up(record, [table(files)])
    (files / name).write_text(text, encoding="utf-8")
    (fault,) = bring_up(record, [table(files)])
    assert fault.startswith("the tables of the plugin county can't be made: ")
    assert said in fault
    assert visits(record) == [("A7K4P", "first; and last")]
    with record.reading() as reader:
        assert "plugin_county_more" not in sa.inspect(reader.connection).get_table_names()


GIVES = """
import sqlalchemy as sa
from pathlib import Path

VISITS = sa.Table("plugin_county_visits", sa.MetaData(), sa.Column("person"), sa.Column("told"))

def send(context, message):
    with context.database() as connection:
        connection.execute(VISITS.insert().values(person=message.to.id, told=message.template))
        return Accepted(receipt=str(connection.execute(sa.select(sa.func.count(VISITS.c.person))).scalar()))

@hookimpl
def siprecruit_notifiers():
    return [Notifier(name="county", address="email", send=send)]

@hookimpl
def siprecruit_tables():
    return [Table(table=VISITS, migrations=Path(__file__).parent / "county-sql", erase=len, export=len)]
"""


def test_a_provider_writes_to_its_table_from_its_own_process(plugin, folder, home) -> None:
    """What a plugin knows of a message it finds again, whichever deliverer calls it."""
    plugin("county", gives=GIVES)
    (folder / "county-sql").mkdir()
    (folder / "county-sql" / "0001_visits.sql").write_text(FIRST, encoding="utf-8")
    assert (
        run("--home", home, "--plugins-dir", folder, "--now", "2007-06-01", "applicants").err.count("county")
        == 0
    )
    url = f"sqlite:///{home / 'siprecruit.db'}"
    with Callers(home=home, table={}, now=lambda: NOW, directory=folder, database=url) as callers:
        said = callers.call("county", "notifiers", "county", "send", a_notification(), timeout=20)
    assert said == Answered(value=Accepted(receipt="2"))


def test_tables_that_fail_stop_nothing_else(plugin, folder, home) -> None:
    """The office goes on with its work, and is told."""
    plugin("county", gives=GIVES)
    (folder / "county-sql").mkdir()
    (folder / "county-sql" / "0001_visits.sql").write_text("DROP TABLE events", encoding="utf-8")
    said = run("--home", home, "--plugins-dir", folder, "--now", "2007-06-01", "applicants", "--json")
    assert said.code == 0
    assert "the tables of the plugin county can't be made" in said.err
