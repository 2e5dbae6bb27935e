"""Codes that people read out on the telephone, and what an id looks like."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.ids import ALPHABET, CODE_LENGTH, WELL_FORMED, new_code, stream_id, stream_kind


@given(st.integers())
def test_an_applicants_code_has_no_look_alikes(seed: int) -> None:
    """Nobody has to ask whether that was an O or a nought, an I or a one."""
    code = new_code(Random(seed))
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    assert not set(code) & set("ILO01")


def test_the_same_seed_gives_the_same_code() -> None:
    """A demonstration is the same every time."""
    assert new_code(Random(2007)) == new_code(Random(2007))


def test_a_stream_says_what_it_is_of() -> None:
    """Kind and id stand in its name; a plan's id may hold a stroke of its own."""
    assert (stream_kind("application/A7K4P"), stream_id("application/A7K4P")) == ("application", "A7K4P")
    assert (stream_kind("plan/2008/1"), stream_id("plan/2008/1")) == ("plan", "2008/1")


@given(st.text(min_size=1))
def test_a_sentence_is_no_code(text: str) -> None:
    """What holds a blank, a line's end or a letter with an accent is somebody's words and no id."""
    told = f"{text} {text}"
    assert WELL_FORMED.fullmatch(told) is None
    assert WELL_FORMED.fullmatch("O’Brien") is None
    assert WELL_FORMED.fullmatch("tes-2007-05") is not None
