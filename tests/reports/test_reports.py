"""What people look at says what the streams say, in few statements, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from cli.story import STORY
from siprecruit.core.commands import Command
from siprecruit.intake.commands import as_command
from siprecruit.programmes import load
from siprecruit.record.store import Reader, Record, open_record
from siprecruit.record.views import applicants
from siprecruit.reports import listing
from siprecruit.reports.applicants import Order, Wanted, listed, listed_as_at, scene_of_all
from siprecruit.reports.coverage import coverage, names
from siprecruit.reports.documents import as_document
from siprecruit.reports.dossier import dossier
from siprecruit.reports.finding import find, scene_around
from siprecruit.reports.freshness import views_hold
from siprecruit.reports.queue import Wanted as WantedTasks
from siprecruit.reports.queue import awaited, awaited_as_at
from siprecruit.reports.schools import school_dossier
from siprecruit.service import Service

TODAY = dt.date(2007, 6, 30)
NOW = dt.datetime(2007, 6, 30, 11, tzinfo=dt.UTC)
PROGRAMME = load("norfolk-2008")


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A service on a record in which the story was told."""
    record = open_record(database_url, create=True)
    running = Service(record=record, programme=PROGRAMME, clock=lambda: NOW, today=lambda: TODAY)
    send(running, *STORY)
    yield running
    record.close()


def send(service: Service, *documents: dict[str, Any]) -> None:
    """Do what commands say, all of which are sound."""
    commands: list[Command] = [as_command(each) for each in documents]
    refused = [each for each in service.handle_all(commands) if each.outcome == "refused"]
    assert refused == []


def command(name: str, stream: str, on: str, **told: Any) -> dict[str, Any]:
    """One command, with an id of its own."""
    return {"command": name, "id": f"{name}-{stream}-{on}", "stream": stream, "on": on, "data": told}


def applicants_told_otherwise(service: Service) -> None:
    """Ways in which an applicant's position changes afterwards."""
    send(
        service,
        command("response.withdraw", "application/B8M5Q", "2007-06-20"),
        command("reference.receive", "application/A7K4P", "2007-06-21", reference="1"),
        {**command("undo", "application/A7K4P", "2007-06-25"), "data": {"command": "q1", "cascade": True}},
        command("person.merge", "person/A7K4P", "2007-06-26", other="B8M5Q"),
    )


@pytest.mark.parametrize("happens", [lambda _: None, applicants_told_otherwise])
def test_the_view_says_what_the_streams_say(service: Service, happens: Callable[[Service], None]) -> None:
    """A list read from the view and one folded from the streams are the same, row by row."""
    happens(service)
    with service.record.reading() as reader:
        from_view = listed(reader, Wanted())
        from_streams = listed_as_at(reader, PROGRAMME, Wanted(), TODAY)
        tasks = awaited(reader, WantedTasks(closed_too=True))
        same_tasks = awaited_as_at(scene_of_all(reader, PROGRAMME, TODAY, None), WantedTasks(closed_too=True))
    assert from_view == from_streams
    assert tasks == same_tasks
    assert from_view.total == 2


@pytest.mark.parametrize(
    ("at_most", "look"),
    [
        (5, lambda reader: listed(reader, Wanted(name="o", flag="no_email", order="stage"))),
        (5, lambda reader: listed_as_at(reader, PROGRAMME, Wanted(), TODAY, NOW)),
        (5, lambda reader: awaited(reader, WantedTasks(referee="partner", overdue_on=TODAY))),
        (5, lambda reader: (coverage(reader, PROGRAMME, TODAY, NOW), names(reader, ["120778"], ["partner"]))),
        (6, lambda reader: dossier(around(reader, "A7K4P"), "application/A7K4P")),
        (6, lambda reader: dossier(around(reader, "partner"), "person/partner")),
        (6, lambda reader: school_dossier(around(reader, "120777"), "placement/120777")),
    ],
)
def test_a_look_costs_few_statements(
    sqlite_database: str, at_most: int, look: Callable[[Reader], object]
) -> None:
    """A list is at most five statements and a page about one at most six, however much there is."""
    record = open_record(sqlite_database, create=True)
    send(Service(record=record, programme=PROGRAMME, clock=lambda: NOW, today=lambda: TODAY), *STORY)
    seen: list[str] = []
    with record.reading() as reader:
        driver: Any = reader.connection.connection.driver_connection
        driver.set_trace_callback(seen.append)
        look(reader)
        driver.set_trace_callback(None)
    record.close()
    assert 0 < len(seen) <= at_most, seen


def around(reader: Reader, told: str) -> Any:
    """All that is derived from for one thing."""
    stream = find(reader, told)
    assert stream is not None
    return scene_around(reader, PROGRAMME, stream, TODAY)


