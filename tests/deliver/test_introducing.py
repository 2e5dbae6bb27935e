"""Partners who have not introduced themselves are told once of all their schools, and nobody else is."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from deliver.rounds import NORFOLK, Post, posting
from siprecruit.core.accreditation import RecordAccreditation
from siprecruit.core.allocation import CoverTemporarily, NamePermanent, RecordIntroduction
from siprecruit.core.commands import Undo
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.particulars import AppointPerson, MergePerson, RecordPerson
from siprecruit.core.purposes import TakePurpose
from siprecruit.core.school_record import RecordSchool
from siprecruit.deliver.foreseeing import foreseen
from siprecruit.deliver.reminders import introducing
from siprecruit.deliver.writing.previewing import preview
from siprecruit.record import switch

ANN, BEN = PersonId("ann"), PersonId("ben")
ONE, TWO, THREE = "120777", "120781", "120790"
LATE = "2008-07-16"


def on(post: Post, text: str) -> None:
    """Nine in the morning of a day."""
    post.clock.now = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(9), dt.UTC)


def ready(post: Post, who: PersonId, first: str, *urns: str, briefed: str = "2008-02-01") -> None:
    """Somebody may serve, and is the permanent partner of these schools from 1 April 2008."""
    stream = f"person/{who}"
    told = RecordPerson(first_name=first, last_name="Adams", email=f"{first.lower()}@example.org")
    post.done(stream, told, "2007-11-01")
    post.done(stream, AppointPerson(category=Code("consultant")), "2007-11-01")
    post.done(stream, RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2007-12-01")
    clear = ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear")
    post.done(stream, clear, "2008-01-05")
    post.done(stream, AttendInduction(), "2008-01-10")
    for urn in urns:
        post.done(stream, GiveBriefing(urn=Urn(urn)), briefed, id_=f"briefed-{who}-{urn}")
        named = NamePermanent(person=who, starts=dt.date(2008, 4, 1))
        post.done(f"placement/{urn}", named, "2008-03-03", id_=f"named-{who}-{urn}")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to copy, in which Ann was named for two schools in March 2008, and told so at once."""
    folder = tmp_path_factory.mktemp("introducing")
    with posting(f"sqlite:///{folder / 'siprecruit.db'}", folder) as made:
        begin(made)
        made.deliver()
    return folder


