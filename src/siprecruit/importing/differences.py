"""Where a row says something else than the record: cell by cell, and the commands that put it right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.commands import AddNote, Correct
from siprecruit.core.ids import Code
from siprecruit.core.references import NameReferee
from siprecruit.importing.content import FIELDS, TEXTS, Content, Known, KnownNote, KnownReferee, RefereeWords

COLUMNS: Final = ("name", "email", "role", "la")
"""What a sheet says of each referee, in the order of ``RefereeWords``."""
NOBODY: Final[RefereeWords] = ("", "", "", False)
PLACES: Final = (1, 2)
"""The places that a sheet may have for referees."""

#: Fields of a referee whose words may stand beside the response, because they were not understood.
_WRITTEN: Final = tuple(f"referee{place}_{column}" for place in PLACES for column in ("role", "la"))

Value = tuple[Any, str]
"""What a field was understood as, and its words where the value doesn't say all of them."""

Pair = tuple[int, KnownReferee | None, RefereeWords | None]
"""A place of the sheet, the referee whom the record has there, and what is to stand there."""


@attrs.frozen(kw_only=True)
class Cell:
    """A field that says something else than before, both as text; "" is an empty cell."""

    field: str
    was: str
    now: str


@attrs.frozen(kw_only=True)
class Changes:
    """What is to be otherwise than the record has it: fields, referees, and (note, text) of the note."""

    fields: Mapping[str, Value] = attrs.field(factory=dict)
    referees: tuple[Pair, ...] = ()
    note: tuple[KnownNote | None, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.referees or self.note)


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
    return not changes(row, known)


def alike(row: Content, known: Known) -> int:
    """How many fields a row and the record share: by this the likelier of several is found."""
    return sum(mine == theirs for mine, theirs in zip(row.fields, known.fields, strict=True))


def changes(row: Content, known: Known) -> Changes:
    """What a row says otherwise than the record; of what it has no column for it says nothing."""
    return Changes(fields=_fields(row, known), referees=tuple(_pairs(row, known)), note=_note(row, known))


def difference(wanted: Changes, known: Known, reason: str) -> Difference:
    """The cells that are to change, and what has to be told for it."""
    cells: dict[str, Cell] = {cell.field: cell for cell in _field_cells(wanted, known)}
    new: list[Any] = []
    corrections: list[Correct] = []
    if wanted.fields or (known.overtaken and wanted.referees):
        # Words of a referee's cell that were made out would count again with the sheet's value beside them.
        corrections.append(Correct(event=known.version, set=_values(wanted, known), reason=reason))
    free = _free_codes(known)
    for place, before, now in wanted.referees:
        cells |= {cell.field: cell for cell in _referee_cells(place, before, now, wanted, known)}
        if before is None:
            new.append(_naming(next(free), now or NOBODY))
        else:
            values = None if now is None else _referee_values(now)
            corrections.append(Correct(event=before.version, set=values, reason=reason))
    if wanted.note is not None:
        before_it, text = wanted.note
        cells["note"] = Cell(field="note", was=before_it.text if before_it else "", now=text)
        if before_it is None:
            new.append(AddNote(text=text))
        else:
            values = {"text": text} if text else None
            corrections.append(Correct(event=before_it.version, set=values, reason=reason))
    return Difference(cells=tuple(cells.values()), new=tuple(new), corrections=tuple(corrections))


# -- the fields of the response -----------------------------------------------


def value_of(field: str, said: Content | Known) -> Value:
    """What a row or the record says in a field of the response."""
    value = said.fields[FIELDS.index(field)] if field in FIELDS else None
    return value, said.as_written.get(field, "")


def shown(value: Value) -> str:
    """A value as it is shown: its words where they were kept."""
    return value[1] or text_of(value[0])


