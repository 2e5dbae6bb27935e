"""What people look at: applicants, references, coverage, and all about one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SECRET = "She was late every day, and I would not have her back."


def codes(said) -> list[str]:
    """The applications that a listing shows, in their order."""
    assert said.code == 0, said.err
    return [each["application"] for each in said.json["applicants"]]


def test_a_new_installation_says_what_to_do_next(cli) -> None:
    """With nothing in it, a listing is no empty table but the next step."""
    assert "siprecruit import responses FILE" in cli("applicants").out
    assert "siprecruit import schools FILE" in cli("coverage").out
    assert cli("applicants", "--json").json["applicants"] == []


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        ((), ["B8M5Q", "A7K4P"]),
        (("--sort", "received"), ["B8M5Q", "A7K4P"]),
        (("--sort", "stage"), ["B8M5Q", "A7K4P"]),
        (("--name", "obrien"), ["A7K4P"]),
        (("--name", "O'BRIEN"), ["A7K4P"]),
        (("--name", "100%"), []),
        (("--category", "consultant"), ["B8M5Q"]),
        (("--flag", "no_email"), ["B8M5Q"]),
        (("--flag", "email"), []),
        (("--whose-move", "la_referee"), ["A7K4P"]),
        (("--stage", "references"), ["B8M5Q", "A7K4P"]),
        (("--stage", "in_post"), []),
        (("--advert", "tes-2007-01"), []),
        (("--size", "1"), ["B8M5Q"]),
        (("--size", "1", "--page", "2"), ["A7K4P"]),
    ],
)
@pytest.mark.parametrize("day", [(), ("--as-at", "2007-06-30")])
def test_applicants_are_found_by_what_is_known_of_them(
    told, wishes: tuple[str, ...], shown: list[str], day: tuple[str, ...]
) -> None:
    """The list narrows by stage, whose move, category, advert, flag and name, today as on any other day."""
    assert codes(told("applicants", "--json", *wishes, *day)) == shown


def test_a_list_says_how_many_there_are_and_how_to_see_more(told) -> None:
    """Somebody who sees one page knows that there is another."""
    said = told("applicants", "--size", "1")
    assert "1 to 1 of 2 applications" in said.out
    assert "--page 2" in said.out


def test_a_page_after_the_last_is_told(told) -> None:
    """Somebody who goes too far reads how many there are."""
    assert "There is no page 9: 2 applications in all" in told("applicants", "--page", "9").out


def test_an_applicant_is_a_person_too(told) -> None:
    """Whoever has applied is found as a person, also before anything else is known of them."""
    found = told("show", "person/B8M5Q", "--json").json
    assert (found["name"], [each["application"] for each in found["applications"]]) == (
        "Ann Smith",
        ["B8M5Q"],
    )
    earlier = told("show", "A7K4P", "--known-at", "2007-05-31")
    assert "Nothing of this was known then." in earlier.out


def test_the_list_of_an_earlier_day(told) -> None:
    """On 21 May only one response had come, and its reference wasn't overdue yet."""
    said = told("applicants", "--as-at", "2007-05-21", "--json")
    assert codes(said) == ["A7K4P"]
    assert "awaited:1" in said.json["applicants"][0]["blocks"]


def test_the_list_as_it_was_known(told) -> None:
    """Before the story was told nothing was known of it, whatever day it tells of."""
    assert codes(told("applicants", "--known-at", "2007-05-31", "--json")) == []
    both = told("applicants", "--known-at", "2007-05-31", "--as-at", "2007-06-30", "--json")
    assert codes(both) == []
    assert codes(told("applicants", "--known-at", "2007-06-30", "--json")) == ["B8M5Q", "A7K4P"]


def test_a_clock_that_was_set_back_shows_that_day(home: Path, told, run) -> None:
    """Whoever plays an earlier day sees that day, though the record goes further."""
    said = run("--home", home, "--now", "2007-05-21", "applicants", "--json")
    assert codes(said) == ["A7K4P"]
    queue = run("--home", home, "--now", "2007-05-21", "references", "--overdue", "--json")
    assert queue.json["references"] == []


