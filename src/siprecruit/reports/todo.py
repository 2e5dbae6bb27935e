"""What needs doing, most urgent first: read from the view, with the names that a page needs and no others."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.commands import COMMAND_KINDS, COMMANDS
from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.core.todo import KINDS
from siprecruit.record import notices
from siprecruit.record.reading import Reader
from siprecruit.record.tables import kept_messages
from siprecruit.record.undelivered import PART
from siprecruit.record.views import applicants, people, schools, todo
from siprecruit.reports.covering import UNCOVERED, CouldCover, covered_by, read_pool, uncovered
from siprecruit.reports.listing import COUNTED, Page


@attrs.frozen(kw_only=True)
class Wanted:
    """Whose tasks: a role's (its code), a person's (an id), or everybody's; and which page of them."""

    role: str | None = None
    person: str | None = None
    page: int = 1
    size: int = 25


@attrs.frozen(kw_only=True)
class Doing:
    """Something that needs doing. ``name`` is whom or which school ``stream`` is about.

    ``referee_name`` is the referee whom it concerns, ``could_cover`` who could serve a school without cover.
    ``role`` and ``person`` are whose it is, ``other`` is who else is meant, ``detail`` tells two of one kind
    about one thing apart. ``late`` is how many days it is overdue, ``hangs`` how many schools wait for it and
    ``gate`` before what. ``do`` are commands in their envelopes, of which one does it; what stands between <
    and > in them is to be filled in. Of a message that got stuck ``reason`` is why, as whoever sends it put
    it, and ``type`` is what somebody types after ``siprecruit``, instead of a command. What is about nobody,
    such as a template that can't be used, has no ``stream``.
    """

    kind: str
    what: str
    gate: str
    detail: str
    stream: str
    name: str
    role: str
    person: str | None
    person_name: str | None
    other: str | None
    other_name: str | None
    referee_name: str | None
    since: dt.date
    due: dt.date | None
    late: int
    hangs: int
    codes: tuple[str, ...]
    could_cover: CouldCover | None
    do: tuple[Mapping[str, Any], ...]
    reason: str | None = None
    type: tuple[str, ...] = ()


_KEY: Final = (todo.c.urgency, todo.c.due, todo.c.rank, todo.c.since, todo.c.part, todo.c.kind, todo.c.detail)
ORDER: Final = tuple(column.name for column in _KEY)
"""The order of the list, by the names of the view's columns."""


