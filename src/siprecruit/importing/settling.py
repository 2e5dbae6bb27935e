"""A sheet that was edited and has come back: its edits, and where they clash with the record's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import attrs

from siprecruit.core.events import Recorded
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.content import Content, Known, KnownNote, KnownReferee, RefereeWords, of_history
from siprecruit.importing.differences import (
    COLUMNS,
    Changes,
    Pair,
    Value,
    changes,
    shown,
    text_of,
    value_of,
)
from siprecruit.importing.last_told import Base
from siprecruit.importing.made_out import MadeOut, made_out, with_answers

Side = Literal["mine", "theirs"]
"""Who wins a clash: ``mine`` is the sheet's cell, ``theirs`` what the record says."""


@attrs.frozen(kw_only=True)
class Take:
    """How clashes are settled: for single rows by their numbers, ``otherwise`` for all others.

    None leaves a clash open: the record stays as it is, and the clash is told.
    """

    otherwise: Side | None = None
    rows: Mapping[int, Side] = attrs.field(factory=dict)

    def of(self, row: int) -> Side | None:
        """How the clashes of a row are settled."""
        return self.rows.get(row, self.otherwise)


OPEN: Final = Take()
"""Every clash is left open."""


class NoClash(Exception):  # noqa: N818 - says what is the case
    """A row was to be settled in which nothing clashes; ``message`` is one plain sentence."""

    code = "no_clash"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def refuse_needless(take: Take, clashing: Collection[int]) -> None:
    """Raises NoClash where a row was named that has no clash: another one may have been meant."""
    needless = sorted(take.rows.keys() - set(clashing))
    if needless:
        rows = ", ".join(map(str, needless))
        there = ", ".join(map(str, sorted(set(clashing)))) or "no row"
        raise NoClash(f"--take names row {rows}, where nothing clashes; clashes are in {there}.")


@attrs.frozen(kw_only=True)
class Clash:
    """A cell that was edited in the sheet and, meanwhile, in the record too.

    ``was`` is what was exported, or else what a sheet last told; ``mine`` is the sheet's cell, ``theirs``
    what the record says now, told ``by`` whom, ``at`` which instant, with which ``command``. ``taken`` says
    how it was settled; None: it is open.
    """

    row: int
    application: ApplicationCode
    field: str
    was: str
    mine: str
    theirs: str
    by: str
    at: dt.datetime
    command: str
    taken: Side | None


@attrs.frozen(kw_only=True)
class _Disagreement:
    """A cell that both have changed; ``look`` finds in the record what they disagree on."""

    field: str
    was: str
    mine: str
    theirs: str
    look: Callable[[Known], Any]


@attrs.frozen(kw_only=True)
class Settled:
    """What was edited in a row, what of it is to be told, and the clashes in it."""

    edited: Changes
    wanted: Changes
    clashes: tuple[Clash, ...]


def settle(
    row: tuple[int, Content],
    application: ApplicationCode,
    history: Sequence[Recorded],
    base: Base,
    take: Take,
) -> Settled | None:
    """Compare a row with what its cells said before they were edited, and its edits with what came since.

    A cell that says what it said (``base``) changes nothing, even where the record says something else by
    now. One that was edited is told; where the record has changed, too, it is a clash. None where no response
    stands any more.
    """
    number, said = row
    theirs = of_history(history, exported=True)
    if theirs is None:
        return None
    taken = take.of(number)
    edited = changes(said, base.known)
    if base.since == len(history):
        return Settled(edited=edited, wanted=edited, clashes=())
    mine_wins = taken == "mine"
    cells = tuple(made_out(said, edited, base.known, theirs))
    found = [_about(one) for one in cells]
    won = {one.field: edited.fields[one.field] for one in cells if mine_wins}
    apart = with_answers(edited, cells, mine_wins=mine_wins)
    wanted = Changes(
        fields=won | dict(_fields(apart, base.known, theirs, found, mine_wins=mine_wins)),
        referees=tuple(_referees(apart, base.known, theirs, found, mine_wins=mine_wins)),
        note=_note(apart, base.known, theirs, found, mine_wins=mine_wins),
    )
    clashes = tuple(_clash(number, application, one, history, base.since, taken) for one in found)
    return Settled(edited=edited, wanted=wanted, clashes=clashes)


def _about(cell: MadeOut) -> _Disagreement:
    return _Disagreement(
        field=cell.field,
        was=cell.was,
        mine=cell.mine,
        theirs=cell.theirs,
        look=lambda known: _words_of(known, cell.before, COLUMNS.index("la")),
    )


def _clash(
    row: int,
    application: ApplicationCode,
    one: _Disagreement,
    history: Sequence[Recorded],
    since: int,
    taken: Side | None,
) -> Clash:
    last = _last_change(one.look, history, since)
    return Clash(
        row=row,
        application=application,
        field=one.field,
        was=one.was,
        mine=one.mine,
        theirs=one.theirs,
        by=last.by,
        at=last.recorded_at,
        command=last.command,
        taken=taken,
    )


