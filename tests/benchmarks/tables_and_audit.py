"""Measures one round's facts in our record beside the same facts in plain tables with an audit table.

``python tests/benchmarks/tables_and_audit.py [APPLICATIONS]`` prints the figures of
docs/explanation/why-events.md.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import synthetic

from siprecruit import programmes
from siprecruit.core.commands import Command
from siprecruit.core.ids import Code
from siprecruit.core.references import AskReference, OpenReference, ReceiveReference
from siprecruit.core.responses import NamedReferee, SubmitResponse
from siprecruit.core.streams import DECIDERS
from siprecruit.record.store import Record, open_record
from siprecruit.service import Service

NOW = dt.datetime(2007, 7, 1, 12, tzinfo=dt.UTC)
PORTRAIT = "Twelve years a headteacher, the last five of them in a school that came out of special measures. "
ANSWERS = {"how_known": "Chair of her governors since 2001.", "suitable": "Without reservation. " * 20}

PLAIN_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
CREATE TABLE application (code TEXT PRIMARY KEY, advert TEXT, received_on TEXT, first_name TEXT,
    last_name TEXT, email TEXT, category TEXT, home_authority TEXT, phases TEXT, days INTEGER,
    pen_portrait TEXT, stage TEXT, updated_at TEXT);
CREATE INDEX application_name ON application (last_name, first_name);
CREATE INDEX application_stage ON application (stage);
CREATE TABLE referee (application TEXT REFERENCES application, referee TEXT, name TEXT, email TEXT,
    from_la INTEGER, PRIMARY KEY (application, referee));
CREATE TABLE reference (application TEXT REFERENCES application, reference TEXT, referee TEXT, asked_on TEXT,
    due TEXT, opened_on TEXT, received_on TEXT, answers TEXT, state TEXT,
    PRIMARY KEY (application, reference));
CREATE INDEX reference_due ON reference (state, due);
CREATE TABLE outbox (key TEXT PRIMARY KEY, template TEXT, recipient TEXT, status TEXT, created_at TEXT);
CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT, by_whom TEXT, tbl TEXT, row_key TEXT,
    before TEXT, after TEXT);
CREATE INDEX audit_row ON audit (tbl, row_key);
"""


def facts(applications: int) -> Iterator[Command]:
    """Each applicant submits, with two referees, who are asked, open the form and answer: seven commands."""
    for number, code in enumerate(synthetic.codes(0, applications)):
        stream, months = f"application/{code}", {"asked": 5, "opened": 5, "received": 6}
        yield _command(stream, "submit", dt.date(2007, 5, 14), _response(number))
        for reference in (Code("1"), Code("2")):
            asked = AskReference(reference=reference, referee=reference, due=dt.date(2007, 6, 18))
            received = ReceiveReference(reference=reference, in_confidence=True, answers=ANSWERS)
            told = {"asked": asked, "opened": OpenReference(reference=reference), "received": received}
            for name, what in told.items():
                yield _command(stream, f"{name}-{reference}", dt.date(2007, months[name], 21), what)


def _command(stream: str, name: str, on: dt.date, what: Any) -> Command:
    return Command(id=f"{stream.partition('/')[2]}-{name}", stream=stream, on=on, what=what)


def _response(number: int) -> SubmitResponse:
    referees = (
        NamedReferee(name="Ruth Okafor", email="ruth.okafor@example.org", role="Adviser", from_la=True),
        NamedReferee(name="Tom Ives", email=f"tom.ives{number}@example.org", role="Chair of governors"),
    )
    return SubmitResponse(
        advert=Code("tes-2007-05"),
        first_name="Ann",
        last_name=f"O'Brien {number}",
        email=f"ann{number}@example.org",
        category=Code("headteacher"),
        home_authority=Code("norfolk"),
        phases=(Code("primary"),),
        days_available=10,
        pen_portrait=PORTRAIT * 10,
        referees=referees,
    )


class PlainTables:
    """Tables of today's values; each change writes the row before and after it into ``audit`` beside them."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.row_factory = sqlite3.Row
        self.database.executescript(PLAIN_TABLES)

    def handle_all(self, commands: list[Command], size: int) -> None:
        """Write the commands, ``size`` to a transaction."""
        for batch in (commands[first : first + size] for first in range(0, len(commands), size)):
            self.database.execute("BEGIN IMMEDIATE")
            for command in batch:
                self._handle(command)
            self.database.execute("COMMIT")

    def _handle(self, command: Command) -> None:
        """Write one command. Nothing is judged: a service over these tables would cost more than this."""
        code, what, on = command.stream.partition("/")[2], command.what, command.on.isoformat()
        match what:
            case SubmitResponse():
                self._submit(code, what, on)
            case AskReference():
                row = {"referee": what.referee, "asked_on": on, "due": str(what.due), "state": "asked"}
                self._insert("reference", {"application": code, "reference": what.reference, **row})
            case OpenReference():
                self._update(code, what.reference, {"opened_on": on, "state": "opened"})
            case ReceiveReference():
                answers = json.dumps(what.answers)
                self._update(
                    code, what.reference, {"received_on": on, "state": "received", "answers": answers}
                )
        if not isinstance(what, OpenReference):
            values = (command.id, command.name, "applicant", "queued", NOW.isoformat())
            self.database.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", values)

    def _submit(self, code: str, what: SubmitResponse, on: str) -> None:
        said: dict[str, Any] = {
            "code": code,
            "advert": what.advert,
            "received_on": on,
            "first_name": what.first_name,
        }
        said |= {"last_name": what.last_name, "email": what.email, "category": what.category}
        said |= {"home_authority": what.home_authority, "phases": ",".join(what.phases)}
        said |= {"days": str(what.days_available), "pen_portrait": what.pen_portrait, "stage": "references"}
        self._insert("application", said)
        for number, each in enumerate(what.referees, start=1):
            named = {"name": each.name, "email": each.email, "from_la": str(int(each.from_la))}
            self._insert("referee", {"application": code, "referee": str(number), **named})

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
        self.database.execute(sql, tuple(row.values()))
        self._audit(table, "/".join(list(row.values())[:2]), None, row)

    def _update(self, code: str, reference: str, change: dict[str, Any]) -> None:
        key = (code, reference)
        where = "WHERE application = ? AND reference = ?"
        before = dict(self.database.execute(f"SELECT * FROM reference {where}", key).fetchone())
        marks = ", ".join(f"{name} = ?" for name in change)
        self.database.execute(f"UPDATE reference SET {marks} {where}", (*change.values(), *key))
        self._audit("reference", "/".join(key), before, before | change)

    def _audit(self, table: str, key: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        told = (NOW.isoformat(), "office", table, key, before and json.dumps(before), json.dumps(after))
        sql = "INSERT INTO audit (at, by_whom, tbl, row_key, before, after) VALUES (?, ?, ?, ?, ?, ?)"
        self.database.execute(sql, told)


@attrs.frozen(kw_only=True)
class Measured:
    """A command's figures: seconds of the processor, each committed and 1,000 to a commit, and bytes."""

    single: float
    bulk: float
    size: float
    by_table: dict[str, float]


