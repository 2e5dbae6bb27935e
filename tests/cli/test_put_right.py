"""Whatever somebody did is taken back by a line that they can type, and what hangs on it is named first."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from cli.conftest import Cli
from cli.story import STORY
from siprecruit.core.calendar import in_words


def shown(cli: Cli, told: str = "A7K4P") -> Any:
    """All about somebody but the history: what every list and page follows from."""
    found = cli("show", told, "--json").json
    del found["history"]
    return found


def lines(said: str) -> list[str]:
    """The lines that a result says undo it."""
    return re.findall(r"undone by: siprecruit undo (\S+)", said)


# -- undo ---------------------------------------------------------------------


def test_the_last_one_again_and_again_walks_back(told: Cli) -> None:
    """Somebody who types the same line ten times takes ten steps back, though the clock stands still."""
    answers = [told("undo", "LAST") for _ in STORY]
    undone = [each.removeprefix("undo-") for answer in answers for each in lines(answer.out)]
    assert undone == [each["id"] for each in reversed(STORY)]
    nothing = told("undo", "LAST")
    assert nothing.code == 1
    assert nothing.err == "there is nothing to undo.\n"


def test_what_the_installation_began_with_is_not_the_last(cli: Cli) -> None:
    """The programme's adverts are nobody's slip of the finger."""
    assert cli("undo", "LAST").code == 1


def test_each_undoing_is_undone_by_its_line(told: Cli) -> None:
    """Back and forth as often as one likes, each time by the line that the last answer gave."""
    before, line = shown(told), "q1"
    for _ in range(3):
        (line,) = lines(told("undo", line).out)
        assert shown(told) != before
        (line,) = lines(told("undo", line).out)
        assert shown(told) == before


def test_the_same_undo_twice(told: Cli) -> None:
    """The second one changes nothing and says so; after a redo the same line works again."""
    (redo,) = lines(told("undo", "q1").out)
    assert told("undo", "q1", "--json").json["outcome"] == "unchanged"
    told("undo", redo)
    assert told("undo", "q1", "--json").json["outcome"] == "done"


def test_nobody_sent_that(told: Cli) -> None:
    """A mistyped id is a sentence, not a success."""
    found = told("undo", "q17")
    assert (found.code, found.out, found.err) == (1, "", "no command q17 was ever sent.\n")


def test_what_has_followed_is_named_first(told: Cli) -> None:
    """Who takes back a response is told of the reference that was asked because of it; then both go."""
    refused = told("undo", "r1")
    assert refused.code == 1
    assert "reference.asked (application/A7K4P 4, by q1)" in refused.err
    assert "--with-what-followed" in refused.out
    as_json = told("undo", "r1", "--json").json
    assert (as_json["code"], [each["command"] for each in as_json["followed"]]) == ("has_followed", ["q1"])

    assert told("undo", "r1", "--with-what-followed", "--reason", "sent twice").code == 0
    assert told("applicants", "--json").json["total"] == 1


def test_a_placement_rests_on_an_appointment(told: Cli) -> None:
    """The school's partner was never appointed after all: the school is named, and goes only when asked."""
    refused = told("undo", "p2", "--json").json
    assert (refused["outcome"], refused["code"]) == ("refused", "rests_on_it")
    (resting,) = refused["rests_on_it"]
    assert (resting["stream"], resting["event"]) == ("placement/120777", "permanent.named")
    assert resting["why"] == "partner is not appointed on 1 June 2007"
    before = shown(told, "120777"), shown(told, "person/partner")

    both = told("undo", "p2", "--with-what-followed")
    assert both.code == 0
    assert shown(told, "120777")["named"] == []
    for line in reversed(lines(both.out)):
        assert told("undo", line).code == 0
    assert (shown(told, "120777"), shown(told, "person/partner")) == before


def test_what_rests_on_it_may_stay(told: Cli) -> None:
    """The placement stays told, and nobody covers the school until the person is appointed again."""
    assert told("undo", "p2", "--alone").code == 0
    school = shown(told, "120777")
    assert (len(school["named"]), school["covered_by"]) == (1, None)


