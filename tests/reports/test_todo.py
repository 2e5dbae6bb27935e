"""What needs doing is right at each step of a round, in its fixed order, and cheap to ask for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.pool import day
from service.office import (
    SCHOOL,
    URN,
    Clock,
    Office,
    apply,
    appoint,
    make_ready,
    opened,
    record_school,
)
from siprecruit.core.accreditation import EndAccreditation, ExpectAccreditation, RecordAccreditation
from siprecruit.core.adverts import OpenRound
from siprecruit.core.allocation import CoverTemporarily, HearSchool, NamePermanent, RecordIntroduction
from siprecruit.core.commands import COMMANDS, Correct, Undo
from siprecruit.core.ids import ApplicationCode, Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing, PlanInduction
from siprecruit.core.panel import (
    ChangeMembers,
    ConveyDecision,
    DecideShortlist,
    GiveScore,
    HoldInterview,
    InviteToInterview,
    Member,
    PlanPanel,
    RecordDecision,
    Score,
)
from siprecruit.core.particulars import (
    DeclareInterest,
    KeepApart,
    MergePerson,
    RecordPerson,
    SetAvailability,
    TakeRole,
)
from siprecruit.core.references import AskReference, DeclineReference, ReceiveReference
from siprecruit.core.responses import WithdrawResponse
from siprecruit.core.todo import KINDS
from siprecruit.intake.commands import as_command
from siprecruit.programmes import load
from siprecruit.record import projection, views
from siprecruit.reports.todo import Doing, Wanted, listed
from siprecruit.reports.todo_as_at import listed_as_at

APPLICATION = "application/A7K4P"


@pytest.fixture
def office(sqlite_database: str) -> Iterator[Office]:
    """An office whose record is empty."""
    clock = Clock(now=dt.datetime(2007, 5, 20, 9, tzinfo=dt.UTC))
    with opened(sqlite_database, create=True, clock=clock) as made:
        yield made


@pytest.fixture
def any_office(database_url: str) -> Iterator[Office]:
    """The same, once on each kind of database."""
    clock = Clock(now=dt.datetime(2007, 5, 20, 9, tzinfo=dt.UTC))
    with opened(database_url, create=True, clock=clock) as made:
        yield made


def at(office: Office, on: str) -> None:
    """It is that day in the office."""
    office.clock.now = dt.datetime.combine(day(on), dt.time(9), dt.UTC)


def done(office: Office, stream: str, what: Any, on: str, *, id: str = "") -> None:  # noqa: A002
    """Something happened, and is told on its day or later."""
    if day(on) > office.clock.today():
        at(office, on)
    office.done(stream, what, on, id=id)


def todo(office: Office, on: str | None = None, **wanted: Any) -> tuple[Doing, ...]:
    """What needs doing, on another day once time alone has been seen to."""
    if on is not None:
        at(office, on)
    with office.record.writing() as writer:
        projection.refresh(writer, office.programme, office.clock.today())
    with office.record.reading() as reader:
        return listed(reader, office.programme, Wanted(size=100, **wanted), office.clock.today()).rows


def kinds(office: Office, on: str | None = None, **wanted: Any) -> list[str]:
    """The kinds of what needs doing, in its order."""
    return [one.kind for one in todo(office, on, **wanted)]


def same_when_made_anew(office: Office) -> bool:
    """Whether making all views anew changes none."""
    before = office.views()
    office.rebuild()
    return office.views() == before


def ask(office: Office, referee: str, on: str = "2007-05-21", due: str = "2007-06-18") -> None:
    """A referee is asked."""
    what = AskReference(reference=Code(f"r{referee}"), referee=Code(referee), due=day(due))
    done(office, APPLICATION, what, on)


def receive(office: Office, referee: str, on: str = "2007-06-10") -> None:
    """A reference has come in."""
    done(office, APPLICATION, ReceiveReference(reference=Code(f"r{referee}")), on)


# -- an applicant's way -------------------------------------------------------


def test_an_applicants_way_from_response_to_decision(office: Office) -> None:
    """At each step of the round the list says the next thing, whose it is, and nothing that is done."""
    apply(office)
    asked = todo(office, "2007-05-21")
    assert [(one.kind, one.role, one.codes) for one in asked] == [
        ("reference_to_ask", "administrator", ("r1",)),
        ("reference_to_ask", "administrator", ("r2",)),
    ]
    ask(office, "1")
    ask(office, "2")
    assert [(one.kind, one.role) for one in todo(office)] == [
        ("reference_awaited", "referee"),
        ("reference_awaited", "la_referee"),
    ]
    receive(office, "1")
    receive(office, "2")
    assert kinds(office, "2007-06-11") == ["shortlist_to_decide"]
    done(office, APPLICATION, DecideShortlist(shortlisted=True), "2007-06-20")
    assert kinds(office, "2007-06-21") == ["interview_to_plan"]
    starts = dt.datetime(2007, 7, 2, 9, tzinfo=dt.UTC)
    done(office, APPLICATION, InviteToInterview(panel=Code("p1"), starts=starts, minutes=45), "2007-06-22")
    (invited,) = todo(office, "2007-06-23")
    assert (invited.kind, invited.due) == ("invitation_unanswered", day("2007-06-29"))


def _interviewed(office: Office) -> None:
    apply(office)
    plan = PlanPanel(
        panel=Code("p1"),
        sits_on=day("2007-07-02"),
        members=tuple(
            Member(person=PersonId(one), capacity=Code(capacity), trained=True, chair=one == "head")
            for one, capacity in (("head", "headteacher"), ("gov", "governor"))
        ),
        applications=(ApplicationCode("A7K4P"),),
    )
    done(office, "round/2007-05", OpenRound(title="May 2007", wave=Code("4")), "2007-05-01")
    done(office, "round/2007-05", plan, "2007-06-21")
    done(office, APPLICATION, DecideShortlist(shortlisted=True), "2007-06-20")
    done(office, APPLICATION, HoldInterview(panel=Code("p1")), "2007-07-02")


def _points(office: Office) -> tuple[Score, ...]:
    return tuple(Score(criterion=Code(one.code), points=3) for one in office.programme.panel.criteria)


def test_each_member_is_told_whom_they_have_still_to_score(office: Office) -> None:
    """Scores are missing member by member; once all are in, the chair decides, and the applicant is told."""
    _interviewed(office)
    assert [one.person for one in todo(office, "2007-07-03", role="panel")] == ["gov", "head"]
    for member in ("head", "gov"):
        score = GiveScore(member=PersonId(member), panel=Code("p1"), scores=_points(office))
        done(office, APPLICATION, score, "2007-07-03")
    assert "decision_to_record" in kinds(office, "2007-07-03", role="chair")
    done(office, APPLICATION, RecordDecision(outcome=Code("appointed")), "2007-07-04")
    conveyed = [one for one in todo(office, "2007-07-05") if one.kind == "decision_to_convey"]
    assert [(one.codes, one.role) for one in conveyed] == [(("appointed",), "administrator")]
    done(office, APPLICATION, ConveyDecision(), "2007-07-05")
    assert kinds(office) == ["induction_to_plan", "check_missing", "accreditation_awaited"]
    assert same_when_made_anew(office)


def test_another_panel_member_is_told_when_the_panel_changes(office: Office) -> None:
    """The list follows the round as well: who no longer sits has no longer anything to score."""
    _interviewed(office)
    members = tuple(
        Member(person=PersonId(one), capacity=Code(capacity), trained=True)
        for one, capacity in (("head", "headteacher"), ("new", "governor"))
    )
    change = ChangeMembers(panel=Code("p1"), members=members, applications=(ApplicationCode("A7K4P"),))
    done(office, "round/2007-05", change, "2007-07-02")
    assert [one.person for one in todo(office, "2007-07-03", role="panel")] == ["head", "new"]


def test_a_late_reference_becomes_the_offices_to_chase(office: Office) -> None:
    """The day after it was due somebody rings: the officer's own is theirs, an outsider's is the office's."""
    apply(office)
    ask(office, "1")
    ask(office, "2")
    late = todo(office, "2007-06-20")
    assert [(one.kind, one.role, one.late) for one in late] == [
        ("reference_overdue", "administrator", 2),
        ("reference_overdue", "la_referee", 2),
    ]
    assert same_when_made_anew(office)


