"""Who has applied and where each stands: from the view, or from the streams for another day or knowledge."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.position import STAGES
from siprecruit.core.programme import Programme
from siprecruit.core.text import fold
from siprecruit.record.reading import Reader
from siprecruit.record.rows import of_application
from siprecruit.record.tables import streams
from siprecruit.record.views import applicants
from siprecruit.reports.listing import Page, cut, read_page
from siprecruit.reports.scene import Scene

if TYPE_CHECKING:
    from siprecruit.record.desk import Desk

Order = Literal["name", "received", "stage"]


@attrs.frozen(kw_only=True)
class Wanted:
    """Which applicants, in which order, and which page of them. ``name`` is looked for folded, as a part.

    ``order`` is by ``name``, by the day ``received`` (the latest first), or by ``stage`` as it goes.
    """

    stage: str | None = None
    whose_move: str | None = None
    category: str | None = None
    advert: str | None = None
    flag: str | None = None
    name: str | None = None
    order: Order = "name"
    page: int = 1
    size: int = 25


@attrs.frozen(kw_only=True)
class Applicant:
    """One application and where it stands; codes are the programme's."""

    application: str
    person: str
    name: str
    category: str | None
    home_authority: str | None
    advert: str | None
    received_on: dt.date | None
    stage: str
    whose_move: str
    blocks: tuple[str, ...]
    flags: tuple[str, ...]
    decision: str | None


_SHOWN: Final = [applicants.c[field.name] for field in attrs.fields(Applicant)]
_PIPELINE: Final = {stage: place for place, stage in enumerate(STAGES)}


def listed(reader: Reader, wanted: Wanted) -> Page[Applicant]:
    """The applicants as they stand today: two statements, however many there are."""
    query = sa.select(*_SHOWN).where(*_conditions(wanted)).order_by(*_order(wanted.order))
    rows, total, more = read_page(reader, query, wanted.page, wanted.size)
    found = tuple(_applicant(row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Page(rows=found, page=wanted.page, size=wanted.size, total=total, more_than=more)


def listed_as_at(
    reader: Reader, programme: Programme, wanted: Wanted, as_at: dt.date, known_at: dt.datetime | None = None
) -> Page[Applicant]:
    """The applicants as they stood on a day, by what was known at an instant: from the streams themselves."""
    scene = scene_of_all(reader, programme, as_at, known_at)
    rows = [row for row in rows_of(scene) if _fits(row, wanted)]
    rows.sort(key=lambda row: _sort_key(row, wanted.order), reverse=wanted.order == "received")
    return cut([_applicant(row) for row in rows], wanted.page, wanted.size)


def scene_of_all(reader: Reader, programme: Programme, as_at: dt.date, known_at: dt.datetime | None) -> Scene:
    """Every application, with its texts, and every person and school beside them: five statements."""
    kind = (streams.c.stream >= "application/") & (streams.c.stream < "application0")
    names = [name for (name,) in reader.select(sa.select(streams.c.stream).where(kind))]
    histories = reader.histories(names, known_at=known_at, texts=True)
    histories |= dict(reader.replay(["person", "placement"], known_at=known_at))
    schools = frozenset(stream_id(stream) for stream in histories if stream_kind(stream) == "placement")
    return Scene(
        programme=programme, today=as_at, histories=histories, as_at=as_at, known_schools=schools or None
    )


def rows_of(scene: Scene) -> list[dict[str, Any]]:
    """A row of the view for each application of the scene, by the same rules as the view itself."""
    serving, known = scene.serving(), scene.known_schools
    found = []
    for stream in scene.of_kind("application"):
        person = scene.state(stream).person
        if person is None:
            continue
        named_for = [one for each in scene.group(person) for one in serving.get(each, ())]
        # A scene stands in for a desk: it answers the same questions about another day.
        found.append(of_application(cast("Desk", scene), stream, named_for, known))
    return found


def applicants_in(scene: Scene) -> tuple[Applicant, ...]:
    """The applications of a scene and where each stands, on the scene's day."""
    return tuple(_applicant(row) for row in rows_of(scene))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [
        applicants.c[name] == value
        for name in ("stage", "whose_move", "category", "advert")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.flag is not None:
        found.append(applicants.c.flags.contains(json.dumps(wanted.flag), autoescape=True))
    if wanted.name is not None:
        found.append(applicants.c.folded_name.contains(fold(wanted.name), autoescape=True))
    return found


def _order(order: Order) -> tuple[sa.ColumnElement[Any], ...]:
    by_name = (applicants.c.folded_name, applicants.c.application)
    match order:
        case "name":
            return by_name
        case "received":
            # What came in lately first, drafts last: an index on the two is walked backwards for it.
            return (applicants.c.received_on.desc().nulls_last(), applicants.c.application.desc())
        case "stage":
            return (sa.case(_PIPELINE, value=applicants.c.stage, else_=len(STAGES)), *by_name)


def _sort_key(row: Mapping[str, Any], order: Order) -> tuple[Any, ...]:
    by_name = (row["folded_name"], row["application"])
    match order:
        case "name":
            return by_name
        case "received":
            return (row["received_on"] or "", row["application"])
        case "stage":
            return (_PIPELINE.get(row["stage"], len(STAGES)), *by_name)


def _fits(row: Mapping[str, Any], wanted: Wanted) -> bool:
    same = ("stage", "whose_move", "category", "advert")
    return (
        all(getattr(wanted, name) in (None, row[name]) for name in same)
        and (wanted.flag is None or wanted.flag in json.loads(row["flags"]))
        and (wanted.name is None or fold(wanted.name) in row["folded_name"])
    )


def _applicant(row: Mapping[str, Any]) -> Applicant:
    values = {field.name: row[field.name] for field in attrs.fields(Applicant)}
    values["received_on"] = values["received_on"] and dt.date.fromisoformat(values["received_on"])
    values["blocks"] = tuple(json.loads(values["blocks"]))
    values["flags"] = tuple(json.loads(values["flags"]))
    return Applicant(**values)


__all__ = [
    "Applicant",
    "Order",
    "Wanted",
    "applicants_in",
    "listed",
    "listed_as_at",
    "rows_of",
    "scene_of_all",
]