COVER = [
    {"command": "permanent.end", "id": "e1", "stream": "placement/120777", "on": "2007-06-10",
     "data": {"until": "2007-06-12"}},
    {"command": "temporary.cover", "id": "t1", "stream": "placement/120778", "on": "2007-06-12",
     "data": {"person": "partner", "starts": "2007-06-13", "reason": "vacancy"}},
]  # fmt: skip


def test_a_temporary_cover_rests_on_an_accreditation(told: Cli) -> None:
    """Who covers must be accredited: taking the accreditation back names the cover."""
    sent = told("do", "-", stdin="".join(json.dumps(each) + "\n" for each in COVER))
    assert sent.code == 0, sent.out
    refused = told("undo", "p3", "--json").json
    assert [each["event"] for each in refused["rests_on_it"]] == ["temporary.named"]
    assert "not accredited for primary on 13 June 2007" in refused["rests_on_it"][0]["why"]


def test_who_serves_a_school_rests_on_an_accreditation(told: Cli) -> None:
    """Named long before or not: a school whose partner may serve no longer is named first."""
    assert shown(told, "120777")["covered_by"] is not None
    refused = told("undo", "p3", "--json").json
    assert [each["stream"] for each in refused["rests_on_it"]] == ["placement/120777"]
    assert refused["rests_on_it"][0]["why"] == "partner can't serve 120777 on 30 June 2007: not_accredited"


def two_rows(tmp_path: Any) -> Any:
    sheet = tmp_path / "responses.csv"
    sheet.write_text(
        "Advert,Date received,First name,Surname,Email\n"
        "TES May 2007,20/05/2007,Ann,Hale,ann@example.org\n"
        "TES May 2007,21/05/2007,Ben,Moss,ben@example.org\n",
        encoding="utf-8",
    )
    return sheet


def test_an_undo_says_what_it_took_back(told: Cli) -> None:
    """The fact by its name, its day and where it stood; told again, that it counts again."""
    (fact,) = told("undo", "q1", "--json").json["taken_back"]
    assert (fact["event"], fact["stream"], fact["again"]) == ("reference.asked", "application/A7K4P", False)
    again = told("undo", "undo-q1").out
    assert f"counts again: reference.asked of {in_words(dt.date.fromisoformat(fact['on']))}" in again


def test_the_last_row_of_an_import_offers_the_whole(cli: Cli, tmp_path: Any) -> None:
    """Whoever takes back an import's last row may have meant all of it; the run is summed up in one line."""
    cli("import", "responses", two_rows(tmp_path))
    last = cli("undo", "LAST").out
    assert "taken back: response.submitted of 21 May 2007" in last
    (run,) = re.findall(r"This was one of 2 of (import-\w+): `siprecruit undo \1` takes back all", last)
    whole = cli("undo", run)
    assert whole.code == 0
    assert f"1 of the 2 commands of {run} are taken back, 1 had been before; 0 refused." in whole.out
    assert "undone by" not in whole.out


def test_what_an_imports_undoing_leaves_is_named(cli: Cli, tmp_path: Any) -> None:
    """A row that was worked on since stays, with the reason; the others go."""
    taken = cli("import", "responses", two_rows(tmp_path), "--json").json
    sent = taken["undo"][0]
    asked = {"command": "eligibility.decide", "id": "s1", "stream": sent["stream"], "on": "2007-06-05",
             "data": {"eligible": True}}  # fmt: skip
    assert cli("do", "-", stdin=json.dumps(asked)).code == 0
    run = sent["data"]["command"].rpartition("-")[0]
    found = cli("undo", run)
    assert found.code == 1
    assert f"1 of the 2 commands of {run} are taken back; 1 refused." in found.out
    assert f"{sent['stream']}: this has followed from it" in found.err
    assert "--with-what-followed" in found.out


def test_an_import_is_taken_back_as_a_whole(cli: Cli, tmp_path: Any) -> None:
    """The wrong sheet was imported: one line takes back all its rows, one by one, the newest first."""
    taken = cli("import", "responses", two_rows(tmp_path), "--json").json
    assert taken["accepted"] == 2, taken
    run = taken["undo"][0]["data"]["command"].rpartition("-")[0]

    undone = cli("undo", run, "--json").json
    assert [each["outcome"] for each in undone["results"]] == ["done", "done"]
    assert cli("applicants", "--json").json["total"] == 0


# -- correct and reverse ------------------------------------------------------


