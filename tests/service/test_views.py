"""What people look at follows from the streams: with each command, made anew, and as days go by."""

from __future__ import annotations

import datetime as dt
import json

import attrs

from core.pool import day
from service.office import SCHOOL, URN, Office, answer, apply, appoint, make_ready, record_school
from siprecruit.core.accreditation import EndAccreditation
from siprecruit.core.allocation import EndPermanent, NamePermanent, RecordIntroduction
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.particulars import MergePerson, RecordPerson, TakeRole
from siprecruit.core.programme import Programme
from siprecruit.core.references import AskReference, ReceiveReference
from siprecruit.core.school_record import PlaceInArea, RecordSchool
from siprecruit.record.verify import verify

APPLICATION = "application/A7K4P"


def ask(office: Office, on: str = "2007-06-01", due: str = "2007-06-15") -> None:
    """The first referee is asked."""
    asked = AskReference(reference=Code("r1"), referee=Code("1"), due=day(due))
    office.done(APPLICATION, asked, on)


def blocks(office: Office, code: str = "A7K4P") -> list[str]:
    """What blocks an application."""
    row = office.view("applicants", code)
    assert row is not None
    found: list[str] = json.loads(row["blocks"])
    return found


def same_when_made_anew(office: Office) -> bool:
    """Whether making all views anew changes none."""
    before = office.views()
    office.rebuild()
    return office.views() == before


def test_a_command_shows_at_once(office: Office) -> None:
    """When the command returns, the list and the queue say so: no projection comes limping after it."""
    apply(office)
    ask(office)
    row = office.view("applicants", "A7K4P")
    task = office.view("reference_tasks", "A7K4P")
    assert row is not None
    assert task is not None
    assert (row["stage"], row["whose_move"], row["name"]) == ("references", "referee", "Niamh O’Brien")
    assert (task["state"], task["open"], task["due"]) == ("asked", 1, "2007-06-15")


def test_time_alone_makes_a_reference_overdue(office: Office) -> None:
    """Nobody does anything, the day passes, and the application is blocked by a late referee."""
    office.clock.now = dt.datetime(2007, 6, 10, 9, tzinfo=dt.UTC)
    apply(office)
    ask(office)
    assert "awaited:r1" in blocks(office)
    assert office.refresh() == 0

    office.clock.now += dt.timedelta(days=6)

    assert office.refresh() == 1
    assert "overdue:r1" in blocks(office)
    assert office.refresh() == 0
    assert same_when_made_anew(office)


def test_a_role_that_ends_needs_no_refreshing(office: Office) -> None:
    """The list of people says from when to when somebody has a role: that is right on every day."""
    office.done("person/ann", TakeRole(role=Code("panel_member"), until=day("2008-03-31")), "2008-01-01")
    row = office.view("people", "ann")
    assert row is not None
    assert json.loads(row["roles"]) == [["panel_member", None, "2008-01-01", "2008-04-01"]]

    office.clock.now += dt.timedelta(days=90)

    assert same_when_made_anew(office)


def test_a_school_named_on_a_form_is_unknown_until_it_is_recorded(office: Office) -> None:
    """The flag comes with the first schools, goes with that very one, and comes back when it is taken out."""
    apply(office, employer_urn=URN)

    def flagged() -> bool:
        row = office.view("applicants", "A7K4P")
        return row is not None and "unknown_school" in row["flags"]

    told = [flagged()]
    record_school(office, "120781")
    told.append(flagged())
    own = RecordSchool(
        name="Own", la_code=Code("926"), phase=Code("primary"), type=Code("x"), type_group=Code("maintained")
    )
    placed = PlaceInArea(area=Code("north"))
    list(
        office.service.handle_all(
            [
                office.command(SCHOOL, own, "2007-09-01", id="own"),
                office.command(SCHOOL, placed, "2007-09-01", id="placed"),
            ]
        )
    )
    told.append(flagged())
    office.done(SCHOOL, Undo(command="own", cascade=True))
    told.append(flagged())

    assert told == [False, True, False, True]
    assert same_when_made_anew(office)