def test_no_more_is_counted_than_somebody_would_read(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of a hundred thousand costs no more than one of a thousand: it says "more than"."""
    monkeypatch.setattr(listing, "COUNTED", 1)
    with service.record.reading() as reader:
        page = listed(reader, Wanted(size=1))
    assert (page.total, page.more_than, page.last) == (1, True, False)


def test_time_alone_moves_a_position(service: Service) -> None:
    """A day after the deadline the reference is overdue in the view too, without any new fact."""
    later = attrs.evolve(service, clock=lambda: NOW + dt.timedelta(days=30))
    send(
        service,
        command(
            "reference.ask", "application/A7K4P", "2007-06-30", reference="2", referee="2", due="2007-07-15"
        ),
    )
    assert views_hold(service.record, PROGRAMME, service.clock())
    with service.record.reading() as reader:
        assert "awaited:2" in listed(reader, Wanted(name="obrien")).rows[0].blocks
    assert views_hold(later.record, PROGRAMME, later.clock())
    with service.record.reading() as reader:
        assert "overdue:2" in listed(reader, Wanted(name="obrien")).rows[0].blocks


def test_an_earlier_clock_does_not_read_todays_views(service: Service) -> None:
    """Where the clock was set back, the views, which know the future, aren't asked."""
    assert not views_hold(service.record, PROGRAMME, NOW - dt.timedelta(days=1))


def test_merged_people_are_shown_as_one(service: Service) -> None:
    """Two applications of one person stand on one page once somebody has said that they are one."""
    send(service, command("person.merge", "person/A7K4P", "2007-06-26", other="B8M5Q"))
    with service.record.reading() as reader:
        found = dossier(around(reader, "person/A7K4P"), "person/A7K4P")
    assert found.merged == ("B8M5Q",)
    assert [each.application for each in found.applications] == ["A7K4P", "B8M5Q"]


def test_who_covered_a_school_is_told_for_any_day(service: Service) -> None:
    """Coverage is told for the past, today and ahead; who loses accreditation covers nobody from that day."""
    end = command("accreditation.end", "person/partner", "2007-06-15", phase="primary", why="suspended")
    send(service, end)
    days = [dt.date(2007, 5, 31), dt.date(2007, 6, 1), dt.date(2007, 6, 14), dt.date(2007, 6, 15)]
    with service.record.reading() as reader:
        assert [coverage(reader, PROGRAMME, day).covered for day in days] == [0, 1, 1, 0]
        reasons = coverage(reader, PROGRAMME, TODAY).uncovered[0].reasons
    assert [each.code for each in reasons] == ["not_accredited"]


def test_rows_become_json_in_the_order_of_their_fields() -> None:
    """A day is written as a day and an instant in UTC with a Z, so that every program reads them."""

    @attrs.frozen(kw_only=True)
    class Fact:
        what: str
        on: dt.date
        at: dt.datetime
        more: dict[str, tuple[int, ...]]

    fact = Fact(what="heard", on=TODAY, at=NOW, more={"a": (1,)})
    found = as_document(fact)
    assert found == {"what": "heard", "on": "2007-06-30", "at": "2007-06-30T11:00:00Z", "more": {"a": [1]}}
    assert list(found) == ["what", "on", "at", "more"]


@pytest.mark.parametrize("order", ["name", "received"])
@pytest.mark.parametrize("role", ["administrator", "nobody"])
def test_a_roles_applicants_are_not_looked_for_in_every_row(
    sqlite_database: str, role: str, order: Order
) -> None:
    """A page by whose move it is takes as many steps among 300 applicants as among 60, found or not."""
    record = open_record(sqlite_database, create=True)
    steps = []
    for first, count in ((0, 60), (60, 240)):
        with record.writing() as writer:
            writer.connection.execute(
                applicants.insert(), [_waiting(first + number) for number in range(count)]
            )
        steps.append(_steps(record, Wanted(whose_move=role, order=order, size=10)))
    record.close()
    assert steps[1] <= steps[0] * 1.2


def _waiting(number: int) -> dict[str, Any]:
    """The row of an applicant; of the first sixty one in two waits for the administrator."""
    role = "administrator" if number % 2 == 0 and number < 60 else "referee"
    texts = dict.fromkeys(("name", "email", "folded_email", "phone"), "")
    told = {"stage": "references", "whose_move": role, "blocks": "[]", "flags": "[]"}
    code, name = f"C{number:04d}", f"name {number * 7 % 300:04d}"
    return {
        "application": code,
        "person": code,
        "folded_name": name,
        "received_on": "2007-05-20",
        **texts,
        **told,
    }


def _steps(record: Record, wanted: Wanted) -> int:
    """How many steps SQLite's own machine takes for a page: the same on every computer."""
    taken: list[int] = []
    with record.reading() as reader:
        driver: Any = reader.connection.connection.driver_connection
        driver.set_progress_handler(lambda: taken.append(1), 1)
        listed(reader, wanted)
        driver.set_progress_handler(None, 0)
    return len(taken)
