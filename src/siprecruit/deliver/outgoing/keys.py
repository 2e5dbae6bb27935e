"""Under which key a message goes out: that of its earlier tries, or one of its own for another address.

A provider that recognises a key says of a second one that it was taken, and sends nothing: under the key of
what went to an address that was put right since, the right one would get nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import attrs

from siprecruit.core.text import fold_address
from siprecruit.plugins.types import Recipient
from siprecruit.record import delivered, outbox
from siprecruit.record.outbox import Lease, Row
from siprecruit.record.writing import Writer

_TRY: Final = ("to", "address", "id", "as")
"""What is told of an earlier try: whom it went to, and under which key."""

TRYING: Final = "trying"
"""Under what the tries are kept of which nothing came back, or has so far."""


@attrs.frozen(kw_only=True)
class Under:
    """The key under which a message goes to somebody, and what is kept of that beside its words.

    ``kept`` has ``as`` that key, ``before`` whom else it may have reached, each with the key of that try, and
    under ``TRYING`` the earlier tries of which nothing came back. ``now`` is this very try.
    """

    key: str
    now: Mapping[str, Any] = attrs.field(repr=False)
    kept: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


def own_key(row: Row) -> str:
    """The key under which a row goes out by itself."""
    return row.sent_as if row.sent_as and is_anew(row) else row.key


def key_beside(row: Row) -> str:
    """The key that stands beside a row: under which it was claimed or sent last, else its own."""
    return row.sent_as or row.key


def is_anew(row: Row) -> bool:
    """Whether it goes out under another key than its own, as its own was used for something else."""
    return row.sent_as is not None and row.sent_as.startswith(f"{row.key}/again/")


def key_of_all(rows: Sequence[Row]) -> str:
    """The key under which rows go out together for the first time; one by itself keeps its own.

    It is that of these rows, and no row's own: some of them may stay at home, and go out later alone.
    """
    first = rows[0].key
    if len(rows) == 1:
        return first
    of = sha256("\n".join(sorted(row.key for row in rows)).encode()).hexdigest()
    return f"{first}/with/{of[:16]}"


def under(row: Row, present: str, to: Recipient, kept: Mapping[str, Any]) -> Under:
    """The key under which a row goes to somebody now, by what was kept; ``present`` is what it has so far.

    To whom it may have reached it is a repeat, and goes under the key of that try. To anybody else it is
    none: it goes under a key that was used for nobody.
    """
    lost = list(kept.get(TRYING, ()))
    tries = [*kept.get("before", ()), *lost]
    if "address" in kept:
        tries.append({"as": present, "id": None, **{name: kept[name] for name in _TRY if name in kept}})
    used = {one["as"] for one in tries}
    same = [one["as"] for one in tries if _is_same(one, to)]
    others = {(one["address"], one["as"]): one for one in tries if not _is_same(one, to)}
    key = present
    if present in used:
        key = same[-1] if same else _unused(row, used)
    told = {"id": to.id, "as": key, **({TRYING: lost} if lost else {})}
    now = {"to": to.name, "address": to.address, "id": to.id, "as": key}
    before = {"before": list(others.values())} if others or "before" in kept else {}
    return Under(key=key, now=now, kept={**told, **before})


def _unused(row: Row, used: set[str]) -> str:
    number = row.attempts
    while (key := f"{row.key}/again/{number}") in used:
        number += 1
    return key


def _is_same(tried: Mapping[str, Any], to: Recipient) -> bool:
    """Whether it is the same address; of two who share one the name or the id says who they are."""
    if fold_address(tried["address"]) != fold_address(to.address):
        return False
    return tried.get("id") in (None, to.id) or tried["to"] == to.name


# -- before a try, and after it -----------------------------------------------


@attrs.frozen(kw_only=True)
class Going:
    """Rows that are about to go to somebody, together, under one key."""

    rows: tuple[Row, ...]
    under: Under

    @property
    def is_under_another_key(self) -> bool:
        """Whether the key is another one than stands beside them."""
        return any(key_beside(row) != self.under.key for row in self.rows)


def note(writer: Writer, going: Sequence[Going], lease: Lease) -> set[str]:
    """Note, before it is tried, to whom rows go and under which key; the keys of those that are still ours.

    Whoever is interrupted after this may have sent it under that key, to that address.
    """
    mine = outbox.mine(writer, [row.key for one in going for row in one.rows], lease)
    ours = [one for one in going if all(row.key in mine for row in one.rows)]
    for one in ours:
        if one.is_under_another_key:
            outbox.send_as(writer, [row.key for row in one.rows], one.under.key)
    delivered.keep(writer, {row.key: {TRYING: _tries(one.under)} for one in ours for row in one.rows})
    return {row.key for one in ours for row in one.rows}


def _tries(one: Under) -> list[Mapping[str, Any]]:
    lost = one.kept.get(TRYING, ())
    return [*(each for each in lost if each != one.now), one.now]


def forget(writer: Writer, noted: Mapping[str, Under], lease: Lease) -> None:
    """Take back that rows were about to be tried, by their keys, as they were not."""
    ours = outbox.mine(writer, noted.keys(), lease)
    delivered.keep(writer, {key: {TRYING: noted[key].kept.get(TRYING)} for key in sorted(ours)})


def after(kept: Mapping[str, Any], *, nothing_done: bool) -> dict[str, Any]:
    """What is kept after a try; where nothing was done it is as if it had not been."""
    if nothing_done:
        # Only what may have been sent is kept; why it wasn't before is of no interest then.
        return {TRYING: kept.get(TRYING)} if "as" in kept else {}
    return {**kept, **({TRYING: None} if "as" in kept else {})}
