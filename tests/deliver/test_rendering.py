"""A message says what stands when it is sent, in the office's words, and nothing but what is its reader's."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from deliver.letters import APPLICATION, Letters
from service.office import SCHOOL, URN, appoint, opened
from siprecruit import programmes
from siprecruit.core.adverts import OfferLaReferee
from siprecruit.core.allocation import ChangePermanent, CoverTemporarily, NamePermanent
from siprecruit.core.commands import Correct
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel import (
    CancelInterview,
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
    ReplaceReferee,
    SaveReference,
)
from siprecruit.core.responses import DecideEligibility, NamedReferee, WithdrawResponse
from siprecruit.deliver.cases import cases
from siprecruit.deliver.fields import in_full, listed, tidy
from siprecruit.deliver.links import link
from siprecruit.deliver.markup import marked_up
from siprecruit.deliver.previewing import NoPreview, preview, wrong_words
from siprecruit.deliver.rendering import OURS, BadTemplate, Written, with_article, write, write_together
from siprecruit.plugins.types import ProgrammePack

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


# -- what has changed since ---------------------------------------------------


def test_a_name_that_was_put_right_is_right(letters: Letters) -> None:
    """What is sent says what stands, not what stood when it was queued."""
    letters.apply()
    right = Correct(event=1, set={"last_name": "O’Brian"}, reason="A slip.")
    letters.done(APPLICATION, right, "2007-06-02")
    assert letters.one("response.acknowledged").text.startswith("Dear Niamh O’Brian,")


def test_a_decision_that_was_put_right_is_told_as_it_stands(letters: Letters) -> None:
    """Somebody noted down the wrong outcome: the letter that waits says the right one."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=False), "2007-06-02")
    version = letters.rows("shortlist.not_chosen")[0].version
    letters.done(
        APPLICATION, Correct(event=version, set={"shortlisted": True}, reason="A slip."), "2007-06-03"
    )
    found = letters.one("shortlist.not_chosen")
    assert (found.template, found.subject) == ("shortlist.chosen", "You are on the shortlist")


def test_what_was_put_right_so_that_nobody_is_told_is_not_told(letters: Letters) -> None:
    """An applicant is no longer told that they aren't eligible once that was a slip."""
    letters.apply()
    letters.done(APPLICATION, DecideEligibility(eligible=False), "2007-06-02")
    version = letters.rows("eligibility.not_eligible")[0].version
    letters.done(APPLICATION, Correct(event=version, set={"eligible": True}, reason="A slip."), "2007-06-03")
    found = letters.none("eligibility.not_eligible")
    assert (found.wanted, found.sentence) == (
        False,
        "what it tells of was put right since, and nobody is told of what stands now",
    )


def test_nobody_is_asked_for_somebody_who_has_withdrawn(letters: Letters) -> None:
    """The request that waits isn't sent, the applicant's own letter is."""
    letters.apply()
    letters.ask()
    letters.done(APPLICATION, WithdrawResponse(), "2007-06-03")
    found = letters.none("reference.asked")
    assert (found.wanted, found.sentence) == (False, "the applicant withdrew on 3 June 2007")
    assert letters.none("response.acknowledged").wanted is False
    assert "withdrawn your application" in letters.one("response.withdrawal_confirmed").text


def test_an_applicant_who_has_named_another_referee_is_not_asked_for_one(letters: Letters) -> None:
    """What they have done already isn't asked of them."""
    letters.apply()
    letters.ask()
    letters.done(APPLICATION, DeclineReference(reference=Code("r1")), "2007-06-03")
    assert "cannot give you a reference" in letters.one("reference.another_referee_needed").text
    other = ReplaceReferee(referee=Code("1"), by=Code("3"), name="Nina New", email="nina@example.org")
    letters.done(APPLICATION, other, "2007-06-04")
    found = letters.none("reference.another_referee_needed")
    assert (found.wanted, found.sentence) == (False, "another referee has been named")
    # And who has said themselves that they won't is not told that they needn't.
    assert letters.none("reference.replaced").wanted is False


def test_an_interview_that_was_moved_is_told_once(letters: Letters) -> None:
    """Of two invitations that wait only the one that stands is sent; after a cancelling, neither."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=True), "2007-06-02")
    for at in (9, 14):
        starts = dt.datetime(2007, 6, 20, at, tzinfo=dt.UTC)
        letters.done(APPLICATION, InviteToInterview(panel=PANEL, starts=starts, minutes=40), "2007-06-03")
    first, second = letters.written("interview.invited")
    assert not isinstance(first, Written)
    assert first.sentence == "the interview was planned for another time since"
    assert isinstance(second, Written)
    letters.done(APPLICATION, CancelInterview(panel=PANEL), "2007-06-04")
    assert not any(isinstance(one, Written) for one in letters.written("interview.invited"))
    assert "Wednesday 20 June 2007 at 3.00 pm" in letters.one("interview.cancelled").text


def test_a_partner_who_was_changed_since_is_not_told(letters: Letters) -> None:
    """A school doesn't hear of somebody who is not to come any more."""
    letters.school(headteacher="head@example.org")
    letters.ready("paul", "Paul", "Partner")
    letters.ready("pia", "Pia", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), starts=APRIL), "2008-03-01")
    letters.done(SCHOOL, ChangePermanent(person=PersonId("pia"), starts=APRIL), "2008-03-02")
    first, second = letters.written("school.permanent_named")
    assert not isinstance(first, Written)
    assert isinstance(second, Written)
    assert second.subject.startswith("Pia Partner")


