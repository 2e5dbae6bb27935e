"""What is taken as JSON and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.schema import BadJson, loads_strict

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def refusal(text: str) -> BadJson:
    with pytest.raises(BadJson) as caught:
        loads_strict(text)
    return caught.value


@given(VALUES, st.booleans())
def test_whatever_json_writes_is_read_back(value, escaped):
    """Strictness loses nothing that a program could honestly send."""
    assert loads_strict(json.dumps(value, ensure_ascii=escaped)) == value


def test_a_key_twice_is_refused():
    """Which of two dates was meant can't be known."""
    error = refusal('{"data": {"on": "2007-06-01", "on": "2007-06-02"}}')
    assert (error.code, error.message) == ("key_twice", 'This JSON has the key "on" twice in one object.')


def test_the_same_key_in_two_objects_is_no_repetition():
    """Two referees both have a name."""
    assert loads_strict('[{"name": "a"}, {"name": "b"}]') == [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_what_is_no_number_is_refused(text):
    """JSON has no NaN and no infinity, though Python's reader takes them."""
    assert refusal(text).code == "not_json"


def test_what_is_no_json_is_told_with_its_place():
    """The line and the column are enough to find the comma."""
    error = refusal('{\n  "a": 1,\n}')
    assert error.code == "not_json"
    assert error.message.startswith("This is not JSON: it can't be read at line ")


@pytest.mark.parametrize("text", ["", "[" * 100_000, "1" * 5000])
def test_nothing_endless_is_followed(text):
    """An empty text, a nest without end and an endless number are each a sentence, not a crash."""
    assert refusal(text).code == "not_json"


@pytest.mark.parametrize("text", [r'"\ud800"', r'{"a": ["x\u0000"]}', r'{"\udc00": 1}', '"\ud800"'])
def test_characters_that_no_database_keeps_are_refused(text):
    """PostgreSQL has no NUL in a text, and half of a pair can't be written as UTF-8."""
    assert refusal(text).code == "unusable_character"


def test_a_whole_pair_is_one_character():
    """An escape is no reason to refuse."""
    assert loads_strict(r'"\ud83d\ude00 Si\u00e2n"') == "😀 Siân"


def test_a_whole_number_is_one_however_it_is_written():
    """JSON has one kind of number: 20.0, 2e1 and 20 are the same days; half a day stays half."""
    read = loads_strict("[20, 20.0, 2e1, 0.5, -1.0]")
    assert read == [20, 20, 20, 0.5, -1]
    assert [type(each) for each in read] == [int, int, int, float, int]


@pytest.mark.parametrize("text", ["1e400", '{"days": -1e400}', "1" * 400 + ".0"])
def test_a_number_larger_than_any_is_told_as_one(text):
    """Python would read infinity, which JSON can't say again."""
    error = refusal(text)
    assert (error.code, error.message) == ("not_json", "This JSON holds a number that is too large.")
