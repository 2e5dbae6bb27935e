"""A message goes to the right person, at the address that was told of them last, or to nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs
import pytest

from deliver.letters import APPLICATION, LETTERHEAD, Letters
from service.office import SCHOOL, URN, make_ready
from siprecruit.core.adverts import OfferLaReferee
from siprecruit.core.allocation import (
    AllocateAdviser,
    CoverTemporarily,
    EndTemporary,
    NamePermanent,
)
from siprecruit.core.commands import Correct
from siprecruit.core.contacts import SetContact
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.induction import PlanInduction
from siprecruit.core.particulars import MergePerson, RecordPerson, TakeRole
from siprecruit.core.programme import Message
from siprecruit.core.references import NameReferee, ReceiveReference, ReplaceReferee
from siprecruit.core.school_record import PlaceInArea
from siprecruit.deliver.writing.addressing import Missing, recipients
from siprecruit.plugins.types import Recipient
from siprecruit.record.reading import Reader

APRIL: Final[dict[str, Any]] = {"starts": dt.date(2008, 4, 1)}


def address(found: Recipient | Missing) -> str:
    assert isinstance(found, Recipient), found
    return found.address


def test_an_applicant_is_written_to_as_they_said(letters: Letters) -> None:
    """The address is the one on the form, and who it is is known by our id."""
    letters.apply(person="niamh")
    found = letters.to("response.acknowledged")
    assert found == Recipient(id="niamh", name="Niamh O’Brien", address="niamh@example.org")


def test_the_address_that_was_told_last_counts(letters: Letters) -> None:
    """Somebody who moves tells the office once, and not each application of theirs."""
    letters.apply(person="niamh")
    moved = RecordPerson(first_name="Niamh", last_name="O’Brien", email="new@example.org")
    letters.done("person/niamh", moved, "2007-06-02")
    assert address(letters.to("response.acknowledged")) == "new@example.org"


def test_an_address_that_was_put_right_is_used(letters: Letters) -> None:
    """A message that waits goes to the address as it stands when it is sent."""
    letters.apply()
    letters.done(
        APPLICATION, Correct(event=1, set={"email": "right@example.org"}, reason="A slip."), "2007-06-02"
    )
    assert address(letters.to("response.acknowledged")) == "right@example.org"


def test_another_application_of_the_same_person_changes_no_address(letters: Letters) -> None:
    """Two entries that were merged by mistake must not send one's letters to the other."""
    letters.apply(person="niamh")
    letters.apply("B7K4P", person="nora", email="nora@example.org")
    letters.done("person/niamh", MergePerson(other=PersonId("nora")), "2007-06-02")
    found = letters.cases("response.acknowledged")
    with letters.desk.record.reading() as reader:
        rows = [case.row for case in found]
        addresses = [address(one) for one in recipients(letters.office, reader, rows, "email")]
    assert addresses == ["niamh@example.org", "nora@example.org"]


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "no e-mail address of the applicant (application/A7K4P) is in the record"),
        (
            "niamh at example.org",
            (
                "what is written as the e-mail address of the applicant (application/A7K4P) can't be one: "
                "correct it"
            ),
        ),
    ],
)
def test_where_there_is_no_address_a_person_is_told(letters: Letters, email: str, said: str) -> None:
    """Nothing is sent to what can't be an address, and the sentence doesn't show it to everybody."""
    letters.apply(email=email)
    assert letters.to("response.acknowledged") == Missing(sentence=said)


def test_a_referee_is_written_to_by_the_reference_that_it_is_about(letters: Letters) -> None:
    """Of two referees each is asked for their own."""
    letters.apply()
    letters.ask("r1", "1")
    letters.ask("r2", "2")
    with letters.desk.record.reading() as reader:
        found = recipients(letters.office, reader, letters.rows("reference.asked"), "email")
    assert [address(one) for one in found] == ["ruth@example.org", "lars@example.org"]
    assert [one.id for one in found if isinstance(one, Recipient)] == ["A7K4P/1", "A7K4P/2"]


def test_the_referee_who_was_replaced_is_not_their_successor(letters: Letters) -> None:
    """Who is told that nothing is wanted any more is the one who had been asked."""
    letters.apply()
    letters.ask()
    other = ReplaceReferee(referee=Code("1"), by=Code("3"), name="Nina New", email="nina@example.org")
    letters.done(APPLICATION, other, "2007-06-03")
    assert address(letters.to("reference.replaced")) == "ruth@example.org"


