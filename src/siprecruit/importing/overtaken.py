"""Words of a referee's LA cell that nobody understood, and that count no longer: somebody has told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, Reversed, Voided, taken_out
from siprecruit.core.references import RefereeNamed
from siprecruit.core.responses import ResponseSubmitted
from siprecruit.importing.sending import BY

_PLACES: Final = (1, 2)
_FROM_LA: Final = "referee{}_la"


def words_that_count(history: Sequence[Recorded], submitted: int, words: Mapping[str, str]) -> dict[str, str]:
    """Of the ``words`` of the response that event ``submitted`` told, those that still count, by field.

    A correction takes the words away that stood for its fields, but a referee is an event of its own: where
    the office says there whether they are from the LA, the words stand with the response still. Shown again,
    they would hide it, and a sheet that has them would set it back. An import says both anew.
    """
    if not words:
        return {}
    overtaken = set[str]()
    for before, after in _corrections(history):
        changed = set(_changed(history, submitted, before, after, words))
        overtaken = overtaken - changed if after.by == BY else overtaken | changed
        overtaken -= set(_reworded(before.event, after.event))
    return {field: text for field, text in words.items() if field not in overtaken}


def _corrections(history: Sequence[Recorded]) -> Iterator[tuple[Recorded, Recorded]]:
    """Each correction that counts, beside what stood in its place."""
    gone, now = taken_out(history), dict[int, Recorded]()
    for one in history:
        if one.version in gone or isinstance(one.event, (Voided, Reversed)):
            continue
        before = now.get(place(one))
        now[place(one)] = one
        if before is not None:
            yield before, one


def _changed(
    history: Sequence[Recorded], submitted: int, before: Recorded, after: Recorded, words: Mapping[str, str]
) -> Iterator[str]:
    """The field with words whose value a correction changes: whether a referee is from the LA."""
    was, says = before.event, after.event
    if isinstance(was, RefereeNamed) and was.from_la != says.from_la:
        where = _place_of(history, submitted, place(after), words)
        if where is not None:
            yield _FROM_LA.format(where)


def _reworded(was: Any, says: Any) -> Iterator[str]:
    if isinstance(was, ResponseSubmitted):
        before, after = was.as_written or {}, says.as_written or {}
        yield from (field for field in {*before, *after} if before.get(field) != after.get(field))


def _place_of(
    history: Sequence[Recorded], submitted: int, version: int, words: Mapping[str, str]
) -> int | None:
    """The place of the sheet in which a referee stood who came with the response.

    Of two places, one of them empty, it is that with words: where nobody stands, none are kept.
    """
    breath = history[submitted - 1].command
    came = [one.version for one in history if one.command == breath and isinstance(one.event, RefereeNamed)]
    free = [each for each in _PLACES if f"referee{each}_role" not in words]
    likeliest = sorted(free, key=lambda each: _FROM_LA.format(each) not in words)[: len(came)]
    return dict(zip(came, sorted(likeliest), strict=False)).get(version)