def text_of(value: Any) -> str:
    """A value as text, its codes as they are."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "; ".join(map(str, value))
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _fields(row: Content, known: Known) -> dict[str, Value]:
    if row.fields == known.fields and row.as_written == known.as_written:
        return {}
    said = ((field, value_of(field, row)) for field in (*FIELDS, *_WRITTEN) if field in row.said)
    return {field: value for field, value in said if value != value_of(field, known)}


def _values(wanted: Changes, known: Known) -> dict[str, Any]:
    """By field, as a correction gives them."""
    values: dict[str, Any] = {}
    written = dict(known.as_written)
    for field, (value, words) in wanted.fields.items():
        if field in FIELDS and value != value_of(field, known)[0]:
            name = "on" if field == "received_on" else field
            values[name] = (
                list(value)
                if isinstance(value, tuple)
                else value.isoformat()
                if isinstance(value, dt.date)
                else value
            )
        written[field] = words
    written = {field: words for field, words in written.items() if words}
    if written != known.as_written or known.overtaken or written.keys() & values.keys():
        # A correction that doesn't say the words takes those away that had stood for another value.
        values["as_written"] = written or None
    return values


def _field_cells(wanted: Changes, known: Known) -> Iterator[Cell]:
    for field, now in wanted.fields.items():
        was = value_of(field, known)
        if shown(was) != shown(now):
            yield Cell(field=field, was=shown(was), now=shown(now))
        elif field not in TEXTS and was[0] != now[0]:
            # The same words are understood otherwise by now: the programme has learnt a name.
            yield Cell(field=field, was=text_of(was[0]), now=text_of(now[0]))


# -- referees -----------------------------------------------------------------


def places_in(said: frozenset[str]) -> list[int]:
    """The places for referees that a sheet with these columns has."""
    return [place for place in PLACES if said & {f"referee{place}_name", f"referee{place}_email"}]


def _pairs(row: Content, known: Known) -> Iterator[Pair]:
    """(place, before, now) of each referee who was changed, added or taken out."""
    places, rest = places_in(row.said), list(known.referees)
    told: list[tuple[int, RefereeWords]] = []
    for place, words in zip(row.places, row.referees, strict=True):
        match = next((one for one in rest if _filled(place, words, one, row.said) == one.words), None)
        if match is None:
            told.append((place, words))
        else:
            rest.remove(match)
    # No more than the sheet has places for can have stood there.
    left = [one for one in rest if one.from_sheet][: len(places) - (len(row.places) - len(told))]
    for (place, words), before in zip(told, _likeliest(told, left), strict=True):
        yield place, before, _filled(place, words, before, row.said)
    yield from ((place, before, None) for place, before in zip(_free(row, known, places), left, strict=False))


def _free(row: Content, known: Known, places: Sequence[int]) -> Iterator[int]:
    """Places where nobody stands, and where no role was kept that a form had left behind."""
    for place in places:
        role = f"referee{place}_role"
        if place not in row.places and not (role in row.as_written and role in known.as_written):
            yield place


def _likeliest(
    told: Sequence[tuple[int, RefereeWords]], left: list[KnownReferee]
) -> list[KnownReferee | None]:
    """For each who is told anew the one of ``left`` that was meant, which is taken out of there.

    First those who share a name or an address, then whoever is left, in order.
    """
    found: dict[int, KnownReferee] = {}
    for place, (name, email, *_) in told:
        for one in left:
            if (name and name == one.words[0]) or (email and email == one.words[1]):
                found[place] = one
                left.remove(one)
                break
    for place, _ in told:
        if place not in found and left:
            found[place] = left.pop(0)
    return [found.get(place) for place, _ in told]


def _filled(
    place: int, words: RefereeWords, before: KnownReferee | None, said: frozenset[str]
) -> RefereeWords:
    """The words with those for which the sheet has no column as they were before."""
    were = before.words if before else NOBODY
    mine = [f"referee{place}_{column}" in said for column in COLUMNS]
    if all(mine):
        return words
    name, email, role, from_la = (
        now if told else was for told, now, was in zip(mine, words, were, strict=True)
    )
    return str(name), str(email), str(role), bool(from_la)


def _referee_cells(
    place: int, before: KnownReferee | None, now: RefereeWords | None, wanted: Changes, known: Known
) -> Iterator[Cell]:
    was_words, now_words = before.words if before else NOBODY, now or NOBODY
    for column, was, says in zip(COLUMNS, was_words, now_words, strict=True):
        if was != says:
            field = f"referee{place}_{column}"
            yield Cell(
                field=field,
                was=known.as_written.get(field) or (text_of(was) if before else ""),
                now=wanted.fields.get(field, (None, ""))[1] or (text_of(says) if now else ""),
            )


def _referee_values(words: RefereeWords) -> dict[str, Any]:
    name, email, role, from_la = words
    return {"name": name or None, "email": email or None, "role": role or None, "from_la": from_la}


def _naming(code: Code, words: RefereeWords) -> NameReferee:
    name, email, role, from_la = words
    return NameReferee(referee=code, name=name, email=email, role=role, from_la=from_la)


def _free_codes(known: Known) -> Iterator[Code]:
    number = 0
    while True:
        number += 1
        if str(number) not in known.codes_taken:
            yield Code(str(number))


# -- the note -----------------------------------------------------------------


def _note(row: Content, known: Known) -> tuple[KnownNote | None, str] | None:
    """What has to be told of the note: at most one thing."""
    if "note" not in row.said or (row.note and any(note.text == row.note for note in known.notes)):
        return None
    before = next((note for note in known.notes if note.from_sheet), None)
    return (before, row.note) if before or row.note else None