def test_a_message_that_was_switched_off_does_not_go_out(letters: Letters) -> None:
    """Also where it was queued before: the authority wants it no longer."""
    letters.apply()
    letters.desk.programme = attrs.evolve(
        letters.programme, messages=tuple(attrs.evolve(one, on=False) for one in letters.programme.messages)
    )
    assert letters.none("response.acknowledged").wanted is False


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


# -- templates of one's own ---------------------------------------------------


def own(letters: Letters, name: str, text: str) -> None:
    folder = letters.home / "messages"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_an_authority_replaces_messages_one_by_one(letters: Letters) -> None:
    """A file of that name in the folder counts, and the others stay."""
    letters.apply()
    letters.ask()
    own(letters, "response.acknowledged.txt", "Subject: Ours, {{ application }}\n\nHello {{ to_name }}.")
    found = letters.one("response.acknowledged")
    assert found.subject == "Ours, A7K4P"
    assert found.text.startswith("Hello Niamh O’Brien.\n\nYours sincerely")
    assert "<p>Hello Niamh O’Brien.</p>" in found.html
    assert letters.one("reference.asked").subject.startswith("A reference for")
    assert set(found.fields) >= {"application", "to_name"}
    assert "applicant_name" not in found.fields


def test_a_pack_of_a_plugin_replaces_ours_and_the_installation_both(letters: Letters) -> None:
    """The nearest words count: the installation's own, then the programme's, then ours."""
    pack = letters.home / "pack"
    pack.mkdir()
    for name in ("response.acknowledged", "reference.asked"):
        (pack / f"{name}.txt").write_text(f"Subject: The pack's {name}\n\nWords.")
    name = letters.programme.name
    letters.packs = {name: ProgrammePack(name=name, file=pack / "none.toml", messages=pack)}
    letters.apply()
    letters.ask()
    own(letters, "reference.asked.txt", "Subject: The installation's\n\nWords.")
    assert letters.one("response.acknowledged").subject == "The pack's response.acknowledged"
    assert letters.one("reference.asked").subject == "The installation's"


def test_html_that_was_written_for_other_words_is_not_sent_with_these(letters: Letters) -> None:
    """A pack's page goes with the pack's text: beside the installation's own it would say something else."""
    pack = letters.home / "pack"
    pack.mkdir()
    (pack / "response.acknowledged.txt").write_text("Subject: Pack\n\nPack.")
    (pack / "response.acknowledged.html").write_text("<p>The pack's page for {{ to_name }}</p>")
    name = letters.programme.name
    letters.packs = {name: ProgrammePack(name=name, file=pack / "none.toml", messages=pack)}
    letters.apply(first_name="<i>Niamh")
    assert letters.one("response.acknowledged").html == "<p>The pack's page for &lt;i&gt;Niamh O’Brien</p>"
    own(letters, "response.acknowledged.txt", "Subject: Own\n\nOwn.")
    assert "<p>Own.</p>" in letters.one("response.acknowledged").html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", 'messages/response.acknowledged.txt: the first line must be "Subject: ..."'),
        ("Subject: \n\nHello", 'messages/response.acknowledged.txt: the first line must be "Subject: ..."'),
        (
            "Subject: x\n\n{{ nmae }}",
            ("messages/response.acknowledged.txt: it names a field that there is not: 'nmae' is undefined"),
        ),
        (
            "Subject: x\n\n\n{% if %}",
            (
                "messages/response.acknowledged.txt, line 4: "
                "Expected an expression, got 'end of statement block'"
            ),
        ),
        (
            'Subject: x\n\n{% include "none.txt" %}',
            "messages/response.acknowledged.txt: it includes none.txt, which is not there",
        ),
        (
            "Subject: x\n\n{{ 1 / 0 }}",
            "messages/response.acknowledged.txt can't be filled: it asks for what can't be done",
        ),
    ],
)
def test_a_template_that_can_not_be_used_is_told(letters: Letters, text: str, said: str) -> None:
    """The sentence names the file and what is wrong with it; the message waits for a person."""
    letters.apply()
    own(letters, "response.acknowledged.txt", text)
    found = letters.none("response.acknowledged")
    assert (found.wanted, found.sentence) == (True, said)


def test_a_template_reaches_nothing_but_its_fields(letters: Letters) -> None:
    """It is run in Jinja's sandbox: who may write words may not run programs."""
    letters.apply()
    text = "Subject: x\n\n{{ ''.__class__.__mro__[1].__subclasses__() }}"
    own(letters, "response.acknowledged.txt", text)
    assert letters.none("response.acknowledged").wanted


