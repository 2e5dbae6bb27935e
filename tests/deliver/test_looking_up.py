"""Looking up: what a register says is evidence, what it doesn't know decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from deliver.rounds import Callers, Post, posting
from siprecruit.core.accreditation import AccreditationLookedUp, RecordAccreditation, accredited, awaiting
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.particulars import AppointPerson, MergePerson, RecordPerson
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.looking_up import Looked, due, look_up, of
from siprecruit.plugins.types import AccreditationLookup, Deferred, Finding, LookupQuery, Refused
from siprecruit.record.tables import attempts

HANG = "hang"


@attrs.define(kw_only=True)
class Register:
    """An office whose lookup says what the test wants, and notes what it was asked."""

    post: Post
    says: Callable[[LookupQuery], Any] = lambda _query: Finding(verdict="unknown", source="ncsl")
    many: bool = False
    asked: list[LookupQuery] = attrs.field(factory=list)

    def find(self, _context: Any, query: LookupQuery) -> Any:
        """What it says of one."""
        self.asked.append(query)
        return self.says(query)

    def find_many(self, _context: Any, queries: tuple[LookupQuery, ...]) -> Mapping[str, Any]:
        """What it says of several; whom it doesn't know it leaves out."""
        self.asked += queries
        found = {query.person: self.says(query) for query in queries}
        return {person: told for person, told in found.items() if told is not None}

    def look(self, person: str | None = None) -> tuple[Looked, ...]:
        """Ask after one person, or all who are due."""
        lookup = AccreditationLookup(
            name="register_file", find=self.find, find_many=self.find_many if self.many else None
        )
        self.post.lookups = {"register_file": lookup}
        office = self.post.office
        queries = due(office) if person is None else of(office, person)
        return look_up(office, Callers(office.plugins), queries)

    def state(self, person: str = "ann") -> Any:
        """What is known of a person's accreditation."""
        with self.post.record.reading() as reader:
            history = reader.histories([f"person/{person}"])[f"person/{person}"]
        return DECIDERS["person"].state(history).accreditation

    def appoint(self, *people: str) -> None:
        """People are in the pool and awaited."""
        for person in people:
            told = RecordPerson(first_name=person.title(), last_name="Smith", email=f"{person}@example.org")
            self.post.done(f"person/{person}", told, "2007-05-01")
            self.post.done(f"person/{person}", AppointPerson(category=Code("consultant")), "2007-05-01")


@pytest.fixture
def register(sqlite_database: str, tmp_path: Path) -> Iterator[Register]:
    """An office with Ann and Ben, appointed and awaited."""
    with posting(sqlite_database, tmp_path) as post:
        made = Register(post=post)
        made.appoint("ann", "ben")
        yield made


def yes(_query: LookupQuery) -> Finding:
    """Accredited since May."""
    return Finding(
        verdict="accredited",
        source="ncsl",
        phases=frozenset({"Primary"}),
        number="0042",
        accredited_on=dt.date(2007, 5, 14),
        evidence="list of 1 June",
    )


@pytest.mark.parametrize("many", [False, True])
def test_who_is_awaited_is_asked_after_and_recorded(register: Register, many: bool) -> None:
    """Both are due; the register's own day counts, and no address nor day of birth goes to it."""
    register.many, register.says = many, yes
    found = register.look()
    assert [(one.person, one.phase, one.outcome, one.verdict) for one in found] == [
        ("ann", "primary", "done", "accredited"),
        ("ben", "primary", "done", "accredited"),
    ]
    assert accredited(register.state(), "primary", dt.date(2007, 5, 14))
    assert [(query.name, query.born) for query in register.asked] == [
        ("Ann Smith", None),
        ("Ben Smith", None),
    ]
    assert "example.org" not in repr(register.asked)


def test_who_was_seen_lately_is_left_alone(register: Register) -> None:
    """Within a day nobody is asked after again; the day after they are, by the number that was found."""
    register.says = yes
    register.look()
    assert register.look() == ()
    register.post.clock.advance(days=1)
    assert [one.outcome for one in register.look()] == ["done", "done"]
    assert register.asked[-1].number == "0042"
    assert len(register.state().said) == 1


