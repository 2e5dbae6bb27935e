"""From some letters to the schools and people that are meant: by name, town, URN, code, e-mail, telephone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.text import fold, fold_address, fold_telephone
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, people, placements, schools

FEWEST: Final = 3
"""So many letters or digits have to be typed: with fewer, everybody is meant."""

LAST: Final = "\U0010ffff"
"""Sorts after every letter."""

_TELEPHONE: Final = 7
"""So many digits are a telephone number's, or a few that begin with 0; a URN has six."""


@attrs.frozen(kw_only=True)
class Found:
    """Somebody, or a school. ``kind`` is ``application``, ``person`` or ``school``; ``id`` is for ``show``.

    ``what`` are codes of what they are: an applicant's stage, a person's roles, a school's partner's name
    with its town before it. ``schools`` is how many schools somebody is the permanent partner of.
    """

    kind: str
    id: str
    person: str | None
    name: str
    what: tuple[str, ...]
    schools: int


@attrs.frozen(kw_only=True)
class Asked:
    """What was typed: folded, in words, and as an address, a telephone number, a code or URN."""

    folded: str
    words: tuple[str, ...]
    address: str
    telephone: str
    code: str

    @property
    def mail(self) -> bool:
        """Whether an e-mail address is meant."""
        return "@" in self.address


def asked(text: str) -> Asked | None:
    """What somebody may mean by a text; None where it is too short to mean anything."""
    folded, compact = fold(text), "".join(text.split())
    if len(folded.replace(" ", "")) < FEWEST:
        return None
    digits = fold_telephone(text)
    rings = len(digits) >= _TELEPHONE or (digits.startswith("0") and len(digits) > FEWEST)
    numeric = rings and not any(each.isalpha() for each in text)
    return Asked(
        folded=folded,
        words=tuple(dict.fromkeys(folded.split())),
        address=fold_address(compact),
        telephone=digits if numeric else "",
        code=compact.upper(),
    )


def found_by(reader: Reader, wanted: Asked, today: dt.date, size: int = 25) -> tuple[tuple[Found, ...], bool]:
    """The best matches, and whether there are more: three statements.

    First who is called so, or has that code; then whose name begins so; then where each word begins a word of
    the name; then where each stands anywhere in it.
    """
    query = _question(len(wanted.words), mail=wanted.mail, rings=bool(wanted.telephone))
    rows = reader.select(query.params(**_said(wanted), limit=size + 1))
    shown = rows[:size]
    served = _served(reader, {row.person for row in shown if row.person}, today)
    partners = _partners(reader, {row.id for row in shown if row.kind == "school"}, today)
    return tuple(_found(row, served, partners) for row in shown), len(rows) > size


# -- what fits ----------------------------------------------------------------


@lru_cache(maxsize=32)
def _question(words: int, *, mail: bool, rings: bool) -> sa.Select[Any]:
    """What is asked of the views for so many words: put together once, as that costs more than its answer."""
    every = sa.union_all(
        *_applications(words, rings), *_people(words, mail, rings), *_schools(words)
    ).subquery()
    best = sa.func.min(every.c.rank).label("rank")
    query = sa.select(every.c.kind, every.c.id, every.c.folded, best)
    query = query.group_by(every.c.kind, every.c.id, every.c.folded)
    query = query.order_by(best, every.c.folded, every.c.kind, every.c.id)
    return _named(query.limit(sa.bindparam("limit", type_=sa.Integer)).subquery())


def _said(wanted: Asked) -> dict[str, str]:
    """The values of the question. A folded word has no sign in it that means anything in a pattern."""
    # Without its first 0, which a number with the country's code doesn't have.
    rings = "%" + "%".join(wanted.telephone.removeprefix("0")) + "%"
    told = {"folded": wanted.folded, "code": wanted.code, "address": wanted.address, "rings": rings}
    for place, word in enumerate(wanted.words):
        told |= {f"in{place}": f"%{word}%", f"begins{place}": f"% {word}%"}
    if not wanted.telephone:
        del told["rings"]
    return told | {f"after_{name}": f"{told[name]}{LAST}" for name in ("folded", "code", "address")}


def _named(best: sa.Subquery) -> sa.Select[Any]:
    """The best matches with their names and what they are: looked up for these alone."""
    one, who, school = applicants.c, people.c, schools.c
    joined = (
        best.outerjoin(applicants, sa.and_(best.c.kind == "application", one.application == best.c.id))
        .outerjoin(people, sa.and_(best.c.kind == "person", who.person == best.c.id))
        .outerjoin(schools, sa.and_(best.c.kind == "school", school.urn == best.c.id))
    )
    return (
        sa.select(
            best.c.kind,
            best.c.id,
            sa.func.coalesce(one.person, who.person).label("person"),
            sa.func.coalesce(one.name, who.name, school.name).label("name"),
            sa.func.coalesce(one.stage, who.roles, school.town).label("what"),
        )
        .select_from(joined)
        .order_by(best.c.rank, best.c.folded, best.c.kind, best.c.id)
    )


