"""Rounds in which the program is ended with SIGKILL in mid-work, and what it must have left."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import ALPHABET, CODE_LENGTH
from siprecruit.programmes import load
from siprecruit.record import projection
from siprecruit.record.reading import Reader
from siprecruit.record.store import Record, open_record
from siprecruit.record.tables import commands, events
from siprecruit.record.verify import verify
from siprecruit.record.views import VIEWS, applicants

NOW = "2008-03-03"
TODAY = dt.date.fromisoformat(NOW)
LINES = 40
ROWS = 1_500
PATIENCE = 120.0


@attrs.frozen(kw_only=True)
class Installation:
    """A folder made by ``init``, and the URL of its record."""

    home: Path
    url: str

    def words(self, *words: object) -> list[str]:
        """The program with these words, on this installation and its clock."""
        return [sys.executable, "-m", "siprecruit", "--home", str(self.home), "--now", NOW, *map(str, words)]

    def run(self, *words: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.words(*words),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def record(self) -> Iterator[Record]:
        """The record, opened as another process does."""
        opened = open_record(self.url)
        try:
            yield opened
        finally:
            opened.close()


def made(home: Path, url: str) -> Installation:
    """A new installation."""
    there = Installation(home=home, url=url)
    done = there.run("init", "--database", url)
    assert done.returncode == 0, done.stderr
    return there


# -- JSON Lines ---------------------------------------------------------------


def _code(number: int) -> str:
    digits = (number // len(ALPHABET) ** place % len(ALPHABET) for place in range(CODE_LENGTH))
    return "".join(ALPHABET[each] for each in digits)


def lines(number: int) -> list[str]:
    """Commands of one round: an answer with referees and a note, a reference asked for and received."""
    told: list[dict[str, Any]] = []
    for place in range(LINES // 4):
        # No two rounds draw the same one: a thousand rounds would, of so few characters.
        code = _code(number * (LINES // 4) + place)
        stream, tag = f"application/{code}", f"{number}-{place}"
        answer = {
            "advert": "tes-2007-05",
            "first_name": "Niamh",
            "last_name": f"O’Brien {tag}",
            "email": f"niamh.{tag}@example.org",
            "category": "headteacher",
            "referees": [{"name": "A referee"}, {"name": "The authority’s", "from_la": True}],
            "note": "has rung",
        }
        for command, on, data in (
            ("response.submit", "2007-05-20", answer),
            ("reference.ask", "2007-06-01", {"reference": "r1", "referee": "1"}),
            ("reference.receive", "2007-06-08", {"reference": "r1", "answers": {"trust": "Yes."}}),
            ("note.add", "2007-06-09", {"text": "A good one."}),
        ):
            ask = {"command": command, "id": f"{command}-{tag}", "stream": stream, "on": on, "data": data}
            told.append(ask)
    return [json.dumps(one) + "\n" for one in told]


def killed_while_doing(there: Installation, told: list[str], random: Random) -> list[dict[str, Any]]:
    """Send the lines, end the program at a random moment, and give back what it had acknowledged."""
    with subprocess.Popen(
        there.words("do", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("".join(told).encode())
        child.stdin.close()
        heard = [child.stdout.readline() for _ in range(random.randrange(LINES))]
        time.sleep(random.random() * 0.02)
        child.kill()
        heard += child.stdout.readlines()
    return [json.loads(line) for line in heard if line.endswith(b"\n")]


# -- imports ------------------------------------------------------------------


def sheet(folder: Path, number: int) -> Path:
    """A sheet of responses, more than go into one transaction."""
    path = folder / f"responses-{number}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("advert", "received_on", "first_name", "last_name", "email", "referee1_name", "note"))
        for row in range(ROWS):
            who = f"{number}-{row}"
            rows.writerow(
                ("tes-2007-05", "20/05/2007", "Niamh", f"Hale {who}", f"{who}@example.org", "A referee", "x")
            )
    return path


def killed_while_importing(there: Installation, path: Path, after: float) -> bool:
    """Import the sheet and end the program so many seconds later; whether it was still at it."""
    with subprocess.Popen(
        there.words("import", "responses", path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        try:
            child.wait(after)
        except subprocess.TimeoutExpired:
            child.kill()
        return child.wait() != 0


def until_something_is_in(there: Installation, give_up: Callable[[], bool]) -> None:
    """Come back when the record holds an application, or there is no more to wait for."""
    with there.record() as record:
        while not give_up():
            with record.reading() as reader:
                if applications(reader):
                    return
            time.sleep(0.01)


def applications(reader: Reader) -> int:
    """How many applications people see."""
    return int(reader.connection.execute(sa.select(sa.func.count()).select_from(applicants)).scalar_one())


# -- what is left -------------------------------------------------------------


def nothing_is_half(there: Installation) -> None:
    """Every command is in the record with all of its events or with none, and every hash holds."""
    with there.record() as record, record.reading() as reader:
        found = verify(reader)
        assert found.ok, found.broken
        count = sa.func.count()
        per_command = dict(
            reader.connection.execute(sa.select(events.c.command, count).group_by(events.c.command)).all()
        )
        answered = reader.connection.execute(
            sa.select(commands.c.id, commands.c.first_version, commands.c.last_version)
        ).all()
    recorded = {id_: last - first + 1 for id_, first, last in answered if first is not None}
    assert {one: number for one, number in per_command.items() if one in recorded} == recorded
    assert set(per_command) <= set(recorded)


def views_hold(there: Installation) -> None:
    """What people look at is what the record says."""
    with there.record() as record, record.writing() as writer:
        before = [writer.select(sa.select(view).order_by(*view.primary_key)) for view in VIEWS]
        for _ in projection.rebuild(writer, load("norfolk-2008"), TODAY):
            pass
        after = [writer.select(sa.select(view).order_by(*view.primary_key)) for view in VIEWS]
    assert after == before


def acknowledged_is_there(there: Installation, heard: list[dict[str, Any]]) -> None:
    """What was acknowledged gets its first answer again: it is on the disk."""
    with there.record() as record, record.reading() as reader:
        answers = reader.answers([one["id"] for one in heard])
        for one in heard:
            answer = answers[one["id"]]
            assert answer.answer["outcome"] == one["outcome"] == "done", one
            assert answer.first_version is not None
            assert answer.last_version is not None
            assert reader.versions([answer.stream])[answer.stream] >= answer.last_version
