"""The programmes that ship, an authority's own, and what is said of one that can't be used."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import pkgutil
import tomllib
import typing
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest

from siprecruit import core, programmes, schema
from siprecruit.core import programme_parts
from siprecruit.core.events import EVENTS
from siprecruit.core.programme import Programme
from siprecruit.programmes import consistency, loader

SHIPPED = Path(loader.__file__).parent


def text_of(name: str) -> str:
    return (SHIPPED / f"{name}.toml").read_text("utf-8")


def written(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def refusal(path: Any) -> programmes.BadProgramme:
    with pytest.raises(programmes.BadProgramme) as caught:
        programmes.load(path)
    return caught.value


def test_two_programmes_ship():
    """Norfolk's of 2008 is one; a pool of today shows that nothing of it is built in."""
    assert programmes.names() == ("improvement-partners-2026", "norfolk-2008")
    assert [programmes.load(name).name for name in programmes.names()] == list(programmes.names())


@pytest.mark.parametrize("name", programmes.names())
def test_what_ships_passes_as_an_authority_s_own_would(name, tmp_path):
    """A pack that ships isn't checked again each time that somebody types a command: it is here."""
    assert programmes.load(written(tmp_path, text_of(name))) == programmes.load(name)


def test_norfolk_2008_holds_the_facts_of_the_sheets():
    """Five areas of two senior advisers; two referees, one from the LA; covered by 1 April 2008."""
    norfolk = programmes.load("norfolk-2008")
    assert norfolk.authority == "926"
    assert norfolk.statutory_date == dt.date(2008, 4, 1)
    assert norfolk.introduction_date == dt.date(2008, 7, 15)
    assert [each.senior_advisers for each in norfolk.areas] == [2] * 5
    assert (norfolk.references.minimum, norfolk.references.la_referee_required) == (2, True)
    assert norfolk.references.chase_referee_days == (7, 14, 21, 28)
    assert norfolk.references.chase_applicant_days == (9, 16, 30)
    assert norfolk.references.manual_reminder_hours == 48
    assert (norfolk.panel.headteachers, norfolk.panel.governors, norfolk.panel.trained) == (1, 1, 1)
    assert len(norfolk.panel.criteria) == 8
    assert (norfolk.pen_portrait.words, norfolk.pen_portrait.characters) == (300, 2000)
    assert norfolk.retention.unsuccessful_months == 12
    assert norfolk.accreditor is not None
    assert norfolk.accreditor.code == "ncsl"


def test_the_caps_of_2008_leave_438_places_for_373_schools():
    """22 headteachers with 4 schools and 25 others with 14 suffice, in schools and in days alike."""
    capacity = programmes.load("norfolk-2008").capacity
    schools = 22 * capacity.max_schools["headteacher"] + 25 * capacity.max_schools["consultant"]
    days = 22 * capacity.max_days["headteacher"] + 25 * capacity.max_days["consultant"]
    assert schools == 438
    assert days // capacity.days_per_school == 438


def test_the_special_school_self_assessment_informs_and_never_gates():
    """Applicants for special schools do an unmarked self-assessment instead of the timed one (NCSL)."""
    accreditor = programmes.load("norfolk-2008").accreditor
    assert accreditor is not None
    special = [each for each in accreditor.stages if "special" in each.phases]
    assert [each.code for each in special if not each.gates] == ["self_assessment"]
    assert "online_assessment" not in {each.code for each in special}


def test_a_programme_of_today_has_no_college_and_no_statutory_date():
    """What one authority doesn't have is absent, and not a date far away."""
    partners = programmes.load("improvement-partners-2026")
    assert partners.accreditor is None
    assert partners.statutory_date is None
    assert partners.vocabulary["sip"] == "Improvement partner"
    assert not any(each.subject_to_accreditation for each in partners.decisions)


def test_an_authority_s_own_file_is_read_by_its_path(tmp_path):
    """Another Wave 4 authority changes words and rules without touching the program."""
    own = text_of("norfolk-2008").replace('name = "norfolk-2008"', 'name = "suffolk-2008"')
    path = written(tmp_path, own.replace("due_days = 28", "due_days = 21"))
    for spelling in (path, str(path)):
        assert programmes.load(spelling).name == "suffolk-2008"
        assert programmes.load(spelling).references.due_days == 21