def listed(reader: Reader, programme: Programme, wanted: Wanted, today: dt.date) -> Page[Doing]:
    """What needs doing: two statements, one more for a person, and one more where a school has nobody.

    The order is fixed: schools that have nobody today although the law wants somebody; then what is due, the
    soonest day first, so that what is overdue longest leads, and of one day what is nearer to a covered
    school; then what is due on no day, nearest to a covered school first, of one kind the oldest.
    """
    whose = _of_person(reader, wanted.person, today) if wanted.person else _of_role(wanted.role)
    rows = reader.select(_page(whose, wanted))
    few = sa.union_all(*(_few(one, COUNTED + 1, todo.c.part) for one in whose)).limit(COUNTED + 1).subquery()
    counted = reader.select(sa.select(sa.func.count()).select_from(few))[0][0]
    told = [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's own
    asked = uncovered(told, today)
    cover = covered_by(asked, *read_pool(reader, programme, asked, today)) if asked else {}
    return Page(
        rows=doings(told, cover, today),
        page=wanted.page,
        size=wanted.size,
        total=min(counted, COUNTED),
        more_than=counted > COUNTED,
    )


def _of_role(role: str | None) -> list[sa.ColumnElement[bool]]:
    return [sa.true() if role is None else todo.c.role == role]


def _of_person(reader: Reader, person: str, today: dt.date) -> list[sa.ColumnElement[bool]]:
    """What is a person's own, and what is nobody's in particular in a role that they have today."""
    known_by = sa.select(people.c.joined_to).where(people.c.person == person)
    found = reader.select(sa.select(people.c.person, people.c.roles).where(people.c.joined_to.in_(known_by)))
    ids = sorted({person, *(one.person for one in found)})
    day = today.isoformat()
    roles = {
        role
        for one in found
        for role, _area, starts, ends in json.loads(one.roles)
        if starts <= day and (ends is None or day < ends)
    }
    shared = [sa.and_(todo.c.role == role, todo.c.whose.is_(None)) for role in sorted(roles)]
    return [todo.c.whose.in_(ids), *shared]


def _few(condition: sa.ColumnElement[bool], limit: int, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The first tasks that fit one condition, each by its own index."""
    some = sa.select(*(columns or todo.c)).where(condition)
    some = some if columns else some.order_by(*_KEY)
    return sa.select(some.limit(limit).subquery())


def _page(whose: Sequence[sa.ColumnElement[bool]], wanted: Wanted) -> sa.Select[Any]:
    """One page of tasks with the names that stand on it."""
    reach = wanted.page * wanted.size
    every = sa.union_all(*(_few(one, reach) for one in whose)).subquery()
    in_order = [every.c[column.name] for column in _KEY]
    first = (wanted.page - 1) * wanted.size
    one = sa.select(every).order_by(*in_order).limit(wanted.size).offset(first).subquery()
    whom, about, other = (people.alias(name) for name in ("whom", "of", "beside"))
    named = (
        one.outerjoin(applicants, applicants.c.application == one.c.application)
        .outerjoin(schools, schools.c.urn == one.c.urn)
        .outerjoin(about, about.c.person == one.c.about)
        .outerjoin(whom, whom.c.person == one.c.whose)
        .outerjoin(other, other.c.person == one.c.other)
        .outerjoin(kept_messages, kept_messages.c.key == one.c.detail)
    )
    return (
        sa.select(
            one,
            sa.func.coalesce(schools.c.name, applicants.c.name, about.c.name, "").label("name"),
            whom.c.name.label("whose_name"),
            other.c.name.label("other_name"),
            schools.c.phase,
            schools.c.type_group,
            kept_messages.c.texts.label("kept"),
        )
        .select_from(named)
        .order_by(*(one.c[column.name] for column in _KEY))
    )


def doings(
    rows: Iterable[Mapping[str, Any]], cover: Mapping[str, CouldCover], today: dt.date
) -> tuple[Doing, ...]:
    """What rows of the view say, with the names beside them, and who could cover a school by its URN."""
    return tuple(_doing(row, cover, today) for row in rows)


def _doing(row: Mapping[str, Any], cover: Mapping[str, CouldCover], today: dt.date) -> Doing:
    codes = tuple(json.loads(row["codes"]))
    about_nobody = row["part"].startswith(notices.PART)
    due = dt.date.fromisoformat(row["due"]) if row["due"] else None
    kind, stream = KINDS[row["kind"]], _stream(row)
    return Doing(
        kind=kind.code,
        what=kind.what,
        gate=kind.gate,
        detail=row["detail"],
        stream=stream,
        name=row["name"],
        role=row["role"],
        person=row["whose"],
        person_name=row["whose_name"],
        other=row["other"],
        other_name=row["other_name"],
        referee_name=row["referee_name"],
        since=dt.date.fromisoformat(row["since"]),
        due=due,
        late=max(0, (today - due).days) if due else 0,
        hangs=row["hangs"],
        codes=() if about_nobody else codes,
        could_cover=cover.get(row["urn"] or "") if kind.code in UNCOVERED else None,
        do=tuple(_envelopes(row, stream, today)),
        reason=codes[0] if about_nobody else _reason(row["kept"]),
        type=tuple(each.replace("{detail}", shlex.quote(row["detail"])) for each in kind.types),
    )


def _reason(kept: str | None) -> str | None:
    """Why a message wasn't sent, by what is kept of it."""
    return (json.loads(kept).get("reason") or None) if kept else None


def _stream(row: Mapping[str, Any]) -> str:
    if row["application"]:
        return f"application/{row['application']}"
    if row["part"].startswith(notices.PART):
        return ""
    # A message's key begins with the stream that it tells of.
    part = str(row["part"]).removeprefix(PART)
    return "/".join(part.split("/")[:2])


# -- the command that does it -------------------------------------------------


def _envelopes(row: Mapping[str, Any], stream: str, today: dt.date) -> Iterator[dict[str, Any]]:
    codes = json.loads(row["codes"])
    filled = {
        "{detail}": row["detail"],
        "{other}": row["other"],
        "{person}": row["whose"],
        "{code}": codes[0] if codes else None,
        "{due}": max(row["due"], today.isoformat()),
    }
    for name, told in KINDS[row["kind"]].does:
        data = {field: filled.get(value, value) or f"<{field}>" for field, value in told.items()}
        where = _addressed(name, stream, row)
        # With its kind, as two tasks of one thing may be done by one command, in other words.
        parts = (name, row["kind"], stream_id(stream), row["detail"], today.isoformat())
        ident = "-".join(filter(None, parts))
        yield {"command": name, "id": ident, "stream": where, "on": today.isoformat(), "data": data}


def _addressed(command: str, stream: str, row: Mapping[str, Any]) -> str:
    """The stream that the command goes to: the task's own, or that of the person or school it means."""
    takes = COMMAND_KINDS[COMMANDS[command]].streams
    if stream_kind(stream) in takes:
        return stream
    if "person" in takes:
        return f"person/{row['about'] or row['other']}"
    return "placement/<urn>"