def test_whoever_is_to_ring_a_referee_sees_whom(any_office: Office) -> None:
    """To be asked, awaited, overdue, to be replaced: the referee is named, and on no other task."""
    apply(any_office)
    assert {one.detail: one.referee_name for one in todo(any_office, "2007-05-21")} == {
        "1": "A referee",
        "2": "The authority’s",
    }
    ask(any_office, "1")
    told = {one.kind: one.referee_name for one in todo(any_office)}
    assert told == {"reference_awaited": "A referee", "reference_to_ask": "The authority’s"}
    told = {one.kind: one.referee_name for one in todo(any_office, "2007-06-20")}
    assert told["reference_overdue"] == "A referee"
    done(any_office, APPLICATION, DeclineReference(reference=Code("r1")), "2007-06-20")
    assert {one.kind: one.referee_name for one in todo(any_office)}["referee_to_replace"] == "A referee"
    apply(any_office, "B8M5Q", referees=(), first_name="Bea")
    missing = [one.referee_name for one in todo(any_office) if one.kind == "referees_missing"]
    assert missing == [None]


def test_a_referee_who_declines_is_to_be_replaced(office: Office) -> None:
    """Another referee is wanted, with the next free code, and only while a reference is still needed."""
    apply(office)
    ask(office, "1")
    ask(office, "2")
    done(office, APPLICATION, DeclineReference(reference=Code("r1")), "2007-06-01")
    found = [one for one in todo(office, "2007-06-02") if one.kind == "referee_to_replace"]
    assert [one.codes for one in found] == [("3", "declined")]
    assert found[0].do[0]["data"] == {"referee": "1", "by": "3", "name": "<name>"}