def test_a_byte_order_mark_from_windows_does_no_harm(tmp_path):
    """Notepad puts one before what it saves."""
    path = tmp_path / "own.toml"
    path.write_text(text_of("norfolk-2008"), "utf-8-sig")
    assert programmes.load(path).name == "norfolk-2008"


def test_an_unknown_name_is_answered_with_those_there_are():
    """Who misspells a programme is told the names."""
    error = refusal("norfolk-2009")
    assert error.code == "unknown_programme"
    assert error.message == (
        'There is no programme called "norfolk-2009": there are improvement-partners-2026 and norfolk-2008, '
        "or name your own file."
    )


def test_what_can_t_be_read_is_named_without_its_folder(tmp_path):
    """A missing file, a folder and a file that isn't text are each a sentence."""
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xfe")
    missing, folder = refusal(tmp_path / "none.toml"), refusal(tmp_path / "folder.toml")
    picture = refusal(tmp_path / "picture.toml")
    assert missing.message == "The programme none.toml can't be read: no such file or directory."
    assert folder.code == "unreadable_programme"
    assert picture.message == "picture.toml: this is not text in UTF-8."
    assert refusal("nul\0.toml").code == "unreadable_programme"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "a"\nname = "b"\n', "own.toml: this is not TOML, it can't be read at line 2, column 11."),
        ("name = \n", "own.toml: this is not TOML, it can't be read at line 1, column 8."),
        ("x = " + "[" * 5000, "own.toml: this is not TOML for us"),
        ("x = " + "1" * 5000, "own.toml: this is not TOML for us"),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(tmp_path, text, said):
    """The line and the column, and nothing of the parser's own words."""
    error = refusal(written(tmp_path, text))
    assert error.code == "bad_toml"
    assert error.message.startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('authority = "926"', "authority = 926", "authority must be text, not a number."),
        (
            'authority = "926"',
            'authority = "Norfolk"',
            'authority must be three digits in quotation marks, such as "926".',
        ),
        ("due_days = 28", "due_days = 0", "In references: due_days must be at least 1, not 0."),
        ("due_days = 28", "due_day = 28", "In references: due_days is missing."),
        (
            "minimum = 2",
            "minimum = true",
            "In references: minimum must be a whole number, not true or false.",
        ),
        (
            "closes = 2007-06-15",
            'closes = "15/06/2007"',
            "In rounds, item 2, adverts, item 1: closes must be a date such as 2007-06-15.",
        ),
        (
            "closes = 2007-06-15",
            "closes = 2007-06-15T12:00:00",
            "In rounds, item 2, adverts, item 1: closes must be a date such as 2007-06-15.",
        ),
        (
            "reserve = true",
            'reserve = "yes"',
            "In decisions, item 3: reserve must be true or false, not text.",
        ),
        (
            'gate = "deployment"',
            'gate = "panel"',
            "In requirements, item 1: gate must be one of induction, deployment.",
        ),
        (
            'code = "north"',
            'code = "North Norfolk"',
            "In areas, item 2: code must be a code of small letters, digits, dots, hyphens and underscores.",
        ),
        ('title = "North"', 'title = ""', "In areas, item 2: title must not be empty."),
    ],
)
def test_a_value_that_can_t_be_is_told_with_its_place(tmp_path, old, new, said):
    """Whoever writes a programme by hand is told where and what, in one sentence."""
    text = text_of("norfolk-2008")
    assert old in text
    error = refusal(written(tmp_path, text.replace(old, new, 1)))
    assert error.code == "bad_programme"
    assert f"own.toml: {said}" in error.sentences


