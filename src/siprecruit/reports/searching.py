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
    words = 0 if wanted.telephone else len(wanted.words)
    query = _question(words, mail=wanted.mail, rings=bool(wanted.telephone))
    rows = reader.connection.execute(query, _said(wanted) | {"size": size + 1}).all()
    shown = rows[:size]
    served = _served(reader, {row.person for row in shown if row.person}, today)
    partners = _partners(reader, {row.id for row in shown if row.kind == "school"}, today)
    return tuple(_found(row, served, partners) for row in shown), len(rows) > size


# -- what fits ----------------------------------------------------------------
#
# Written out, as SQLAlchemy would take longer to put these statements together than a database to answer
# them, and whoever asks once, such as a command, would wait for it each time.

_NAMED: Final = """
SELECT best.kind, best.id,
    COALESCE(applicants.person, people.person) AS person,
    COALESCE(applicants.name, people.name, schools.name) AS name,
    COALESCE(applicants.stage, people.roles, schools.town) AS what
FROM (
    SELECT kind, id, folded, MIN(place) AS place FROM ({every}) AS every
    GROUP BY kind, id, folded ORDER BY MIN(place), folded, kind, id LIMIT :size
) AS best
LEFT JOIN applicants ON best.kind = 'application' AND applicants.application = best.id
LEFT JOIN people ON best.kind = 'person' AND people.person = best.id
LEFT JOIN schools ON best.kind = 'school' AND schools.urn = best.id
ORDER BY best.place, best.folded, best.kind, best.id
"""
"""The best matches with their names and what they are: looked up for these alone."""

_FITTING: Final = (
    "SELECT '{kind}' AS kind, {key} AS id, {text} AS folded, {place} AS place FROM {table} WHERE "
)
_PLACE: Final = "CASE WHEN {text} = :folded THEN 0 WHEN {begins} THEN 1 WHEN {begun} THEN 2 ELSE 3 END"
_BEGINS: Final = "{0} >= :{1} AND {0} < :after_{1}"
"""Whether a text begins with a value, said in such a way that an index serves it on every database."""
_RINGS: Final = (
    "WITH ringing AS MATERIALIZED (SELECT person, folded_name FROM people WHERE phone LIKE :rings)"
)
"""Whose telephone number has these digits in this order, however it is cut by blanks and signs."""
_RUNG: Final = "person IN (SELECT person FROM ringing)"
_ALONE: Final = " AND NOT EXISTS (SELECT 1 FROM applicants AS told WHERE told.person = {table}.person)"
"""People of whom no application tells: partners, advisers, officers."""


@lru_cache(maxsize=32)
def _question(words: int, *, mail: bool, rings: bool) -> sa.TextClause:
    """What is asked of the views for so many words."""
    every = [*_applications(words, rings), *_people(words, mail, rings), *_schools(words)]
    return sa.text((_RINGS if rings else "") + _NAMED.format(every=" UNION ALL ".join(every)))


def _said(wanted: Asked) -> dict[str, Any]:
    """The values of the question. A folded word has no sign in it that means anything in a pattern."""
    # Without its first 0, which a number with the country's code doesn't have.
    rings = "%" + "%".join(wanted.telephone.removeprefix("0")) + "%"
    told = {"folded": wanted.folded, "code": wanted.code, "address": wanted.address, "rings": rings}
    for place, word in enumerate(wanted.words):
        told |= {f"in{place}": f"%{word}%", f"begins{place}": f"% {word}%"}
    if not wanted.telephone:
        del told["rings"]
    return told | {f"after_{name}": f"{told[name]}{LAST}" for name in ("folded", "code", "address")}


def _by_name(kind: str, table: str, key: str, text: str, words: int) -> Iterator[str]:
    """Those of one kind whose folded ``text`` holds each word, and those whose key begins with the code.

    Each way to fit reads an index of its own, which is narrower than the table. With no words, as of a
    telephone number, no names are read.
    """
    if words:
        begun = " AND ".join(f"' ' || {text} LIKE :begins{place}" for place in range(words))
        place = _PLACE.format(text=text, begins=_BEGINS.format(text, "folded"), begun=begun)
        in_it = " AND ".join(f"{text} LIKE :in{place}" for place in range(words))
        yield _fitting(kind, table, key, text, place) + in_it
    by_code = f"CASE WHEN {key} = :code THEN 0 ELSE 1 END"
    yield _fitting(kind, table, key, text, by_code) + _BEGINS.format(key, "code")


def _fitting(kind: str, table: str, key: str, text: str, place: str = "1") -> str:
    return _FITTING.format(kind=kind, table=table, key=key, text=text, place=place)


def _applications(words: int, rings: bool) -> Iterator[str]:
    yield from _by_name("application", "applicants", "application", "folded_name", words)
    fitting = _fitting("application", "applicants", "application", "folded_name")
    yield fitting + _BEGINS.format("folded_email", "address")
    if rings:
        # A person has the number of their latest application, in a row that is much shorter.
        yield fitting + _RUNG


def _people(words: int, mail: bool, rings: bool) -> Iterator[str]:
    alone = _ALONE.format(table="people")
    for each in _by_name("person", "people", "person", "folded_name", words):
        yield each + alone
    if mail:
        fitting = _fitting("person", "people", "person", "folded_name")
        yield fitting + _BEGINS.format("LOWER(email)", "address") + alone
    if rings:
        fitting = _fitting("person", "ringing", "person", "folded_name")
        yield fitting + "1 = 1" + _ALONE.format(table="ringing")


def _schools(words: int) -> Iterator[str]:
    yield from _by_name("school", "schools", "urn", "folded_name || ' ' || folded_town", words)


# -- what they are ------------------------------------------------------------


_SERVED: Final = sa.text("""
SELECT mine.person, COUNT(DISTINCT placements.urn) FROM people AS mine
JOIN people AS others ON others.joined_to = mine.joined_to
JOIN placements ON placements.person = others.person
WHERE mine.person IN :persons AND placements.kind = 'permanent'
    AND placements.starts <= :today AND (placements.until IS NULL OR placements.until >= :today)
GROUP BY mine.person
""").bindparams(sa.bindparam("persons", expanding=True))
_PARTNERS: Final = sa.text("""
SELECT placements.urn, people.name FROM placements JOIN people ON people.person = placements.person
WHERE placements.urn IN :urns AND placements.kind = 'permanent'
    AND placements.starts <= :today AND (placements.until IS NULL OR placements.until >= :today)
""").bindparams(sa.bindparam("urns", expanding=True))


def _served(reader: Reader, persons: set[str], today: dt.date) -> dict[str, int]:
    """Of how many schools each is the permanent partner today, or whoever they are one person with."""
    if not persons:
        return {}
    values = {"persons": sorted(persons), "today": today.isoformat()}
    return {one[0]: one[1] for one in reader.connection.execute(_SERVED, values)}


def _partners(reader: Reader, urns: set[str], today: dt.date) -> dict[str, str]:
    """What the permanent partners of these schools are called."""
    if not urns:
        return {}
    values = {"urns": sorted(urns), "today": today.isoformat()}
    return {one.urn: one.name for one in reader.connection.execute(_PARTNERS, values)}


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
