"""The referees' queue: which references are awaited, soonest due first. What one says stands nowhere here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import sqlalchemy as sa

from siprecruit.record.reading import Reader
from siprecruit.record.rows import of_references
from siprecruit.record.views import people, reference_tasks
from siprecruit.reports.listing import Page, cut, read_page
from siprecruit.reports.scene import Scene

if TYPE_CHECKING:
    from siprecruit.record.desk import Desk


@attrs.frozen(kw_only=True)
class Wanted:
    """Which reference tasks. ``referee`` is a person's id; ``overdue`` the day before which they were due."""

    closed_too: bool = False
    referee: str | None = None
    overdue_on: dt.date | None = None
    page: int = 1
    size: int = 25


@attrs.frozen(kw_only=True)
class ReferenceTask:
    """One reference task. ``asked_by`` is None where we asked; ``due`` is None where nobody set a day."""

    application: str
    reference: str
    applicant: str
    referee_name: str
    referee_person: str | None
    from_la: bool
    asked_by: str | None
    asked_on: dt.date
    due: dt.date | None
    state: str
    received_on: dt.date | None


_SHOWN: Final = [reference_tasks.c[field.name] for field in attrs.fields(ReferenceTask)]


def awaited(reader: Reader, wanted: Wanted) -> Page[ReferenceTask]:
    """The reference tasks, soonest due first, those without a day last: two statements."""
    task = reference_tasks.c
    query = sa.select(*_SHOWN).where(*_conditions(wanted))
    # Two reaches of the index, the open ones and the others, each in the order of their days.
    order = [task.due.is_(None), task.due, task.application, task.reference]
    query = query.order_by(task.open.desc(), *order) if wanted.closed_too else query.order_by(*order)
    rows, total, more = read_page(reader, query, wanted.page, wanted.size)
    found = tuple(_task(row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Page(rows=found, page=wanted.page, size=wanted.size, total=total, more_than=more)


def awaited_as_at(scene: Scene, wanted: Wanted) -> Page[ReferenceTask]:
    """The reference tasks on another day, from the streams of a scene."""
    same = set(scene.group(wanted.referee)) if wanted.referee else set()
    rows = [
        row
        for stream in scene.of_kind("application")
        if scene.state(stream).person is not None
        # A scene stands in for a desk: it answers the same questions about another day.
        for row in of_references(cast("Desk", scene), stream)
        if _fits(row, wanted, same)
    ]
    rows.sort(key=lambda row: (not row["open"], row["due"] is None, row["due"] or "", row["application"]))
    return cut([_task(row) for row in rows], wanted.page, wanted.size)


def _fits(row: Mapping[str, Any], wanted: Wanted, same: set[str]) -> bool:
    late = wanted.overdue_on is not None
    return (
        (bool(row["open"]) or (wanted.closed_too and not late))
        and (not late or (row["due"] is not None and row["due"] < str(wanted.overdue_on)))
        and (wanted.referee is None or row["referee_person"] in same)
    )


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    task = reference_tasks.c
    found: list[sa.ColumnElement[bool]] = []
    if not wanted.closed_too:
        found.append(task.open == 1)
    if wanted.overdue_on is not None:
        found += [task.open == 1, task.due < wanted.overdue_on.isoformat()]
    if wanted.referee is not None:
        known_by = sa.select(people.c.joined_to).where(people.c.person == wanted.referee)
        same = sa.select(people.c.person).where(people.c.joined_to.in_(known_by))
        found.append(sa.or_(task.referee_person == wanted.referee, task.referee_person.in_(same)))
    return found


def _task(row: Mapping[str, Any]) -> ReferenceTask:
    values = {field.name: row[field.name] for field in attrs.fields(ReferenceTask)}
    for name in ("asked_on", "due", "received_on"):
        values[name] = values[name] and dt.date.fromisoformat(values[name])
    return ReferenceTask(**values | {"from_la": bool(values["from_la"])})
