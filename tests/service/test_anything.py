"""Whatever is told, put right and undone: what must never be is not, and every view agrees."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.pool import day
from service.anything import (
    DAYS,
    ENCLOSED,
    FIELDS,
    PEOPLE,
    SCHOOLS,
    STREAMS,
    anything,
    command_of,
    kinds,
    people,
)
from service.office import NORFOLK, Clock, Office, opened, record_school
from siprecruit.core.accreditation import AccreditationEnded, AccreditationRecorded
from siprecruit.core.adverts import OpenRound
from siprecruit.core.commands import COMMAND_KINDS, Command, Correct, Reverse, Undo
from siprecruit.core.coverage import Pool, responsible
from siprecruit.core.events import Recorded, standing
from siprecruit.core.gates import deployable, deployable_intervals
from siprecruit.core.ids import Code, Urn
from siprecruit.core.intervals import covers
from siprecruit.core.streams import DECIDERS
from siprecruit.record.desk import Desk
from siprecruit.record.verify import verify
from siprecruit.reports.todo import Wanted, listed
from siprecruit.reports.todo_as_at import listed_as_at
from siprecruit.service import Result

KINDS = kinds()
ANYTHING = anything()
# To make a failure smaller takes hundreds of records, and minutes: its steps as they were will do.
PHASES = [phase for phase in Phase if phase is not Phase.shrink]
UNDOING = st.tuples(
    st.sampled_from([stream for streams in STREAMS.values() for stream in streams]),
    st.builds(Correct, event=st.integers(1, 6), reason=st.just("wrong"), cascade=st.booleans()),
    st.just(day("2008-07-15")),
)
EVERYTHING = [stream for streams in STREAMS.values() for stream in streams]
END = dt.datetime(2008, 8, 1, 9, tzinfo=dt.UTC)
LOOKED_AT = (*DAYS, day("2008-12-31"))


def test_every_command_can_be_made_up() -> None:
    """A new command takes part in what follows without anybody thinking of it, or is missed here."""
    for name, cls in KINDS.items():
        command_of(cls).validate()
        assert set(COMMAND_KINDS[cls].streams) & STREAMS.keys(), name


class Anything(RuleBasedStateMachine):
    """One office, any commands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="siprecruit-anything-"))
        self.context = opened(f"sqlite:///{self.folder / 'r.db'}", create=True, clock=Clock(now=END))
        self.office: Office = self.context.__enter__()
        self.answered: list[tuple[Command, Result]] = []
        self.remembered: list[tuple[dt.datetime, dt.date, dict[str, Any]]] = []

    def teardown(self) -> None:
        """Look at everything once more at the end."""
        try:
            self.all_is_well()
        finally:
            self.context.__exit__(None, None, None)
            shutil.rmtree(self.folder, ignore_errors=True)

    @initialize(peopled=st.sampled_from([True, True, False]))
    def begin(self, peopled: bool) -> None:
        """A round, two schools; mostly people, too."""
        begin(self.office, peopled=peopled)

    # -- what may happen ------------------------------------------------------

    @rule(told=st.lists(ANYTHING, min_size=10, max_size=25), undone=st.booleans())
    def tell(self, told: list[tuple[str, Any, dt.date]], undone: bool) -> None:
        """Any commands, on any days."""
        for stream, what, on in told:
            self.send(stream, what, on, undone=undone)
        nobody_serves_unaccredited(self.office)

    @rule(data=st.data(), cascade=st.booleans(), how=st.sampled_from(["void", "set", "on", "reverse"]))
    def put_right(self, data: st.DataObject, cascade: bool, how: str) -> None:
        """Any event is corrected, taken out or reversed."""
        stream = data.draw(st.sampled_from(EVERYTHING))
        history = self.office.history(stream)
        if not history:
            return
        past = data.draw(st.sampled_from(history))
        on = max(self.office.clock.today(), past.on)
        what: Any = Correct(event=past.version, reason="wrong", cascade=cascade)
        if how == "reverse":
            what = Reverse(event=past.version, reason="changed", cascade=cascade)
        elif how == "on":
            what = attrs.evolve(what, set={"on": data.draw(st.sampled_from(DAYS)).isoformat()})
        elif how == "set":
            names = [each.name for each in attrs.fields(type(past.event)) if each.name in FIELDS]
            if not names:
                return
            name = data.draw(st.sampled_from(names))
            what = attrs.evolve(what, set={name: msgspec.to_builtins(data.draw(FIELDS[name]))})
        self.send(stream, what, on, undone=data.draw(st.booleans()))

    @precondition(lambda self: bool(self.answered))
    @rule(data=st.data(), cascade=st.booleans())
    def undo(self, data: st.DataObject, cascade: bool) -> None:
        """Any earlier command is taken back."""
        command, _ = data.draw(st.sampled_from(self.answered))
        what = Undo(command=command.id, cascade=cascade)
        self.send(command.stream, what, self.office.clock.today(), undone=data.draw(st.booleans()))

    @precondition(lambda self: bool(self.answered))
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """A post arrives twice: it gets its first answer."""
        command, first = data.draw(st.sampled_from(self.answered))
        assert self.office.service.handle(command) == first

    @precondition(lambda self: bool(self.answered))
    @rule()
    def anew(self) -> None:
        """Straight after a command, the same under another id says nothing new."""
        command, first = self.answered[-1]
        if first.outcome == "done" and command.name not in ("note.add", "correct", "reverse", "undo"):
            again = self.office.service.handle(attrs.evolve(command, id=f"{command.id}-anew"))
            assert again.outcome != "done"

    @rule(days=st.sampled_from([1, 20, 200]))
    def time_passes(self, days: int) -> None:
        """Days go by in which nobody does anything."""
        self.office.clock.now += dt.timedelta(days=days)
        self.office.refresh()

    @rule(on=st.sampled_from(DAYS))
    def remember(self, on: dt.date) -> None:
        """What was known just now of a day is kept, to be compared with what is said of it later."""
        known_at = self.office.clock.now
        self.remembered.append((known_at, on, self.states(known_at, on)))

    # -- what is looked at ----------------------------------------------------

    def send(self, stream: str, what: Any, on: dt.date, *, undone: bool) -> None:
        """Send a command; and perhaps take it back at once, after which every view is as it was."""
        enclosed: dict[str, Any] = (
            {"enclosed": ENCLOSED} if COMMAND_KINDS[type(what)].name == "file.attach" else {}
        )
        command = attrs.evolve(self.office.command(stream, what, on), **enclosed)
        before = self.office.views() if undone else {}
        result = self.office.service.handle(command)
        self.answered.append((command, result))
        if undone and result.outcome == "done":
            assert result.undo is not None
            after = self.office.views()
            taken_back = Undo(**result.undo["data"])
            self.done_after(stream, taken_back, before)
            if self.answered[-1][1].outcome == "done":
                self.done_after(stream, Undo(command=self.answered[-1][0].id), after)

    def done_after(self, stream: str, what: Any, expected: dict[str, Any]) -> None:
        """Send a command that leaves the views as expected."""
        command = self.office.command(stream, what, self.office.clock.today())
        result = self.office.service.handle(command)
        self.answered.append((command, result))
        assert result.outcome == "done", result
        assert self.office.views() == expected

    def states(self, known_at: dt.datetime, on: dt.date) -> dict[str, Any]:
        """What was true on a day, as known at an instant."""
        with self.office.record.reading() as reader:
            histories = reader.histories(EVERYTHING, known_at=known_at)
        return {
            stream: DECIDERS[stream.partition("/")[0]].state(history, on)
            for stream, history in histories.items()
        }

    def all_is_well(self) -> None:
        """The record verifies, what was known stays known, and every view is what the streams say."""
        for known_at, on, states in self.remembered:
            assert self.states(known_at, on) == states
        views_follow(self.office)