@pytest.mark.parametrize(
    "says",
    [
        lambda _: Finding(verdict="unknown", source="ncsl"),
        lambda _: Finding(verdict="ambiguous", source="ncsl"),
        lambda _: Deferred(reason="closed for the night"),
        lambda _: Refused(reason="no such list"),
        lambda _: HANG,
        lambda _: 7,
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_no_answer_never_accredits_and_never_removes(register: Register, says: Any, many: bool) -> None:
    """Unknown, two of a name, closed, hung, nonsense: who is accredited stays so, nobody becomes so."""
    register.post.done(
        "person/ann", RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2007-05-14"
    )
    register.many, register.says = many, says
    register.look()
    assert accredited(register.state("ann"), "primary", dt.date(2007, 6, 4))
    assert not accredited(register.state("ben"), "primary", dt.date(2007, 6, 4))


def test_whom_a_register_leaves_out_is_not_known_about(register: Register) -> None:
    """Those that it doesn't match are silently left out of its answer: nothing follows."""
    register.many = True
    register.says = lambda query: yes(query) if query.person == "ben" else None
    found = {one.person: one.outcome for one in register.look()}
    assert found == {"ann": "not_found_out", "ben": "done"}
    assert register.state("ann").seen == ()


def test_an_outage_is_told_and_rests_the_register(register: Register) -> None:
    """After five failures nobody asks for a quarter of an hour; the reason says so."""
    register.says = lambda _query: 7
    said = [one.message for _ in range(4) for one in register.look("ann")]
    assert all("gave no answer: what it answered makes no sense" in message for message in said)
    register.look("ann")
    assert "rests" in register.look("ann")[0].message
    assert len(register.asked) == 5


@pytest.mark.parametrize("many", [False, True])
def test_an_outage_stands_in_the_trace_as_one(register: Register, many: bool) -> None:
    """Whoever asks why nothing is known of anybody sees that the register was closed."""
    register.many, register.says = many, lambda _query: Deferred(reason="closed for the night")
    register.look()
    with register.post.record.reading() as reader:
        assert {answer for (answer,) in reader.select(sa.select(attempts.c.answer))} == {"deferred"}


def test_a_removal_ends_it_and_a_pending_one_is_awaited(register: Register) -> None:
    """Nobody remains whom the register removes (EIA 2006 s.5)."""
    register.says = yes
    register.look("ann")
    register.post.clock.advance(days=1)
    register.says = lambda _query: Finding(verdict="removed", source="ncsl")
    register.look("ann")
    assert not accredited(register.state(), "primary", dt.date(2007, 6, 5))
    register.says = lambda _query: Finding(verdict="pending", source="ncsl")
    register.look("ben")
    assert awaiting(register.state("ben"), dt.date(2007, 6, 5)) == ("primary",)


def test_a_list_is_evidence_of_its_own_day(register: Register) -> None:
    """A list of the first of June that is read on the fourth was seen on the first; one of tomorrow today."""
    days = iter((dt.datetime(2007, 6, 1, 12, tzinfo=dt.UTC), dt.datetime(2007, 6, 9, 12, tzinfo=dt.UTC)))
    register.says = lambda query: attrs.evolve(yes(query), seen_at=next(days), source="The college’s list")
    register.look("ann")
    register.look("ben")
    seen = [register.state(person).seen[0] for person in ("ann", "ben")]
    assert [(one.on, one.found.source) for one in seen] == [
        (dt.date(2007, 6, 1), "register_file"),
        (dt.date(2007, 6, 4), "register_file"),
    ]
    with register.post.record.reading() as reader:
        history = reader.histories(["person/ann"], texts=True)["person/ann"]
    (found,) = [one.event for one in history if isinstance(one.event, AccreditationLookedUp)]
    assert found.evidence == "The college’s list: list of 1 June"


def test_an_old_list_that_was_read_today_is_not_read_again_today(register: Register) -> None:
    """A list of April is read in June: who was looked up in it is asked after again tomorrow, not at once."""
    april = dt.datetime(2007, 4, 2, 12, tzinfo=dt.UTC)
    register.says = lambda _query: Finding(verdict="unknown", source="ncsl", seen_at=april)
    assert [one.outcome for one in register.look()] == ["done", "done"]
    assert [one.on for one in register.state().seen] == [dt.date(2007, 4, 2)]
    assert register.look() == ()
    register.post.clock.advance(days=1)
    assert len(register.look()) == 2


def test_two_looks_at_one_instant_may_find_different_things(register: Register) -> None:
    """The clock stands: another answer is another finding, the same one is a repeat."""
    unknown, ambiguous = (Finding(verdict=each, source="ncsl") for each in ("unknown", "ambiguous"))
    said = iter((unknown, ambiguous, ambiguous))
    register.says = lambda _query: next(said)
    looks = [register.look("ann")[0] for _ in range(3)]
    assert "refused" not in {one.outcome for one in looks}
    with register.post.record.reading() as reader:
        history = reader.histories(["person/ann"])["person/ann"]
    found = [one.event for one in history if isinstance(one.event, AccreditationLookedUp)]
    assert [one.verdict for one in found] == ["unknown", "ambiguous"]


def test_people_who_are_one_are_asked_after_once(register: Register) -> None:
    """Two entries were merged: one question, under the id that they are known by."""
    register.post.done("person/ann", MergePerson(other=PersonId("ben")), "2007-05-02")
    register.says = yes
    assert [one.person for one in register.look()] == ["ann"]


def test_an_applicant_is_asked_after_for_what_they_applied_for(register: Register) -> None:
    """By the applicant's id, also where nothing else is known of them."""
    register.post.apply("B8M5Q")
    register.says = yes
    with register.post.record.reading() as reader:
        history = reader.histories(["application/B8M5Q"])["application/B8M5Q"]
    (looked,) = register.look(str(history[0].event.person))
    assert (looked.outcome, looked.phase) == ("done", "primary")
    assert register.look("nobody") == ()


def test_a_lookup_that_no_plugin_gives_is_told(register: Register) -> None:
    """The settings name one that isn't there."""
    register.post.choices = attrs.evolve(register.post.choices, lookup="unheard")
    with pytest.raises(Rejected) as refusal:
        due(register.post.office)
    assert refusal.value.code == "no_such_lookup"