def test_a_misspelt_key_is_answered_with_the_one_that_was_meant(tmp_path):
    """A rule with a misspelt name would otherwise silently not hold."""
    text = text_of("norfolk-2008").replace("due_days = 28", "due_days = 28\nlinkdays = 3", 1)
    error = refusal(written(tmp_path, text))
    assert error.message == "own.toml: In references: linkdays is not known here; link_days may be meant."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "north"', 'code = "east"', "In areas: east stands twice."),
        (
            'aliases = ["education consultant"]',
            'aliases = ["Retired Head"]',
            'In categories: "Retired Head" could be former_headteacher or consultant.',
        ),
        (
            'aliases = ["education consultant"]',
            'aliases = ["-"]',
            "In categories, consultant: a name must have a letter or a digit.",
        ),
        (
            'counts_as = "la_adviser"',
            'counts_as = "adviser"',
            "In categories, la_adviser: counts_as names adviser, which the programme doesn't have.",
        ),
        (
            'wave = "4"',
            'wave = "5"',
            "In rounds, 2007-01: wave names 5, which the programme doesn't have.",
        ),
        (
            "closes = 2007-06-15",
            "closes = 2007-05-01",
            "In adverts, tes-2007-05: closes lies before published.",
        ),
        (
            "insertions = [2007-05-11,",
            "insertions = [2007-05-10,",
            "In adverts, tes-2007-05: an insertion lies before published.",
        ),
        ("ends = 2007-03-30", "ends = 2007-01-01", "In terms, Spring term 2007: ends lies before starts."),
        (
            "starts = 2007-04-16",
            "starts = 2007-03-20",
            "In terms, Summer term 2007: it begins before Spring term 2007 has ended.",
        ),
        (
            "starts = 2007-02-10",
            "starts = 2006-02-10",
            "In holidays, February half-term 2007: it begins before Christmas 2006, which stands above it.",
        ),
        (
            "appoints = true\nsubject_to_accreditation = false",
            "appoints = false\nsubject_to_accreditation = false",
            "In decisions: none appoints outright.",
        ),
        (
            "subject_to_accreditation = true\nreserve = false",
            "subject_to_accreditation = true\nreserve = true",
            "appointed_subject_to_accreditation: nobody is appointed and held in reserve at once.",
        ),
        (
            "subject_to_accreditation = false\nreserve = true",
            "subject_to_accreditation = true\nreserve = true",
            "In decisions, reserve: only an appointment can be subject to accreditation.",
        ),
        ("[7, 14, 21, 28]", "[14, 7, 21, 28]", "In references: chase_referee_days must go up."),
        ("minimum = 2", "minimum = 0", "minimum must be at least 1 where an LA referee is required."),
        ("scale_max = 5", "scale_max = 1", "In panel: scale_max must be more than scale_min."),
        (
            'event = "response.submitted"',
            'event = "response.sumbitted"',
            "In messages, response.acknowledged: there is no event response.sumbitted.",
        ),
        (
            "where = { eligible = false }",
            "where = { elligible = false }",
            "In messages, eligibility.not_eligible: where names elligible, which eligibility.decided",
        ),
        (
            "where = { eligible = false }",
            'where = { why = "too far" }',
            "In messages, eligibility.not_eligible: where names why, which eligibility.decided doesn't tell.",
        ),
        (
            'about = "recruitment"',
            'about = "cricket"',
            "In messages, response.acknowledged: about names cricket, which the programme doesn't have.",
        ),
        (
            'when = "overdue"\nto = "partner"',
            'when = "overdue"\nto = "school"',
            "In messages, introduction.overdue: of what is overdue a partner is told, and no school.",
        ),
        ("Europe/London", "Europe", "timezone must be a zone that is known, such as Europe/London."),
        ("Europe/London", "../London", "timezone must be a zone that is known, such as Europe/London."),
    ],
)
def test_parts_that_do_not_fit_each_other_are_told(tmp_path, old, new, said):
    """A schema can't see that a wave doesn't exist or that two groups go by one name."""
    text = text_of("norfolk-2008")
    assert old in text
    error = refusal(written(tmp_path, text.replace(old, new, 1)))
    assert error.code == "bad_programme"
    assert any(said in sentence for sentence in error.sentences)


def test_nobody_is_appointed_subject_to_what_does_not_exist():
    """Without an accreditor there is nothing to be subject to."""
    norfolk = programmes.load("norfolk-2008")
    assert list(consistency.faults(norfolk)) == []
    assert list(consistency.faults(attrs.evolve(norfolk, accreditor=None))) == [
        (
            "In decisions, appointed_subject_to_accreditation: "
            "without an accreditor nothing is subject to accreditation."
        )
    ]


