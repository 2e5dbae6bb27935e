"""What the record had heard of a response from a sheet: by this an edited cell is told from an old one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, Reversed, Voided, standing, taken_out
from siprecruit.importing.content import Known, from_sheets, of_history, of_standing
from siprecruit.importing.sending import BY
from siprecruit.record.reading import Reader


@attrs.frozen(kw_only=True)
class Base:
    """What a sheet's cells said before anybody edited them.

    ``since`` is how many events the application had when the record began to change beside it.
    """

    known: Known
    since: int


def exported(history: Sequence[Recorded], events: int) -> Base | None:
    """What an export has shown after so many events; None where no response stood then."""
    shown = of_history(history[:events], exported=True)
    return None if shown is None else Base(known=shown, since=events)


def last_told(history: Sequence[Recorded], undoing: Collection[str]) -> Base | None:
    """What sheets last told of a response, cell by cell; None where none stands.

    It begins with the words in which the response came, from a sheet or not: a sheet may have been copied
    from them. Every import since has told the cells that it changed. What others put right, took out or
    reversed changes nothing here, so that a cell which says the same as this was not edited, whatever the
    record says by now. Where an import was undone (``undoing`` are the commands that did so, as ``undoing``
    finds them), it is as if it had never told anything. What others added stands as the record has it.
    """
    theirs = of_history(history)
    if theirs is None:
        return None
    ours = {version for version in from_sheets(history, theirs.version) if version >= theirs.version}
    undone = {
        target
        for target, how in _taken_out(history).items()
        if isinstance(how.event, Voided) and (how.by == BY or how.command in undoing)
    }
    now = {place(one): one for one in standing(history)}
    places = [one.version for one in history if one.replaces is None]
    words = (_told(history, each, ours, undone, now.get(each)) for each in places)
    known = of_standing([one for one in words if one is not None], history)
    return None if known is None else Base(known=known, since=theirs.version)


def undoing(reader: Reader, histories: Iterable[Sequence[Recorded]]) -> frozenset[str]:
    """The commands in these histories that undo others, and don't take out what never was so."""
    asked = {one.command for history in histories for one in history if isinstance(one.event, Voided)}
    if not asked:
        return frozenset()
    return frozenset(one.id for one in reader.answers(sorted(asked)).values() if one.name == "undo")


def _taken_out(history: Sequence[Recorded]) -> Mapping[int, Recorded]:
    """By version the event that takes it out."""
    out = taken_out(history)
    return {
        one.event.event: one
        for one in history
        if isinstance(one.event, (Voided, Reversed)) and one.version not in out
    }


def _told(
    history: Sequence[Recorded], version: int, ours: set[int], undone: set[int], now: Recorded | None
) -> Recorded | None:
    """What sheets told in an event's place, else what stands there."""
    if isinstance(history[version - 1].event, (Voided, Reversed)) or version in undone:
        return None
    told = history[version - 1] if version in ours else None
    for one in history:
        if one.replaces == version and one.by == BY and one.version not in undone:
            before = stood_before(history, one)
            told = _with_changes(told or before, before, one)
    return now if told is None or (now is None and version not in ours) else told


def stood_before(history: Sequence[Recorded], correction: Recorded) -> Recorded:
    """What stood in the place of a correction when it was told."""
    earlier = history[: correction.version - 1]
    out = taken_out(earlier)
    there = (one for one in reversed(earlier) if place(one) == correction.replaces)
    return next(one for one in there if one.version not in out)


def _with_changes(told: Recorded, before: Recorded, after: Recorded) -> Recorded:
    """The words with that alone which a correction changed: it repeats all others as they stood."""
    changed = dict(_changed(told.event, before.event, after.event))
    on = after.on if after.on != before.on else told.on
    return attrs.evolve(told, event=attrs.evolve(told.event, **changed), on=on)


def _changed(told: Any, before: Any, after: Any) -> Iterator[tuple[str, Any]]:
    for field in attrs.fields(type(after)):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now:
            own = field.name == "as_written"
            yield field.name, _rewritten(told.as_written, was, now) if own else now


def _rewritten(
    told: Mapping[str, str] | None, was: Mapping[str, str] | None, now: Mapping[str, str] | None
) -> dict[str, str]:
    """The words as they were written, by field, with those that have come, gone or changed."""
    words = dict(told or {})
    for field in {*(was or {}), *(now or {})}:
        before, after = (was or {}).get(field), (now or {}).get(field)
        if after is None:
            words.pop(field, None)
        elif after != before:
            words[field] = after
    return words
