"""How commands come in from outside: as JSON, one, a list or line by line."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit import schema
from siprecruit.core.commands import COMMANDS, Command, Correct
from siprecruit.intake.commands import (
    Envelope,
    Malformed,
    Problem,
    as_command,
    as_envelope,
    read_envelopes,
    schema_of,
)
from siprecruit.intake.envelopes import BROKEN_AT_MOST, LONGEST

EXAMPLES = [each for name in COMMANDS for each in schema.schema(schema_of(name))["examples"]]
ASK: dict[str, Any] = {
    "command": "reference.ask",
    "id": "c1",
    "stream": "application/A7K4P",
    "on": "2007-05-31",
    "data": {"reference": "r1", "referee": "1", "due": "2007-06-22"},
}


def changed(**values: Any) -> dict[str, Any]:
    """The command above with other values; fields of its data by ``data``."""
    data = values.pop("data", {})
    return {**ASK, **values, "data": {**ASK["data"], **data}}


def refusal(document: object) -> Malformed:
    with pytest.raises(Malformed) as caught:
        as_command(document)
    return caught.value


def places(source: Any) -> list[tuple[str, str]]:
    """Each thing read: where it stands, and its id or the code of the problem."""
    return [
        (each.place, each.code if isinstance(each, Problem) else each.document["id"])
        for each in read_envelopes(source)
    ]


# -- documents to commands -----------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each["id"])
def test_a_command_told_again_is_the_same_command(example):
    """What is kept of a command as a document, to be sent again or to undo it, loses nothing."""
    command = as_command(example)
    document = json.loads(json.dumps(as_envelope(command)))
    assert schema.problems(schema_of(command.name), document) == ()
    assert as_command(document) == command


def test_who_tells_it_is_the_office_unless_said():
    """Most of what is sent comes from the office's own hands."""
    assert as_command(ASK).by == "office"
    assert "by" not in as_envelope(as_command(ASK))
    told = as_command(changed(by="jane-holt"))
    assert told.by == "jane-holt"
    assert as_envelope(told)["by"] == "jane-holt"


def test_why_it_is_told_comes_along():
    """Who sends a command may say where they know it from; what puts something right says so in its data."""
    told = as_command(changed(reason="the college's letter of 5 June"))
    assert told.reason == "the college's letter of 5 June"
    assert as_command(as_envelope(told)) == told
    assert refusal(changed(reason=" ")).message == "reason must say something, in words"
    envelope = {"id": "c1", "stream": "application/A7K4P", "on": "2007-05-31", "data": {"command": "c0"}}
    assert refusal({"command": "undo", "reason": "rang", **envelope}).code == "invalid"


def test_nothing_said_and_null_are_the_same():
    """A program that writes every field sends null where it has nothing."""
    assert as_command(changed(data={"due": None})) == as_command(
        {**ASK, "data": {"reference": "r1", "referee": "1"}}
    )