def _by_name(
    kind: str, key: sa.ColumnElement[Any], text: sa.ColumnElement[Any], words: int
) -> Iterator[sa.Select[Any]]:
    """Those of one kind whose folded ``text`` holds each word, and those whose key begins with the code.

    Each way to fit reads an index of its own, which is narrower than the table.
    """
    begun = [(sa.literal(" ") + text).like(sa.bindparam(f"begins{place}")) for place in range(words)]
    called = text == sa.bindparam("folded")
    rank = sa.case((called, 0), (_begins(text, "folded"), 1), (sa.and_(*begun), 2), else_=3)
    in_it = (text.like(sa.bindparam(f"in{place}")) for place in range(words))
    yield _fitting(kind, key, text, rank).where(*in_it)
    by_code = sa.case((key == sa.bindparam("code"), 0), else_=1)
    yield _fitting(kind, key, text, by_code).where(_begins(key, "code"))


def _fitting(
    kind: str, key: sa.ColumnElement[Any], text: sa.ColumnElement[Any], rank: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind).label("kind"), key.label("id"), text.label("folded"), rank.label("rank")
    )


def _begins(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether a text begins with a value, said in such a way that an index serves it on every database."""
    return sa.and_(column >= sa.bindparam(name), column < sa.bindparam(f"after_{name}"))


def _applications(words: int, rings: bool) -> Iterator[sa.Select[Any]]:
    one = applicants.c
    yield from _by_name("application", one.application, one.folded_name, words)
    fitting = _fitting("application", one.application, one.folded_name, sa.literal(1))
    yield fitting.where(_begins(one.folded_email, "address"))
    if rings:
        # A person has the number of their latest application, in a row that is much shorter.
        yield fitting.where(one.person.in_(sa.select(people.c.person).where(_rings(people.c.phone))))


def _people(words: int, mail: bool, rings: bool) -> Iterator[sa.Select[Any]]:
    """People of whom no application tells: partners, advisers, officers."""
    one = people.c
    alone = ~sa.exists().where(applicants.c.person == one.person)
    for each in _by_name("person", one.person, one.folded_name, words):
        yield each.where(alone)
    fitting = _fitting("person", one.person, one.folded_name, sa.literal(1)).where(alone)
    if mail:
        yield fitting.where(_begins(sa.func.lower(one.email), "address"))
    if rings:
        yield fitting.where(_rings(one.phone))


def _schools(words: int) -> Iterator[sa.Select[Any]]:
    one = schools.c
    yield from _by_name("school", one.urn, one.folded_name + sa.literal(" ") + one.folded_town, words)


def _rings(phone: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a telephone number has these digits in this order, however it is cut by blanks and signs."""
    return phone.like(sa.bindparam("rings"))


# -- what they are ------------------------------------------------------------


def _today(day: dt.date) -> sa.ColumnElement[bool]:
    """A permanent partner's time at a school that has today in it."""
    iso = day.isoformat()
    one = placements.c
    open_still = sa.or_(one.until.is_(None), one.until >= iso)
    return sa.and_(one.kind == "permanent", one.starts <= iso, open_still)


def _served(reader: Reader, persons: set[str], today: dt.date) -> dict[str, int]:
    """Of how many schools each is the permanent partner today, or whoever they are one person with."""
    if not persons:
        return {}
    mine, others = people.alias("mine"), people.alias("others")
    joined = mine.join(others, others.c.joined_to == mine.c.joined_to).join(
        placements, placements.c.person == others.c.person
    )
    query = (
        sa.select(mine.c.person, sa.func.count(sa.distinct(placements.c.urn)))
        .select_from(joined)
        .where(mine.c.person.in_(sorted(persons)), _today(today))
        .group_by(mine.c.person)
    )
    return {one[0]: one[1] for one in reader.select(query)}


def _partners(reader: Reader, urns: set[str], today: dt.date) -> dict[str, str]:
    """What the permanent partners of these schools are called."""
    if not urns:
        return {}
    query = (
        sa.select(placements.c.urn, people.c.name)
        .join(people, people.c.person == placements.c.person)
        .where(placements.c.urn.in_(sorted(urns)), _today(today))
    )
    return {one.urn: one.name for one in reader.select(query)}


def _found(row: Any, served: dict[str, int], partners: dict[str, str]) -> Found:
    return Found(
        kind=row.kind,
        id=row.id,
        person=row.person,
        name=row.name,
        what=tuple(each for each in _what(row, partners) if each),
        schools=served.get(row.person, 0),
    )


def _what(row: Any, partners: dict[str, str]) -> Iterator[str]:
    if row.kind == "person":
        roles: Sequence[Sequence[str]] = json.loads(row.what)
        yield from dict.fromkeys(role for role, *_ in roles)
    else:
        yield row.what
        yield partners.get(row.id, "") if row.kind == "school" else ""


__all__ = ["FEWEST", "Asked", "Found", "asked", "found_by"]