def nobody_serves_unaccredited(office: Office) -> None:
    """On no day is anybody deployable, or responsible for a school, who isn't accredited that day."""
    with office.record.reading() as reader:
        desk = Desk(reader, NORFOLK, office.clock.today())
        everybody = {who: desk.person(who) for who in PEOPLE}
        applications = {who: desk.applications(who) for who in PEOPLE}
        told = {who: said_of(desk, desk.group(who)) for who in PEOPLE}
        placements = {urn: desk.state(f"placement/{urn}") for urn in SCHOOLS}
    pool = Pool(people=everybody, applications=applications, programme=NORFOLK)  # type: ignore[arg-type]
    for on in LOOKED_AT:
        for who in PEOPLE:
            for phase in ("primary", "special"):
                ready = deployable(everybody[who], applications[who], NORFOLK, phase, on)
                spells = deployable_intervals(everybody[who], applications[who], NORFOLK, phase)
                assert ready == covers(spells, on)
                assert not ready or accredited(told[who], phase, on), (who, phase, on)
        for urn in SCHOOLS:
            serving = responsible(placements[Urn(urn)], pool, on)
            phases = ("primary", "special")
            assert serving is None or any(accredited(told[serving.person], each, on) for each in phases)


def views_follow(office: Office) -> None:
    """Every view is what the streams say, what needs doing too, and the record verifies."""
    office.refresh()
    views = office.views()
    office.rebuild()
    assert office.views() == views
    today, everything = office.clock.today(), Wanted(size=1000)
    with office.record.reading() as reader:
        assert verify(reader).ok
        read = listed(reader, NORFOLK, everything, today)
        assert listed_as_at(reader, NORFOLK, everything, today) == read