def test_a_command_that_tells_nothing_more_needs_no_data():
    """That somebody is back needs a day and a person."""
    back = {"command": "person.return", "id": "c1", "stream": "person/henry-vane", "on": "2008-07-07"}
    assert as_command(back) == as_command({**back, "data": {}})


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        (changed(data={"due": "22/06/2007"}), "invalid", "In data: due must be a date such as 2007-06-15"),
        (
            changed(data={"due": "2007-02-30"}),
            "invalid",
            "In data: due can't be 2007-02-30: there is no such day",
        ),
        (changed(on="yesterday"), "invalid", "on must be a date such as 2007-06-15"),
        (changed(data={"dew": "2007-06-22"}), "invalid", "In data: dew is not known here; due may be meant"),
        ({**ASK, "data": {"reference": "r1"}}, "invalid", "In data: referee is missing"),
        ({key: ASK[key] for key in ASK if key != "data"}, "invalid", "data is missing"),
        ({key: ASK[key] for key in ASK if key != "id"}, "invalid", "id is missing"),
        (
            changed(stream="person/A7K4P"),
            "wrong_stream",
            "reference.ask goes to a stream application/..., not to another",
        ),
        (changed(stream="application/"), "invalid", "stream must be such as application/A7K4P"),
        (
            changed(command="reference.asc"),
            "unknown_command",
            "there is no command reference.asc: reference.ask or reference.save may be meant",
        ),
        (changed(command="zzz"), "unknown_command", "there is no command zzz"),
        (changed(command=7), "invalid", "command must be text, not a number"),
        ([ASK], "invalid", "The document must be an object, not a list"),
        ("reference.ask", "invalid", "The document must be an object, not text"),
        (None, "invalid", "The document must be an object, not nothing (null)"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_place(document, code, message):
    """Whoever sent it mends the right field at once."""
    refused = refusal(document)
    assert (refused.code, refused.message) == (code, message)


def test_a_refusal_names_the_command_by_its_id():
    """The answer finds its way back to the one who asked; what is no id isn't repeated."""
    assert refusal(changed(on="yesterday")).id == "c1"
    assert refusal(changed(on="yesterday", id=None)).id is None
    assert refusal(changed(on="yesterday", id="x" * 201)).id is None


def test_several_things_wrong_are_told_together():
    """One round of mending is enough, and the sentence stays readable."""
    wrong = refusal(changed(on="soon", by="the office", data={"due": "later", "reference": "a b"}))
    assert wrong.message.count(";") == 2
    assert wrong.message.endswith("(and 1 more)")


@pytest.mark.parametrize("blank", ["A7K4P\n", " A7K4P", "A7 K4P", "Margaret Ashdown", "", "x" * 65])
def test_a_code_is_never_a_text(blank):
    """What is no code could be somebody's name: it never gets as far as an event."""
    assert refusal(changed(data={"reference": blank})).code == "invalid"


@pytest.mark.parametrize("number", [True, "18", 18.5, -1, 367])
def test_a_number_is_a_number_within_its_bounds(number):
    """Days available are whole days of one year."""
    set_days = {"command": "availability.set", "id": "c1", "stream": "person/A7K4P", "on": "2007-07-20"}
    assert refusal({**set_days, "data": {"days": number}}).code == "invalid"


def test_a_sentence_never_repeats_what_somebody_wrote():
    """Errors end up in logs, where neither a name nor a reference's text belongs."""
    secret = "Margaret Ashdown was ill"
    for document in (
        changed(data={"reference": secret}),
        changed(stream=secret),
        changed(on=secret),
        changed(data={"due": [secret]}),
    ):
        assert secret not in refusal(document).message


def test_nesting_without_end_is_refused():
    """Nobody can make the program run out of breath by a page of brackets."""
    deep: Any = "on"
    for _ in range(900):
        deep = [deep]
    assert refusal(changed(data={"due": deep})).code == "too_deep"
    correct = {**ASK, "command": "correct", "data": {"event": 1, "reason": "wrong", "set": {"due": deep}}}
    assert refusal(correct).code == "too_deep"


def test_an_instant_that_no_clock_shows_is_refused():
    """A leap second is a sound instant by its standard, and can't be kept."""
    invite = {"panel": "july", "starts": "2008-12-31T23:59:60Z", "minutes": 45}
    refused = refusal({**ASK, "command": "interview.invite", "data": invite})
    assert refused.code == "invalid"
    assert refused.message.startswith("In data: starts ")


def test_a_correction_of_nothing_is_never_told_as_taking_the_event_out():
    """Without ``set`` an event is voided: an empty ``set`` must not turn into that on its way."""
    command = as_command({**ASK, "command": "correct", "data": {"event": 1, "reason": "wrong"}})
    nothing = Command(
        id="c2",
        stream=command.stream,
        on=command.on,
        what=Correct(event=1, reason="wrong", set={}),
    )
    assert "set" not in as_envelope(command)["data"]
    assert as_envelope(nothing)["data"]["set"] == {}
    assert refusal(as_envelope(nothing)).code == "invalid"


#: All that a record keeps: no NUL, and no half of a pair.
USABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(USABLE, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(USABLE, max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(EXAMPLES), st.data())
def test_whatever_is_sent_is_a_command_or_is_refused(example, data):
    """A field with anything in it never breaks the program."""
    document = copy.deepcopy(example)
    inside = document if data.draw(st.booleans()) else document["data"]
    key = data.draw(st.sampled_from(sorted(inside))) if inside else "more"
    inside[key] = data.draw(JSON)
    try:
        command = as_command(document)
    except Malformed:
        return
    assert as_command(as_envelope(command)) == command


# -- texts to documents --------------------------------------------------------


def test_one_object_a_list_and_lines_are_told_apart_by_what_they_hold():
    """Nobody has to say which of the three a file is."""
    one, two = json.dumps(changed(id="c1")), json.dumps(changed(id="c2"))
    assert places(json.dumps(ASK, indent=2)) == [("", "c1")]
    assert places(f"[{one},\n {two}]") == [("item 1", "c1"), ("item 2", "c2")]
    assert places(f"{one}\n{two}\n") == [("line 1", "c1"), ("line 2", "c2")]
    assert places(one) == [("line 1", "c1")]
    assert places("[]") == []


def test_a_byte_order_mark_and_blank_lines_are_passed_over():
    """Windows writes the one, people the other; lines count as an editor counts them."""
    one = json.dumps(ASK)
    assert places(f"\ufeff\n\n{one}\r\n  \n{one}") == [("line 3", "c1"), ("line 5", "c1")]
    assert places(f"\ufeff[{one}]") == [("item 1", "c1")]
    assert places(io.BytesIO(f"\ufeff{one}\n".encode())) == [("line 1", "c1")]


@pytest.mark.parametrize("broken", ["{", '{"command": "reference.ask', "}", "nonsense", '{"a": 1} {"b": 2}'])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_broken_line_is_told_and_the_others_are_read(broken, at):
    """Everything good beside it goes in."""
    lines = [json.dumps(changed(id=f"c{number}")) for number in (1, 2, 3)]
    lines[at] = broken
    read = list(read_envelopes("\n".join(lines)))
    problems = [each for each in read if isinstance(each, Problem)]
    assert [(each.place, each.code) for each in problems] == [(f"line {at + 1}", "not_json")]
    assert f"line {at + 1}, column" in problems[0].message
    assert sum(isinstance(each, Envelope) for each in read) == 2


def test_a_key_given_twice_is_refused_where_it_stands():
    """Two programs could read two different commands in it."""
    twice = '{"command": "reference.open", "command": "reference.expire", "id": "c9"}'
    one = json.dumps(ASK)
    assert places(f"{twice}\n{one}") == [("line 1", "key_twice"), ("line 2", "c1")]
    assert places(f"[{twice}, {one}]") == [("item 1", "key_twice"), ("item 2", "c1")]


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ('[{"id": "c1"}\n, {"id": ', "line 2, column 10"),
        ('[{"id": "c1"} {"id": "c2"}]', "line 1, column 15"),
        ('[{"id": "c1"}] and more', "line 1, column 16"),
        ('[{"id": "c1"}', "line 1, column 14"),
        ('[{"id": "c1"},]', "line 1, column 15"),
    ],
)
def test_a_list_that_breaks_off_is_read_up_to_there(cut, message):
    """What stands before it is sound, and the sentence says where the reading ended."""
    first, problem = read_envelopes(cut)
    assert isinstance(first, Envelope)
    assert isinstance(problem, Problem)
    assert (problem.place, problem.code) == ("item 2", "not_json")
    assert message in problem.message


