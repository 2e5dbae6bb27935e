"""What ``siprecruit todo`` and ``siprecruit find`` say, to people and to programs."""

from __future__ import annotations

import shlex

import pytest


def test_todo_lists_the_most_urgent_first_and_how_it_is_done(told):
    """What is overdue longest leads, and the line below it can be typed as it stands."""
    answer = told("todo")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    first = next(place for place, line in enumerate(lines) if "ask for the reference" in line)
    assert "39 days" in lines[first]
    assert "have one named (too few referees, no LA referee)" in answer.out
    typed = shlex.split(lines[first + 1])
    assert typed[:2] == ["siprecruit", "do"]

    done = told(*typed[1:], "--json")

    assert done.code == 0, done.err
    assert done.json["outcome"] == "done"
    awaited = told("todo", "--for", "referee")
    assert "give the reference" in awaited.out
    assert "(referee " in awaited.out


def test_todo_as_json_says_what_whose_since_when_and_what_hangs_on_it(told):
    """A program reads the same: kind, role, days, schools that wait, and the command in its envelope."""
    found = told("todo", "--for", "la_referee", "--json").json
    assert (found["as_at"], found["total"]) == ("2007-06-30", 1)
    (task,) = found["todo"]
    assert (task["kind"], task["stream"], task["due"], task["late"], task["since"]) == (
        "reference_overdue",
        "application/A7K4P",
        "2007-06-18",
        12,
        "2007-05-21",
    )
    assert task["do"][0]["command"] == "reference.receive"


def test_a_role_goes_by_the_words_of_the_authority_too(told):
    """Whoever says Head of Primary School Development means the LA referee."""
    by_title = told("todo", "--for", "head of primary school development", "--json").json
    assert by_title == told("todo", "--for", "la_referee", "--json").json


def test_todo_for_a_person_is_theirs_alone(told):
    """A partner sees the school to which they have still to introduce themselves."""
    tasks = told("todo", "--for", "partner", "--json").json["todo"]
    assert [(one["kind"], one["stream"]) for one in tasks] == [("introduction_to_make", "placement/120777")]


def test_who_is_unknown_is_told(told):
    """A slip of the pen must not read as "nothing to do"."""
    answer = told("todo", "--for", "administratr")
    assert (answer.code, answer.out) == (2, "")
    assert "neither a role with tasks nor a person's id" in answer.err


@pytest.mark.parametrize("asked", [("--now", "2007-05-21", "todo"), ("todo", "--as-at", "2007-05-21")])
def test_an_earlier_day_is_listed_as_it_was(told, asked):
    """Before what was recorded last: the reference was not asked for yet by some, and nothing is late."""
    found = told(*asked, "--json")
    assert found.code == 0, found.err
    assert found.json["as_at"] == "2007-05-21"
    applicants = [one for one in found.json["todo"] if one["stream"] == "application/A7K4P"]
    assert {one["kind"]: (one["referee_name"], one["late"]) for one in applicants} == {
        "reference_to_ask": ("Max Roe", 0),
        "reference_awaited": ("Jo Doe", 0),
    }
    assert "application/B8M5Q" not in {one["stream"] for one in found.json["todo"]}
    assert told(*asked).out.count("siprecruit do") >= 2


def test_a_day_without_anything_to_do_is_told(told):
    """On the day before the first fact the list is empty, and names that day."""
    assert "Nothing needs doing on 1 April 2007." in told("todo", "--as-at", "2007-04-01").out
    slip = told("todo", "--as-at", "1/4/2007")
    assert (slip.code, slip.out) == (2, "")


def test_a_school_without_cover_says_who_could_cover_it(told):
    """Since when it has nobody, how many could cover it, and who has most room."""
    lines = told("--now", "2008-04-02", "todo", "--for", "manager").out.splitlines()
    below = lines[next(place for place, line in enumerate(lines) if "Blakeney School" in line) + 1]
    could = "1 could cover it: Pat Moss (partner, room for 13)"
    assert below == f"    the school has had nobody since 1 April 2008; {could}"


def test_nothing_to_do_is_said(cli):
    """An empty record leaves nobody in doubt."""
    assert "Nothing needs doing" in cli("todo").out
    assert cli("todo", "--json").json["todo"] == []


@pytest.mark.parametrize("text", ["obrien", "O'Brien", "O’Brien", "niamh obr", "a7k4p"])
def test_find_finds_however_it_is_typed(told, text):
    """One O’Brien, by either apostrophe or none, by words in any order, or by the code."""
    answer = told("find", text, "--json")
    assert answer.code == 0, answer.err
    assert [one["id"] for one in answer.json["found"]] == ["A7K4P"]


def test_find_takes_words_as_they_come(told):
    """Nobody has to think of quotation marks; a school says its partner."""
    answer = told("find", "withburgas", "school")
    assert "120777" in answer.out
    assert "Pat Moss" in answer.out


def test_find_says_that_nobody_fits(told):
    """A script sees it by the exit code, a person by a sentence; two letters are a question put wrongly."""
    answer = told("find", "zzz")
    assert answer.code == 1
    assert "Nobody and no school fits" in answer.out
    short = told("find", "ob")
    assert short.code == 2
    assert "at least 3 letters" in short.err
