"""Under which key a message goes out: that of its earlier tries, or one of its own for another address.

A provider that recognises a key says of a second one that it was taken, and sends nothing: under the key of
what went to an address that was put right since, the right one would get nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.text import fold_address
from siprecruit.plugins.types import Recipient
from siprecruit.record import delivered, outbox
from siprecruit.record.outbox import Lease, Row
from siprecruit.record.writing import Writer

_TRY: Final = ("to", "address", "id", "as")
"""What is told of an earlier try: whom it went to, and under which key."""


@attrs.frozen(kw_only=True)
class Under:
    """The key of a message, and what is kept of it beside its words.

    That is ``as`` that key, and ``before`` whom else it may have reached, each with the key of that try.
    """

    key: str
    kept: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


def own_key(row: Row) -> str:
    """The key under which a row goes out by itself."""
    return row.sent_as if row.sent_as and is_anew(row) else row.key


def is_anew(row: Row) -> bool:
    """Whether it goes out under another key than its own, as its own was used for something else."""
    return row.sent_as is not None and row.sent_as.startswith(f"{row.key}/again/")


def under(row: Row, present: str, to: Recipient, kept: Mapping[str, Any]) -> Under:
    """The key under which a row goes to somebody now, by what was kept; ``present`` is what it has so far.

    To whom it may have reached it is a repeat, and goes under the key of that try. To anybody else it is
    none: it goes under a key that was used for nobody.
    """
    tries = [*kept.get("before", ())]
    if "address" in kept:
        tries.append({"as": present, "id": None, **{name: kept[name] for name in _TRY if name in kept}})
    used = {one["as"] for one in tries}
    same = [one["as"] for one in tries if _is_same(one, to)]
    others = [one for one in tries if not _is_same(one, to)]
    key = present
    if present in used:
        key = same[-1] if same else _unused(row, used)
    told = {"id": to.id, "as": key}
    return Under(key=key, kept={**told, "before": others} if others or "before" in kept else told)


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


def note(writer: Writer, rows: Sequence[Row], lease: Lease, one: Under, words: Mapping[str, Any]) -> bool:
    """Note, before it is tried, that rows go out under another key; false where they are ours no longer.

    Whoever is interrupted after this may have sent it under that key, to that address.
    """
    keys = [row.key for row in rows]
    if not outbox.send_as(writer, keys, lease, one.key):
        return False
    delivered.keep(writer, {key: {**words, **one.kept} for key in keys})
    return True
