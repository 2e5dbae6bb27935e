"""Two connections whose commands read what the other writes: haste never gets past a rule."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from core.pool import day
from service.office import Clock, Office, answer, appoint, opened
from service.pairs import MORE, PAIRS, Pair, World
from siprecruit.core.accreditation import RecordAccreditation
from siprecruit.core.allocation import EndPermanent, NamePermanent
from siprecruit.core.commands import COMMAND_KINDS, Command
from siprecruit.core.ids import Code
from siprecruit.core.streams import DECIDERS
from siprecruit.record.store import Record, Writer
from siprecruit.record.verify import verify
from siprecruit.service import Result, Service

import postgres

EVERY = {f"{name}, {field}": pair for (name, field), pair in PAIRS.items()} | dict(MORE)
PATIENCE = 20.0
TAGS = count(100)


def test_every_command_that_reads_another_stream_has_a_row() -> None:
    """A new command whose decision looks at another stream is not forgotten here."""
    assert DECIDERS
    reading = {(kind.name, field) for kind in COMMAND_KINDS.values() for field, _ in kind.reads}
    assert set(PAIRS) == reading


@attrs.frozen
class HeldBack:
    """A record whose transactions stop before they are committed, when all is decided and written."""

    record: Record
    reached: Event = attrs.field(factory=Event)
    go_on: Event = attrs.field(factory=Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction that is committed when told to."""
        with self.record.writing() as writer:
            yield writer
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


@pytest.fixture(scope="module")
def busy_office(postgres_url: str) -> Iterator[Office]:
    """One office on PostgreSQL for all pairs: each has people and schools of its own."""
    with postgres.fresh_database(postgres_url) as url, opened(url, create=True) as made:
        yield made


@pytest.fixture(scope="module")
def calm_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same on SQLite, where one comes after the other."""
    place = tmp_path_factory.mktemp("calm") / "siprecruit.db"
    with opened(f"sqlite:///{place}", create=True) as made:
        yield made


def one_after_the_other(office: Office, pair: Pair, order: str) -> list[tuple[Any, ...]]:
    """What becomes of both, in that order."""
    world = World(office=office, tag=next(TAGS))
    pair.before(world)
    return [said(office.service.handle(command)) for command in commands(pair, world, order)]


def commands(pair: Pair, world: World, order: str) -> Sequence[Command]:
    """Both commands, in that order."""
    both = pair.reader(world), pair.writer(world)
    return both if order == "reader first" else both[::-1]


def said(result: Result) -> tuple[Any, ...]:
    """What a caller would notice: the outcome, the code, how many events."""
    first, last = result.versions or (1, 0)
    return result.outcome, result.code, last - first + 1


def waits(office: Office) -> bool:
    """Whether some transaction waits for a lock."""
    with office.record.reading() as reader:
        waiting = reader.connection.execute(
            sa.text(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                "WHERE NOT granted AND d.datname = current_database()"
            )
        )
        return bool(waiting.scalar_one())


def in_each_others_way(office: Office, pair: Pair, order: str) -> list[tuple[Any, ...]]:
    """What becomes of both if the second comes when the first has decided and is not yet committed."""
    world = World(office=office, tag=next(TAGS))
    pair.before(world)
    first, second = commands(pair, world, order)
    held = HeldBack(office.record)
    slow = Service(
        record=held,  # type: ignore[arg-type]
        programme=office.programme,
        clock=Clock(),
        today=office.clock.today,
    )
    with ThreadPoolExecutor(2) as hands:
        one = hands.submit(slow.handle, first)
        assert held.reached.wait(PATIENCE)
        two = hands.submit(office.service.handle, second)
        until_it_waits(office, two)
        held.go_on.set()
        return [said(one.result(PATIENCE)), said(two.result(PATIENCE))]


def until_it_waits(office: Office, second: Future[Result]) -> None:
    """Come back when the second waits for a lock, or is through already."""
    give_up = time.monotonic() + PATIENCE
    while not second.done() and not waits(office):
        assert time.monotonic() < give_up
        second_look = 0.005
        time.sleep(second_look)


@pytest.mark.parametrize("name", EVERY)
def test_one_after_the_other_the_rule_forbids_it(calm_office: Office, name: str) -> None:
    """The rule that two connections could slip past is one that holds in calm."""
    pair = EVERY[name]
    writer, reader = one_after_the_other(calm_office, pair, "writer first")
    alone, _ = one_after_the_other(calm_office, pair, "reader first")

    assert writer[0] == alone[0] == "done"
    assert reader[1] == pair.forbids
    assert reader != alone


@pytest.mark.postgres
@pytest.mark.parametrize("order", ["writer first", "reader first"])
@pytest.mark.parametrize("name", EVERY)
def test_two_connections_end_as_one_after_the_other(
    busy_office: Office, calm_office: Office, name: str, order: str
) -> None:
    """Whoever is first in the record is first in the decision: no two succeed of which a rule forbids one."""
    pair = EVERY[name]
    expected = one_after_the_other(calm_office, pair, order)

    assert in_each_others_way(busy_office, pair, order) == expected


@pytest.mark.postgres
@pytest.mark.parametrize("order", ["writer first", "reader first"])
def test_two_who_change_one_row_leave_it_as_both_say(busy_office: Office, order: str) -> None:
    """The school's line ends, the accreditation comes: the row follows from both, and says both."""

    def before(world: World) -> None:
        world.ready("ben")
        world.done("application", answer(world.person("ann")), "2007-05-20", name="A")
        appoint(busy_office, world.person("ann"))
        name = NamePermanent(person=world.person("ann"), starts=day("2008-02-20"))
        world.done("placement", name, "2008-02-15")

    accredited = RecordAccreditation(phase=Code("primary"), source=Code("ncsl"))
    ended = EndPermanent(until=day("2008-02-29"))
    pair = Pair(
        before=before,
        reader=lambda world: world.to("placement", ended),
        writer=lambda world: world.to("person", accredited, name="ann"),
        forbids=None,
    )
    in_each_others_way(busy_office, pair, order)
    shown = busy_office.views()

    busy_office.rebuild()

    assert busy_office.views() == shown


@pytest.mark.postgres
def test_what_people_look_at_holds_after_all_that(busy_office: Office) -> None:
    """Neither connection has shown what the other had changed by then."""
    for pair in EVERY.values():
        for order in ("writer first", "reader first"):
            in_each_others_way(busy_office, pair, order)
    before = busy_office.views()

    busy_office.rebuild()

    assert busy_office.views() == before
    with busy_office.record.reading() as reader:
        assert verify(reader).ok
