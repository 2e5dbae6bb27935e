"""What a register is found to say: evidence, and never more than it says."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from siprecruit.core import accreditation
from siprecruit.core.accreditation import (
    AccreditationLookedUp,
    AccreditationRecorded,
    EndAccreditation,
    FindAccreditation,
    RecordAccreditation,
    Verdict,
    accredited,
    awaiting,
    last_seen,
    to_settle,
)
from siprecruit.core.ids import Code
from siprecruit.core.intervals import DAY
from siprecruit.programmes import load

PRIMARY, SPECIAL, NCSL = Code("primary"), Code("special"), Code("ncsl")
AUTUMN, WINTER, SPRING = dt.date(2007, 10, 19), dt.date(2008, 1, 7), dt.date(2008, 3, 3)
days = st.dates(dt.date(2007, 9, 1), dt.date(2008, 6, 30))


@pytest.fixture
def story() -> Story:
    return new_story()


def new_story() -> Story:
    return Story(decider=decider_of(accreditation.STAGE, kind="person"), stream="person/A7K4P")


def found(verdict: str, **values: object) -> FindAccreditation:
    return FindAccreditation(**{"phase": PRIMARY, "verdict": verdict, "source": NCSL, **values})


def is_accredited(story: Story, day: dt.date, phase: str = "primary") -> bool:
    return accredited(story.state.accreditation, phase, day)


def doubts(story: Story) -> int:
    return len(to_settle(story.state.accreditation, story.today))


def test_the_register_accredits_from_its_own_day(story):
    """Looked up in January, accredited since October: the record says October, January is the evidence."""
    story.tell(WINTER, found("accredited", accredited_on=AUTUMN, number="0042", evidence="seen"))
    assert (is_accredited(story, AUTUMN), is_accredited(story, AUTUMN - DAY)) == (True, False)
    assert [(one.on, type(one.event)) for one in story.history] == [
        (AUTUMN, AccreditationRecorded),
        (WINTER, AccreditationLookedUp),
    ]
    assert (last_seen(story.state.accreditation), doubts(story)) == (WINTER, 0)


def test_without_a_day_it_holds_from_the_day_it_was_seen(story):
    """A register that says no more than yes says it of today."""
    story.tell(WINTER, found("accredited"))
    assert (is_accredited(story, WINTER), is_accredited(story, WINTER - DAY)) == (True, False)


def test_what_is_known_is_seen_again_and_not_recorded_again(story):
    """Asked each week, a register that says the same leaves the day on which it did, once a day."""
    story.tell(WINTER, found("accredited", accredited_on=AUTUMN))
    assert len(story.tell(WINTER + 7 * DAY, found("accredited", accredited_on=AUTUMN))) == 1
    assert story.tell(WINTER + 7 * DAY, found("accredited", accredited_on=AUTUMN)) == ()


def test_all_phases_that_it_names_are_recorded(story):
    """A person accredited for special schools, too, is found so by the same question."""
    story.tell(WINTER, found("accredited", phases=(PRIMARY, SPECIAL), accredited_on=AUTUMN))
    assert is_accredited(story, WINTER, "special")


@pytest.mark.parametrize("verdict", ["unknown", "ambiguous"])
@given(accredited_before=st.booleans())
def test_no_answer_never_accredits_and_never_removes(verdict, accredited_before):
    """A register that doesn't know the person, or knows two, decides nothing, whatever stood before."""
    story = new_story()
    if accredited_before:
        story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    (happened,) = story.tell(WINTER, found(verdict, accredited_on=AUTUMN))
    assert isinstance(happened, AccreditationLookedUp)
    assert (is_accredited(story, WINTER), doubts(story)) == (accredited_before, 0)


@pytest.mark.parametrize("verdict", ["suspended", "removed"])
def test_nobody_remains_whom_the_register_removes(story, verdict):
    """Nobody may remain a partner who isn't accredited for the time being (EIA 2006 s.5)."""
    story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(WINTER, found(verdict))
    assert (is_accredited(story, WINTER - DAY), is_accredited(story, WINTER)) == (True, False)


def test_what_expired_ends_after_the_last_day_that_the_register_names(story):
    """Seen in March, expired with the year: the days since then weren't covered."""
    story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(SPRING, found("expired", expires_on=dt.date(2007, 12, 31)))
    assert (is_accredited(story, dt.date(2007, 12, 31)), is_accredited(story, dt.date(2008, 1, 1))) == (
        True,
        False,
    )


def test_an_old_list_ends_nothing_that_began_after_it(story):
    """A list that says expired in December doesn't take away what the office knows of January."""
    story.tell(WINTER, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(SPRING, found("expired", expires_on=dt.date(2007, 12, 31)))
    assert (is_accredited(story, SPRING), doubts(story)) == (True, 1)


def test_what_the_office_ended_is_not_accredited_again_by_an_older_day(story):
    """Suspended by letter in January; the register still shows October: a person learns what is right."""
    story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(WINTER, EndAccreditation(phase=PRIMARY, why="suspended", source=NCSL))
    for finding in (found("accredited", accredited_on=AUTUMN), found("accredited")):
        story.tell(SPRING, finding)
        assert (is_accredited(story, SPRING), doubts(story)) == (False, 1)


def test_a_doubt_is_settled_by_whoever_says_what_is_right(story):
    """The office rings, hears that its own record is right, says so again: the same is no news then."""
    story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(WINTER, found("not_accredited"))
    assert doubts(story) == 1
    assert story.tell(AUTUMN, RecordAccreditation(phase=PRIMARY, source=NCSL))
    story.tell(SPRING, found("not_accredited"))
    assert (doubts(story), is_accredited(story, SPRING)) == (0, True)
    story.tell(SPRING + DAY, found("pending"))
    assert doubts(story) == 1


def test_an_open_answer_is_awaited_and_a_final_one_isnt(story):
    """Pending and deferred are awaited, not accredited is not, and none of them accredits."""
    story.tell(AUTUMN, found("pending"))
    assert awaiting(story.state.accreditation, WINTER) == (PRIMARY,)
    story.tell(WINTER, found("not_accredited"))
    assert awaiting(story.state.accreditation, WINTER) == ()
    story.tell(SPRING, found("deferred"))
    assert awaiting(story.state.accreditation, SPRING) == (PRIMARY,)
    assert not is_accredited(story, SPRING)


def test_a_programme_without_an_accreditor_looks_nothing_up(story):
    """Where nobody outside accredits there is no register to ask."""
    story.programme = attrs.evolve(load("norfolk-2008"), accreditor=None)
    assert story.refused(WINTER, found("accredited")).code == "no_accreditor"


finding = st.builds(
    FindAccreditation,
    phase=st.sampled_from([PRIMARY, SPECIAL]),
    verdict=st.sampled_from(get_args(Verdict)),
    source=st.just(NCSL),
    phases=st.sampled_from([(), (PRIMARY,), (PRIMARY, SPECIAL), (Code("unheard_of"),)]),
    accredited_on=st.none() | days | st.just(dt.date.max),
    expires_on=st.none() | days | st.sampled_from([dt.date.min, dt.date.max]),
)


@given(st.lists(st.tuples(days, finding), max_size=6))
def test_whatever_a_register_says_only_yes_accredits_and_all_of_it_is_evidence(told):
    """Any answers in any order are taken; a person is accredited only where one of them said so."""
    story = new_story()
    for on, what in told:
        happened = story.tell(on, what)
        assert not happened or isinstance(happened[-1], AccreditationLookedUp)
        assert all(one.on <= story.today for one in story.history)
    if is_accredited(story, story.today):
        assert any(what.verdict == "accredited" for _, what in told)
