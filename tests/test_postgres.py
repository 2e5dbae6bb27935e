"""The databases that the tests run on are what they say they are."""

from __future__ import annotations

import sqlalchemy as sa


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