def test_what_is_wrong_with_a_response_is_listed_last(office: Office) -> None:
    """A missing address is due on no day; referees who are missing are due a week later, on a school day."""
    apply(office, email="", referees=())
    found = todo(office, "2007-05-21")
    assert [(one.kind, one.due) for one in found] == [
        ("referees_missing", day("2007-06-04")),  # 27 May lies in half-term
        ("response_to_look_at", None),
    ]
    assert found[1].codes == ("no_email",)


def test_somebody_who_withdraws_leaves_nothing_to_do(office: Office) -> None:
    """Nobody rings a referee for somebody who has gone."""
    apply(office)
    ask(office, "1")
    done(office, APPLICATION, WithdrawResponse(), "2007-06-01")
    assert kinds(office, "2007-07-01") == []


# -- duplicates ---------------------------------------------------------------


@pytest.mark.parametrize("settle", [MergePerson, KeepApart])
def test_a_likeness_is_listed_until_somebody_settles_it(office: Office, settle: Any) -> None:
    """Two responses from one address are a question; being one, or two, answers it, until that is undone."""
    apply(office, "A7K4P")
    apply(office, "B8M5Q", email="NIAMH@example.org", first_name="N")
    found = [one for one in todo(office, "2007-06-01") if one.kind == "duplicate_to_settle"]
    assert [(one.stream, one.other) for one in found] == [("application/B8M5Q", "A7K4P")]
    done(office, "person/B8M5Q", settle(other=PersonId("A7K4P")), "2007-06-01", id="settled")
    assert "duplicate_to_settle" not in kinds(office)
    done(office, "person/B8M5Q", Undo(command="settled"), "2007-06-01")
    assert "duplicate_to_settle" in kinds(office)
    assert same_when_made_anew(office)


def test_a_corrected_address_settles_a_likeness(any_office: Office) -> None:
    """Where the address was a slip of the pen, its correction takes the question away."""
    apply(any_office, "A7K4P")
    apply(any_office, "B8M5Q", first_name="N")
    assert "duplicate_to_settle" in kinds(any_office, "2007-06-01")
    other = Correct(event=1, set={"email": "n@example.org"}, reason="a slip")
    done(any_office, "application/B8M5Q", other, "2007-06-01")
    assert "duplicate_to_settle" not in kinds(any_office)


# -- people -------------------------------------------------------------------


