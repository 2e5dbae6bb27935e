"""What is asked of the views while they are written, and how their rows come and go."""

from __future__ import annotations

from functools import cache, partial
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.record.statements import Statement, among, insert_into, prepared
from siprecruit.record.views import applicants, people, placements, schools

LIKENESS: Final = (
    applicants.c.application,
    applicants.c.person,
    applicants.c.stage,
    applicants.c.received_on,
    applicants.c.name,
    applicants.c.email,
    applicants.c.phone,
)
"""What an application is compared with others by, in the order in which it is read."""


@attrs.frozen(kw_only=True)
class Questions:
    """What the rows of one view depend on in another.

    ``together`` gives everybody joined to any of ``persons``, and ``serving`` the schools for which any of
    them is named. Of ``urns``, ``named`` gives who is named for them, ``known`` those that are in the record,
    ``known_or_any`` these and the first of all schools (None where there is none); ``others`` says whether
    there are any but these. ``likenesses`` gives by what the applications ``codes`` are compared with others,
    ``alike`` all applications of these ``addresses`` or folded ``names``.
    """

    together: Statement
    serving: Statement
    named: Statement
    known: Statement
    known_or_any: Statement
    others: Statement
    likenesses: Statement
    alike: Statement


@cache
def questions(dialect: str) -> Questions:
    """The questions for ``"sqlite"`` or ``"postgresql"``."""
    ready, one_of = partial(prepared, dialect=dialect), partial(among, dialect=dialect)
    root = sa.select(people.c.joined_to).where(one_of(people.c.person, "persons"))
    serving = sa.select(
        placements.c.person,
        placements.c.urn,
        placements.c.kind,
        placements.c.starts,
        placements.c.until,
        placements.c.introduced_on,
    ).where(one_of(placements.c.person, "persons"), placements.c.kind != sa.bindparam("but"))
    named = sa.select(placements.c.person).where(one_of(placements.c.urn, "urns"))
    of_these = one_of(schools.c.urn, "urns")
    known = sa.select(schools.c.urn).where(of_these)
    compared = sa.select(*LIKENESS)
    address, name = one_of(applicants.c.folded_email, "addresses"), one_of(applicants.c.folded_name, "names")
    return Questions(
        together=ready(sa.select(people.c.person, people.c.joined_to).where(people.c.joined_to.in_(root))),
        serving=ready(serving.order_by(placements.c.urn, placements.c.number)),
        named=ready(named.distinct()),
        known=ready(known),
        known_or_any=ready(sa.union_all(known, sa.select(sa.func.min(schools.c.urn)))),
        others=ready(sa.select(sa.exists().where(~of_these))),
        likenesses=ready(compared.where(one_of(applicants.c.application, "codes"))),
        alike=ready(sa.union(compared.where(address), compared.where(name))),
    )


@cache
def upsert(table: sa.Table, dialect: str) -> Statement:
    """A row comes into a view, or takes the place of the one with its key."""
    put = insert_into(table, dialect)
    key = [column.name for column in table.primary_key]
    others = {column.name: put.excluded[column.name] for column in table.c if column.name not in key}
    return prepared(put.on_conflict_do_update(index_elements=key, set_=others), dialect)


@cache
def delete(column: sa.Column[str], dialect: str) -> Statement:
    """The rows go whose column holds one of ``gone``."""
    return prepared(sa.delete(column.table).where(among(column, "gone", dialect)), dialect)
