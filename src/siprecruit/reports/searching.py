"""From some letters to the schools and people that are meant: by name, town, URN, code, e-mail, telephone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.text import fold, fold_address, fold_telephone
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, people, placements, schools

FEWEST: Final = 3
"""So many letters or digits have to be typed: with fewer, everybody is meant."""

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
    branches = [_applications(wanted), _people(wanted), _schools(wanted)]
    every = sa.union_all(*branches).subquery()
    query = sa.select(every).order_by(every.c.rank, every.c.folded, every.c.kind, every.c.id).limit(size + 1)
    rows = reader.select(query)
    shown = rows[:size]
    served = _served(reader, {row.person for row in shown if row.person}, today)
    partners = _partners(reader, {row.id for row in shown if row.kind == "school"}, today)
    return tuple(_found(row, served, partners) for row in shown), len(rows) > size


# -- what fits ----------------------------------------------------------------


def _branch(
    kind: str,
    key: sa.ColumnElement[Any],
    text: sa.ColumnElement[Any],
    wanted: Asked,
    *more: sa.ColumnElement[bool],
    **columns: sa.ColumnElement[Any],
) -> sa.Select[Any]:
    """Those of one kind whose key, folded ``text`` or anything else fits, and how well.

    Each way to fit looks for keys alone, in an index of its own: it is much narrower than the table.
    """
    in_it = sa.and_(*(text.contains(word, autoescape=True) for word in wanted.words))
    begun = [(sa.literal(" ") + text).contains(f" {word}", autoescape=True) for word in wanted.words]
    more = (_begins(key, wanted.code), *more)
    keys = sa.union(*(sa.select(key).where(each) for each in (in_it, *more)))
    rank = sa.case(
        (sa.or_(key == wanted.code, text == wanted.folded), 0),
        (sa.or_(_begins(text, wanted.folded), *more), 1),
        (sa.and_(*begun), 2),
        else_=3,
    )
    return sa.select(
        sa.literal(kind).label("kind"),
        key.label("id"),
        text.label("folded"),
        rank.label("rank"),
        *(column.label(name) for name, column in columns.items()),
    ).where(key.in_(keys))


def _begins(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Whether a text begins so, said in such a way that an index serves it on every database."""
    return sa.and_(column >= text, column < f"{text}\U0010ffff")


def _applications(wanted: Asked) -> sa.Select[Any]:
    one = applicants.c
    more = [_begins(one.folded_email, wanted.address)]
    if wanted.telephone:
        more.append(_rings(one.phone, wanted))
    return _branch(
        "application",
        one.application,
        one.folded_name,
        wanted,
        *more,
        person=one.person,
        name=one.name,
        what=one.stage,
    )


def _people(wanted: Asked) -> sa.Select[Any]:
    """People of whom no application tells: partners, advisers, officers."""
    one = people.c
    more = [sa.func.lower(one.email).startswith(wanted.address, autoescape=True)] if wanted.mail else []
    if wanted.telephone:
        more.append(_rings(one.phone, wanted))
    applied = sa.exists().where(applicants.c.person == one.person)
    return _branch(
        "person", one.person, one.folded_name, wanted, *more, person=one.person, name=one.name, what=one.roles
    ).where(~applied)


def _schools(wanted: Asked) -> sa.Select[Any]:
    one = schools.c
    text = one.folded_name + sa.literal(" ") + one.folded_town
    more = [one.urn.startswith(wanted.code, autoescape=True)]
    return _branch(
        "school",
        one.urn,
        text,
        wanted,
        *more,
        person=sa.cast(sa.null(), sa.Text),
        name=one.name,
        what=one.town,
    )


def _rings(phone: sa.ColumnElement[Any], wanted: Asked) -> sa.ColumnElement[bool]:
    """Whether a telephone number has these digits in this order, however it is cut by blanks and signs."""
    # Without its first 0, which a number with the country's code doesn't have.
    return phone.like("%" + "%".join(wanted.telephone.removeprefix("0")) + "%")


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