def test_a_line_is_given_before_the_next_one_is_read():
    """Who sends commands through a pipe gets each answer before sending the next."""

    class Pipe:
        asked = 0

        def readline(self, _size: int = -1, /) -> str:
            self.asked += 1
            return json.dumps(changed(id=f"c{self.asked}")) + "\n"

    pipe = Pipe()
    reading = read_envelopes(pipe)
    for number in (1, 2, 3):
        envelope = next(reading)
        assert isinstance(envelope, Envelope)
        assert envelope.document["id"] == f"c{number}"
        assert pipe.asked == number


def test_an_endless_line_is_passed_over():
    """A line of any length costs no more memory than the longest that is allowed."""
    one = json.dumps(ASK)
    long = json.dumps(changed(data={"channel": "x" * 2 * LONGEST}))
    for source in (f"{one}\n{long}\n{one}\n", io.BytesIO(f"{one}\n{long}\n{one}\n".encode())):
        assert places(source) == [("line 1", "c1"), ("line 2", "too_long"), ("line 3", "c1")]
    assert places(f"{long}\n{one}") == [("line 1", "too_long"), ("line 2", "c1")]


def test_an_object_or_a_list_without_end_is_refused_as_a_whole():
    """Only lines are read without being held all at once: whoever has many commands sends lines."""
    line = json.dumps(changed(data={"channel": "x" * (LONGEST // 2)}))
    pretty = json.dumps({**ASK, "data": [ASK] * 7000}, indent=1)
    assert len(pretty) > LONGEST
    assert places(pretty) == [("", "too_long")]
    assert places("[\n" + ",\n".join([line] * 70) + "]") == [("item 1", "too_long")]


def test_a_list_may_stand_on_one_line():
    """That is how most programs write one, however many commands are in it."""
    assert len(places(json.dumps([ASK] * 10_000))) == 10_000


def test_another_encoding_is_told():
    """A name that would come in garbled is not taken; the lines around it are."""
    lines = [
        json.dumps(ASK).encode(),
        b'{"command": "note.add", "data": {"text": "Caf\xe9"}}',
        json.dumps(ASK).encode(),
    ]
    assert places(io.BytesIO(b"\n".join(lines))) == [
        ("line 1", "c1"),
        ("line 2", "not_utf8"),
        ("line 3", "c1"),
    ]
    text = io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), encoding="utf-8")
    assert [code for _, code in places(text)][-1] in {"c1", "not_utf8"}


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"\x00" * 5000, b"PK\x03\x04" + bytes(range(256)) * 40, b"name,email\n" * 400]
)
def test_a_file_that_holds_no_command_is_told_shortly(content):
    """Somebody has taken the wrong file: a few sentences say so, not one for each of its lines."""
    read = list(read_envelopes(io.BytesIO(content)))
    assert 1 <= len(read) <= BROKEN_AT_MOST + 1
    assert all(isinstance(each, Problem) for each in read)


@given(st.text(alphabet='[]{}",: \n\r\u2028\x00\ud800tf1.e\\uA', max_size=60) | st.text(max_size=40))
def test_any_text_is_read_to_its_end(text):
    """Whatever stands in a file, the reading ends with envelopes or with sentences."""
    for each in read_envelopes(text):
        assert each.place or each.form == "one"
        if isinstance(each, Problem):
            assert each.message
            assert "\n" not in each.message


@given(st.lists(st.dictionaries(st.text(USABLE, max_size=8), JSON, max_size=3), min_size=1), st.booleans())
def test_what_was_written_is_what_is_read(documents, pretty):
    """A list and lines of the same objects are the same commands."""
    as_list = json.dumps(documents, indent=2 if pretty else None, ensure_ascii=pretty)
    as_lines = "\n".join(json.dumps(each, ensure_ascii=pretty) for each in documents)
    for text in (as_list, as_lines):
        assert [each.document for each in read_envelopes(text) if isinstance(each, Envelope)] == documents
