"""Which row is which response of the record, and which rows are new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.content import Content, Known
from siprecruit.importing.differences import alike, same
from siprecruit.importing.known import Applicant
from siprecruit.intake.responses import ResponseRow

Look = Callable[[Sequence[ApplicationCode]], Mapping[ApplicationCode, Known | None]]
"""Reads what the record holds of some responses."""

LookBack = Callable[[Sequence[ApplicationCode]], Mapping[ApplicationCode, frozenset[object]]]
"""Reads by which keys some responses were known before they were corrected."""

Row = tuple[ResponseRow, Applicant]

Said = Callable[[ResponseRow], Content]
"""What a row says, as far as its sheet has columns."""


@attrs.frozen(kw_only=True)
class Matched:
    """What each row of a sheet is to the record; rows go by their numbers."""

    #: in the order of the sheet
    new: tuple[ResponseRow, ...]
    #: the response that a row tells again
    known: Mapping[int, ApplicationCode]
    #: the earlier row of the sheet that says the very same
    twins: Mapping[int, int]


def match(
    rows: Sequence[Row], candidates: Sequence[Applicant], look: Look, look_back: LookBack, said: Said
) -> Matched:
    """Find each row's response: advert, day and address agree, or the name where an address is none or bad.

    Several of one key (somebody may answer twice on a day) are told apart by what they say. A response that
    was corrected since is known by what it was before, too.
    """
    there = _by_key(candidates)
    known: dict[int, ApplicationCode] = {}
    twins: dict[int, int] = {}
    for key, group in _groups(rows).items():
        candidates_here = there.get(key, [])
        if len(group) == len(candidates_here) == 1:
            known[group[0].number] = _code(candidates_here[0])
        elif len(group) > 1 or candidates_here:
            unlike = dict(_first_of_each(group, twins, said))
            known |= _told_apart(unlike, look([_code(one) for one in candidates_here]))
    unmatched = [each for each in rows if each[0].number not in known and each[0].number not in twins]
    known |= _by_past(unmatched, _free(candidates, known), look_back)
    unmatched = [each for each in unmatched if each[0].number not in known]
    known |= _by_name(unmatched, _free(candidates, known))
    return Matched(
        new=tuple(row for row, _ in unmatched if row.number not in known), known=known, twins=twins
    )


def _by_key(candidates: Sequence[Applicant]) -> dict[object, list[Applicant]]:
    there: dict[object, list[Applicant]] = {}
    for candidate in candidates:
        there.setdefault(candidate.key, []).append(candidate)
    return there


def _groups(rows: Sequence[Row]) -> dict[object, list[ResponseRow]]:
    groups: dict[object, list[ResponseRow]] = {}
    for row, applicant in rows:
        groups.setdefault(applicant.key, []).append(row)
    return groups


def _first_of_each(
    group: Sequence[ResponseRow], twins: dict[int, int], said: Said
) -> Iterator[tuple[int, Content]]:
    """The rows that say different things; a row that says the same as an earlier one is its twin."""
    seen: list[tuple[int, Content]] = []
    for row in group:
        says = said(row)
        first = next((number for number, content in seen if content == says), None)
        if first is None:
            seen.append((row.number, says))
            yield row.number, says
        else:
            twins[row.number] = first


def _told_apart(
    rows: Mapping[int, Content], there: Mapping[ApplicationCode, Known | None]
) -> dict[int, ApplicationCode]:
    """First those that say the same, then of the others the likeliest."""
    left = {code: known for code, known in there.items() if known is not None}
    found: dict[int, ApplicationCode] = {}
    for number, said in rows.items():
        match = next((code for code, known in left.items() if same(said, known)), None)
        if match is not None:
            found[number] = match
            del left[match]
    for number, said in rows.items():
        if left and number not in found:
            found[number] = max(left, key=lambda code, said=said: alike(said, left[code]))  # type: ignore[misc]
            del left[found[number]]
    return found


def _free(candidates: Sequence[Applicant], known: Mapping[int, ApplicationCode]) -> list[Applicant]:
    taken = set(known.values())
    return [one for one in candidates if one.application not in taken]


def _by_past(
    rows: Sequence[Row], candidates: Sequence[Applicant], look_back: LookBack
) -> dict[int, ApplicationCode]:
    """Rows whose response was given another day, advert or address in the record since."""
    wanted = {mine.key: row.number for row, mine in rows}
    alike = {mine.address for _, mine in rows if mine.address} | {mine.name for _, mine in rows if mine.name}
    maybe = [_code(one) for one in candidates if one.address in alike or one.name in alike]
    found: dict[int, ApplicationCode] = {}
    for code, keys in look_back(maybe).items() if maybe else ():
        number = next((wanted.pop(key) for key in keys if key in wanted), None)
        if number is not None:
            found[number] = code
    return found


def _by_name(rows: Sequence[Row], candidates: Sequence[Applicant]) -> dict[int, ApplicationCode]:
    """Rows whose address was mended, or lost: one of the two has none, and no telephone speaks against it."""
    named: dict[tuple[object, ...], list[Applicant]] = {}
    for candidate in candidates:
        named.setdefault((candidate.advert, candidate.received_on, candidate.name), []).append(candidate)
    found: dict[int, ApplicationCode] = {}
    for row, mine in rows:
        namesakes = named.get((mine.advert, mine.received_on, mine.name), []) if mine.name else []
        fitting = [one for one in namesakes if _may_be(mine, one)]
        if len(fitting) == 1:
            found[row.number] = _code(fitting[0])
            namesakes.remove(fitting[0])
    return found


def _may_be(mine: Applicant, other: Applicant) -> bool:
    one_without_address = bool(mine.address) != bool(other.address)
    return one_without_address and (not mine.phone or not other.phone or mine.phone == other.phone)


def _code(one: Applicant) -> ApplicationCode:
    assert one.application is not None
    return one.application