def cpu(work: Callable[[], Any]) -> float:
    """Seconds of the processor that ``work`` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def sizes(path: Path) -> tuple[int, dict[str, int]]:
    """The bytes of a database with nothing left to be compacted, and of each table with its indexes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sql = "SELECT tbl_name, SUM(pgsize) FROM dbstat JOIN sqlite_master USING (name) GROUP BY tbl_name"
        try:
            by_table = dict(database.execute(sql))
        except sqlite3.OperationalError:  # an SQLite without dbstat
            by_table = {}
    return path.stat().st_size, by_table


def service_on(record: Record) -> Service:
    """The service as the command line uses it, on a clock that stands."""
    programme = programmes.load("norfolk-2008")
    return Service(record=record, programme=programme, clock=lambda: NOW, today=NOW.date)


def work_through(service: Service, commands: list[Command], size: int) -> None:
    """Handle the commands, and see that each was done: a refusal would cost less."""
    if any(result.outcome != "done" for result in service.handle_all(commands, size=size)):
        raise SystemExit("a command was not done: these figures would be worth nothing")


def measured(
    path: Path, commands: list[Command], handle_single: Callable[[], Any], handle_bulk: Callable[[], Any]
) -> Measured:
    """The figures of one way; ``handle_single`` works on a fifth of the commands in a database of its own."""
    single, bulk = cpu(handle_single) / (len(commands) // 5), cpu(handle_bulk) / len(commands)
    size, by_table = sizes(path)
    return Measured(
        single=single,
        bulk=bulk,
        size=size / len(commands),
        by_table={table: bytes_ / len(commands) for table, bytes_ in by_table.items()},
    )


def measure(folder: Path, commands: list[Command]) -> tuple[Measured, Measured, float, float]:
    """The figures of plain tables, of our record, and how many events a second are replayed, and folded."""
    some = commands[: len(commands) // 5]
    few, plain = PlainTables(folder / "few.db"), PlainTables(folder / "plain.db")
    tables = measured(
        folder / "plain.db",
        commands,
        lambda: few.handle_all(some, 1),
        lambda: plain.handle_all(commands, 1000),
    )
    some_record = open_record(f"sqlite:///{folder / 'some.db'}", create=True)
    record = open_record(f"sqlite:///{folder / 'ours.db'}", create=True)
    one, many = service_on(some_record), service_on(record)
    events = measured(
        folder / "ours.db",
        commands,
        lambda: work_through(one, some, 1),
        lambda: work_through(many, commands, 1000),
    )
    return tables, events, *replay_speed(record)


def replay_speed(record: Record) -> tuple[float, float]:
    """Events a second that are read in order, and that are read and folded into states."""
    with record.reading() as reader:
        count = 0

        def read() -> None:
            nonlocal count
            count = sum(len(history) for _, history in reader.replay(["application"]))

        def fold() -> None:
            for _, history in reader.replay(["application"]):
                DECIDERS["application"].state(history)

        read()
        return count / cpu(read), count / cpu(fold)


def main(applications: int) -> None:
    """Print the table."""
    commands = list(facts(applications))
    with tempfile.TemporaryDirectory() as name:
        tables, events, read, folded = measure(Path(name), commands)
    print(
        f"{applications:,} applications, {len(commands):,} commands; SQLite {sqlite3.sqlite_version}, FULL\n"
    )
    print("| a command | tables plus audit | events |\n|---|---|---|")
    print(f"| bytes on the disk | {tables.size:,.0f} | {events.size:,.0f} |")
    print(f"| CPU, each committed | {_ms(tables.single)} | {_ms(events.single)} |")
    print(f"| CPU, 1,000 to a commit | {_ms(tables.bulk)} | {_ms(events.bulk)} |\n")
    print(f"replay: {read:,.0f} events a second; with folding into states: {folded:,.0f}\n")
    for name, way in (("tables plus audit", tables), ("events", events)):
        largest = sorted(way.by_table.items(), key=lambda item: -item[1])[:8]
        print(f"bytes, {name}: {', '.join(f'{table} {size:,.0f}' for table, size in largest)}")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