def test_a_merging_shows_and_its_undoing_too(office: Office) -> None:
    """Two entries of one person: the list joins them, and parts them when somebody was wrong."""
    for who in ("ann", "ben"):
        office.done(f"person/{who}", RecordPerson(first_name=who.title(), last_name="Hale"))
    appoint(office, "ben")
    apply(office, person="ann")
    before = office.views()
    office.done("person/ann", MergePerson(other=PersonId("ben")), id="merge")
    row = office.view("people", "ben")
    assert row is not None
    assert row["joined_to"] == "ann"
    applicant = office.view("applicants", "A7K4P")
    assert applicant is not None
    assert applicant["stage"] == "references"
    assert same_when_made_anew(office)

    office.done("person/ann", Undo(command="merge"))

    assert office.views() == before


def test_an_end_at_the_school_shows_at_the_applicant(office: Office) -> None:
    """A placement is told of the school, and changes where its partner's application stands."""
    record_school(office)
    make_ready(office, "ann")
    apply(office, person="ann")
    named = NamePermanent(person=PersonId("ann"), starts=day("2008-04-01"))
    office.done(SCHOOL, named, "2008-02-02", id="named")
    office.done(SCHOOL, RecordIntroduction(person=PersonId("ann"), told_by="sip"), "2008-02-20")
    shown = office.view("placements", URN)
    assert shown is not None
    assert shown["introduced_on"] == "2008-02-20"
    office.done(SCHOOL, EndPermanent(until=day("2008-07-31")), "2008-03-01")
    office.done("person/ann", EndAccreditation(phase=Code("primary"), why="removed"), "2008-03-02")
    assert same_when_made_anew(office)


def test_a_corrected_name_is_found_under_the_right_one(office: Office) -> None:
    """The list holds what stands; what was mistyped is history."""
    apply(office)
    correction = Correct(event=1, reason="mistyped", set={"first_name": "Nora", "last_name": "Ó Brien"})
    office.done(APPLICATION, correction)
    row = office.view("applicants", "A7K4P")
    assert row is not None
    assert (row["name"], row["folded_name"]) == ("Nora Ó Brien", "nora o brien")
    assert same_when_made_anew(office)


def test_the_record_and_the_views_hold_after_a_bulk(office: Office) -> None:
    """A thousand commands in one transaction show what a thousand single ones would."""
    codes = [f"A{letter}{other}22" for letter in "ABCDEFGHJK" for other in "ABCDEFGHJK"]
    commands = [office.command(f"application/{code}", answer(), "2007-05-20") for code in codes]
    commands += [
        office.command(
            f"application/{code}", AskReference(reference=Code("r1"), referee=Code("1")), "2007-06-01"
        )
        for code in codes
    ]
    commands += [
        office.command(f"application/{code}", ReceiveReference(reference=Code("r1")), "2007-06-05")
        for code in codes[::2]
    ]
    results = list(office.service.handle_all(commands, size=77))

    assert {result.outcome for result in results} == {"done"}
    assert len(office.views()["applicants"]) == 100
    assert same_when_made_anew(office)
    with office.record.reading() as reader:
        assert verify(reader).ok


def with_no_la_referee_wanted(programme: Programme) -> Programme:
    """The programme of an authority that asks for no referee of its own."""
    return attrs.evolve(programme, references=attrs.evolve(programme.references, la_referee_required=False))


def test_another_programme_makes_the_views_anew_with_its_first_command(office: Office) -> None:
    """Nobody has told anything of this application since, and it stands in the list by the new rules."""
    apply(office, referees=())
    assert "no_la_referee" in blocks(office)

    office.programme = with_no_la_referee_wanted(office.programme)
    record_school(office)

    assert "no_la_referee" not in blocks(office)
    assert same_when_made_anew(office)


def test_another_programme_makes_the_views_anew_with_a_look(office: Office) -> None:
    """Whoever looks first after the change pays for it, once; and what is changed back is noticed too."""
    apply(office, referees=())
    usual, office.programme = office.programme, with_no_la_referee_wanted(office.programme)

    assert office.refresh() > 0
    assert "no_la_referee" not in blocks(office)
    assert office.refresh() == 0

    office.programme = usual
    assert office.refresh() > 0
    assert "no_la_referee" in blocks(office)
