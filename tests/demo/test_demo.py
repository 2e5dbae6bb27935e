"""The story as the record tells it: the figures of sheet 102/08, and that an earlier end is a beginning."""

from __future__ import annotations

import datetime as dt
import sqlite3
import statistics
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from siprecruit import programmes
from siprecruit.core import coverage as core
from siprecruit.core.allocation import serving
from siprecruit.core.programme import Programme
from siprecruit.demo.playing import Played, play
from siprecruit.demo.story import LAST_DAY
from siprecruit.record.reading import Reader
from siprecruit.record.store import Record, open_record
from siprecruit.record.verify import verify
from siprecruit.reports.coverage import coverage, scene_of_schools
from siprecruit.reports.health import views_follow
from siprecruit.reports.scene import Scene, named_for
from siprecruit.service import Service

# The whole story takes its time; README.md plays it with every run, and looks at the figures.
pytestmark = pytest.mark.slow

STATUTORY = dt.date(2008, 4, 1)
EARLY = dt.date(2007, 3, 1)
Play = Callable[[dt.date], Played]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The whole story, once for all tests."""
    return play(tmp_path_factory.mktemp("demo") / "whole")


@pytest.fixture(scope="session")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Plays the same story up to a day, once for each day."""
    done: dict[dt.date, Played] = {}

    def until(day: dt.date) -> Played:
        if day not in done:
            done[day] = play(tmp_path_factory.mktemp("demo") / "cut", until=day)
        return done[day]

    return until


@pytest.fixture
def programme() -> Programme:
    return programmes.load("norfolk-2008")


@pytest.fixture
def record(played: Played) -> Iterator[Record]:
    opened = open_record(f"sqlite:///{played.database}")
    yield opened
    opened.close()


@pytest.fixture
def reader(record: Record) -> Iterator[Reader]:
    with record.reading() as one:
        yield one


@pytest.fixture
def scene(reader: Reader, programme: Programme) -> Scene:
    return scene_of_schools(reader, programme, LAST_DAY, None)


