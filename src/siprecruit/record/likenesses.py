"""Writing who may be whom: the likenesses among applications that somebody has still to settle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from siprecruit.core.duplicates import Likeness, likeness, possible_duplicates
from siprecruit.core.todo.kinds import standing
from siprecruit.record.desk import Desk
from siprecruit.record.tasks import Row, row_of
from siprecruit.record.view_statements import delete, questions, upsert
from siprecruit.record.views import todo
from siprecruit.record.writing import Writer


@attrs.frozen(kw_only=True)
class Compared:
    """What an application is compared with others by. A draft, or one made elsewhere, is with none."""

    application: str
    person: str
    counts: bool
    received_on: str
    name: str
    email: str
    phone: str

    @cached_property
    def likeness(self) -> Likeness[str]:
        """As the rule wants it; it is looked at several times."""
        return likeness(self.application, name=self.name, email=self.email, phone=self.phone)


def compared(writer: Writer, codes: Collection[str]) -> dict[str, Compared]:
    """What these applications are compared with others by, as the view has it."""
    return told_by(writer.rows(questions(writer.dialect).likenesses, codes=codes)) if codes else {}


def told_by(rows: Iterable[Sequence[Any]]) -> dict[str, Compared]:
    """What applications are compared with others by, out of rows as ``view_statements.LIKENESS`` has them."""
    return {
        row[0]: Compared(
            application=row[0],
            person=row[1],
            counts=row[2] not in ("draft", "elsewhere"),
            received_on=row[3] or "",
            name=row[4],
            email=row[5],
            phone=row[6],
        )
        for row in rows
    }


def write(
    desk: Desk, writer: Writer, before: Mapping[str, Compared], codes: Collection[str], anew: Collection[str]
) -> None:
    """Write who may be whom: for ``anew``, and for those of ``codes`` that are told otherwise than before."""
    now = compared(writer, {*codes, *anew})
    changed = {code for code in {*codes, *anew} if code in anew or before.get(code) != now.get(code)}
    if not changed:
        return
    seeds = [one for code in changed for one in (before.get(code), now.get(code)) if one is not None]
    found = _all_alike(writer, seeds)
    desk.meet({one.person for one in found.values()})
    rows = rows_of_likenesses(desk, found)
    gone = {f"alike/{code}" for code in {*found, *changed}}
    writer.run(delete(todo.c.part, writer.dialect), gone=gone)
    put = upsert(todo, writer.dialect)
    writer.add(put, put.each(rows))


def rows_of_likenesses(desk: Desk, found: Mapping[str, Compared]) -> list[Row]:
    """A row for each two of these applications that are alike, while nobody has said whether they are one."""
    ordered = sorted(found.values(), key=lambda one: (one.received_on, one.application))
    pairs = possible_duplicates([one.likeness for one in ordered if one.counts])
    return [
        _likeness_row(desk, found[first], found[later])
        for first, later in pairs
        if _open(desk, found[first], found[later])
    ]


def _all_alike(writer: Writer, seeds: Sequence[Compared]) -> dict[str, Compared]:
    """Everybody who shares an address or a name with these, and with those whom that brings along."""
    found: dict[str, Compared] = {}
    asked: set[tuple[str, str]] = set()
    wanted = _keys(seeds)
    while wanted - asked:
        asked |= wanted
        addresses = [text for kind, text in wanted if kind == "address"]
        names = [text for kind, text in wanted if kind == "name"]
        rows = writer.rows(questions(writer.dialect).alike, addresses=addresses, names=names)
        found |= told_by(rows)
        wanted = _keys(found.values()) - asked
    return found


def _keys(some: Iterable[Compared]) -> set[tuple[str, str]]:
    keys: set[tuple[str, str]] = set()
    for one in some:
        told = one.likeness
        if told.address:
            keys.add(("address", told.address))
        if told.name_and_phone:
            keys.add(("name", told.name_and_phone[0]))
    return keys


def _open(desk: Desk, first: Compared, later: Compared) -> bool:
    """Whether nobody has said yet that the two are one, or that they are two."""
    mine, others = desk.group(later.person), desk.group(first.person)
    if mine == others:
        return False
    return not (_keeps_apart(desk, mine, others) or _keeps_apart(desk, others, mine))


def _keeps_apart(desk: Desk, some: Sequence[str], others: Sequence[str]) -> bool:
    return any(desk.state(f"person/{one}").particulars.kept_apart & set(others) for one in some)


def _likeness_row(desk: Desk, first: Compared, later: Compared) -> Row:
    since = dt.date.fromisoformat(later.received_on)
    task = standing(
        "duplicate_to_settle", since, desk.programme, detail=first.application, other=first.person
    )
    part = f"alike/{later.application}"
    return row_of(part, task, application=later.application, about=later.person)
