"""A sheet of who serves which school to rows: the permanent partner, who covers and why, the adviser."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.programme import Programme
from siprecruit.core.text import fold
from siprecruit.intake.people import area_named
from siprecruit.intake.reading import Reading


@attrs.frozen(kw_only=True)
class PlacementRow:
    """What a row says of one school. People stand as they are written: a code, an address or a name."""

    number: int
    urn: str
    school: str
    town: str
    area: str | None
    sip: str
    sip_from: dt.date | None
    sip_until: dt.date | None
    temporary: str
    temporary_from: dt.date | None
    temporary_until: dt.date | None
    #: the code of one of the programme's reasons, None where none is written
    reason: str | None
    #: the reason in words that are none of the programme's
    reason_written: str
    cda: str
    cda_from: dt.date | None
    cda_until: dt.date | None
    briefed_on: dt.date | None
    introduced_on: dt.date | None
    present: frozenset[str]


def read_placement(reading: Reading) -> PlacementRow:
    """What a row says; what has to be mended first stands in ``reading.faults``."""
    programme = reading.programme
    area = reading.named("area", lambda text: area_named(text, programme), "area", programme.areas)
    urns = reading.urns("urn")
    if len(urns) > 1:
        reading.fault("bad_urn", "urn", "A row tells of one school: give each a row of its own.")
    if not reading.text("urn") and not reading.text("school"):
        reading.fault("unknown_school", "urn", "It is not said which school.")
    written = reading.text("temporary_reason")
    reason = reason_named(written, reading.programme)
    return PlacementRow(
        number=reading.number,
        urn=urns[0] if urns else "",
        school=reading.text("school"),
        town=reading.text("town"),
        area=area.code if area else None,
        sip=reading.text("sip"),
        sip_from=reading.day("sip_from", ahead=True),
        sip_until=reading.day("sip_until", ahead=True),
        temporary=reading.text("temporary"),
        temporary_from=reading.day("temporary_from", ahead=True),
        temporary_until=reading.day("temporary_until", ahead=True),
        reason=reason if reason or not written else "other",
        reason_written="" if reason else written,
        cda=reading.text("cda"),
        cda_from=reading.day("cda_from", ahead=True),
        cda_until=reading.day("cda_until", ahead=True),
        briefed_on=reading.day("briefed_on"),
        introduced_on=reading.day("introduced_on"),
        present=reading.present,
    )


def reason_named(text: str, programme: Programme) -> str | None:
    """The reason for cover that people call by this code or title, or None."""
    wanted = fold(text)
    reasons = ((each.code, each.title) for each in programme.cover_reasons)
    return next((code for code, title in reasons if wanted and wanted in (fold(code), fold(title))), None)
