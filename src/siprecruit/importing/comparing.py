"""The rows of a sheet beside the record: what is new, what has changed, who may be a double."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

import attrs

from siprecruit.core.duplicates import Likeness, possible_duplicates
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing import known
from siprecruit.importing.content import Content
from siprecruit.importing.differences import Difference, changes, difference
from siprecruit.importing.known import Applicant
from siprecruit.importing.matching import Row, match
from siprecruit.importing.recognising import Recognised
from siprecruit.importing.settling import Clash
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
    #: cells that were changed in the record, too, since the sheet was exported
    clashes: tuple[Clash, ...]


def compare(
    reader: Reader,
    accepted: Sequence[ResponseRow],
    said: Mapping[int, Content],
    coded: Recognised,
    random: Random,
    reason: Callable[[int], str],
) -> Compared:
    """Compare all rows with what the record holds; ``reason`` of the row is noted with each correction.

    ``coded`` are those that bear an application's code; ``said`` is what each row says.
    """
    rows = [(row, known.of_row(row)) for row in accepted]
    candidates = known.applicants_like(reader, [applicant for _, applicant in rows])
    plain, copies = _uncoded(rows, coded, said)
    taken = set(coded.known.values())
    matched = match(
        plain,
        [one for one in candidates if one.application not in taken],
        lambda codes: dict(known.contents(reader, codes)),
        lambda codes: known.past_keys(reader, codes),
        lambda row: said[row.number],
    )
    changed = _changed(reader, {row.number: row for row in accepted}, said, coded, matched.known, reason)
    twins = {**coded.twins, **copies, **matched.twins}
    recognised = {**coded.known, **matched.known}
    recognised = {row: code for row, code in recognised.items() if row not in twins}
    return Compared(
        new=tuple(zip(matched.new, known.fresh_codes(reader, len(matched.new), random), strict=True)),
        changed=changed,
        known=recognised,
        applicants={row.number: applicant for row, applicant in rows},
        seen=frozenset(one.application for one in candidates if one.application),
        twins=twins,
        like_others=_like_others(
            reader, [each for each in rows if each[0].number not in twins], candidates, recognised
        ),
        clashes=coded.clashes,
    )


def _changed(
    reader: Reader,
    rows: Mapping[int, ResponseRow],
    said: Mapping[int, Content],
    coded: Recognised,
    uncoded: Mapping[int, ApplicationCode],
    reason: Callable[[int], str],
) -> tuple[tuple[ResponseRow, ApplicationCode, Difference], ...]:
    """The rows that say something else than the record, in their order, and what has to be told."""
    found = [
        (rows[number], code, difference(wanted, there, reason(number)))
        for number, code, wanted, there in coded.changed
    ]
    number_of = {code: number for number, code in uncoded.items()}
    for code, held in known.contents(reader, sorted(number_of)):
        number = number_of[code]
        edited = changes(said[number], held) if held is not None else None
        if held is not None and edited:
            found.append((rows[number], code, difference(edited, held, reason(number))))
    return tuple(sorted(found, key=lambda each: each[0].number))


def _uncoded(
    rows: Sequence[Row], coded: Recognised, said: Mapping[int, Content]
) -> tuple[list[Row], dict[int, int]]:
    """The rows without a code, and those of them that say the very same as a row with one: its copies."""
    with_code: dict[object, list[int]] = {}
    for row, applicant in rows:
        if row.number in coded.known:
            with_code.setdefault(applicant.key, []).append(row.number)
    plain: list[Row] = []
    copies: dict[int, int] = {}
    for row, applicant in rows:
        if row.number in coded.known:
            continue
        like = (one for one in with_code.get(applicant.key, ()) if said[one] == said[row.number])
        first = next(like, None)
        if first is None:
            plain.append((row, applicant))
        else:
            copies[row.number] = coded.twins.get(first, first)
    return plain, copies


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
    # A row that is known by its code may share neither name nor address with its own application any more.
    persons = {**known.persons(reader, mine), **{str(one.application): one.person for one in candidates}}
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
        if row in own and own[row] in persons and code in persons
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