def test_our_own_officer_is_written_to_at_their_own_address(letters: Letters) -> None:
    """What an applicant wrote of an officer may be out of date; what the officer told us isn't."""
    letters.person("henry", "Henry", "Head")
    letters.apply()
    named = NameReferee(
        referee=Code("3"), name="Henry Head", email="old@example.org", from_la=True, person=PersonId("henry")
    )
    letters.done(APPLICATION, named, "2007-05-21")
    letters.ask("r3", "3")
    found = letters.to("reference.asked")
    assert found == Recipient(id="henry", name="Henry Head", address="henry@example.org")


@pytest.mark.parametrize(
    ("today", "who"),
    [("2007-06-04", "henry"), ("2007-06-05", "dora"), ("2007-06-09", "dora"), ("2007-06-10", "henry")],
)
def test_while_the_officer_is_away_the_deputy_is_asked(letters: Letters, today: str, who: str) -> None:
    """The offer to be the authority's referee names who answers meanwhile; both days belong to it."""
    letters.person("henry", "Henry", "Head")
    letters.person("dora", "Dora", "Deputy")
    letters.apply()
    named = NameReferee(referee=Code("3"), name="Henry Head", from_la=True, person=PersonId("henry"))
    letters.done(APPLICATION, named, "2007-05-21")
    letters.ask("r3", "3")
    away = [dt.date(2007, 6, one) for one in (5, 9)]
    offer = OfferLaReferee(
        officer=PersonId("henry"),
        scope=Code("headteachers"),
        deputy=PersonId("dora"),
        away_from=away[0],
        away_until=away[1],
    )
    letters.done("round/2007-05", offer, "2007-06-01")
    letters.on(today)
    assert address(letters.to("reference.asked")) == f"{who}@example.org"


def test_the_authoritys_referee_is_found_by_the_offer(letters: Letters) -> None:
    """Where an applicant has named none the officer who offers it for all headteachers is meant."""
    letters.desk.programme = attrs.evolve(
        letters.programme,
        messages=(Message(name="own", event="response.submitted", to="la_referee", on=True),),
    )
    letters.person("henry", "Henry", "Head")
    letters.done(
        "round/2007-05", OfferLaReferee(officer=PersonId("henry"), scope=Code("headteachers")), "2007-05-01"
    )
    letters.apply(referees=())
    assert address(letters.to("own")) == "henry@example.org"


def test_a_school_is_written_to_at_its_headteachers_address(letters: Letters) -> None:
    """The programme's order of purposes says who comes first: the headteacher, not the school's office."""
    letters.school(office="office@example.org", headteacher="head@example.org")
    letters.ready("paul", "Paul", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), **APRIL), "2008-03-01")
    found = letters.to("school.permanent_named")
    assert found == Recipient(id=URN, name="Helen Head", address="head@example.org")


def test_a_school_without_a_headteachers_address_is_reached_through_its_office(letters: Letters) -> None:
    """A school has somebody who opens the post."""
    letters.school(office="office@example.org")
    letters.ready("paul", "Paul", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), **APRIL), "2008-03-01")
    assert address(letters.to("school.permanent_named")) == "office@example.org"


def test_a_contact_of_the_past_is_not_written_to(letters: Letters) -> None:
    """A headteacher who has left gets no letter for the school."""
    letters.school()
    last = dt.date(2007, 12, 31)
    gone = SetContact(purpose=Code("headteacher"), name="Old Head", email="old@example.org", until=last)
    letters.done(SCHOOL, gone, "2007-09-01")
    letters.ready("paul", "Paul", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), **APRIL), "2008-03-01")
    letters.on("2008-03-03")
    said = f"no e-mail address of the school (placement/{URN}) is in the record"
    assert letters.to("school.permanent_named") == Missing(sentence=said)


def test_each_of_those_who_serve_a_school_gets_their_own(letters: Letters) -> None:
    """Named, covering, handed over to and advising are four people, and none gets another's letter."""
    letters.school()
    for who, first in (("paul", "Paul"), ("tess", "Tess"), ("cora", "Cora")):
        letters.ready(who, first, "Example")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), **APRIL), "2008-03-01")
    cover = CoverTemporarily(person=PersonId("tess"), reason=Code("awaiting_accreditation"), **APRIL)
    letters.done(SCHOOL, cover, "2008-03-01")
    letters.done(SCHOOL, AllocateAdviser(person=PersonId("cora"), **APRIL), "2008-03-01")
    letters.on("2008-03-03")
    found = {
        name: address(letters.to(name))
        for name in ("partner.permanent_named", "temporary.named", "cda.allocated")
    }
    assert found == {
        "partner.permanent_named": "paul@example.org",
        "temporary.named": "tess@example.org",
        "cda.allocated": "cora@example.org",
    }