def test_a_correction_by_hand(told: Cli) -> None:
    """A name was misheard, and the letter came a day earlier: both are put right at once, with the reason."""
    before = shown(told)
    done = told("correct", "A7K4P", 1, "last_name=Ó Briain", "on=2007-05-19", "--reason", "misheard")
    assert done.code == 0, done.err
    assert shown(told)["name"] == "Niamh Ó Briain"
    line = told("history", "A7K4P").out
    assert "because: misheard" in line
    assert "last_name: was O’Brien, is Ó Briain" in line
    undone = told("undo", *lines(done.out))
    assert "taken back: the correction of response.submitted of 19 May 2007" in undone.out
    assert shown(told) == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["1", "nix=3", "--reason", "x"], 1, "has no field nix"),
        (["1", "days_available=many", "--reason", "x"], 1, "days_available"),
        (["99", "on=2007-05-19", "--reason", "x"], 1, "there is no event 99"),
        (["1", "last_name", "--reason", "x"], 2, "no field=value"),
        (["1", "--reason", "x"], 2, "--take-out"),
        (["1", "last_name=Hale"], 2, "--reason"),
    ],
)
def test_a_correction_that_can_not_be(told: Cli, words: list[str], code: int, says: str) -> None:
    """Each is a sentence about the very word that is wrong."""
    found = told("correct", "A7K4P", *words)
    assert (found.code, says in found.err) == (code, True), found.err


@pytest.mark.parametrize("reason", ["", " \t "])
@pytest.mark.parametrize(
    "words", [("correct", "A7K4P", 1, "last_name=Hale"), ("reverse", "A7K4P", 1), ("undo", "q1")]
)
def test_nothing_is_put_right_without_a_reason(told: Cli, words: tuple[Any, ...], reason: str) -> None:
    """Whoever reads the history later wants to know why: an empty reason is none."""
    found = told(*words, "--reason", reason)
    assert (found.code, "say why" in found.err) == (2, True), found.err
    name, stream = words[0], "application/A7K4P"
    data = {"undo": {"command": "q1"}}.get(name, {"event": 1})
    sent = {"command": name, "id": "w1", "stream": stream, "on": "2007-06-30",
            "data": {**data, "reason": reason or " "}}  # fmt: skip
    refused = told("do", "-", stdin=json.dumps(sent))
    assert (refused.code, "must say why, in words" in refused.err) == (1, True), refused.err


def test_text_that_looks_like_a_number_stays_text(told: Cli) -> None:
    """A telephone number keeps its noughts; days are a number; nothing after the sign empties a field."""
    values = ["phone=01603 222146", "first_name=007", "days_available=15", "email="]
    assert told("correct", "A7K4P", 1, *values, "--reason", "x").code == 0
    changes = {
        each["field"]: each["now"]
        for each in told("history", "A7K4P", "--json").json["history"][-1]["changes"]
    }
    assert changes == {"phone": "01603 222146", "first_name": "007", "days_available": 15, "email": None}


def test_an_event_is_taken_out(told: Cli) -> None:
    """The briefing belonged to another school."""
    assert told("correct", "person/partner", 6, "--take-out", "--reason", "another school").code == 0
    entry = told("history", "person/partner", "--json").json["history"][5]
    assert (entry["state"], entry["changed_by"]["reason"]) == ("taken_out", "another school")


def test_a_reversal_holds_from_its_day(told: Cli) -> None:
    """The induction is to be repeated: it was attended, and counts no longer from that day."""
    done = told("reverse", "person/partner", 4, "--on", "2007-06-20", "--reason", "to be repeated", "--alone")
    assert done.code == 0, done.err
    inducted = [
        "not_inducted" in str(told("show", "person/partner", "--as-at", on, "--json").json["readiness"])
        for on in ("2007-06-19", "2007-06-20")
    ]
    assert inducted == [False, True]
    early = told("reverse", "person/partner", 3, "--on", "2007-05-01", "--reason", "x", "--alone")
    assert (early.code, "can't be reversed before then" in early.err) == (1, True)


# -- history ------------------------------------------------------------------


