"""The databases that the tests run on are what they say they are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import postgres


def test_a_test_on_both_databases_gets_an_empty_one_of_each_kind(database_url: str) -> None:
    """The record is written by the same code on SQLite and on PostgreSQL."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE round (id TEXT)"))
        connection.execute(sa.text("INSERT INTO round VALUES ('wave-4')"))
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT id FROM round")).scalars().all()
    assert found == ["wave-4"]
    assert database_url.startswith(engine.dialect.name)


def test_each_property_example_may_have_a_database_of_its_own(new_postgres_database) -> None:
    """What one example writes is not seen by the next."""
    first, second = new_postgres_database(), new_postgres_database()
    with sa.create_engine(first, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("CREATE TABLE round (id TEXT)"))
    assert sa.inspect(sa.create_engine(first, poolclass=sa.NullPool)).get_table_names() == ["round"]
    assert sa.inspect(sa.create_engine(second, poolclass=sa.NullPool)).get_table_names() == []


@pytest.mark.postgres
def test_nothing_is_left_of_the_test_before(postgres_url: str) -> None:
    """A database that is used again is empty, though somebody held it open in the middle of writing."""
    with postgres.fresh_database(postgres_url) as first:
        postgres.run_on(first, "CREATE TABLE round (id TEXT)")
        late = sa.create_engine(first).connect()
        late.execute(sa.text("INSERT INTO round VALUES ('wave-4')"))
    with postgres.fresh_database(postgres_url) as second:
        assert second == first
        assert sa.inspect(sa.create_engine(second, poolclass=sa.NullPool)).get_table_names() == []
    late.invalidate()


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip.Exception), ("browser postgres", pytest.fail.Exception)]
)
def test_where_there_is_no_postgresql_it_is_said_or_fails(monkeypatch, required: str, outcome) -> None:
    """A run that must cover PostgreSQL can't pass by leaving it out."""

    def nowhere() -> None:
        raise postgres.NoPostgres("no PostgreSQL: set SIPRECRUIT_TEST_POSTGRES_URL")

    monkeypatch.delenv("SIPRECRUIT_TEST_POSTGRES_URL", raising=False)
    monkeypatch.setenv("SIPRECRUIT_TEST_REQUIRE", required)
    monkeypatch.setattr(postgres, "programs", nowhere)
    with pytest.raises(outcome, match="set SIPRECRUIT_TEST_POSTGRES_URL"), postgres.server(durable=False):
        pass