def test_cover_that_ends_without_a_successor_is_told_to_no_successor(letters: Letters) -> None:
    """There is nobody to tell: no one has to look for an address."""
    letters.school()
    letters.ready("tess", "Tess", "Example")
    cover = CoverTemporarily(person=PersonId("tess"), reason=Code("absence"), **APRIL)
    letters.done(SCHOOL, cover, "2008-03-01")
    letters.on("2008-06-02")
    letters.done(SCHOOL, EndTemporary(), "2008-06-02")
    nobody = letters.to("partner.handed_over")
    assert isinstance(nobody, Missing)
    assert not nobody.wanted
    assert address(letters.to("temporary.handed_over")) == "tess@example.org"


def test_the_areas_senior_adviser_is_found_by_area(letters: Letters) -> None:
    """The adviser of another area isn't told of this area's school."""
    own = Message(name="own", event="permanent.named", to="senior_adviser", on=True)
    letters.desk.programme = attrs.evolve(letters.programme, messages=(own,))
    letters.school()
    letters.done(SCHOOL, PlaceInArea(area=Code("north")), "2007-09-01")
    for who, area in (("sam", "south"), ("nell", "north")):
        letters.person(who, who.title(), "Senior")
        letters.done(f"person/{who}", TakeRole(role=Code("senior_adviser"), area=Code(area)), "2007-09-01")
    letters.ready("paul", "Paul", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), **APRIL), "2008-03-01")
    letters.on("2008-03-03")
    assert address(letters.to("own")) == "nell@example.org"


def test_people_who_were_merged_are_one(letters: Letters) -> None:
    """Somebody who was named under one id is reached by what was told under the other."""
    letters.school()
    letters.person("p2", "Paul", "Partner")
    make_ready(letters.desk, "p1")
    letters.done("person/p1", MergePerson(other=PersonId("p2")), "2008-02-01")
    letters.done(SCHOOL, NamePermanent(person=PersonId("p1"), **APRIL), "2008-03-01")
    letters.on("2008-03-03")
    assert address(letters.to("partner.permanent_named")) == "paul@example.org"


def test_a_provider_is_given_the_one_address_that_it_uses(letters: Letters) -> None:
    """A text goes to the telephone, a letter to the house, and a webhook learns nobody's address."""
    letters.apply(phone="01632 960001")
    assert address(letters.to("response.acknowledged", "sms")) == "01632 960001"
    assert address(letters.to("response.acknowledged", "webhook")) == ""
    said = "no postal address of the applicant (application/A7K4P) is in the record"
    assert letters.to("response.acknowledged", "post") == Missing(sentence=said)


def test_the_office_itself_is_written_to_at_its_own_address(letters: Letters) -> None:
    """What is for the office goes to the address on its letterhead, or to nobody."""
    own = Message(name="own", event="response.submitted", to="office", on=True)
    letters.desk.programme = attrs.evolve(letters.programme, messages=(own,))
    letters.apply()
    assert address(letters.to("own")) == "sip@example.org"
    letters.letterhead = attrs.evolve(LETTERHEAD, email="")
    assert isinstance(letters.to("own"), Missing)


def test_who_comes_to_an_induction_is_reached_by_their_own_particulars(letters: Letters) -> None:
    """Somebody taken on without an advert has no application with an address in it."""
    letters.ready("paul", "Paul", "Partner")
    sits_on = dt.date(2008, 3, 20)
    letters.on("2008-03-03")
    letters.done("person/paul", PlanInduction(session=Code("spring"), sits_on=sits_on), "2008-03-03")
    assert address(letters.to("induction.invited")) == "paul@example.org"


def test_thanks_go_to_who_gave_the_reference(letters: Letters) -> None:
    """And not to the other referee of the same applicant."""
    letters.apply()
    letters.ask("r2", "2")
    letters.done(APPLICATION, ReceiveReference(reference=Code("r2"), answers={"text": "Good."}), "2007-06-03")
    assert address(letters.to("reference.thanked")) == "lars@example.org"


def test_many_rows_are_addressed_in_a_few_statements(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty letters cost no more statements than one."""
    for number in range(30):
        letters.apply(f"A7K{chr(65 + number // 5 % 8)}{'23456'[number % 5]}", person=f"p{number}")
    asked: list[str] = []
    for name in ("rows", "select"):
        before = getattr(Reader, name)
        monkeypatch.setattr(
            Reader,
            name,
            lambda self, *args, _before=before, **named: (asked.append("one"), _before(self, *args, **named))[
                1
            ],
        )
    with letters.desk.record.reading() as reader:
        rows = letters.rows("response.acknowledged")
        asked.clear()
        found = recipients(letters.office, reader, rows, "email")
    assert len([one for one in found if isinstance(one, Recipient)]) == 30
    assert len(asked) <= 8
