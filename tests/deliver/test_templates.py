"""An authority's own words take the place of ours, one by one, and are looked at before they go out."""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs
import pytest

from deliver.letters import APPLICATION, Letters
from service.office import SCHOOL, URN
from siprecruit import programmes
from siprecruit.core.allocation import NamePermanent
from siprecruit.core.ids import PersonId
from siprecruit.deliver.writing.cases import cases
from siprecruit.deliver.writing.fields import in_full, listed, tidy
from siprecruit.deliver.writing.links import link
from siprecruit.deliver.writing.previewing import NoPreview, preview, wrong_words
from siprecruit.deliver.writing.rendering import OURS, BadTemplate, Written, with_article, write
from siprecruit.plugins.types import ProgrammePack

APRIL: Final = dt.date(2008, 4, 1)


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
