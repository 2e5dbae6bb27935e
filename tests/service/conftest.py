"""An office on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.office import Office, opened


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """A service over an empty record, once on each kind of database."""
    with opened(database_url, create=True) as made:
        yield made


@pytest.fixture
def small_office(sqlite_database: str) -> Iterator[Office]:
    """A service over an empty record on SQLite: where the database makes no difference."""
    with opened(sqlite_database, create=True) as made:
        yield made