def test_a_message_that_names_no_file_of_ours_opens_none(letters: Letters) -> None:
    """A channel names a template by its name, and not by a path."""
    letters.apply()
    letters.ask()
    with letters.desk.record.reading() as reader:
        case = cases(letters.office, reader, letters.rows("reference.asked"))[0]
        found = write(case, template="../siprecruit")
    assert not isinstance(found, Written)
    assert found.sentence == "there is no template messages/../siprecruit.txt"


# -- what is kept, and previews -----------------------------------------------


def test_what_is_kept_opens_nothing(letters: Letters) -> None:
    """The vault holds which task a link was for, and not the code that opens it."""
    letters.apply()
    letters.ask()
    found = letters.one("reference.asked")
    code = found.fields["link"].rpartition("-r1-")[2]
    assert code in found.text
    assert code in found.html
    assert code not in repr(found.as_kept)
    assert "https://sip.example.org/r/A7K4P-r1-…" in found.as_kept["text"]
    assert found.as_kept["address"] == "ruth@example.org"


@pytest.mark.parametrize("name", programmes.names())
def test_each_message_can_be_looked_at_before_there_is_a_case(letters: Letters, name: str) -> None:
    """A new installation shows all its words, and what is made up says so."""
    letters.desk.programme = programmes.load(name)
    shipped = [file.stem for file in OURS.glob("*.txt") if "." in file.stem]
    with letters.desk.record.reading() as reader:
        found = [preview(letters.office, reader, one) for one in shipped]
    assert all(one.about is None for one in found)
    for one in found:
        assert one.message.subject
        assert "{{" not in one.message.text
        assert "  " not in one.message.text.replace("\n  https", "")
        assert "\n\n\n" not in one.message.text
        assert "Yours sincerely" in one.message.text


def test_a_preview_shows_a_real_case_and_a_link_that_opens_nothing(letters: Letters) -> None:
    """Whoever may look at words may not open a referee's form by it."""
    letters.apply()
    letters.ask()
    sent = letters.one("reference.asked")
    with letters.desk.record.reading() as reader:
        history = reader.histories([APPLICATION], texts=True)[APPLICATION]
        found = preview(letters.office, reader, "reference.asked", "A7K4P")
        address = str(link(letters.office, APPLICATION, history, "r1"))
    assert found.about == APPLICATION
    assert "Niamh O’Brien" in found.message.subject
    assert address in sent.text
    assert address not in repr(found)
    assert found.message.to.address == ""


def test_a_case_that_is_made_up_has_all_fields_of_a_real_one(letters: Letters) -> None:
    """What can be written about a real case can be tried before there is one."""
    letters.apply()
    letters.school(headteacher="head@example.org")
    letters.ready("paul", "Paul", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), starts=APRIL), "2008-03-01")
    names = ("response.acknowledged", "briefing.given", "school.permanent_named")
    with letters.desk.record.reading() as reader:
        real = [preview(letters.office, reader, name) for name in names]
        made_up = preview(letters.office, reader, "interview.invited")
    assert [one.about for one in real] == [APPLICATION, "person/paul", SCHOOL]
    assert made_up.about is None
    assert [set(one.fields) - set(made_up.fields) for one in real] == [set(), set(), set()]


def test_what_can_not_be_previewed_is_told(letters: Letters) -> None:
    """A misspelt name, and an application of which there is nothing to tell."""
    with letters.desk.record.reading() as reader:
        with pytest.raises(NoPreview) as unknown:
            preview(letters.office, reader, "reference.aksed")
        with pytest.raises(NoPreview) as nothing:
            preview(letters.office, reader, "reference.asked", URN)
    assert unknown.value.code == "no_such_message"
    assert nothing.value.message == f"{URN}: nothing has happened there of which reference.asked tells"
    own(letters, "reference.asked.txt", "Oops")
    with letters.desk.record.reading() as reader, pytest.raises(BadTemplate):
        preview(letters.office, reader, "reference.asked")


def test_words_that_can_not_be_used_are_found_before_a_case_needs_them(letters: Letters) -> None:
    """Nobody learns on the day of the interviews that a brace is missing."""
    assert list(wrong_words(letters.office)) == []
    own(letters, "interview.invited.txt", "Subject: x\n\n{{ interview_dya }}")
    messages = (
        *letters.programme.messages,
        attrs.evolve(letters.programme.messages[0], name="own.words"),
    )
    letters.desk.programme = attrs.evolve(letters.programme, messages=messages)
    assert list(wrong_words(letters.office)) == [
        "In messages: own.words has no text, write messages/own.words.txt or switch it off.",
        "messages/interview.invited.txt: it names a field that there is not: 'interview_dya' is undefined",
    ]


# -- words --------------------------------------------------------------------


def test_days_names_and_lists_in_words() -> None:
    """As a letter says them."""
    assert in_full(dt.date(2007, 6, 5)) == "Tuesday 5 June 2007"
    assert in_full(None) == ""
    assert listed(["one"]) == "one"
    assert listed(["one", "two", "three"]) == "one, two and three"
    assert with_article("Improvement partner") == "an Improvement partner"
    assert with_article("School Improvement Partner") == "a School Improvement Partner"
    assert tidy(" a\nb\x00\tc ") == "a b c"
