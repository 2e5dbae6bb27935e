"""Which plugin answered what, when, and how long it took, as deliverers noted it: the latest first."""

from __future__ import annotations

import datetime as dt

import attrs
import sqlalchemy as sa

from siprecruit.record.reading import Reader, instant
from siprecruit.record.tables import attempts


@attrs.frozen(kw_only=True)
class Attempted:
    """One call of a provider. ``code`` names what was raised and where; ``key`` what was to be delivered."""

    began_at: dt.datetime
    plugin: str
    provider: str
    key: str
    attempt: int
    answer: str
    code: str | None
    took_ms: int


def attempted(reader: Reader, *, plugin: str | None = None, at_most: int) -> tuple[Attempted, ...]:
    """The latest attempts, of one plugin or of all: one statement."""
    names = [field.name for field in attrs.fields(Attempted)]
    query = sa.select(*(attempts.c[name] for name in names))
    if plugin is not None:
        query = query.where(attempts.c.plugin == plugin)
    query = query.order_by(attempts.c.began_at.desc(), attempts.c.key, attempts.c.attempt.desc())
    rows = [row._asdict() for row in reader.connection.execute(query.limit(at_most))]
    return tuple(Attempted(**(row | {"began_at": instant(row["began_at"])})) for row in rows)
