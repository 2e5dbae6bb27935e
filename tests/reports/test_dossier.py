"""An applicant's own page says what the list says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from siprecruit.intake.commands import as_command
from siprecruit.programmes import load
from siprecruit.record.store import open_record
from siprecruit.reports.dossier import dossier
from siprecruit.reports.finding import scene_around
from siprecruit.service import Service

TODAY = dt.date(2007, 7, 1)
NOW = dt.datetime(2007, 7, 1, 11, tzinfo=dt.UTC)
SCHOOL = {
    "command": "school.record",
    "id": "school",
    "stream": "placement/900001",
    "on": "2007-01-08",
    "data": {
        "name": "Saltmarsh Primary School",
        "la_code": "926",
        "phase": "primary",
        "type": "community",
        "type_group": "maintained",
    },
}


def response(code: str, urn: str) -> dict[str, object]:
    """A response of somebody who is employed at a school."""
    told = {"advert": "tes-2007-05", "first_name": "Ann", "last_name": "Pye", "employer_urn": urn}
    stream = f"application/{code}"
    return {"command": "response.submit", "id": code, "stream": stream, "on": "2007-05-24", "data": told}


def test_a_school_in_the_record_is_not_called_unknown(tmp_path: Path) -> None:
    """Given a school, when two applicants name it and another one, then only the other one is unknown."""
    record = open_record(f"sqlite:///{tmp_path / 'siprecruit.db'}", create=True)
    programme = load("norfolk-2008")
    service = Service(record=record, programme=programme, clock=lambda: NOW, today=lambda: TODAY)
    documents = (SCHOOL, response("AAAAA", "900001"), response("BBBBB", "900002"))
    outcomes = [service.handle(as_command(each)).outcome for each in documents]
    assert outcomes == ["done"] * 3
    with record.reading() as reader:
        flags = {
            code: dossier(
                scene_around(reader, programme, f"application/{code}", TODAY), f"application/{code}"
            )
            .applications[0]
            .flags
            for code in ("AAAAA", "BBBBB")
        }
    assert "unknown_school" not in flags["AAAAA"]
    assert "unknown_school" in flags["BBBBB"]
    record.close()