def test_a_history_says_what_was_believed_when(told: Cli) -> None:
    """As known on the morning before the correction, the old name stood, and nothing had replaced it."""
    told("correct", "A7K4P", 1, "last_name=Ó Briain", "--reason", "misheard")
    first, *_ = told("history", "A7K4P", "--json").json["history"]
    assert first["state"] == "corrected"
    assert first["changed_by"]["event"] == "corrected"
    assert first["changed_by"]["by"] == "office"
    assert first["undone_by"] == "siprecruit undo r1"
    earlier = told("history", "A7K4P", "--known-at", "2007-06-29", "--json").json
    assert earlier["history"] == []


def test_no_history_tells_what_a_reference_says(told: Cli) -> None:
    """An answer that was corrected shows that it was, and not its words."""
    receive = {"command": "reference.receive", "id": "v1", "stream": "application/A7K4P", "on": "2007-06-20",
               "data": {"reference": "1", "answers": {"trust": "Never again"}}}  # fmt: skip
    assert told("do", "-", stdin=json.dumps(receive)).code == 0
    assert told("correct", "A7K4P", 5, 'answers={"trust": "Always"}', "--reason", "misread").code == 0
    for words in (["history", "A7K4P"], ["history", "A7K4P", "--json"], ["show", "A7K4P", "--json"]):
        said = told(*words).out
        assert "Never again" not in said
        assert "Always" not in said
        assert "answers" in said or words[0] == "show"


# -- duplicates ---------------------------------------------------------------

TWICE = {"command": "response.submit", "id": "r3", "stream": "application/C9N6R", "on": "2007-05-25",
         "data": {"advert": "tes-2007-05", "first_name": "Niamh", "last_name": "O'Brien",
                  "email": "NIAMH@example.org", "category": "consultant"}}  # fmt: skip


def test_two_who_look_alike_are_shown_side_by_side(told: Cli) -> None:
    """One address twice: the list shows where they differ, and the two lines that settle it."""
    told("do", "-", stdin=json.dumps(TWICE))
    (pair,) = told("duplicates", "--json").json["duplicates"]
    assert (pair["one"], pair["other"]) == ("A7K4P", "C9N6R")
    assert "category" in pair["differing"]
    assert pair["merge"] == "siprecruit merge A7K4P C9N6R"
    said = told("duplicates").out
    assert "headteacher" in said
    assert "siprecruit keep A7K4P C9N6R" in said


@pytest.mark.parametrize("how", ["merge", "keep"])
def test_what_was_settled_is_asked_again_once_undone(told: Cli, how: str) -> None:
    """Merged or kept apart, the pair is off the list; the line that undoes it puts it back."""
    told("do", "-", stdin=json.dumps(TWICE))
    before = shown(told)
    assert told(how, "A7K4P", "C9N6R", "--dry-run").code == 0
    assert len(told("duplicates", "--json").json["duplicates"]) == 1
    settled = told(how, "application/C9N6R", "A7K4P")
    assert settled.code == 0, settled.err
    assert "differs" in settled.out
    assert told("duplicates", "--json").json["duplicates"] == []

    assert told("undo", *lines(settled.out)).code == 0
    assert shown(told) == before
    assert len(told("duplicates", "--json").json["duplicates"]) == 1


def test_a_placement_rests_on_a_merging(told: Cli) -> None:
    """Who serves by another entry's appointment is named before the two are parted again."""
    pat = {"command": "person.record", "id": "x1", "stream": "person/pat", "on": "2007-06-01",
           "data": {"first_name": "Pat", "last_name": "Moss"}}  # fmt: skip
    named = {"command": "permanent.name", "id": "x2", "stream": "placement/120778", "on": "2007-06-02",
             "data": {"person": "pat", "starts": "2007-06-02"}}  # fmt: skip
    assert told("do", "-", stdin=json.dumps(pat)).code == 0
    merged = told("merge", "person/pat", "person/partner")
    assert told("do", "-", stdin=json.dumps(named)).code == 0

    refused = told("undo", *lines(merged.out), "--json").json

    assert [each["command"] for each in refused["rests_on_it"]] == ["x2"]


def test_nobody_is_merged_with_a_school(told: Cli) -> None:
    """Only people can be one."""
    found = told("merge", "A7K4P", "120777")
    assert (found.code, "neither a person nor an application" in found.err) == (2, True)
    assert told("merge", "A7K4P", "A7K4P").code == 1
