"""Rows that bear an application's code: known by it, whatever else in them was edited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from siprecruit.core.events import Recorded
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.content import FIELDS, Content, Known, of_history
from siprecruit.importing.differences import Changes
from siprecruit.importing.known import AT_A_TIME, parts
from siprecruit.importing.last_told import Base, exported, last_told, undoing
from siprecruit.importing.marks import APPLICATION, EXPORTED, Mark
from siprecruit.importing.mistaken import WHO, all_other, identity, those_of_others
from siprecruit.importing.settling import Clash, Settled, Take, settle
from siprecruit.record.reading import Reader


@attrs.frozen(kw_only=True)
class Fault:
    """Why nothing can be recorded of a row: a stable code, the column and a sentence."""

    row: int
    code: str
    field: str
    message: str


@attrs.frozen(kw_only=True)
class Recognised:
    """What the rows with a code are to the record; rows go by their numbers."""

    known: Mapping[int, ApplicationCode]
    #: with what the record holds, so that what is to be told follows from it
    changed: tuple[tuple[int, ApplicationCode, Changes, Known], ...]
    clashes: tuple[Clash, ...]
    twins: Mapping[int, int]
    faults: tuple[Fault, ...]


@attrs.define
class _Found:
    known: dict[int, ApplicationCode] = attrs.field(factory=dict)
    changed: list[tuple[int, ApplicationCode, Changes, Known]] = attrs.field(factory=list)
    clashes: list[Clash] = attrs.field(factory=list)
    twins: dict[int, int] = attrs.field(factory=dict)
    faults: list[Fault] = attrs.field(factory=list)
    #: who each application's response is from
    people: dict[ApplicationCode, tuple[str, ...]] = attrs.field(factory=dict)


def recognise(
    reader: Reader, rows: Mapping[int, Content], marks: Mapping[int, Mark], take: Take
) -> Recognised:
    """Compare the rows that bear a code with the applications of that code."""
    by_code: dict[str, list[int]] = {}
    for number in rows:
        if number in marks:
            by_code.setdefault(marks[number].application, []).append(number)
    timeless = {mark.application for mark in marks.values() if mark.at is None}
    found = _Found()
    for some in parts(list(by_code), AT_A_TIME):
        histories = list(_histories(reader, some))
        undone = undoing(reader, (history for code, _, history in histories if code in timeless))
        for code, application, history in histories:
            there = {row: (rows[row], marks[row]) for row in by_code[code]}
            _compare(application, history, there, take, found, undone)
    _refuse_mistaken(reader, rows, found)
    return Recognised(
        known=found.known,
        changed=tuple(sorted(found.changed, key=lambda each: each[0])),
        clashes=tuple(sorted(found.clashes, key=lambda each: each.row)),
        twins=found.twins,
        faults=tuple(sorted(found.faults, key=lambda each: each.row)),
    )


def _refuse_mistaken(reader: Reader, rows: Mapping[int, Content], found: _Found) -> None:
    """Rows that were edited to be somebody else who answered: of none of them anything is told."""
    edited = {
        code: rows[row] for row, code, wanted, _ in found.changed if not wanted.fields.keys().isdisjoint(WHO)
    }
    mistaken = those_of_others(reader, edited, found.people)
    wrong = {row: code for row, code in found.known.items() if code in mistaken}
    found.faults += [_of_another(row, code, mistaken[code]) for row, code in wrong.items()]
    found.known = {row: code for row, code in found.known.items() if row not in wrong}
    found.twins = {row: first for row, first in found.twins.items() if row not in wrong}
    found.changed = [each for each in found.changed if each[0] not in wrong]
    found.clashes = [each for each in found.clashes if each.row not in wrong]


def _histories(
    reader: Reader, codes: Collection[str]
) -> Iterator[tuple[str, ApplicationCode, Sequence[Recorded]]]:
    """Each code's application and its events; a code typed in small letters is understood."""
    wanted = {f"application/{each}" for code in codes for each in (code, code.upper())}
    histories = reader.histories(sorted(wanted), texts=True)
    for code in codes:
        written = code if histories[f"application/{code}"] else code.upper()
        yield code, ApplicationCode(written), histories[f"application/{written}"]


