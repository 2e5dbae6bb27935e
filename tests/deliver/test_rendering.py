"""A message says what stands when it is sent, in the office's words, and nothing but what is its reader's."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from deliver.letters import APPLICATION, Letters
from service.office import SCHOOL, appoint, opened
from siprecruit.core.adverts import OfferLaReferee
from siprecruit.core.allocation import CoverTemporarily, NamePermanent
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel import (
    ConveyDecision,
    DecideShortlist,
    HoldInterview,
    InviteToInterview,
    RecordDecision,
)
from siprecruit.core.references import (
    AskReference,
    BounceReference,
    DeclineReference,
    NameReferee,
    ReceiveReference,
    SaveReference,
)
from siprecruit.core.responses import NamedReferee
from siprecruit.deliver.writing.cases import cases
from siprecruit.deliver.writing.markup import marked_up
from siprecruit.deliver.writing.previewing import preview
from siprecruit.deliver.writing.rendering import Written, write_together

APRIL: Final = dt.date(2008, 4, 1)
SECRET_WORDS: Final = "Never on time, and I would not have her back."
PANEL: Final = Code("panel-1")


def interviewed(letters: Letters, outcome: str) -> None:
    """Niamh was seen by a panel, which has decided."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=True), "2007-06-02")
    letters.done(APPLICATION, HoldInterview(panel=PANEL), "2007-06-03")
    letters.done(APPLICATION, RecordDecision(outcome=Code(outcome)), "2007-06-04")