def test_what_keeps_an_appointed_person_from_serving_is_listed(office: Office) -> None:
    """Accreditation, check and induction are each wanted until they are there; then a school is."""
    at(office, "2007-11-01")
    appoint(office, "ann")
    assert set(kinds(office, "2007-11-02")) == {"accreditation_awaited", "check_missing", "induction_to_plan"}
    done(office, "person/ann", ExpectAccreditation(phase=Code("primary"), expected_by=day("2007-12-10")),
                "2007-11-02")  # fmt: skip
    done(office, "person/ann", PlanInduction(session=Code("s1"), sits_on=day("2007-11-20")), "2007-11-02")
    expected = {one.kind: one.due for one in todo(office, "2007-11-10")}
    assert expected["accreditation_awaited"] == day("2007-12-10")
    assert "induction_to_record" not in expected
    assert {one.kind: one.due for one in todo(office, "2007-11-21")}["induction_to_record"] == day(
        "2007-11-20"
    )
    done(office, "person/ann", AttendInduction(), "2007-11-20")
    done(office, "person/ann", RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2007-12-01")
    checked = ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear")
    done(office, "person/ann", checked, "2007-12-02")
    assert kinds(office, "2007-12-03") == ["person_to_allocate"]
    assert same_when_made_anew(office)


def test_an_end_is_shown_as_soon_as_it_comes_near(office: Office) -> None:
    """An accreditation that ends is shown ninety days ahead and not before, although nobody does anything."""
    at(office, "2007-12-01")
    appoint(office, "ann")
    until = day("2008-12-31")
    told = RecordAccreditation(phase=Code("primary"), source=Code("ncsl"), until=until)
    done(office, "person/ann", told, "2007-12-01")
    assert "accreditation_ends" not in kinds(office, "2008-10-01")
    (shown,) = [one for one in todo(office, "2008-10-02") if one.kind == "accreditation_ends"]
    assert (shown.due, shown.since) == (until, day("2008-10-02"))
    assert same_when_made_anew(office)


# -- schools ------------------------------------------------------------------


def test_a_school_without_anybody_comes_first_once_the_law_is_broken(any_office: Office) -> None:
    """Ninety days ahead it is one of many things to do; from 1 April 2008 on nothing goes before it."""
    at(any_office, "2007-12-01")
    record_school(any_office)
    apply(any_office)
    assert "school_to_allocate" not in kinds(any_office, "2008-01-01")
    found = todo(any_office, "2008-03-31")
    assert found[-1].kind == "school_to_allocate"
    first = todo(any_office, "2008-04-02")[0]
    assert (first.kind, first.due, first.late, first.hangs) == ("school_to_allocate", day("2008-04-01"), 1, 1)
    assert same_when_made_anew(any_office)


def test_who_is_named_and_can_not_serve_leaves_a_school_uncovered(office: Office) -> None:
    """A suspended partner's schools are to be covered that very day, and the reason is said."""
    at(office, "2008-03-03")
    record_school(office)
    make_ready(office, "ann")
    done(office, SCHOOL, NamePermanent(person=PersonId("ann"), starts=day("2008-04-01")), "2008-02-02")
    told = RecordIntroduction(person=PersonId("ann"), told_by="school")
    done(office, SCHOOL, told, "2008-05-01")
    assert kinds(office) == []
    done(office, "person/ann", EndAccreditation(phase=Code("primary"), why="suspended"), "2008-05-02")
    first = todo(office)[0]
    assert (first.kind, first.codes, first.other) == ("cover_missing", ("not_accredited",), "ann")
    assert [one.hangs for one in todo(office) if one.kind == "accreditation_awaited"] == [1]
    assert same_when_made_anew(office)


def test_a_partner_is_briefed_introduced_and_takes_over(office: Office) -> None:
    """Temporary cover ends once the permanent partner is ready and known (sheet 102/08): step by step."""
    at(office, "2008-03-03")
    record_school(office)
    make_ready(office, "ben", urn="120781")
    appoint(office, "ann")
    done(
        office,
        SCHOOL,
        CoverTemporarily(person=PersonId("ben"), starts=day("2008-03-01"), reason=Code("vacancy")),
        "2008-03-01",
    )
    assert "successor_to_name" in kinds(office, "2008-03-03")
    done(office, SCHOOL, NamePermanent(person=PersonId("ann"), starts=day("2008-03-01")), "2008-03-01")
    assert "successor_to_name" not in kinds(office)
    assert "briefing_to_give" in kinds(office)
    told = RecordIntroduction(person=PersonId("ann"), told_by="school")
    done(office, SCHOOL, told, "2008-03-02")
    make_the_rest_ready(office)
    (over,) = [one for one in todo(office) if one.kind == "handover_to_complete"]
    assert over.do[0]["data"] == {"person": "ann"}
    result = office.service.handle(as_command(dict(over.do[0])))
    assert result.outcome == "done"
    assert "handover_to_complete" not in kinds(office)
    assert same_when_made_anew(office)


def make_the_rest_ready(office: Office) -> None:
    """Accreditation, check, induction and briefing come after the introduction."""
    stream = "person/ann"
    done(office, stream, RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2008-03-03")
    checked = ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear")
    done(office, stream, checked, "2008-03-03")
    done(office, stream, AttendInduction(), "2008-03-03")
    done(office, stream, GiveBriefing(urn=Urn(URN)), "2008-03-03")


def test_a_school_that_has_not_heard_is_listed(office: Office) -> None:
    """At once when the school rings, and without a word from the introduction date on (sheet 102/08).

    What is printed to be typed tells it from the partner's own task, and says nothing that nobody knows.
    """
    at(office, "2008-03-03")
    record_school(office)
    make_ready(office, "ann")
    done(office, SCHOOL, NamePermanent(person=PersonId("ann"), starts=day("2008-02-01")), "2008-02-01")
    assert kinds(office, "2008-03-03") == ["introduction_to_make"]
    assert [one.person for one in todo(office, role="sip")] == ["ann"]
    assert "not_heard" in kinds(office, "2008-07-16")
    offered = [each for one in todo(office) for each in one.do]
    assert len({each["id"] for each in offered}) == len(offered) == 2
    assert {each["command"]: each["data"] for each in offered}["school.heard"] == {"heard": "<heard>"}
    done(office, SCHOOL, HearSchool(heard=True), "2008-07-16")
    assert kinds(office) == []
    assert same_when_made_anew(office)


# -- who could cover a school -------------------------------------------------


def _said(office: Office, on: str | None = None) -> tuple[int, list[tuple[str, int]]]:
    """How many could cover the one school that has nobody, and the first of them with their room."""
    (one,) = [each for each in todo(office, on) if each.could_cover is not None]
    assert one.could_cover is not None
    return one.could_cover.people, [(each.person, each.free) for each in one.could_cover.first]


def test_a_school_without_anybody_says_who_could_cover_it(any_office: Office) -> None:
    """Who may be deployed, has no tie to the school and room for it; three are named, most room first."""
    at(any_office, "2008-04-02")
    record_school(any_office)
    assert _said(any_office) == (0, [])
    for person in ("ann", "ben", "cat", "dee", "eve", "fay", "gus"):
        make_ready(any_office, person)
    appoint(any_office, "hal")  # neither accredited nor inducted
    for person, days in (("ann", 14), ("ben", 24), ("cat", 19), ("dee", 14), ("eve", 8)):
        done(any_office, f"person/{person}", SetAvailability(days=days), "2008-02-01")
    own = DeclareInterest(urn=Urn(URN), kind=Code("employer"))
    done(any_office, "person/fay", own, "2008-02-01")
    done(any_office, "person/gus", EndAccreditation(phase=Code("primary"), why="suspended"), "2008-04-01")
    assert _said(any_office) == (4, [("ben", 4), ("cat", 3), ("ann", 2)])
    assert same_when_made_anew(any_office)


def test_who_could_cover_follows_what_is_told(office: Office) -> None:
    """Room is taken by schools and comes back; who is named already can't cover for themselves; ties end."""
    at(office, "2008-04-02")
    record_school(office)
    record_school(office, "120781")
    for person in ("ann", "ben"):
        make_ready(office, person, urn="120781")
        done(office, f"person/{person}", SetAvailability(days=14), "2008-02-01")
    done(office, "placement/120781", NamePermanent(person=PersonId("ann"), starts=day("2008-03-01")),
                "2008-03-01", id="named")  # fmt: skip
    assert _said(office) == (2, [("ben", 2), ("ann", 1)])
    # Not briefed about this one, ben can't start there; named for it, he isn't asked to cover for himself.
    done(office, SCHOOL, NamePermanent(person=PersonId("ben"), starts=day("2008-04-01")), "2008-04-01")
    assert _said(office) == (1, [("ann", 1)])
    tie = DeclareInterest(urn=Urn(URN), kind=Code("governor"), until=day("2008-08-31"))
    done(office, "person/ann", tie, "2008-04-01")
    assert _said(office) == (0, [])
    assert _said(office, "2008-09-01") == (1, [("ann", 1)])
    assert same_when_made_anew(office)
    done(office, "placement/120781", Undo(command="named"), "2008-09-01")
    assert _said_of(office, "2008-09-01", SCHOOL) == [("ann", 2)]


def _said_of(office: Office, on: str, stream: str) -> list[tuple[str, int]]:
    found = [one.could_cover for one in todo(office, on) if one.stream == stream and one.could_cover]
    return [(each.person, each.free) for one in found for each in one.first]


def test_whoever_is_said_to_could_cover_may_be_named(office: Office) -> None:
    """The first one's id in the command below it, and the record takes it: the same rules judge both."""
    at(office, "2008-04-02")
    record_school(office)
    make_ready(office, "ann", urn="120781")
    (one,) = todo(office, role="manager")[:1]
    assert one.could_cover is not None
    envelope = next(dict(each) for each in one.do if each["command"] == "temporary.cover")
    envelope["data"] = {**envelope["data"], "person": one.could_cover.first[0].person}
    assert office.service.handle(as_command(envelope)).outcome == "done"
    assert "school_to_allocate" not in kinds(office)


# -- another day --------------------------------------------------------------


def test_what_was_listed_on_a_day_is_listed_for_it_afterwards(any_office: Office) -> None:
    """Asked for an earlier day, the list says what it said on it, as everything was told in time."""
    at(any_office, "2007-05-20")
    apply(any_office)
    said = {"2007-05-21": todo(any_office, "2007-05-21")}
    ask(any_office, "1", "2007-05-22")
    ask(any_office, "2", "2007-05-22")
    said["2007-06-20"] = todo(any_office, "2007-06-20")
    receive(any_office, "1", "2007-06-21")
    at(any_office, "2007-09-01")
    record_school(any_office)
    at(any_office, "2008-02-01")
    make_ready(any_office, "ann")
    said["2008-02-02"] = todo(any_office, "2008-02-02")
    done(any_office, SCHOOL, NamePermanent(person=PersonId("ann"), starts=day("2008-04-01")), "2008-02-03")
    said["2008-04-02"] = todo(any_office, "2008-04-02")
    at(any_office, "2008-08-01")
    assert all(said.values())
    for on, rows in said.items():
        assert _as_at(any_office, on) == rows, on
    assert _as_at(any_office, "2007-05-01") == ()


def _as_at(office: Office, on: str, **wanted: Any) -> tuple[Doing, ...]:
    with office.record.reading() as reader:
        return listed_as_at(reader, office.programme, Wanted(size=100, **wanted), day(on)).rows


# -- whose, in which order, at what cost --------------------------------------


def test_a_person_sees_their_own_and_what_is_nobodys_in_their_roles(any_office: Office) -> None:
    """An administrator's list has what the role has to do; somebody else's is empty."""
    apply(any_office)
    done(any_office, "person/adm", RecordPerson(first_name="Ada"), "2007-05-01")
    done(any_office, "person/adm", TakeRole(role=Code("administrator")), "2007-05-01")
    assert kinds(any_office, "2007-05-21", person="adm") == ["reference_to_ask", "reference_to_ask"]
    assert kinds(any_office, person="nobody") == []
    for whose in ({"person": "adm"}, {"person": "nobody"}, {"role": "administrator"}, {"role": "panel"}):
        assert _as_at(any_office, "2007-05-21", **whose) == todo(any_office, **whose)


def test_the_order_is_fixed(office: Office) -> None:
    """What is due comes by its day, of one day by the kind's place; what is due on no day comes last."""
    at(office, "2007-11-02")
    record_school(office)
    appoint(office, "ann")
    apply(office)
    apply(office, "B8M5Q", email="", referees=(), first_name="Bea")
    ranks = list(KINDS)
    for when in ("2007-12-01", "2008-04-02", "2008-07-20"):
        found = todo(office, when)
        order = [
            (
                0 if one.hangs and one.kind in ("school_to_allocate", "cover_missing") and one.late else 1,
                one.due is None,
                one.due or day("9999-01-01"),
                ranks.index(one.kind),
                one.since,
            )
            for one in found
        ]
        assert order == sorted(order)
    with office.record.reading() as reader:
        today = office.clock.today()
        pages = [
            listed(reader, office.programme, Wanted(size=2, page=page), today).rows
            for page in (1, 2, 3, 4, 5)
        ]
    assert [one for page in pages for one in page] == list(found)[:10]


def test_every_task_says_a_command_that_is_one(office: Office) -> None:
    """What the list says can be typed: a command without anything to be filled in is taken as it stands."""
    at(office, "2007-11-02")
    record_school(office)
    appoint(office, "ann")
    apply(office)
    apply(office, "B8M5Q", referees=())
    found = todo(office, "2008-04-02")
    assert found
    for one in found:
        assert one.do
        for envelope in one.do:
            text = json.dumps(envelope)
            if "<" not in text:
                as_command(dict(envelope))
                assert envelope["on"] == "2008-04-02"
    first = next(one for one in found if one.kind == "reference_to_ask")
    assert office.service.handle(as_command(dict(first.do[0]))).outcome == "done"
    assert "reference_to_ask" in kinds(office)


@pytest.mark.parametrize("wanted", [{}, {"role": "manager"}, {"person": "adm"}])
def test_a_page_costs_few_statements(sqlite_database: str, wanted: dict[str, str]) -> None:
    """However much there is to do: a look whether time has changed anything, and at most four statements."""
    with opened(sqlite_database, create=True) as office:
        record_school(office)
        make_ready(office, "ann")
        at(office, "2008-04-02")
        done(office, "person/adm", TakeRole(role=Code("manager")), "2007-05-01")
        office.refresh()
        for code in ("A7K4P", "B8M5Q", "C9N6R"):
            apply(office, code)
        done(office, "person/adm", TakeRole(role=Code("administrator")), "2007-05-01")
        seen: list[str] = []
        with office.record.reading() as reader:
            driver: Any = reader.connection.connection.driver_connection
            driver.set_trace_callback(seen.append)
            projection.is_stale(reader.connection, office.clock.today())
            page = listed(reader, office.programme, Wanted(**wanted), office.clock.today())
            assert page.rows[0].could_cover is not None
            driver.set_trace_callback(None)
    assert len(seen) <= 5, seen


def test_a_record_that_was_brought_up_to_date_gets_its_list(any_office: Office) -> None:
    """A revision of the tables leaves a mark, and the first look makes the views anew."""
    apply(any_office)
    before = todo(any_office, "2007-06-01")
    with any_office.record.writing() as writer:
        writer.connection.execute(views.todo.delete())
        writer.connection.execute(views.todo_changes.insert(), [{"part": "*", "changes_on": "0001-01-01"}])
    assert todo(any_office) == before
    assert len(before) == 2


def test_every_kind_has_its_words() -> None:
    """Each kind says what is to be done and by which command, and the programme names no other."""
    assert all(one.what and (one.does or one.types) for one in KINDS.values())
    assert set(load("norfolk-2008").tasks.days) <= set(KINDS)
    assert {name for one in KINDS.values() for name, _ in one.does} <= set(COMMANDS)


def test_who_looked_ahead_finds_today_again(any_office: Office) -> None:
    """A look with the clock set to next year changes nothing of what today's list says afterwards."""
    at(any_office, "2007-09-03")
    record_school(any_office)
    apply(any_office)
    today = todo(any_office, "2007-09-03")
    ahead = todo(any_office, "2008-04-02")
    assert todo(any_office, "2007-09-03") == today != ahead
    assert same_when_made_anew(any_office)