def test_a_message_is_caused_by_an_event_that_there_is():
    """A misspelt event would leave an applicant without an answer and nobody would notice."""
    for module in pkgutil.walk_packages(core.__path__, "siprecruit.core."):
        importlib.import_module(module.name)
    known = {name for name, _ in EVENTS}
    caused = {each.event for name in programmes.names() for each in programmes.load(name).messages}
    assert sorted(caused - known - {None}) == []


@pytest.mark.parametrize("name", programmes.names())
def test_a_message_that_ships_has_a_text(name):
    """Nobody finds out on the day of the letters that one was never written."""
    assert list(consistency.without_text(programmes.load(name), [SHIPPED.parent / "messages"])) == []


def test_a_message_without_a_text_is_told(tmp_path):
    """An authority that adds a message writes its words, or switches it off."""
    norfolk = programmes.load("norfolk-2008")
    own = attrs.evolve(norfolk, messages=(attrs.evolve(norfolk.messages[0], name="own.words"),))
    said = "In messages: own.words has no text, write messages/own.words.txt or switch it off."
    assert list(consistency.without_text(own, [tmp_path / "none", tmp_path])) == [said]
    (tmp_path / "own.words.txt").write_text("Subject: Ours")
    assert list(consistency.without_text(own, [tmp_path])) == []


def test_whatever_is_left_out_is_missed():
    """No value of a programme has a default: each one that is left out is named."""
    pack = loader._plain(tomllib.loads(text_of("norfolk-2008")))
    optional = {"accreditor", "statutory_date"}
    for key in pack:
        rest = copy.deepcopy(pack)
        del rest[key]
        told = [each.sentence for each in schema.problems("programme.v1", rest)]
        assert told == ([] if key in optional else [f"{key} is missing."])


def test_the_schema_and_the_values_name_the_same_fields():
    """What the schema lets in is what the program holds, so that no rule is read and then forgotten."""
    described = schema.schema("programme.v1")
    assert set(described["properties"]) == {field.name for field in attrs.fields(Programme)}
    for name, piece in described["$defs"].items():
        if piece.get("type") == "object" and name != "plain":
            held = getattr(programme_parts, "".join(word.capitalize() for word in name.split("_")))
            assert set(piece["properties"]) == {field.name for field in attrs.fields(held)}


def test_every_value_of_a_programme_is_frozen_and_says_what_it_is():
    """A rule can't be changed while the program runs, and each value is documented."""
    for name in typing.cast("Any", programme_parts).__dict__:
        held = getattr(programme_parts, name)
        if attrs.has(held):
            assert held.__doc__
            assert held.__setattr__ is not object.__setattr__


def test_what_is_loaded_is_what_was_written():
    """Nothing is dropped or changed between the file and the values."""
    for name in programmes.names():
        pack = loader._with_nones(loader._plain(tomllib.loads(text_of(name))))
        held = msgspec.to_builtins(programmes.load(name))
        assert _within(pack, held)


def _within(written_: Any, held: Any) -> bool:
    if isinstance(written_, dict):
        return all(_within(part, held[key]) for key, part in written_.items())
    if isinstance(written_, list):
        return len(written_) == len(held) and all(map(_within, written_, held))
    return bool(written_ == held)


def test_a_programmes_digest_stands_for_its_values_alone(tmp_path):
    """Comments, blanks and what has been asked of a programme change nothing; one value changes it."""
    text = text_of("norfolk-2008")
    told = programmes.load("norfolk-2008")
    before = programmes.digest(told)
    assert told.messages_by_event is not None
    commented = programmes.load(written(tmp_path, f"# ours\n{text}\n\n"))
    other = programmes.load(
        written(tmp_path, text.replace("la_referee_required = true", "la_referee_required = false"))
    )

    assert programmes.digest(told) == before == programmes.digest(commented)
    assert programmes.digest(other) != before


def test_a_pack_that_was_edited_is_read_anew(tmp_path: Path) -> None:
    """An authority mends its file while siprecruit runs: from then on it is what the file says."""
    text = text_of("norfolk-2008")
    path = written(tmp_path, text)
    before = programmes.load(path)
    written(tmp_path, text.replace(before.title, "Partners for Norfolk"))
    assert programmes.load(path).title == "Partners for Norfolk"
    written(tmp_path, "title =")
    assert refusal(path).code == "bad_toml"
