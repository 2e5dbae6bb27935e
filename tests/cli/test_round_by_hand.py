"""A round half done by hand, as five sheets: taken over, and carried on to covered schools by commands."""

from __future__ import annotations

import json
from typing import Any

import pytest

ALDBOROUGH, ST_MARYS = "Aldborough Primary School", "St Mary’s Primary School"
SCHOOLS = """URN,School name,LA code,Phase,Type,Status,Town
990001,Aldborough Primary School,926,primary,community,open,Norwich
990002,St Mary’s Primary School,926,primary,community,open,Diss
"""
RESPONSES = """\
Advert,Date received,First name,Surname,E-mail,Tel,Category,School URN,Phase,Days,Referee 1,\
Referee 1 from LA?,Referee 2
TES May 2007,24/05/2007,Gillian,Youngs,gillian@example.org,01603 1,LA adviser,,primary,40,Ann Lee,\
yes,Priya MacLeod
TES May 2007,25/05/2007,Peter,Marsh,peter@example.org,01603 2,Headteacher,990002,primary,15,Ann Lee,\
yes,Tom Ives
"""
PROGRESS = """\
Name,E-mail,Ref 1 asked,Ref 1 received,Ref 2 asked,Ref 2 received,Shortlisted,Interview,Held,\
Decision,Decision date,\
Told,Accreditation,Expected by,Induction,Enhanced disclosure
Gillian Youngs,gillian@example.org,29/05/2007,04/06/2007,29/05/2007,12/06/2007,20/06/2007,\
02/07/2007,yes,\
appointed subject to accreditation,03/07/2007,05/07/2007,awaited,29/02/2008,14/11/2007,20/11/2007
Peter Marsh,,07/01/2008,14/01/2008,07/01/2008,,,,,,,,,,,
"""
PEOPLE = """\
First name,Surname,E-mail,Tel,Role,Area,Role from,Category,Appointed,Accredited for,\
Accreditation date,Induction,\
Enhanced disclosure
Henry,Vane,henry@example.org,01603 3,,,,LA adviser,01/09/2006,primary,15/06/2006,10/10/2006,11/10/2006
Sheila,Brook,sheila@example.org,01603 4,CDA,,01/09/2006,,,,,,
"""
CONTACTS = """\
URN,Role,Name,E-mail,Telephone,From
990001,Headteacher,Jane Holt,jane@example.org,01263 1,01/09/2005
,Introductions,Sheila Brook,sheila@example.org,01603 4,01/09/2006
"""
PLACEMENTS = """\
URN,Area,SIP,SIP from,Temporary SIP,Temporary from,Reason,CDA,CDA from
990001,north,Gillian Youngs,01/02/2008,henry@example.org,01/02/2008,awaiting accreditation,\
Sheila Brook,01/09/2007
990002,south,Peter Marsh,01/04/2008,,,,,
"""
SHEETS = {
    "schools": SCHOOLS,
    "responses": RESPONSES,
    "progress": PROGRESS,
    "people": PEOPLE,
    "contacts": CONTACTS,
    "placements": PLACEMENTS,
}


class Carried:
    """The office, day by day: sheets, commands, what is to be done, and which schools are covered."""

    def __init__(self, run, home) -> None:
        self.run, self.home, self.sent = run, home, 0

    def at(self, day: str, *words: object, **more: Any) -> Any:
        """What the program says on a day."""
        said = self.run("--home", self.home, "--now", day, *words, **more)
        assert said.code == 0, said.err
        return said

    def take_over(self, day: str) -> dict[str, Any]:
        """Import every sheet; what became of each."""
        taken = {}
        for kind, text in SHEETS.items():
            path = self.home / f"{kind}.csv"
            path.write_text(text, encoding="utf-8")
            taken[kind] = self.at(day, "import", kind, path, "--json").json
        return taken

    def tell(self, day: str, stream: str, command: str, data: Any) -> None:
        """Send a command as somebody in the office does."""
        self.sent += 1
        envelope = {
            "command": command,
            "id": f"office-{self.sent}",
            "stream": stream,
            "on": day,
            "data": data,
        }
        self.at(day, "do", "-", stdin=json.dumps(envelope))

    def todo(self, day: str) -> set[tuple[str, str]]:
        """What is to be done on a day, and about whom or which school."""
        return {(one["kind"], one["name"]) for one in self.at(day, "todo", "--json").json["todo"]}

    def covered(self, today: str, day: str) -> int:
        """How many schools are covered on a day, by what is known today."""
        return self.at(today, "coverage", "--as-at", day, "--json").json["covered"]


@pytest.fixture
def office(home, run):
    return Carried(run, home)


