"""Which responses may come from one person: a question for somebody to answer, never a merge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import attrs

from siprecruit.core.text import fold, fold_address, fold_telephone, is_address

Ref = TypeVar("Ref")


@attrs.frozen(kw_only=True)
class Likeness(Generic[Ref]):
    """What two people are compared by; `ref` says who it is, to the caller."""

    ref: Ref
    #: the folded address; "" where there is none or a bad one
    address: str
    #: the folded name and telephone; None where either is missing
    name_and_phone: tuple[str, str] | None


def likeness(ref: Ref, *, name: str, email: str, phone: str) -> Likeness[Ref]:
    """What somebody is compared by, from the name, address and telephone as they are written."""
    folded, digits = fold(name), fold_telephone(phone)
    return Likeness(
        ref=ref,
        address=fold_address(email) if is_address(email) else "",
        name_and_phone=(folded, digits) if folded and digits else None,
    )


@attrs.define
class _Seen(Generic[Ref]):
    by_address: dict[str, Ref] = attrs.Factory(dict)
    #: of one name and telephone: the first without an address, and the first of each address
    by_name: dict[tuple[str, str], dict[str, Ref]] = attrs.Factory(dict)


def possible_duplicates(
    people: Iterable[Likeness[Ref]], *, known: Iterable[Likeness[Ref]] = ()
) -> tuple[tuple[Ref, Ref], ...]:
    """Pairs (earlier, later) of the same address, or of the same name and telephone where one has no address.

    Of three alike the second and the third are each paired with the first. People who are `known` already are
    compared with the others, not among themselves. A shared name alone pairs nobody.
    """
    seen = _Seen[Ref]()
    for each in known:
        _remember(seen, each)
    pairs: list[tuple[Ref, Ref]] = []
    for each in people:
        pairs += [(earlier, each.ref) for earlier in _alike(seen, each)]
        _remember(seen, each)
    return tuple(pairs)


def _alike(seen: _Seen[Ref], one: Likeness[Ref]) -> list[Ref]:
    found = [seen.by_address[one.address]] if one.address in seen.by_address else []
    namesakes = seen.by_name.get(one.name_and_phone, {}) if one.name_and_phone else {}
    if "" in namesakes:
        found.append(namesakes[""])
    elif not one.address:
        found += namesakes.values()
    return found


def _remember(seen: _Seen[Ref], one: Likeness[Ref]) -> None:
    if one.address:
        seen.by_address.setdefault(one.address, one.ref)
    if one.name_and_phone:
        seen.by_name.setdefault(one.name_and_phone, {}).setdefault(one.address, one.ref)
