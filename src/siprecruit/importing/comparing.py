"""The rows of a sheet beside the record: what is new, what has changed, who may be a double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import attrs

from siprecruit.core.duplicates import Likeness, possible_duplicates
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing import known
from siprecruit.importing.content import of_row
from siprecruit.importing.differences import Difference, difference, same
from siprecruit.importing.known import Applicant
from siprecruit.importing.matching import Row, match
from siprecruit.intake.responses import ResponseRow
from siprecruit.record.reading import Reader


@attrs.frozen(kw_only=True)
class Compared:
    """What each row is to the record, in the order of the sheet; rows go by their numbers."""

    #: with the code that each gets
    new: tuple[tuple[ResponseRow, ApplicationCode], ...]
    changed: tuple[tuple[ResponseRow, ApplicationCode, Difference], ...]
    #: all that were in the record before, changed or not
    known: Mapping[int, ApplicationCode]
    #: by what each row is recognised
    applicants: Mapping[int, Applicant]
    #: the applications that could be a row's when the record was read
    seen: frozenset[ApplicationCode]
    #: rows that say the same as an earlier row
    twins: Mapping[int, int]
    #: rows and the applications, none of this sheet's, that may come from the same person
    like_others: tuple[tuple[int, ApplicationCode], ...]


def compare(reader: Reader, accepted: Sequence[ResponseRow], random: Random, *, reason: str) -> Compared:
    """Compare all rows with what the record holds; ``reason`` is noted with each correction."""
    rows = [(row, known.of_row(row)) for row in accepted]
    candidates = known.applicants_like(reader, [applicant for _, applicant in rows])
    matched = match(rows, candidates, lambda codes: dict(known.contents(reader, codes)))
    by_number = {row.number: row for row in accepted}
    number_of = {code: number for number, code in matched.known.items()}
    changed = []
    for code, there in known.contents(reader, sorted(number_of)):
        row = by_number[number_of[code]]
        said = of_row(row)
        if there is not None and not same(said, there):
            changed.append((row, code, difference(said, there, reason)))
    return Compared(
        new=tuple(zip(matched.new, known.fresh_codes(reader, len(matched.new), random), strict=True)),
        changed=tuple(sorted(changed, key=lambda each: each[0].number)),
        known=matched.known,
        applicants={row.number: applicant for row, applicant in rows},
        seen=frozenset(one.application for one in candidates if one.application),
        twins=matched.twins,
        like_others=_like_others(reader, rows, candidates, matched.known),
    )


def _like_others(
    reader: Reader,
    rows: Sequence[Row],
    candidates: Sequence[Applicant],
    own: Mapping[int, ApplicationCode],
) -> tuple[tuple[int, ApplicationCode], ...]:
    """Whoever somebody has called the same person, or two, is no question any more."""
    mine = set(own.values())
    others = {one.application: one for one in candidates if one.application not in mine}
    if not others:
        return ()
    persons = {str(one.application): one.person for one in candidates}
    pairs = [
        (later, earlier)
        for earlier, later in possible_duplicates(
            (_likeness(row.number, one) for row, one in rows),
            known=(_likeness(code, one) for code, one in others.items()),
        )
        if isinstance(earlier, str) and isinstance(later, int)
    ]
    asked = {
        (row, code): (persons[own[row]], persons[code])
        for row, code in pairs
        if row in own and code in persons
    }
    done = known.settled(reader, list(asked.values()))
    return tuple(
        sorted((row, ApplicationCode(code)) for row, code in pairs if asked.get((row, code)) not in done)
    )


def _likeness(ref: int | str | None, one: Applicant) -> Likeness[int | str | None]:
    return Likeness(
        ref=ref,
        address=one.address,
        name_and_phone=(one.name, one.phone) if one.name and one.phone else None,
    )