def steps(gillian, peter, henry):
    """(day, stream, command, what it tells, what is to be done then)."""
    first, second = "placement/990001", "placement/990002"
    gone = f"application/{peter}"
    brief = {("briefing_to_give", ALDBOROUGH)}
    answer = {("accreditation_awaited", "Gillian Youngs")}
    name = {("school_to_allocate", ST_MARYS)}
    shortlist = {("shortlist_to_decide", "Peter Marsh")}
    yield "2008-02-04", gone, "reference.receive", {"reference": "r2"}, brief | answer | name | shortlist
    yield "2008-02-11", f"person/{gillian}", "briefing.give", {"urn": "990001"}, answer | name | shortlist
    accredited = {"phase": "primary", "source": "ncsl"}
    introduce = {("introduction_to_make", ALDBOROUGH)}
    yield (
        *("2008-02-15", f"person/{gillian}", "accreditation.record", accredited),
        introduce | name | shortlist,
    )
    introduced = {"person": gillian, "told_by": "school"}
    allocate = {("person_to_allocate", "Henry Vane")}
    yield "2008-02-20", first, "introduction.record", introduced, allocate | name | shortlist
    named = {"person": henry, "starts": "2008-04-01"}
    waiting = {("briefing_to_give", ST_MARYS), ("cover_missing", ST_MARYS)}
    yield "2008-02-21", second, "permanent.name", named, waiting | shortlist
    yield "2008-03-03", f"person/{henry}", "briefing.give", {"urn": "990002"}, shortlist
    told = {"person": henry, "told_by": "sip"}
    yield "2008-04-02", second, "introduction.record", told, shortlist
    yield "2008-04-03", gone, "shortlist.decide", {"shortlisted": False}, set()
    convey = {("decision_to_convey", "Peter Marsh")}
    yield "2008-04-04", gone, "decision.record", {"outcome": "not_appointed"}, convey
    yield "2008-04-07", gone, "decision.convey", {"how": "letter"}, set()


def test_five_sheets_are_taken_over_and_carried_on_to_covered_schools(office):
    """From the first day on `todo` and `coverage` are right at each step, as if it had begun here."""
    taken = office.take_over("2008-02-01")
    gillian, peter = taken["progress"]["subjects"].values()
    henry, _ = taken["people"]["subjects"].values()
    assert all(one["rejected"] == [] and one["flags"] == [] for one in taken.values() if "flags" in one)
    # The rules hold for what is taken over, too: Peter is the head of that school.
    refused = [(one["row"], one["field"], one["code"]) for one in taken["placements"]["not_recorded"]]
    assert refused == [(3, "sip", "own_school")]
    assert office.todo("2008-02-01") == {
        ("briefing_to_give", ALDBOROUGH),
        ("reference_awaited", "Peter Marsh"),
        ("accreditation_awaited", "Gillian Youngs"),
        ("school_to_allocate", ST_MARYS),
    }
    days = ("2008-01-31", "2008-02-01", "2008-04-01")
    assert [office.covered("2008-02-01", day) for day in days] == [0, 1, 1]
    for day, stream, command, data, todo in steps(gillian, peter, henry):
        office.tell(day, stream, command, data)
        assert office.todo(day) == todo, (day, command)
        second = day >= "2008-03-03"
        assert [office.covered(day, one) for one in days] == [0, 1, 2 if second else 1], (day, command)
    held = office.at("2008-04-07", "coverage", "--json").json
    assert (held["covered"], held["permanent"], held["temporary"]) == (2, 2, 0)


def test_the_same_five_sheets_again_change_nothing_of_what_was_carried_on(office):
    """The old sheets know nothing of February; what was done since stays done."""
    taken = office.take_over("2008-02-01")
    gillian, peter = taken["progress"]["subjects"].values()
    henry, _ = taken["people"]["subjects"].values()
    for day, stream, command, data, _ in steps(gillian, peter, henry):
        office.tell(day, stream, command, data)
    events = office.at("2008-04-07", "record", "verify", "--json").json["events"]
    for kind, again in office.take_over("2008-04-07").items():
        assert (again["accepted"], again["changed"]) == (0, []), kind
    assert office.at("2008-04-07", "record", "verify", "--json").json["events"] == events


def test_every_sheet_is_undone_by_its_line(office):
    """Taken back in turn, the last first, nothing is left but the history."""
    taken = office.take_over("2008-02-01")
    for kind in ("placements", "contacts", "people", "progress"):
        office.at("2008-02-01", *taken[kind]["undo_all"].split()[1:])
    assert office.covered("2008-02-01", "2008-04-01") == 0
    assert office.at("2008-02-01", "contacts", "--json").json == []
    assert ("reference_to_ask", "Peter Marsh") in office.todo("2008-02-01")
