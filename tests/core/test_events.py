"""Which events stand: what was corrected, taken out, or reversed, and what was put back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pool import day
from siprecruit.core.events import (
    EVENTS,
    KINDS,
    NoteAdded,
    Recorded,
    Reversed,
    Voided,
    event,
    holds,
    standing,
)
from siprecruit.core.references import ReferenceOpened, ReferenceReceived
from siprecruit.core.school_record import SchoolRecorded

MARCH, JUNE, JULY = day("2007-03-01"), day("2007-06-01"), day("2007-07-01")
AT = dt.datetime(2007, 7, 2, tzinfo=dt.UTC)


def recorded(version: int, happened: Any, on: dt.date = MARCH, replaces: int | None = None) -> Recorded:
    """An event in its place."""
    return Recorded(
        stream="application/A7K4P",
        version=version,
        on=on,
        recorded_at=AT,
        command=f"c{version}",
        by="office",
        event=happened,
        replaces=replaces,
    )


def opened(reference: str) -> ReferenceOpened:
    """Something that happened; which one, the reference says."""
    return ReferenceOpened(reference=reference)  # type: ignore[arg-type]


def stand(history: list[Recorded], as_at: dt.date | None = None) -> list[int]:
    """The versions that stand."""
    return [one.version for one in standing(history, as_at)]


def test_what_happened_stands_in_the_order_of_being_told() -> None:
    """Nothing is lost, nothing is moved, as long as nobody puts anything right."""
    history = [recorded(1, opened("r1"), JUNE), recorded(2, opened("r2"), MARCH)]
    assert stand(history) == [1, 2]


def test_on_a_day_only_what_had_happened_by_then_stands() -> None:
    """A report as at a day knows nothing of later days, whenever it was told."""
    history = [recorded(1, opened("r1"), JUNE), recorded(2, opened("r2"), MARCH)]
    assert stand(history, MARCH) == [2]


def test_what_describes_a_thing_holds_for_every_day() -> None:
    """A school's particulars came into the record in 2008; the school was there in 2007."""
    description = SchoolRecorded(urn="1", la_code="926", phase="primary", type="community", type_group="x")  # type: ignore[arg-type]
    assert holds(recorded(1, description, JULY), MARCH)
    assert holds(recorded(1, NoteAdded(text="by telephone"), JULY), MARCH)
    assert not holds(recorded(1, opened("r1"), JULY), MARCH)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """It is as if the right values had been told at once; the latest correction counts."""
    history = [
        recorded(1, opened("wrong")),
        recorded(2, opened("other")),
        recorded(3, opened("better"), replaces=1),
        recorded(4, opened("right"), replaces=1),
    ]
    assert stand(history) == [4, 2]


def test_a_correction_that_is_taken_out_leaves_what_stood_before_it() -> None:
    """Undoing a correction gives back the former words, be they a correction too."""
    history = [
        recorded(1, opened("wrong")),
        recorded(2, opened("better"), replaces=1),
        recorded(3, opened("worse"), replaces=1),
        recorded(4, Voided(event=3)),
    ]
    assert stand(history) == [2]
    assert stand([*history, recorded(5, Voided(event=2))]) == [1]


def test_taking_out_an_event_takes_its_corrections_along() -> None:
    """What never was so was not so in other words either."""
    history = [
        recorded(1, opened("wrong")),
        recorded(2, opened("better"), replaces=1),
        recorded(3, Voided(event=1)),
    ]
    assert stand(history) == []


def test_what_takes_out_can_be_taken_out() -> None:
    """An undo is undone: the fact stands again, in its old place."""
    history = [
        recorded(1, opened("r1")),
        recorded(2, opened("r2")),
        recorded(3, Voided(event=1)),
        recorded(4, Voided(event=3)),
    ]
    assert stand(history) == [1, 2]
    assert stand([*history, recorded(5, Voided(event=4))]) == [2]


def test_a_reversed_fact_was_true_until_its_day() -> None:
    """Somebody changed their mind in June: in March it was so, and every report for March says so."""
    history = [recorded(1, opened("r1"), MARCH), recorded(2, Reversed(event=1), JUNE)]
    assert stand(history) == []
    assert stand(history, MARCH) == [1]
    assert stand(history, JUNE) == []


def test_the_day_of_a_reversal_can_be_put_right() -> None:
    """It was in July and not in June that we changed our mind: between the two the fact held."""
    history = [
        recorded(1, opened("r1"), MARCH),
        recorded(2, Reversed(event=1), JUNE),
        recorded(3, Reversed(event=1), JULY, replaces=2),
    ]
    assert stand(history, JUNE) == [1]
    assert stand(history, JULY) == []
    assert stand([*history, recorded(4, Voided(event=3))], JUNE) == []
    assert stand([*history, recorded(4, Voided(event=2))]) == [1]


def test_no_two_events_have_one_name() -> None:
    """An event's name stands in the record for ever: no second class takes it."""
    with pytest.raises(ValueError, match=r"reference\.received v1 is registered twice"):
        event("reference.received")(type("Other", (), {}))
    assert EVENTS["reference.received", 1] is ReferenceReceived


def test_every_event_is_in_the_past_tense_and_says_what_it_is() -> None:
    """An event tells of what has happened, in the domain's words, under a name and with a docstring."""
    for cls, kind in KINDS.items():
        assert cls.__doc__, kind.name
        assert kind.name == kind.name.lower()
        assert kind.version >= 1


@given(st.lists(st.tuples(st.sampled_from(["fact", "void", "correct"]), st.integers(0, 50)), max_size=12))
def test_taking_back_the_last_word_gives_what_stood_before_it(words: list[tuple[str, int]]) -> None:
    """Whatever was told, corrected and taken out: the last of it can be taken back, and all is as it was."""
    history: list[Recorded] = []
    for version, (word, number) in enumerate(words, start=1):
        target = number % version
        if word == "void" and target:
            history.append(recorded(version, Voided(event=target)))
        elif word == "correct" and target and isinstance(history[target - 1].event, ReferenceOpened):
            place = history[target - 1].replaces or target
            history.append(recorded(version, opened(f"n{version}"), replaces=place))
        else:
            history.append(recorded(version, opened(f"n{version}")))
    told = recorded(len(history) + 1, opened("one-more"))
    taken_back = recorded(len(history) + 2, Voided(event=told.version))

    assert standing([*history, told, taken_back]) == standing(history)
