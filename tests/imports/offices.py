"""An office that takes sheets of responses and of schools in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from random import Random
from typing import Any

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.streams import DECIDERS
from siprecruit.importing import (
    ImportedResponses,
    ImportedSchools,
    Run,
    Source,
    import_responses,
    import_schools,
)
from siprecruit.intake.sheets import read_sheet
from siprecruit.programmes import load
from siprecruit.record.store import open_record
from siprecruit.service import Result, Service

GOOD = {
    "advert": "TES May 2007",
    "received_on": "24/05/2007",
    "first_name": "Gillian",
    "last_name": "Youngs",
    "email": "gillian.youngs@example.org",
    "phone": "01603 997998",
    "category": "LA adviser",
    "current_post": "Primary adviser",
    "employer": "Norfolk County Council",
    "employer_urn": "",
    "home_authority": "Norfolk",
    "phases": "primary",
    "days_available": "40",
    "interests": "",
    "pen_portrait": "Led two schools out of difficulty.",
    "referee1_name": "Head of Primary School Development",
    "referee1_email": "la.referee@norfolk.example.org",
    "referee1_role": "LA officer",
    "referee1_la": "yes",
    "referee2_name": "Priya MacLeod",
    "referee2_email": "priya.macleod@example.org",
    "referee2_role": "Chair of governors",
    "referee2_la": "no",
    "note": "",
}
"""A response of which nobody needs to look at anything."""


@attrs.frozen(kw_only=True)
class Office:
    """Takes sheets of rows in; each row is the good one with some cells changed, the first in row 2."""

    service: Service
    folder: Path
    run: Run

    def file(self, *changes: dict[str, str], name: str = "responses.csv", encoding: str = "utf-8") -> Path:
        """Write a sheet of responses."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(GOOD)
        writer.writerows((GOOD | change).values() for change in changes)
        path = self.folder / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    def take(self, path: Path, **run: Any) -> ImportedResponses:
        """Import a file of responses."""
        source = Source(path=path, folder=self.folder)
        return import_responses(self.service, read_sheet(path), source, run=attrs.evolve(self.run, **run))

    def take_rows(self, *changes: dict[str, str]) -> ImportedResponses:
        """Import a sheet of these rows."""
        return self.take(self.file(*changes))

    def take_schools(self, path: Path, authority: str | None = "926", **run: Any) -> ImportedSchools:
        """Import a file of schools."""
        return import_schools(
            self.service, read_sheet(path), authority=authority, run=attrs.evolve(self.run, **run)
        )

    def state(self, code: str) -> Any:
        """An application as the record has it, texts included."""
        stream = f"application/{code}"
        with self.service.record.reading() as reader:
            return DECIDERS["application"].state(reader.histories([stream], texts=True)[stream])

    def events(self) -> int:
        """How many events there are."""
        with self.service.record.reading() as reader:
            return sum(len(history) for _, history in reader.replay())

    def tell(self, stream: str, on: str, what: Any) -> Result:
        """Send a command as somebody in the office does."""
        command = Command(
            id=f"office-{self.events()}", stream=stream, on=dt.date.fromisoformat(on), what=what
        )
        return self.service.handle(command)


def open_office(url: str, folder: Path, programme: str = "norfolk-2008", today: str = "2008-01-31") -> Office:
    """An office with a record at that place, on that day."""
    day = dt.date.fromisoformat(today)
    service = Service(
        record=open_record(url, create=True, entropy=Random(7).randbytes),
        programme=load(programme),
        clock=lambda: dt.datetime.combine(day, dt.time(12), dt.UTC),
        today=lambda: day,
    )
    return Office(service=service, folder=folder, run=Run(random=Random(2007)))
