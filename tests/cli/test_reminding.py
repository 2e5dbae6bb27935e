"""Asking, reminding and looking up from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Cli, Said

ANN = """{"command": "response.submit", "id": "a1", "stream": "application/A7K4P", "on": "2007-05-20",
 "data": {"advert": "tes-2007-05", "first_name": "Niamh", "last_name": "O’Brien", "category": "headteacher",
 "email": "niamh@example.org", "phases": ["primary"],
 "referees": [{"name": "Jo Doe", "email": "jo@example.org", "from_la": true},
              {"name": "Max Roe", "email": "max@example.org"}, {"name": "Lee Poe"}]}}"""


@pytest.fixture
def at(home: Path, run: Cli):
    """The program on that installation, on a day; an applicant with three referees has answered."""

    def program(day: str, *words: object) -> Said:
        return run("--home", home, "--now", day, *words)

    assert program("2007-06-04", "do", ANN).code == 0
    return program


def test_every_reference_that_can_be_asked_for_is_asked_for(at):
    """Two are asked, the third has no address; one line takes both back."""
    dry = at("2007-06-04", "references", "request", "--all", "--dry-run", "--json").json
    found = at("2007-06-04", "references", "request", "--all", "--json").json
    assert (
        [one["reference"] for one in found["asked"]]
        == [one["reference"] for one in dry["asked"]]
        == ["r1", "r2"]
    )
    assert [(one["referee"], one["code"]) for one in found["not_asked"]] == [("3", "no_address")]
    assert [one["outcome"] for one in found["asked"]] == ["done", "done"]
    assert at("2007-06-04", "references", "request", "A7K4P", "--json").json["asked"] == []
    assert at("2007-06-04", *found["undone_by"].split()[1:]).code == 0
    assert at("2007-06-04", "references", "--json").json["total"] == 0


def test_a_channel_may_be_named_and_must_be_there(at):
    """By letter this time; a channel that no plugin gives is told."""
    refused = at("2007-06-04", "references", "request", "A7K4P", "--channel", "pigeon")
    assert (refused.code, "no plugin in use gives a channel pigeon" in refused.err) == (1, True)
    found = at("2007-06-04", "references", "request", "A7K4P", "--channel", "folder", "--json").json
    assert {one["channel"] for one in found["asked"]} == {"folder"}


@pytest.mark.parametrize("words", [(), ("A7K4P", "--all"), ("120777",), ("nobody",)])
def test_whose_references_has_to_be_said(at, words):
    """Neither nobody's, nor both, nor a school's."""
    assert at("2007-06-04", "references", "request", *words).code == 2


def test_a_dry_run_lists_exactly_what_remind_then_queues(at):
    """The same objects; and nothing twice, with an empty list and exit 0."""
    at("2007-06-04", "references", "request", "--all")
    assert at("2007-06-05", "deliver").code == 0
    assert at("2007-06-10", "remind", "--json").json == []
    dry = at("2007-06-12", "remind", "--dry-run", "--json").json
    assert at("2007-06-12", "remind", "--json").json == dry
    assert [sorted(one) for one in dry] == [["application", "key", "referee", "step", "to"]] * 2
    assert [one["to"] for one in dry] == ["Jo Doe <jo@example.org>", "Max Roe <max@example.org>"]
    again = at("2007-06-12", "remind", "--json")
    assert (again.code, again.json) == (0, [])


def test_a_partner_who_is_late_to_introduce_themselves_is_listed_and_queued(told, home, run):
    """A dry run lists exactly what is then queued; in the list of messages it waits for that partner."""
    address = {"first_name": "Pat", "last_name": "Moss", "email": "pat@example.org"}
    known = {"command": "person.record", "id": "p9", "stream": "person/partner", "on": "2007-06-02"}
    assert told("do", json.dumps({**known, "data": address})).code == 0

    def at(day: str, *words: str) -> Said:
        return run("--home", home, "--now", day, *words)

    at("2007-07-02", "deliver")
    assert not [one for one in at("2008-07-15", "remind", "--dry-run", "--json").json if "schools" in one]
    dry = at("2008-07-16", "remind", "--dry-run", "--json").json
    (late,) = (one for one in dry if "schools" in one)
    assert late == {
        "key": "person/partner/introductions/2008-07-15",
        "application": None, "referee": None, "step": None, "to": "Pat Moss <pat@example.org>",
        "person": "partner", "schools": ["120777"], "due": "2008-07-15",
    }  # fmt: skip
    assert "Pat Moss" in at("2008-07-16", "remind", "--dry-run").out
    assert at("2008-07-16", "remind", "--json").json == dry
    assert at("2008-07-16", "remind", "--json").json == []
    waiting = at("2008-07-16", "messages", "list", "--about", "person/partner", "--json").json["messages"]
    assert [one["message"] for one in waiting if one["key"] == late["key"]] == ["introduction.overdue"]
    shown = at("2008-07-16", "messages", "preview", "introduction.overdue").out
    assert "introduce yourself to St Withburga’s School" in shown


def test_somebody_is_reminded_by_hand_but_not_every_day(at):
    """Two days lie between any two; what was told says how it is taken back."""
    at("2007-06-04", "references", "request", "--all")
    at("2007-06-05", "deliver")
    early = at("2007-06-06", "remind", "A7K4P/r1")
    assert (early.code, "less than 48 hours ago" in early.err) == (1, True)
    (one,) = at("2007-06-08", "remind", "A7K4P/r1", "--json").json
    assert (one["step"], one["to"]) == (4, "Jo Doe <jo@example.org>")
    said = at("2007-06-08", "remind", "A7K4P/r2").out
    assert "messages recall" in said
    for words in ("A7K4P", "nobody/r1", "120777/r1"):
        assert at("2007-06-08", "remind", words).code == 2


def test_a_person_is_looked_up_in_the_list(at, home):
    """The list is a file in the folder; who stands in it is accredited from its day."""
    toml = home / "siprecruit.toml"
    table = '\n[plugins.register_file]\nfile = "college/list-2007-10-22.csv"\nphases = ["primary"]\n'
    toml.write_text(toml.read_text(encoding="utf-8") + table, encoding="utf-8")
    (home / "college").mkdir(exist_ok=True)
    (home / "college" / "list-2007-10-22.csv").write_text(
        "Name,Status,Date accredited\nNiamh O’Brien,Accredited,19/10/2007\n", encoding="utf-8"
    )
    (found,) = at("2007-11-01", "lookup", "A7K4P", "--json").json
    assert (found["verdict"], found["outcome"]) == ("accredited", "done")
    assert "accreditation.recorded" in at("2007-11-01", "history", f"person/{found['person']}").out
    assert at("2007-11-01", "lookup").code == 2


def test_a_lookup_without_a_register_is_told(at):
    """A new installation has no list yet: nothing is looked up, and the sentence says what is missing."""
    refused = at("2007-11-01", "lookup", "A7K4P")
    assert refused.code == 1
    assert "register_file" in refused.err