def _compare(
    application: ApplicationCode,
    history: Sequence[Recorded],
    rows: Mapping[int, tuple[Content, Mark]],
    take: Take,
    found: _Found,
    undone: Collection[str],
) -> None:
    theirs = of_history(history, exported=True)
    settled: dict[int, Settled] = {}
    for number, (said, mark) in rows.items():
        fault = _unknown(number, application, history, theirs, mark)
        if fault is None and theirs is not None:
            base = _base(history, mark, undone)
            one = settle((number, said), application, history, base, take) if base else None
            fault = _somebody_else(number, application, one.edited, said, theirs) if one else None
            if one is None:
                fault = _bad_export(number, application, len(history))
            elif fault is None:
                settled[number] = one
        if fault is not None:
            found.faults.append(fault)
    if theirs is not None:
        found.people[application] = identity(theirs)
        _take_up(application, settled, {row: rows[row][0] for row in settled}, theirs, found)


def _base(history: Sequence[Recorded], mark: Mark, undone: Collection[str]) -> Base | None:
    """What the row said before it was edited: what was exported, else what a sheet last told."""
    events = mark.events
    if events is None and mark.at is None:
        return last_told(history, undone)
    if events is None:
        events = sum(one.recorded_at <= mark.at for one in history if mark.at)
    return exported(history, events) if events <= len(history) else None


def _take_up(
    application: ApplicationCode,
    settled: Mapping[int, Settled],
    said: Mapping[int, Content],
    theirs: Known,
    found: _Found,
) -> None:
    """One row tells; rows of the same code that say the same are its twins, edited ones contradict it."""
    if not settled:
        return
    edited = [row for row in settled if settled[row].edited]
    first = (edited or list(settled))[0]
    contradicted = len(edited) > 1 and any(said[row] != said[first] for row in edited)
    copied = bool(edited) and len(edited) < len(settled)
    if contradicted or copied:
        found.faults += [
            _twice(row, application, [each for each in settled if each != row]) for row in edited
        ]
        settled = {row: one for row, one in settled.items() if row not in edited}
        first = next(iter(settled), first)
    for row in settled:
        found.known[row] = application
        if row != first:
            found.twins[row] = first
    if first in settled:
        found.clashes += settled[first].clashes
        if settled[first].wanted:
            found.changed.append((first, application, settled[first].wanted, theirs))


def _unknown(
    row: int, application: ApplicationCode, history: Sequence[Recorded], theirs: Known | None, mark: Mark
) -> Fault | None:
    if not history:
        message = (
            f"There is no application {application} in the record; clear the code if this is a new response."
        )
        return Fault(row=row, code="unknown_application", field=APPLICATION, message=message)
    if theirs is None:
        message = (
            f"The response {application} was taken out of the record; delete the row, "
            "or clear its code to take it in anew."
        )
        return Fault(row=row, code="taken_out", field=APPLICATION, message=message)
    if not any(theirs.fields[FIELDS.index(field)] for field in ("first_name", "last_name")):
        message = f"The person of {application} was erased from the record; delete the row."
        return Fault(row=row, code="erased", field=APPLICATION, message=message)
    if mark.fault:
        return Fault(row=row, code="bad_export", field=EXPORTED, message=mark.fault)
    return None


def _bad_export(row: int, application: ApplicationCode, events: int) -> Fault:
    message = (
        f"{application} has {events} events in this record, and the export says otherwise: it may come from "
        "another record; clear that cell to compare the row with what a sheet told last."
    )
    return Fault(row=row, code="bad_export", field=EXPORTED, message=message)


def _somebody_else(
    row: int, application: ApplicationCode, edited: Changes, said: Content, theirs: Known
) -> Fault | None:
    """A sheet of which some columns alone were sorted would rewrite everybody."""
    if not all_other(said, edited, theirs):
        return None
    message = (
        f"Whatever the row says of who it is differs from {application}: a part of the sheet "
        "may have been sorted or copied; clear the code if this is a new response."
    )
    return Fault(row=row, code="other_person", field=APPLICATION, message=message)


def _of_another(row: int, application: ApplicationCode, other: ApplicationCode) -> Fault:
    message = (
        f"The code is that of {application}, and the person that of {other}: a part of the sheet may have "
        "been sorted or copied; say first with siprecruit merge if both are one person."
    )
    return Fault(row=row, code="other_person", field=APPLICATION, message=message)


def _twice(row: int, application: ApplicationCode, others: Sequence[int]) -> Fault:
    also = ", ".join(map(str, others))
    message = (
        f"Row {also} says something else of {application}: leave one of them, "
        "or clear the code if this is a new response."
    )
    return Fault(row=row, code="code_twice", field=APPLICATION, message=message)
