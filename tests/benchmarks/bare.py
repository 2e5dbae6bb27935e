"""The bare work: the rows that a service writes, caught on their way, through sqlite3 alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

from siprecruit.record.statements import Statement
from siprecruit.record.store import Record, Writer

Rows = list[tuple[str, list[tuple[Any, ...]]]]
"""A transaction: each statement with the rows of values for which it ran."""


@contextmanager
def caught() -> Iterator[list[Rows]]:
    """Everything that is written meanwhile, a list for each transaction."""
    transactions: list[Rows] = []
    writing, add = Record.writing, Writer.add

    def beginning(self: Record) -> AbstractContextManager[Writer]:
        transactions.append([])
        return writing(self)

    def adding(self: Writer, statement: Statement, rows: list[tuple[Any, ...]], **how: bool) -> None:
        if rows:
            transactions[-1].append((statement.sql, rows))
        add(self, statement, rows, **how)

    Record.writing, Writer.add = beginning, adding  # type: ignore[method-assign,assignment]
    try:
        yield transactions
    finally:
        Record.writing, Writer.add = writing, add  # type: ignore[method-assign,assignment]


def connect(file: Path) -> sqlite3.Connection:
    """A connection that writes as durably as a service's."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def write(connection: sqlite3.Connection, transactions: list[Rows]) -> None:
    """Write these rows, each transaction with its commit."""
    for transaction in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in transaction:
            if len(rows) == 1:
                connection.execute(sql, rows[0])
            else:
                # In the order of the keys, as a service writes them: it is the cheaper one.
                connection.executemany(sql, sorted(rows, key=itemgetter(0)))
        connection.execute("COMMIT")
