"""Who may be one person twice, side by side: a question for somebody to answer by merge or keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.duplicates import likeness, possible_duplicates
from siprecruit.core.programme import Programme
from siprecruit.core.streams import DECIDERS
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, people


@attrs.frozen(kw_only=True)
class Side:
    """One field of two people. ``same`` is whether they say the same."""

    field: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.one == self.other


@attrs.frozen(kw_only=True)
class Pair:
    """Two ids that may be one person; ``merge`` and ``keep`` are the lines that settle it."""

    one: str
    other: str
    sides: tuple[Side, ...]
    differing: tuple[str, ...]
    merge: str
    keep: str


def alike(reader: Reader, programme: Programme) -> tuple[Pair, ...]:
    """The pairs that nobody has settled yet, in the order of their ids: at most four statements.

    People who were merged already are one, and those who were kept apart are two.
    """
    rows = reader.select(sa.select(people).order_by(people.c.person))
    joined = {row.person: row.joined_to for row in rows}
    found = possible_duplicates(
        likeness(row.person, name=row.name, email=row.email, phone=row.phone) for row in rows
    )
    open_pairs = [pair for pair in found if joined[pair[0]] != joined[pair[1]]]
    apart = _kept_apart(reader, {person for pair in open_pairs for person in pair})
    return side_by_side(
        reader,
        programme,
        [(one, other) for one, other in open_pairs if other not in apart[one] and one not in apart[other]],
    )


def _kept_apart(reader: Reader, persons: Collection[str]) -> Mapping[str, Collection[str]]:
    streams = {f"person/{person}": person for person in persons}
    histories = reader.histories(sorted(streams)) if streams else {}
    decider = DECIDERS["person"]
    return {
        streams[stream]: decider.state(history).particulars.kept_apart
        for stream, history in histories.items()
    }


def side_by_side(reader: Reader, programme: Programme, pairs: Iterable[tuple[str, str]]) -> tuple[Pair, ...]:
    """These pairs of people with what the lists say of each: names, addresses, their applications."""
    wanted = list(pairs)
    everybody = sorted({person for pair in wanted for person in pair})
    if not everybody:
        return ()
    rows = reader.select(sa.select(people).where(people.c.person.in_(everybody)))
    of = {row.person: row for row in rows}
    theirs: dict[str, list[Any]] = {}
    mine = sa.select(applicants).where(applicants.c.person.in_(everybody)).order_by(applicants.c.application)
    for row in reader.select(mine):
        theirs.setdefault(row.person, []).append(row)
    told = {person: _fields(of.get(person), theirs.get(person, []), programme) for person in everybody}
    return tuple(_pair(one, other, told[one], told[other]) for one, other in wanted)


def _pair(one: str, other: str, mine: Mapping[str, str], theirs: Mapping[str, str]) -> Pair:
    sides = tuple(Side(field=name, one=mine[name], other=theirs[name]) for name in mine)
    return Pair(
        one=one,
        other=other,
        sides=sides,
        differing=tuple(each.field for each in sides if not each.same),
        merge=f"siprecruit merge {one} {other}",
        keep=f"siprecruit keep {one} {other}",
    )


def _fields(row: Any, mine: Iterable[Any], programme: Programme) -> dict[str, str]:
    """What somebody compares, as text; empty where nothing is known."""
    answers = list(mine)

    def of_all(name: str) -> str:
        return ", ".join(dict.fromkeys(str(value) for one in answers if (value := getattr(one, name))))

    adverts = {each.code: each.title for each in programme.adverts}
    return {
        "name": row.name if row else "",
        "email": row.email if row else "",
        "phone": row.phone if row else "",
        "applications": of_all("application"),
        "adverts": ", ".join(dict.fromkeys(adverts.get(one.advert, one.advert or "") for one in answers)),
        "received": of_all("received_on"),
        "category": of_all("category"),
        "home authority": of_all("home_authority"),
        "stage": of_all("stage"),
    }
