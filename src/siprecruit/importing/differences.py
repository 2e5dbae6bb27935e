"""Where a row says something else than the record: cell by cell, and the commands that put it right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.commands import AddNote, Correct
from siprecruit.core.ids import Code
from siprecruit.core.references import NameReferee
from siprecruit.importing.content import FIELDS, TEXTS, Content, Known, KnownReferee, RefereeWords

_COLUMNS: Final = ("name", "email", "role", "la")
_NOBODY: Final[RefereeWords] = ("", "", "", False)


@attrs.frozen(kw_only=True)
class Cell:
    """A field that says something else than before, both as text; "" is an empty cell."""

    field: str
    was: str
    now: str


@attrs.frozen(kw_only=True)
class Difference:
    """What is different, and what has to be told so that the record says what the row says.

    A fact that is new belongs to the day of the response, a correction to the day on which it is made.
    """

    cells: tuple[Cell, ...]
    new: tuple[Any, ...]
    corrections: tuple[Correct, ...]


def same(row: Content, known: Known) -> bool:
    """Whether a row says what the record holds, in whatever order its referees stand."""
    return (
        row.fields == known.fields
        and row.as_written == known.as_written
        and not any(_pairs(row, known))
        and not _note(row, known)
    )


def alike(row: Content, known: Known) -> int:
    """How many fields a row and the record share: by this the likelier of several is found."""
    return sum(mine == theirs for mine, theirs in zip(row.fields, known.fields, strict=True))


def difference(row: Content, known: Known, reason: str) -> Difference:
    """What has to be put right; without cells where nothing has."""
    cells: dict[str, Cell] = {cell.field: cell for cell in _field_cells(row, known)}
    new: list[Any] = []
    corrections: list[Correct] = []
    changed = _changed_fields(row, known)
    if changed:
        corrections.append(Correct(event=known.version, set=changed, reason=reason))
    free = _free_codes(known)
    for place, before, now in _pairs(row, known):
        cells |= {cell.field: cell for cell in _referee_cells(place, before, now, row, known)}
        if before is None:
            new.append(_naming(next(free), now))
        elif now is None:
            corrections.append(Correct(event=before.version, reason=reason))
        else:
            corrections.append(Correct(event=before.version, set=_referee_values(now), reason=reason))
    for cell, told in _note(row, known):
        cells[cell.field] = cell
        if isinstance(told, AddNote):
            new.append(told)
        else:
            corrections.append(attrs.evolve(told, reason=reason))
    return Difference(cells=tuple(cells.values()), new=tuple(new), corrections=tuple(corrections))


# -- the fields of the response -----------------------------------------------


def _changed_fields(row: Content, known: Known) -> dict[str, Any]:
    """By field, as a correction gives them."""
    values = {
        field: list(now) if isinstance(now, tuple) else now
        for field, was, now in zip(FIELDS, known.fields, row.fields, strict=True)
        if was != now
    }
    if row.as_written != known.as_written:
        values["as_written"] = dict(row.as_written) or None
    return values


def _field_cells(row: Content, known: Known) -> Iterator[Cell]:
    before = dict(zip(FIELDS, known.fields, strict=True))
    now = dict(zip(FIELDS, row.fields, strict=True))
    written = {*known.as_written, *row.as_written} - {*FIELDS}
    for field in (*FIELDS, *sorted(written)):
        was, says = _shown(field, before, known.as_written), _shown(field, now, row.as_written)
        if was != says:
            yield Cell(field=field, was=was, now=says)
        elif field not in TEXTS and before.get(field) != now.get(field):
            # The same words are understood otherwise by now: the programme has learnt a name.
            yield Cell(field=field, was=_text(before.get(field)), now=_text(now.get(field)))


def _shown(field: str, values: Mapping[str, Any], as_written: Mapping[str, str]) -> str:
    return as_written.get(field) or _text(values.get(field))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "; ".join(map(str, value))
        case _:
            return str(value)


# -- referees -----------------------------------------------------------------


def _pairs(row: Content, known: Known) -> Iterator[tuple[int, KnownReferee | None, RefereeWords | None]]:
    """(place, before, now) of each referee who was changed, added or taken out."""
    rest = list(known.referees)
    told: list[tuple[int, RefereeWords]] = []
    for place, words in zip(row.places, row.referees, strict=True):
        match = next((one for one in rest if one.words == words), None)
        if match is None:
            told.append((place, words))
        else:
            rest.remove(match)
    left = [one for one in rest if one.from_sheet]
    for (place, words), before in zip(told, [*left, *[None] * len(told)], strict=False):
        yield place, before, words
    free = [place for place in (1, 2, 3) if place not in row.places]
    for number, before in enumerate(left[len(told) :]):
        yield free[min(number, len(free) - 1)], before, None


def _referee_cells(
    place: int, before: KnownReferee | None, now: RefereeWords | None, row: Content, known: Known
) -> Iterator[Cell]:
    was_words, now_words = before.words if before else _NOBODY, now or _NOBODY
    for column, was, says in zip(_COLUMNS, was_words, now_words, strict=True):
        if was != says:
            field = f"referee{place}_{column}"
            yield Cell(
                field=field,
                was=known.as_written.get(field) or (_text(was) if before else ""),
                now=row.as_written.get(field) or (_text(says) if now else ""),
            )


def _referee_values(words: RefereeWords) -> dict[str, Any]:
    name, email, role, from_la = words
    return {"name": name or None, "email": email or None, "role": role or None, "from_la": from_la}


def _naming(code: Code, words: RefereeWords | None) -> NameReferee:
    name, email, role, from_la = words or _NOBODY
    return NameReferee(referee=code, name=name, email=email, role=role, from_la=from_la)


def _free_codes(known: Known) -> Iterator[Code]:
    number = 0
    while True:
        number += 1
        if str(number) not in known.codes_taken:
            yield Code(str(number))


# -- the note -----------------------------------------------------------------


def _note(row: Content, known: Known) -> list[tuple[Cell, AddNote | Correct]]:
    """What has to be told of the note: at most one thing."""
    if row.note and any(note.text == row.note for note in known.notes):
        return []
    before = next((note for note in known.notes if note.from_sheet), None)
    if before is None:
        return [(Cell(field="note", was="", now=row.note), AddNote(text=row.note))] if row.note else []
    cell = Cell(field="note", was=before.text, now=row.note)
    values = {"text": row.note} if row.note else None
    return [(cell, Correct(event=before.version, set=values, reason=""))]