@pytest.fixture
def post(begun: Path, tmp_path: Path) -> Iterator[Post]:
    """An office with that database."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    with posting(f"sqlite:///{tmp_path / 'siprecruit.db'}", tmp_path, sent=1_000) as made:
        with made.record.writing() as writer:
            switch.go(writer, made.office.place)
        on(made, "2008-03-03")
        yield made


def begin(made: Post, now: str = "2008-03-03") -> None:
    """All that is known of Ann and the schools came to the record on that day."""
    on(made, now)
    for number, urn in enumerate((ONE, TWO, THREE), start=1):
        school = RecordSchool(
            name=f"School {number}",
            town="Exampleton",
            la_code=Code("926"),
            phase=Code("primary"),
            type=Code("community"),
            type_group=Code("maintained"),
        )
        made.done(f"placement/{urn}", school, "2007-09-01")
    ready(made, ANN, "Ann", ONE, TWO)


def listed(post: Post) -> list[introducing.Introduction]:
    """What a dry run lists."""
    with post.record.reading() as reader:
        return list(introducing.overdue(reader, post.office.programme, post.clock(), post.clock.today()))


def queued(post: Post) -> list[str]:
    """The keys of what a run queues."""
    return [one.key for one in introducing.queue(post.office)]


def introduce(post: Post, urn: str, day: str, who: PersonId = ANN) -> None:
    post.done(f"placement/{urn}", RecordIntroduction(person=who, told_by="sip"), day)


def test_a_partner_is_told_once_of_all_their_schools(post: Post) -> None:
    """The day for all is 15 July: on the 16th one message goes out for both schools, and then none."""
    on(post, "2008-07-15")
    assert queued(post) == []
    on(post, LATE)
    (dry,) = listed(post)
    assert (dry.person, dry.schools, dry.due) == ("ann", (ONE, TWO), dt.date(2008, 7, 15))
    assert queued(post) == [dry.key] == ["person/ann/introductions/2008-07-15"]
    assert queued(post) == [] == listed(post)
    post.deliver()
    (told,) = post.send.seen
    assert (told.to.address, told.template) == ("ann@example.org", "introduction.overdue")
    assert "- School 1 in Exampleton, by Tuesday 15 July 2008\n- School 2 in Exampleton, by" in told.text
    on(post, "2008-09-30")
    assert queued(post) == []


def test_it_is_so_on_both_databases(database_url: str, tmp_path: Path) -> None:
    """What is listed is queued, once, and goes out."""
    with posting(database_url, tmp_path) as post:
        begin(post)
        post.deliver()
        on(post, LATE)
        (dry,) = listed(post)
        assert list(post.deliver().reminders) == [dry.key]
        assert post.row(dry.key).status == "sent"
        assert queued(post) == []


def test_a_round_queues_and_sends_what_a_dry_run_foresees(post: Post) -> None:
    """Nobody has run it for two weeks: it is caught up with, once."""
    on(post, "2008-07-30")
    with post.record.reading() as reader:
        (seen,) = foreseen(post.office, reader)
    assert (seen.message, seen.to, seen.fate) == (
        "introduction.overdue",
        "Ann Adams <ann@example.org>",
        "goes_out",
    )
    assert post.deliver().reminders == (seen.key,)
    assert [one.to.address for one in post.send.seen] == ["ann@example.org"]
    assert post.deliver().reminders == ()


def test_what_is_recorded_meanwhile_is_left_out(post: Post) -> None:
    """One school has met its partner while the message waited: it names the other alone; then none goes."""
    on(post, LATE)
    queued(post)
    introduce(post, ONE, "2008-07-16")
    post.deliver()
    (told,) = post.send.seen
    assert told.subject == "Please introduce yourself to School 2 in Exampleton"
    assert "School 1" not in told.text


def test_a_message_with_no_school_left_stays_at_home(post: Post) -> None:
    """Both introductions were recorded while it waited."""
    on(post, LATE)
    (key,) = queued(post)
    for urn in (ONE, TWO):
        introduce(post, urn, "2008-07-16")
    post.deliver()
    assert (post.row(key).status, post.send.seen) == ("not_wanted", [])


def test_a_briefing_that_was_a_slip_takes_its_school_out(post: Post) -> None:
    """Who was not briefed about a school may not begin there: the other school is told of all the same."""
    on(post, LATE)
    post.done(f"person/{ANN}", Undo(command=f"briefed-{ANN}-{ONE}"), LATE)
    (one,) = introducing.queue(post.office)
    assert one.schools == (TWO,)
    post.deliver()
    assert post.row(one.key).status == "sent"


def test_only_a_permanent_partner_who_may_serve_is_late(post: Post) -> None:
    """A temporary partner makes no introductory visit as a rule; who was not briefed may not begin."""
    post.done(f"person/{ANN}", GiveBriefing(urn=Urn(THREE)), "2008-03-03")
    ready(post, BEN, "Ben")
    cover = CoverTemporarily(person=BEN, starts=dt.date(2008, 4, 1), reason=Code("vacancy"))
    post.done(f"placement/{THREE}", cover, "2008-03-03")
    on(post, LATE)
    assert [one.person for one in listed(post)] == ["ann"]
    named = NamePermanent(person=BEN, starts=dt.date(2008, 9, 1))
    post.done(f"placement/{ONE}", Undo(command=f"named-{ANN}-{ONE}"), LATE)
    post.done(f"placement/{ONE}", named, LATE)
    on(post, "2008-09-30")
    assert [(one.person, one.schools) for one in listed(post)] == [("ann", (TWO,))]


def test_who_could_not_begin_before_has_a_week(post: Post) -> None:
    """Ben is briefed on 20 July, after the day for all: he is late from 28 July on, not at once."""
    on(post, "2008-07-20")
    ready(post, BEN, "Ben", THREE, briefed="2008-07-20")
    post.deliver()
    on(post, "2008-07-27")
    assert [one.person for one in listed(post)] == []
    on(post, "2008-07-28")
    assert [one.key for one in listed(post)] == ["person/ben/introductions/2008-07-27"]


def test_a_later_day_is_told_with_all_that_is_still_open(post: Post) -> None:
    """Ann takes a third school on in the autumn: when she is late there, too, she hears of all three."""
    on(post, LATE)
    queued(post)
    post.deliver()
    on(post, "2008-09-01")
    post.done(f"person/{ANN}", GiveBriefing(urn=Urn(THREE)), "2008-09-01")
    named = NamePermanent(person=ANN, starts=dt.date(2008, 9, 8))
    post.done(f"placement/{THREE}", named, "2008-09-01")
    post.deliver()
    on(post, "2008-09-15")
    assert queued(post) == []
    on(post, "2008-09-16")
    (one,) = introducing.queue(post.office)
    assert (one.key, one.schools) == ("person/ann/introductions/2008-09-15", (ONE, TWO, THREE))


def test_nobody_is_late_for_what_they_have_not_heard_of(sqlite_database: str, tmp_path: Path) -> None:
    """Nothing has gone out since March: that they were named goes first, and the other waits two days."""
    with posting(sqlite_database, tmp_path) as post:
        begin(post)
        on(post, LATE)
        post.deliver()
        assert {one.template for one in post.send.seen} >= {"partner.permanent_named"}
        assert "introduction.overdue" not in {one.template for one in post.send.seen}
        post.clock.advance(days=2)
        assert post.deliver().reminders == ("person/ann/introductions/2008-07-15",)


def test_what_was_overdue_when_it_came_to_the_record_is_the_offices_to_look_at(
    sqlite_database: str, tmp_path: Path
) -> None:
    """A sheet is taken over in October that tells of March: nobody is written to out of the blue."""
    with posting(sqlite_database, tmp_path) as post:
        begin(post, now="2008-10-01")
        post.deliver()
        on(post, "2008-10-06")
        assert listed(post) == []


def test_many_partners_are_found_by_as_many_statements_as_one(post: Post) -> None:
    """The to-do list, who is who, the ledger, the streams: each is asked for once."""

    def statements() -> tuple[int, int]:
        said: list[str] = []
        with post.record.reading() as reader:
            reader._driver.set_trace_callback(said.append)
            found = introducing.overdue(reader, NORFOLK, post.clock(), post.clock.today())
            reader._driver.set_trace_callback(None)
        return len(found), len(said)

    ready(post, BEN, "Ben", THREE)
    post.deliver()
    on(post, LATE)
    both, of_both = statements()
    introduce(post, THREE, "2008-07-16", BEN)
    one, of_one = statements()
    assert (both, one, of_both) == (2, 1, of_one)


def test_a_programme_may_tell_nobody(post: Post) -> None:
    """An authority that rings its partners switches the message off."""
    on(post, LATE)
    off = [attrs.evolve(one, on=False) if one.when == "overdue" else one for one in NORFOLK.messages]
    with post.record.reading() as reader:
        programme = attrs.evolve(NORFOLK, messages=tuple(off))
        assert introducing.overdue(reader, programme, post.clock(), post.clock.today()) == ()


def test_two_ids_of_one_partner_are_told_once(post: Post) -> None:
    """Ann was in the record twice: once the ids are one person, what either was told counts for both."""
    on(post, LATE)
    queued(post)
    ready(post, PersonId("aaa"), "Anna")
    post.done("person/aaa", MergePerson(other=ANN), LATE)
    assert queued(post) == []


def test_a_preview_shows_who_is_late_today(post: Post) -> None:
    """Whether they were told or not; before anybody is late the case is made up."""
    with post.record.reading() as reader:
        assert preview(post.office, reader, "introduction.overdue").about is None
    on(post, LATE)
    queued(post)
    with post.record.reading() as reader:
        real = preview(post.office, reader, "introduction.overdue", "person/ann")
        made_up = preview(post.office, reader, "reference.asked").fields
    assert (real.about, "School 2 in Exampleton" in real.message.text) == ("person/ann", True)
    assert set(real.fields) <= set(made_up)


def test_the_officer_for_introductions_is_who_is_rung(post: Post) -> None:
    """Olive answers for introductions: the message names her and her telephone."""
    told = RecordPerson(first_name="Olive", last_name="Officer", phone="01632 960009")
    post.done("person/olive", told, "2008-01-10")
    post.done("person/olive", TakePurpose(purpose=Code("introductions")), "2008-01-10")
    on(post, LATE)
    post.deliver()
    assert "ring Olive Officer on 01632 960009" in post.send.seen[0].text