def _last_change(look: Callable[[Known], Any], history: Sequence[Recorded], since: int) -> Recorded:
    """The latest event after so many that has changed what ``look`` sees."""

    def seen(length: int) -> Any:
        known = of_history(history[:length], exported=True)
        return None if known is None else (look(known),)

    now = seen(len(history))
    lengths = range(len(history) - 1, since - 1, -1)
    return history[next((each for each in lengths if seen(each) != now), len(history) - 1)]


# -- the fields of the response -----------------------------------------------


def _fields(
    edited: Changes, base: Known, theirs: Known, found: list[_Disagreement], *, mine_wins: bool
) -> Iterator[tuple[str, Value]]:
    for field, mine in edited.fields.items():
        was, now = value_of(field, base), value_of(field, theirs)
        if now == mine:
            continue
        if now != was:
            found.append(
                _Disagreement(
                    field=field,
                    was=shown(was),
                    mine=shown(mine),
                    theirs=shown(now),
                    look=lambda known, field=field: value_of(field, known),  # type: ignore[misc]
                )
            )
            if not mine_wins:
                continue
        yield field, mine


# -- referees -----------------------------------------------------------------


def _referees(
    edited: Changes, base: Known, theirs: Known, found: list[_Disagreement], *, mine_wins: bool
) -> Iterator[Pair]:
    there = {one.code: one for one in theirs.referees}
    came = there.keys() - {one.code for one in base.referees}
    for place, before, mine in edited.referees:
        if before is None:
            if all(one.words != mine for one in theirs.referees):
                yield place, None, mine
            continue
        if any(there[code].words == mine for code in came):
            # Somebody has named them meanwhile, such as in the place of another one.
            continue
        now = there.get(before.code)
        if now is None and mine is None:
            continue
        apart = list(_apart(place, before, mine, now))
        found.extend(apart)
        if apart and mine is None and not mine_wins:
            continue
        words = None if mine is None else _joined(before.words, mine, now, mine_wins=mine_wins)
        if now is not None and words != now.words:
            yield place, now, words
        elif now is None and (mine_wins or not apart):
            yield place, None, words


def _apart(
    place: int, before: KnownReferee, mine: RefereeWords | None, now: KnownReferee | None
) -> Iterator[_Disagreement]:
    nobody = (None,) * len(COLUMNS)
    sheet, record = mine or nobody, now.words if now else nobody
    for column, values in enumerate(zip(before.words, sheet, record, strict=True)):
        was, says, stands = map(text_of, values)
        if says != was and stands not in (was, says):
            yield _Disagreement(
                field=f"referee{place}_{COLUMNS[column]}",
                was=was,
                mine=says,
                theirs=stands,
                look=lambda known, column=column: _words_of(known, before, column),  # type: ignore[misc]
            )


def _words_of(known: Known, referee: KnownReferee, column: int) -> Any:
    return next((one.words[column] for one in known.referees if one.code == referee.code), None)


def _joined(
    was: RefereeWords, mine: RefereeWords, now: KnownReferee | None, *, mine_wins: bool
) -> RefereeWords:
    """The record's words with those of the sheet that were edited and don't clash, or win."""
    if now is None:
        return mine
    name, email, role, from_la = (
        says if says != before and (stands == before or mine_wins) else stands
        for before, says, stands in zip(was, mine, now.words, strict=True)
    )
    return str(name), str(email), str(role), bool(from_la)


# -- the note -----------------------------------------------------------------


def _note(
    edited: Changes, base: Known, theirs: Known, found: list[_Disagreement], *, mine_wins: bool
) -> tuple[KnownNote | None, str] | None:
    if edited.note is None:
        return None
    before, mine = edited.note
    if any(one.text == mine for one in theirs.notes):
        return None
    if before is None:
        added = list(_added(base, theirs, mine))
        found.extend(added)
        return (None, mine) if mine_wins or not added else None
    now = next((one for one in theirs.notes if one.version == before.version), None)
    if (now.text if now else "") == mine:
        return None
    if now is None or now.text != before.text:
        found.append(
            _Disagreement(
                field="note",
                was=before.text,
                mine=mine,
                theirs=now.text if now else "",
                look=lambda known: [one.text for one in known.notes if one.version == before.version],
            )
        )
        if not mine_wins:
            return None
    return now, mine


def _added(base: Known, theirs: Known, mine: str) -> Iterator[_Disagreement]:
    """A note that the office wrote since, where the sheet had none: the two may contradict each other."""
    before = {one.version for one in base.notes}

    def new(known: Known) -> list[str]:
        return [one.text for one in known.notes if one.version not in before and one.text]

    if texts := new(theirs):
        yield _Disagreement(field="note", was="", mine=mine, theirs=texts[-1], look=new)
