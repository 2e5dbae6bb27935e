"""What the record says of a response as the cells of a sheet, in words that are read back as the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.programme import Programme
from siprecruit.importing.content import FIELDS, Content, Known, KnownReferee
from siprecruit.importing.differences import (
    COLUMNS,
    NOBODY,
    Pair,
    changes,
    places_in,
    text_of,
    value_of,
)
from siprecruit.intake.cells import split_list

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d.*", re.DOTALL)


@attrs.frozen(kw_only=True)
class Words:
    """How this sheet writes: the programme's names, and days as they stand in a cell ``like`` it."""

    programme: Programme

    def text(self, field: str, value: Any, like: str = "") -> str:
        """A field's value in words; a code where a name would not be read back as that code."""
        named = _NAMES.get(field)
        if isinstance(value, dt.date):
            return day_text(value, like)
        if named is None or value is None:
            return text_of(value)
        codes = value if isinstance(value, tuple) else (value,)
        return "; ".join(self._name(named, code) for code in codes)

    def _name(self, named: str, code: str) -> str:
        find: Callable[[str], Any] = getattr(self.programme, f"{named}_named")
        thing = find(code)
        title = thing.title if thing is not None else code
        again = find(title)
        alone = split_list(title) == (title,) or named != "phase"
        return title if again is not None and again.code == code and alone else code


_NAMES: Final = {
    "advert": "advert",
    "category": "category",
    "home_authority": "authority",
    "phases": "phase",
}


def day_text(day: dt.date, like: str) -> str:
    """A day as ``like`` is written: 2007-05-24 or, as people do, 24/05/2007."""
    return day.isoformat() if _ISO.fullmatch(like) else f"{day:%d/%m/%Y}"


def rewritten(row: Content, known: Known, words: Words, cells: Mapping[str, str]) -> dict[str, str]:
    """By field the cells of a row that say something else than the record, as the record has them.

    ``cells`` are the row's own; a column that the sheet doesn't have is left out.
    """
    apart = changes(row, known)
    found: dict[str, str] = {}
    for pair in apart.referees:
        found |= _referee(pair, known)
    for field in apart.fields:
        value, written = value_of(field, known)
        if field in FIELDS or written:
            found[field] = written or words.text(field, value, cells.get(field, ""))
        else:
            found.setdefault(field, _answer(field, row))
    if apart.note is not None:
        note = apart.note[0]
        found["note"] = note.text if note is not None else ""
    return {field: text for field, text in found.items() if field in row.said}


def _answer(field: str, row: Content) -> str:
    """What a cell of a referee's says whose words are gone; of their role nothing stood but the words."""
    for place, (*_, from_la) in zip(row.places, row.referees, strict=True):
        if field == f"referee{place}_la":
            return text_of(from_la)
    return ""


def _referee(pair: Pair, known: Known) -> dict[str, str]:
    place, before, now = pair
    if before is None:
        return {f"referee{place}_{column}": "" for column in COLUMNS}
    texts = _referee_texts(place, before, known)
    were = now or NOBODY
    return {
        f"referee{place}_{column}": text
        for column, text, was, is_now in zip(COLUMNS, texts, before.words, were, strict=True)
        if now is None or was != is_now
    }


def _referee_texts(place: int, referee: KnownReferee, known: Known) -> Sequence[str]:
    name, email, role, from_la = referee.words
    return name, email, role, known.as_written.get(f"referee{place}_la") or text_of(from_la)


def in_full(known: Known, said: frozenset[str], words: Words, day_like: str) -> dict[str, str]:
    """By field all that the record holds of a response, for the columns that the sheet has."""
    found = dict(known.as_written)
    for field in FIELDS:
        value, written = value_of(field, known)
        found[field] = written or words.text(field, value, day_like)
    shown = [one for one in known.referees if one.from_sheet]
    free = (place for place in places_in(said) if f"referee{place}_role" not in known.as_written)
    for place, referee in zip(free, shown, strict=False):
        texts = _referee_texts(place, referee, known)
        found |= {f"referee{place}_{column}": text for column, text in zip(COLUMNS, texts, strict=True)}
    note = next((one for one in known.notes if one.from_sheet), None)
    found["note"] = note.text if note else ""
    return {field: text for field, text in found.items() if field in said}


def standing_words(
    programme: Programme, stage: str, whose_move: str, blocks: Sequence[str]
) -> tuple[str, ...]:
    """Stage, whose move and what blocks, as people say them: the authority's own words for its roles."""
    move = programme.vocabulary.get(whose_move, whose_move.replace("_", " "))
    return _plain(stage), move, "; ".join(map(_plain, blocks))


def _plain(code: str) -> str:
    return code.replace("_", " ").replace(":", " ")