def test_time_alone_makes_a_reference_overdue(home: Path, told, run) -> None:
    """Nobody has to do anything for a listing to say that a deadline has passed."""
    assert "overdue:1" in told("applicants", "--json", "--name", "obrien").json["applicants"][0]["blocks"]
    late = run("--home", home, "--now", "2007-07-15", "references", "--overdue", "--json").json["references"]
    assert [(each["application"], each["due"]) for each in late] == [("A7K4P", "2007-06-18")]


def test_the_referees_queue_is_in_the_order_of_its_deadlines(told, lines) -> None:
    """One officer's queue begins with what is due soonest; what has come in is shown only when asked for."""
    told("do", "-", stdin=lines([
        {"command": "reference.ask", "id": "q2", "stream": "application/A7K4P", "on": "2007-05-23",
         "data": {"reference": "2", "referee": "2", "due": "2007-06-10"}},
        {"command": "reference.receive", "id": "q3", "stream": "application/A7K4P", "on": "2007-06-20",
         "data": {"reference": "1", "answers": {"concerns": SECRET}}},
    ]))  # fmt: skip
    waiting = told("references", "--json").json["references"]
    every = told("references", "--all", "--json").json["references"]
    assert [each["reference"] for each in waiting] == ["2"]
    assert [(each["reference"], each["state"]) for each in every] == [("2", "asked"), ("1", "received_late")]


@pytest.mark.parametrize(
    "words",
    [("show", "A7K4P"), ("references", "--all"), ("applicants",), ("applicants", "--as-at", "2007-06-30"),
     ("references", "--all", "--as-at", "2007-06-30")],
)  # fmt: skip
def test_what_a_reference_says_is_shown_nowhere(told, lines, words: tuple[str, ...]) -> None:
    """A confidential reference is read by those who may, and the command line isn't where they do."""
    answer = told("do", "-", stdin=lines([
        {"command": "reference.receive", "id": "q3", "stream": "application/A7K4P", "on": "2007-06-20",
         "data": {"reference": "1", "answers": {"concerns": SECRET}}}]))  # fmt: skip
    assert answer.code == 0
    for form in ((), ("--json",)):
        said = told(*words, *form)
        assert said.code == 0
        assert "late every day" not in said.out + said.err + answer.out


def test_coverage_is_exactly_what_scripts_rely_on(told) -> None:
    """Seven facts and no more, so that two runs can be compared word for word."""
    found = told("coverage", "--json").json
    assert found == {
        "as_at": "2007-06-30",
        "in_scope": 2,
        "covered": 1,
        "permanent": 1,
        "temporary": 0,
        "uncovered": [{"urn": "120778", "reasons": [{"code": "nobody_named", "kind": None, "person": None}]}],
    }


def test_coverage_on_another_day_and_by_other_knowledge(told) -> None:
    """Before the partner's first day nobody covers the school; before it was told, nobody knew of it."""
    before = told("coverage", "--as-at", "2007-05-31", "--json").json
    assert (before["in_scope"], before["covered"]) == (2, 0)
    unknown = told("coverage", "--as-at", "2007-06-30", "--known-at", "2007-05-31T00:00:00Z", "--json").json
    assert (unknown["in_scope"], unknown["covered"], unknown["uncovered"]) == (0, 0, [])
    ahead = told("coverage", "--as-at", "2030-01-01", "--json").json
    assert ahead["covered"] == 1


def test_coverage_counts_the_days_to_the_statutory_date(told) -> None:
    """The SIP manager sees how much time is left, and which schools are still without a partner, and why."""
    said = told("coverage")
    assert "1 April 2008, 276 days ahead" in said.out
    assert "Blakeney School" in said.out
    assert "nobody named" in said.out