def begin(office: Office, *, peopled: bool) -> None:
    """The small world before anything is told of it."""
    for urn in SCHOOLS:
        record_school(office, urn)
    office.done("round/w4", OpenRound(wave=Code("4")), "2007-01-10")
    if peopled:
        people(office)


def said_of(desk: Desk, group: Iterable[str]) -> list[Recorded]:
    """What the accreditor has said of a person, as it stands."""
    words = (AccreditationRecorded, AccreditationEnded)
    return [
        each
        for one in group
        for each in standing(desk.histories[f"person/{one}"])
        if isinstance(each.event, words)
    ]


def accredited(told: list[Recorded], phase: str, on: dt.date) -> bool:
    """The law in a few lines (EIA 2006 s.5): recorded by then, not run out, and not ended since."""
    mine = [each for each in told if each.event.phase == phase and each.on <= on]
    ends = [each.on for each in mine if isinstance(each.event, AccreditationEnded)]
    return any(
        (each.event.until is None or on <= each.event.until) and not any(end > each.on for end in ends)
        for each in mine
        if isinstance(each.event, AccreditationRecorded)
    )


def test_whatever_is_told() -> None:
    """A few lives of an office, each of some fifteen steps; behind the marker slow there are more."""
    _run(examples=8, steps=15)


@pytest.mark.slow
def test_whatever_is_told_for_longer() -> None:
    """Some hundred lives, longer ones."""
    _run(examples=150, steps=40)


def _run(*, examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Anything,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.postgres
def test_two_who_tell_at_once(new_postgres_database) -> None:
    """Two connections tell anything at the same time: what must never be is not, and every view agrees."""
    _two_at_once(new_postgres_database, examples=3)


@pytest.mark.postgres
@pytest.mark.slow
def test_two_who_tell_at_once_for_longer(new_postgres_database) -> None:
    """The same, more often."""
    _two_at_once(new_postgres_database, examples=40)


def _two_at_once(new_database: Callable[[], str], *, examples: int) -> None:
    told = st.lists(st.one_of(ANYTHING, UNDOING), min_size=15, max_size=25)

    @settings(max_examples=examples, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(one=told, other=told)
    def together(one: list[Any], other: list[Any]) -> None:
        with (
            opened(new_database(), create=True, clock=Clock(now=END)) as office,
            opened(office.record.url, clock=Clock(now=END)) as beside,
        ):
            begin(office, peopled=True)
            beside.sent = 1_000
            with ThreadPoolExecutor(2) as hands:
                tellers = [
                    hands.submit(_tell_all, who, what) for who, what in ((office, one), (beside, other))
                ]
                outcomes = [outcome for teller in tellers for outcome in teller.result()]
            assert len(outcomes) == len(one) + len(other)
            nobody_serves_unaccredited(office)
            views_follow(office)

    together()


def _tell_all(office: Office, told: list[tuple[str, Any, dt.date]]) -> list[str]:
    return [office.tell(stream, what, on).outcome for stream, what, on in told]