class Outline(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    # The name is the parser's.
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [given for name, given in self.found if name == tag]


# -- what it says -------------------------------------------------------------


def test_an_acknowledgement_says_what_happens_next(letters: Letters) -> None:
    """The applicant learns their code, when it came, whom to ring, and who signs."""
    letters.officer()
    letters.apply()
    found = letters.one("response.acknowledged")
    assert found.subject == "We have your application A7K4P"
    assert found.text.startswith("Dear Niamh O’Brien,\n\nThank you for applying to be a School Improvement")
    for said in (
        "Your application reached us on Sunday 20 May 2007.",
        "please ring Olive Officer on 01632 960009, or write to olive@example.org.",
        "Ann Smith\nSIP manager\nChildren’s Services\nCounty Hall, Norwich\nTelephone: 01632 960000",
    ):
        assert said in found.text
    assert found.reply_to == "sip@example.org"


def test_where_nobody_answers_for_it_the_office_is_rung(letters: Letters) -> None:
    """A reader is never left without a number."""
    letters.apply()
    said = "please ring us on 01632 960000, or write to sip@example.org."
    assert said in letters.one("response.acknowledged").text


def test_a_referee_is_asked_with_a_link_and_a_day(letters: Letters) -> None:
    """The link stands on a line of its own, and it is said whose application it is and by when."""
    letters.apply()
    letters.ask()
    found = letters.one("reference.asked")
    assert found.subject == "A reference for Niamh O’Brien, by Friday 29 June 2007"
    links = [line for line in found.text.splitlines() if line.startswith("https://")]
    assert len(links) == 1
    assert links[0].startswith("https://sip.example.org/r/A7K4P-r1-")
    assert found.fields["link"] == links[0]


def test_a_deputy_is_told_in_whose_place_they_answer(letters: Letters) -> None:
    """Somebody who finds a stranger's name in a request learns why it has come to them."""
    letters.person("henry", "Henry", "Head")
    letters.person("dora", "Dora", "Deputy")
    letters.apply()
    henry = PersonId("henry")
    named = NameReferee(referee=Code("3"), name="Henry Head", from_la=True, person=henry)
    letters.done(APPLICATION, named, "2007-05-21")
    letters.ask("r3", "3")
    offer = OfferLaReferee(
        officer=henry,
        scope=Code("headteachers"),
        deputy=PersonId("dora"),
        away_from=dt.date(2007, 6, 1),
        away_until=dt.date(2007, 6, 9),
    )
    letters.done("round/2007-05", offer, "2007-06-01")
    found = letters.one("reference.asked")
    assert found.to.name == "Dora Deputy"
    assert "The referee is Henry Head, in whose place you answer at present." in found.text


def test_no_message_holds_what_a_reference_says(letters: Letters) -> None:
    """Neither the applicant nor another referee reads it, in any message or field of one."""
    letters.apply()
    letters.ask("r1", "1")
    letters.ask("r2", "2")
    letters.done(
        APPLICATION, SaveReference(reference=Code("r2"), answers={"text": SECRET_WORDS}), "2007-06-02"
    )
    answers = {"text": SECRET_WORDS}
    letters.done(APPLICATION, ReceiveReference(reference=Code("r1"), answers=answers), "2007-06-03")
    declined = DeclineReference(reference=Code("r2"), reason=SECRET_WORDS)
    letters.done(APPLICATION, declined, "2007-06-03")
    found = letters.written()
    assert len([one for one in found if isinstance(one, Written)]) == 3
    assert SECRET_WORDS not in repr(found)


def test_only_the_referee_gets_the_link(letters: Letters) -> None:
    """An applicant who could open it would write their own reference."""
    letters.apply()
    letters.ask()
    letters.done(APPLICATION, BounceReference(reference=Code("r1")), "2007-06-03")
    assert "/r/" not in repr(letters.one("reference.address_failed"))


def test_an_interview_is_told_in_the_authoritys_own_time(letters: Letters) -> None:
    """Summer time counts: half past eight in UTC is half past nine in Norfolk."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=True), "2007-06-02")
    starts = dt.datetime(2007, 6, 20, 8, 30, tzinfo=dt.UTC)
    invited = InviteToInterview(panel=PANEL, starts=starts, minutes=40, room="Room 2")
    letters.done(APPLICATION, invited, "2007-06-03")
    found = letters.one("interview.invited")
    assert found.subject == "Your interview on Wednesday 20 June 2007 at 9.30 am"
    assert "- Time: 9.30 am, for about 40 minutes\n- Place: Room 2" in found.text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("appointed", "We are delighted to tell you that the panel has decided to appoint you"),
        ("appointed_subject_to_accreditation", "subject to your accreditation by the National College"),
        ("reserve", "has decided to hold you in reserve"),
        ("not_appointed", "We are sorry to tell you that it has decided not to appoint you this time."),
    ],
)
def test_a_decision_is_told_in_its_own_words(letters: Letters, outcome: str, said: str) -> None:
    """And only once somebody says that it is to be told."""
    interviewed(letters, outcome)
    assert letters.rows(f"decision.{outcome}") == []
    letters.done(APPLICATION, ConveyDecision(), "2007-06-04")
    told = [row.template for row in letters.rows() if row.template.startswith("decision.")]
    assert told == [f"decision.{outcome}"]
    assert said in letters.one(f"decision.{outcome}").text


def test_a_school_is_told_who_looks_after_it_until_its_partner_is_accredited(letters: Letters) -> None:
    """Nobody reads of a person's own checks: what is told is that accreditation is awaited."""
    letters.school(headteacher="head@example.org")
    letters.ready("tess", "Tess", "Temporary")
    letters.person("paul", "Paul", "Partner")
    appoint(letters.desk, "paul")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), starts=APRIL), "2008-03-01")
    cover = CoverTemporarily(person=PersonId("tess"), reason=Code("awaiting_accreditation"), starts=APRIL)
    letters.done(SCHOOL, cover, "2008-03-01")
    found = letters.one("school.permanent_named")
    assert found.subject == "Paul Partner is your School Improvement Partner"
    assert "Paul Partner is awaiting accreditation by the National College" in found.text
    assert "Until then Tess Temporary is your temporary School Improvement Partner." in found.text
    assert "disclosure" not in found.text


