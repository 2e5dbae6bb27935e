"""Offices with a record of their own, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imports.offices import Office, open_office
from siprecruit.record.reading import Reader
from siprecruit.record.statements import Statement


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path) -> Iterator[Office]:
    """An office of Norfolk's, in January 2008, with nothing in its record."""
    opened = open_office(sqlite_database, tmp_path)
    yield opened
    opened.service.record.close()


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Opens offices of other programmes and days, each with a record of its own."""
    opened: list[Office] = []

    def make(**settings: str) -> Office:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(open_office(f"sqlite:///{folder / 'siprecruit.db'}", folder, **settings))
        return opened[-1]

    yield make
    for each in opened:
        each.service.record.close()


@pytest.fixture
def both_offices(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office on each kind of database."""
    opened = open_office(database_url, tmp_path)
    yield opened
    opened.service.record.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements by which the office reads its record, as they come."""
    seen: list[str] = []
    rows = Reader.rows

    def counted(reader: Reader, statement: Statement, **named: Any) -> list[tuple[Any, ...]]:
        seen.append(statement.sql)
        return rows(reader, statement, **named)

    monkeypatch.setattr(Reader, "rows", counted)
    return seen