def test_an_application_is_shown_with_both_tracks(told) -> None:
    """Position, references and history stand on one page, and how the last fact is undone."""
    said = told("show", "a7k4p")
    shown = ("Niamh O’Brien", "references", "reference 1 overdue", "response.submitted", "siprecruit undo q1")
    for word in shown:
        assert word in said.out
    found = told("show", "A7K4P", "--json").json
    assert [each["state"] for each in found["references"]] == ["asked"]
    assert found["history"][0]["undo"]["data"] == {"command": "r1"}


def test_a_school_is_shown_with_who_covers_it(told) -> None:
    """Whoever answers the telephone sees who is responsible for the school, and since when."""
    found = told("show", "120777", "--json").json
    assert found["covered_by"]["name"] == "Pat Moss"
    assert found["covered_by"]["starts"] == "2007-06-01"
    assert (found["in_scope"], found["uncovered"]) == (True, [])
    earlier = told("show", "120777", "--as-at", "2007-05-31", "--json").json
    assert earlier["covered_by"] is None
    assert "Pat Moss (partner), permanent since 1 June 2007" in told("show", "120777").out


def test_a_person_is_shown_with_the_schools_they_serve(told) -> None:
    """Accreditation, induction, checks and schools of one person, in their order."""
    found = told("show", "partner", "--json").json
    assert [each["deployable"] for each in found["readiness"]] == [True, False, False]
    assert [(each["urn"], each["kind"]) for each in found["schools"]] == [("120777", "permanent")]
    assert [each["what"] for each in found["accreditor"]] == ["accredited"]


def test_history_tells_what_was_put_right(told, lines) -> None:
    """A corrected event and one that was taken out stay in the history, and are told apart."""
    told("do", "-", stdin=lines([
        {"command": "correct", "id": "c1", "stream": "person/partner", "on": "2007-06-30",
         "data": {"event": 3, "set": {"on": "2007-05-01"}, "reason": "the certificate says so"}},
        {"command": "undo", "id": "c2", "stream": "person/partner", "on": "2007-06-30",
         "data": {"command": "p6", "cascade": True}},
    ]))  # fmt: skip
    history = told("show", "partner", "--json").json["history"]
    states = {each["version"]: each["state"] for each in history}
    assert states[3] == "corrected"
    assert states[6] == "taken_out"
    assert states[7] == "stands"


def test_no_name_moves_the_terminals_cursor(told, lines) -> None:
    """A sheet from outside may hold anything; what is printed for people is text alone."""
    told("do", "-", stdin=lines([
        {"command": "person.record", "id": "e1", "stream": "person/evil", "on": "2007-05-01",
         "data": {"last_name": "\x1b[2Jgone\nsecond line"}}]))  # fmt: skip
    said = told("show", "person/evil")
    assert "\x1b" not in said.out
    assert "gone second line" in said.out


def test_json_is_told_in_any_alphabet(told) -> None:
    """A name is a name, whatever the terminal can print."""
    assert json.loads(told("show", "A7K4P", "--json").out)["name"] == "Niamh O’Brien"


@pytest.mark.parametrize(
    "words", [["--page", "0"], ["--page", "9" * 20], ["--size", "0"], ["--size", "9" * 20]]
)
@pytest.mark.parametrize("listing", ["applicants", "todo"])
def test_a_page_that_there_can_not_be(told, listing, words) -> None:
    """A slip in a page's number is told as one, with the numbers that there are."""
    said = told(listing, *words)
    assert (said.code, said.out) == (2, "")
    assert words[0] in said.err
    assert "range" in said.err


def test_a_page_beyond_what_is_counted_contradicts_nothing():
    """Only a thousand are counted: a later page says how many there are at least."""
    from siprecruit.cli.paging import how_many
    from siprecruit.reports.listing import Page

    rows = tuple(range(25))
    beyond = Page(rows=rows, page=200, size=25, total=1000, more_than=True)
    assert how_many(beyond, "thing", "things") == "4,976 to 5,000 of at least 5,000 things"
    within = Page(rows=rows, page=2, size=25, total=1000, more_than=True)
    assert how_many(within, "thing", "things") == "26 to 50 of more than 1,000 things"