def rows(played: Played, sql: str) -> list[Any]:
    """What a query on the demo's database gives."""
    connection = sqlite3.connect(played.database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_47_partners_serve_373_schools(played: Played) -> None:
    """Norfolk appointed 47 for its 373 schools, with a few others awaiting accreditation (sheet 102/08)."""
    figures = played.figures
    assert (figures.schools, figures.appointed) == (373, 47)
    assert figures.by_category == {"headteacher": 22, "consultant": 12, "la_adviser": 13}
    assert figures.awaiting_accreditation == 3


def test_they_come_from_the_authorities_that_the_sheet_names(played: Played) -> None:
    """22 headteachers from five authorities, 12 consultants from four, 13 advisers (sheet 102/08)."""
    homes = played.figures.home_authorities
    assert set(homes["headteacher"]) == {"Norfolk", "Lincolnshire", "Suffolk", "Cambridgeshire", "Berkshire"}
    assert set(homes["consultant"]) == {"Northamptonshire", "Suffolk", "Cambridgeshire", "Norfolk"}
    assert set(homes["la_adviser"]) == {"Norfolk"}
    assert {category: sum(of.values()) for category, of in homes.items()} == played.figures.by_category


def test_about_140_answer_the_two_adverts(played: Played) -> None:
    """Each response says which advert it answers; one that is carried over came in once."""
    answered = Counter(
        advert for (advert,) in rows(played, "select advert from applicants where stage != 'elsewhere'")
    )
    assert played.figures.responses == 140
    assert sum(answered.values()) == 141
    assert set(answered) == {"tes-2007-01", "tes-2007-05"}


def test_every_school_is_covered_on_the_statutory_date(
    played: Played, reader: Reader, programme: Programme
) -> None:
    """On 1 April 2008 each of the 373 schools has somebody accredited, some of them a temporary (EIA s.5)."""
    report = coverage(reader, programme, STATUTORY)
    assert (report.in_scope, report.covered, report.uncovered) == (373, 373, ())
    assert report.permanent + report.temporary == 373
    assert 20 <= report.temporary <= 60
    assert (played.figures.covered, played.figures.temporary) == (report.covered, report.temporary)


def test_every_day_after_it_is_covered_too(reader: Reader, programme: Programme) -> None:
    """A hand-over leaves no school without anybody on any day from the statutory date on."""
    gaps = {
        day: coverage(reader, programme, day).uncovered
        for day in (STATUTORY + dt.timedelta(days=days) for days in range(0, 106, 21))
    }
    assert gaps == dict.fromkeys(gaps, ())


def test_a_temporary_stays_until_the_permanent_partner_is_ready(scene: Scene, programme: Programme) -> None:
    """Cover goes on in July for those alone whose permanent partner still awaits accreditation."""
    placements = scene.placements()
    pool = scene.pool(named_for(placements))
    covered = {urn: one for urn, one in placements.items() if serving(one.allocation.temporaries, LAST_DAY)}
    permanents = {serving(one.allocation.permanents, LAST_DAY).person for one in covered.values()}
    ready = {
        person
        for person in permanents
        for phase in programme.phases
        if core.gates.deployable(
            pool.people[person], pool.applications[person], programme, phase.code, LAST_DAY
        )
    }
    assert len(permanents) == 3
    assert ready == set()


def test_permanent_partners_who_were_not_ready_have_relieved_their_cover(scene: Scene) -> None:
    """Cover ends when the permanent partner has introduced themselves (sheet 102/08), with their name."""
    ended = [
        tenure
        for placement in scene.placements().values()
        for tenure in placement.allocation.temporaries
        if tenure.until is not None
    ]
    reasons = {tenure.reason for tenure in ended}
    assert reasons == {"awaiting_accreditation", "awaiting_induction", "absence"}


def test_one_met_the_school_before_the_letter_came(scene: Scene) -> None:
    """Whoever introduces themselves unaccredited doesn't serve yet: the cover is handed over later."""
    early = [
        (introduced, tenure.until)
        for placement in scene.placements().values()
        for tenure in placement.allocation.temporaries
        for introduced, _ in placement.allocation.introductions
        if tenure.until is not None and introduced <= tenure.until
    ]
    assert len(early) == 1


def test_a_few_schools_have_not_heard_in_july(played: Played, scene: Scene) -> None:
    """Schools that have not heard by mid-July are to ring (sheet 102/08): some do, some are silent."""
    placements = scene.placements()
    silent = core.not_heard(placements, scene.pool(named_for(placements)), LAST_DAY)
    assert 0 < len(silent) == played.figures.not_heard < 10
    assert {each.said for each in silent} == {True, False}
    assert played.figures.introduced < 373


def test_nobody_has_more_schools_than_the_programme_allows(scene: Scene, programme: Programme) -> None:
    """A serving headteacher has at most four schools, anybody else fourteen (cfg)."""
    held: Counter[str] = Counter()
    for placement in scene.placements().values():
        for tenure in (*placement.allocation.permanents, *placement.allocation.temporaries):
            if tenure.until is None or tenure.until >= STATUTORY:
                held[tenure.person] += 1
    most = {
        person: max(
            programme.capacity.max_schools[one.response.submitted.category]
            for one in scene.applications(person)
        )
        for person in held
    }
    assert {person: number for person, number in held.items() if number > most[person]} == {}
    assert len(held) == 50


def test_references_go_as_they_do(played: Played) -> None:
    """Six days in the mean and nearly all in thirty; some late, some declined, given elsewhere or up."""
    states = dict(rows(played, "select state, count(*) from reference_tasks group by state"))
    came = rows(played, "select asked_on, received_on from reference_tasks where received_on is not null")
    days = [(dt.date.fromisoformat(to) - dt.date.fromisoformat(since)).days for since, to in came]
    begun = dict(rows(played, "select asked_by is null, count(*) from reference_tasks group by 1"))
    expected = {
        "received",
        "received_late",
        "declined",
        "replaced",
        "given_elsewhere",
        "expired",
        "withdrawn",
    }
    assert expected <= states.keys()
    assert 5 <= statistics.mean(days) <= 7
    assert 0.94 <= sum(each <= 30 for each in days) / len(days) < 1
    assert min(begun.values()) > 50


def test_heads_who_apply_elsewhere_stand_in_the_same_queue(played: Played) -> None:
    """The officer who is referee for all headteachers sees the college's tasks for them, open ones too."""
    found = rows(
        played,
        "select open, count(*) from reference_tasks join applicants using (application)"
        " where stage = 'elsewhere' and asked_by = 'ncsl' group by open",
    )
    assert dict(found) == {0: 8, 1: 3}


def test_everybody_is_made_up(played: Played) -> None:
    """Addresses are at a domain kept for examples, telephone numbers out of those kept for fiction."""
    people = rows(played, "select email, phone from applicants union select email, phone from people")
    assert {email.partition("@")[2] for email, _ in people} <= {"example.org", ""}
    assert {phone[:9] for _, phone in people} <= {"01632 960", ""}
    assert rows(played, "select count(*) from applicants where name like '%O_Brien%'") > [(0,)]
    assert rows(played, "select count(*) from schools where urn < '900001' or urn > '900373'") == [(0,)]


def test_nothing_was_refused_and_the_record_is_in_order(
    record: Record, programme: Programme, played: Played
) -> None:
    """Every command of the story is done, the hashes hold, and the views are what the events give."""
    service = Service(
        record=record,
        programme=programme,
        clock=lambda: dt.datetime(2008, 7, 15, 11, tzinfo=dt.UTC),
        today=lambda: LAST_DAY,
    )
    with record.reading() as reader:
        verified = verify(reader, against=played.head)
        outcomes = {answer["outcome"] for answer in _answers(reader, played)}
    assert (verified.ok, verified.head) == (True, played.head)
    assert verified.events == played.figures.events
    assert outcomes == {"done"}
    assert views_follow(service).ok


def _answers(reader: Reader, played: Played) -> list[Any]:
    ids = [row[0] for row in rows(played, "select id from commands")]
    return [each.answer for each in reader.answers(ids).values()]


def test_the_same_seed_gives_the_same_record(tmp_path: Path, played: Played) -> None:
    """Who plays the demo after somebody else sees what they saw, to the last hash."""
    again = play(tmp_path / "again", seed=played.seed)
    assert again.head == played.head
    assert again.figures == played.figures


def test_another_seed_gives_other_people_and_the_same_figures(tmp_path: Path, played: Played) -> None:
    """The sheet's figures are the story's; who the people are is chance."""
    other = play(tmp_path / "other", seed=played.seed + 1)
    assert other.head != played.head
    assert other.figures.by_category == played.figures.by_category
    assert other.figures.covered == 373


@pytest.mark.parametrize(
    "day",
    [
        EARLY,
        dt.date(2007, 7, 11),
        dt.date(2008, 3, 1),
    ],
    ids=str,
)
def test_an_earlier_end_is_the_beginning_of_the_whole(
    played: Played, cut: Play, programme: Programme, reader: Reader, day: dt.date
) -> None:
    """What the record held as a day began is what it says was known then, event by event and hash by hash."""
    events = "select * from events where recorded_at < '{}' order by stream, version"
    shorter = cut(day)
    then = dt.datetime.combine(day, dt.time(), dt.UTC)
    assert rows(shorter, events.format("9999")) == rows(played, events.format(day.isoformat()))
    record = open_record(f"sqlite:///{shorter.database}")
    with record.reading() as early:
        seen = coverage(early, programme, STATUTORY)
    record.close()
    assert seen == coverage(reader, programme, STATUTORY, then)


def test_before_april_much_is_still_to_be_done(cut: Play) -> None:
    """A month before the statutory date partners are named everywhere and briefed in one area only."""
    figures = cut(dt.date(2008, 3, 1)).figures
    assert 0 < figures.covered < 100
    assert figures.appointed < 47 < figures.appointed + figures.awaiting_accreditation + 4


def test_the_folder_is_an_installation_whose_clock_stands_at_the_end(played: Played, cut: Play) -> None:
    """Whoever looks at the demo looks on its last day; one that was stopped stands at the day that began."""
    whole = tomllib.loads((played.home / "siprecruit.toml").read_text("utf-8"))
    assert (whole["now"], whole["demo"], whole["programme"]) == ("2008-07-15", True, "norfolk-2008")
    shorter = cut(EARLY)
    assert tomllib.loads((shorter.home / "siprecruit.toml").read_text("utf-8"))["now"] == EARLY.isoformat()


# -- what was delivered -------------------------------------------------------


def test_every_message_has_gone_out_or_is_wanted_no_longer(played: Played) -> None:
    """The story ends with nothing that waits or failed; whoever gave no address was rung."""
    statuses = dict(rows(played, "select status, count(*) from outbox group by status"))
    by_mail = rows(played, "select count(*) from attempts where provider = 'notifiers/file'")
    assert statuses.keys() <= {"sent", "settled", "not_wanted"}
    assert len(list((played.home / "messages-sent").glob("*.eml"))) == by_mail[0][0] > 500


def test_who_is_asked_by_us_answers_in_the_folder(played: Played) -> None:
    """Our own requests lie there as files, and every answer to one came by the channel, none by hand."""
    asked = rows(played, "select count(*) from outbox where kind = 'request' and attempts = 1")
    ours = (
        "select distinct substr(command, 1, 13) from events as told where kind = 'reference.{}' and exists"
        " (select 1 from events as asked where asked.stream = told.stream and asked.kind = 'reference.asked'"
        " and json_extract(asked.body, '$.reference') = json_extract(told.body, '$.reference'))"
    )
    requests = [each for each in (played.home / "references/requests").iterdir() if "asked" in each.name]
    assert len(requests) == asked[0][0] > 90
    for what in ("received", "declined", "bounced"):
        assert rows(played, ours.format(what)) == [("reply-folder-",)]


def test_what_the_college_asks_comes_by_its_lists(played: Played) -> None:
    """References that the college began, and heads who apply elsewhere, come through the inbox alone."""
    begun = (
        "select distinct substr(command, 1, 19) from events"
        " where kind in ('reference.begun_outside', 'application.made_elsewhere')"
    )
    assert rows(played, begun) == [("item-college_tasks-",)]


def test_reminders_go_out_by_the_ledger(played: Played) -> None:
    """Referees whom we asked hear at 7, 14, 21 and 28 days, each step once; whom the college asked, never."""
    reminded = rows(played, "select stream, version, step from outbox where kind = 'reminder'")
    ours = rows(played, "select stream, version from events where kind = 'reference.asked'")
    assert {step for _, _, step in reminded} == {7, 14, 21, 28}
    assert len(set(reminded)) == len(reminded) > 20
    assert {(stream, version) for stream, version, _ in reminded} <= set(ours)


def test_the_college_is_believed_by_its_list(played: Played) -> None:
    """Who is accredited during the round, suspended, or put off, is learnt from the list by looking it up."""
    learnt = dict(rows(played, "select kind, count(*) from events where by_whom = 'lookup' group by kind"))
    late = "select count(*) from events where kind = 'accreditation.recorded' and happened_on > '2007-10-01'"
    special = " and json_extract(body, '$.phase') = 'primary'"
    assert learnt["accreditation.ended"] == 1
    assert learnt["accreditation.recorded"] == rows(played, late + special)[0][0] > 20
    assert learnt["accreditation.outcome_told"] == 7
    assert learnt["accreditation.looked_up"] > learnt["accreditation.recorded"]
