"""The rows of a sheet beside the record: what is new, what has changed, who may be a double."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

import attrs

from siprecruit.core.duplicates import Likeness, possible_duplicates
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing import known
from siprecruit.importing.content import Content, Known, of_history
from siprecruit.importing.differences import Difference, changes, difference
from siprecruit.importing.known import Applicant
from siprecruit.importing.last_told import last_told, undoing
from siprecruit.importing.matching import Row, match
from siprecruit.importing.recognising import Recognised
from siprecruit.importing.settling import OPEN, Clash, Settled, Take, settle
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
    #: cells that were changed in the record, too, since the sheet was exported, or last told them
    clashes: tuple[Clash, ...]


@attrs.frozen(kw_only=True)
class Told:
    """How a sheet is taken: ``file`` is its name, which stands with each fact; ``take`` settles clashes."""

    file: str
    take: Take = OPEN

    def source(self, row: int) -> str:
        """Where what a row tells comes from, as it is kept with it."""
        return f"told by {self.file}, row {row}"


def compare(
    reader: Reader,
    accepted: Sequence[ResponseRow],
    said: Mapping[int, Content],
    coded: Recognised,
    random: Random,
    told: Told,
) -> Compared:
    """Compare all rows with what the record holds.

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
    settled = list(_settled(reader, said, matched.known, told.take))
    wanted = [*coded.changed, *((number, code, one.wanted, there) for number, code, one, there in settled)]
    row_of = {row.number: row for row in accepted}
    clashes = (*coded.clashes, *(clash for _, _, one, _ in settled for clash in one.clashes))
    twins = {**coded.twins, **copies, **matched.twins}
    recognised = {**coded.known, **matched.known}
    recognised = {row: code for row, code in recognised.items() if row not in twins}
    return Compared(
        new=tuple(zip(matched.new, known.fresh_codes(reader, len(matched.new), random), strict=True)),
        changed=tuple(
            (row_of[number], code, difference(what, there, told.source(number)))
            for number, code, what, there in sorted(wanted, key=lambda each: each[0])
            if what
        ),
        known=recognised,
        applicants={row.number: applicant for row, applicant in rows},
        seen=frozenset(one.application for one in candidates if one.application),
        twins=twins,
        like_others=_like_others(
            reader, [each for each in rows if each[0].number not in twins], candidates, recognised
        ),
        clashes=tuple(sorted(clashes, key=lambda each: each.row)),
    )


def _settled(
    reader: Reader, said: Mapping[int, Content], uncoded: Mapping[int, ApplicationCode], take: Take
) -> Iterator[tuple[int, ApplicationCode, Settled, Known]]:
    """The rows that say something else than the record, beside what a sheet last told, some at a time."""
    number_of = {code: number for number, code in uncoded.items()}
    for some in known.parts(sorted(number_of), known.AT_A_TIME):
        histories = reader.histories([f"application/{code}" for code in some], texts=True)
        apart = []
        for code in some:
            theirs = of_history(histories[f"application/{code}"])
            if theirs is not None and changes(said[number_of[code]], theirs):
                apart.append((number_of[code], code, histories[f"application/{code}"], theirs))
        undone = undoing(reader, (history for _, _, history, _ in apart))
        for number, code, history, theirs in apart:
            base = last_told(history, undone)
            settled = settle((number, said[number]), code, history, base, take) if base else None
            if settled:
                yield number, code, settled, theirs


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