def test_a_message_is_the_same_on_both_databases(database_url: str, tmp_path: Path) -> None:
    """Who is rung, who gets it and what it says don't depend on where the record lies."""
    with opened(database_url, create=True) as desk:
        letters = Letters(desk=desk, home=tmp_path)
        letters.on("2007-06-04")
        letters.officer()
        letters.apply()
        letters.ask()
        found = letters.one("reference.asked")
        with desk.record.reading() as reader:
            shown = preview(letters.office, reader, "reference.asked", "A7K4P")
    assert (found.to.name, found.fields["contact_name"]) == ("Ruth Referee", "Olive Officer")
    assert shown.message.subject == found.subject


# -- several in one -----------------------------------------------------------


def test_one_referee_is_told_of_all_references_in_one_message(letters: Letters) -> None:
    """Soonest due first, each with a link of its own."""
    lars = (NamedReferee(name="Lars Authority", email="lars@example.org", from_la=True),)
    letters.apply("A7K4P", person="niamh", referees=lars)
    letters.apply("B7K4P", person="nora", first_name="Nora", email="nora@example.org", referees=lars)

    for code, due in (("A7K4P", 29), ("B7K4P", 15)):
        ask = AskReference(reference=Code("r1"), referee=Code("1"), due=dt.date(2007, 6, due))
        letters.done(f"application/{code}", ask, "2007-06-01")
    found = _digest(letters)
    assert isinstance(found, Written)
    assert found.subject == "2 references are wanted from you, the first by Friday 15 June 2007"
    shown = [line for line in found.text.splitlines() if line.startswith(("- ", "  https://"))]
    assert [line[:12] for line in shown] == ["- Nora O’Bri", "  https://si", "- Niamh O’Br", "  https://si"]
    assert len(Outline(found.html).all("li")) == 2


def test_a_message_for_several_people_goes_to_none(letters: Letters) -> None:
    """References of two referees are never told in one message."""
    letters.apply()
    letters.ask("r1", "1")
    letters.ask("r2", "2")
    found = _digest(letters)
    assert not isinstance(found, Written)
    assert found.sentence == "they are not all for one person: send each by itself"


def _digest(letters: Letters) -> Any:
    with letters.desk.record.reading() as reader:
        found = cases(letters.office, reader, letters.rows("reference.asked"))
        return write_together(found, template="reference.digest")


# -- HTML ---------------------------------------------------------------------


def test_html_says_the_same_and_can_be_read_by_everybody(letters: Letters) -> None:
    """A language, one heading, no picture, and a link whose words are its address (WCAG 2.2)."""
    letters.apply()
    letters.ask()
    found = letters.one("reference.asked")
    page = Outline(found.html)
    assert page.all("html") == [{"lang": "en-GB"}]
    assert len(page.all("h1")) == 1
    assert page.all("img") == []
    assert found.fields["link"] in [one["href"] for one in page.all("a")]
    for line in found.text.splitlines():
        if line.startswith(("Would you", "Only those")):
            assert line in found.html


def test_a_name_is_a_name_and_nothing_else(letters: Letters) -> None:
    """Markup, a line break or an address on the web in a name does nothing, in text or in HTML."""
    evil = "<b>Niamh</b>\nSubject: Free https://evil.example.org/x {{ secret }}"
    letters.apply(first_name=evil, last_name="")
    found = letters.one("response.acknowledged")
    assert found.text.splitlines()[0].startswith(
        "Dear <b>Niamh</b> Subject: Free https://evil.example.org/x {{"
    )
    assert "&lt;b&gt;Niamh&lt;/b&gt;" in found.html
    assert all("evil" not in str(one["href"]) for one in Outline(found.html).all("a"))


def test_a_text_of_paragraphs_lists_and_links_becomes_markup() -> None:
    """An empty line parts paragraphs, a dash begins an item, a full stop doesn't belong to an address."""
    text = "One & two.\n\nSee:\n- a\n- b\n  https://example.org/x.\n\nEnd"
    assert marked_up(text) == (
        "<p>One &amp; two.</p>\n<p>See:</p>\n<ul>\n<li>a</li>\n<li>b<br>\n"
        '<a href="https://example.org/x">https://example.org/x</a>.</li>\n</ul>\n<p>End</p>'
    )
