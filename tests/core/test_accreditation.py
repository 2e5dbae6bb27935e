"""Accreditation: nobody serves as a School Improvement Partner who isn't accredited for the time being."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from siprecruit.core import accreditation
from siprecruit.core.accreditation import (
    AccreditationEnded,
    EndAccreditation,
    ExpectAccreditation,
    RecordAccreditation,
    TellOutcome,
    accredited,
    accredited_intervals,
    awaiting,
    expected_by,
)
from siprecruit.core.commands import Correct, Rejected, Reverse, Undo
from siprecruit.core.ids import Code
from siprecruit.core.intervals import DAY, Interval
from siprecruit.programmes import load

SUMMER = dt.date(2007, 7, 2)
STATUTORY_DAY = dt.date(2008, 4, 1)
PRIMARY, SPECIAL, NCSL = Code("primary"), Code("special"), Code("ncsl")


@pytest.fixture
def story() -> Story:
    return Story(decider=decider_of(accreditation.STAGE, kind="person"), stream="person/A7K4P")


def record(**values: object) -> RecordAccreditation:
    return RecordAccreditation(**{"phase": PRIMARY, "source": NCSL, **values})


def held(story: Story, phase: str = "primary") -> tuple[Interval, ...]:
    return accredited_intervals(story.state.accreditation, phase)


def is_accredited(story: Story, day: dt.date, phase: str = "primary") -> bool:
    return accredited(story.state.accreditation, phase, day)


def test_accreditation_holds_from_its_day_for_its_phase_alone(story):
    """A person accredited for primary schools isn't accredited for special ones, nor the day before."""
    story.tell(SUMMER, record())
    assert is_accredited(story, SUMMER)
    assert is_accredited(story, STATUTORY_DAY)
    assert not is_accredited(story, SUMMER - DAY)
    assert not is_accredited(story, STATUTORY_DAY, "special")


def test_accreditation_ends_after_its_last_day(story):
    """An accreditation with a last day needs nobody to end it."""
    story.tell(SUMMER, record(until=dt.date(2008, 3, 31)))
    assert is_accredited(story, dt.date(2008, 3, 31))
    assert not is_accredited(story, STATUTORY_DAY)


@pytest.mark.parametrize("why", ["expired", "suspended", "removed"])
def test_an_end_cuts_whatever_was_recorded_before(story, why):
    """The day on which the accreditor ends it is the first one without (EIA 2006 s.5: 'or remain')."""
    story.tell(SUMMER, record(until=dt.date(2010, 7, 1)))
    story.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why=why))
    assert is_accredited(story, STATUTORY_DAY - DAY)
    assert not is_accredited(story, STATUTORY_DAY)
    assert not is_accredited(story, dt.date(2009, 1, 1))


def test_a_suspension_is_lifted_by_a_new_record(story):
    """After a suspension the person is accredited from the day that the accreditor says; the gap stays."""
    story.tell(SUMMER, record())
    story.tell(dt.date(2008, 1, 10), EndAccreditation(phase=PRIMARY, why="suspended"))
    story.tell(dt.date(2008, 2, 20), record())
    assert held(story) == (
        Interval(starts=SUMMER, ends=dt.date(2008, 1, 10)),
        Interval(starts=dt.date(2008, 2, 20)),
    )


def test_a_paper_found_late_does_not_undo_a_removal(story):
    """A certificate of 2006 that comes to light after a removal in 2008 accredits up to the removal only."""
    story.tell(SUMMER, record())
    story.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why="removed"))
    story.tell(dt.date(2006, 9, 1), record(source=Code("certificate")))
    assert held(story) == (Interval(starts=dt.date(2006, 9, 1), ends=STATUTORY_DAY),)


def test_records_that_overlap_are_one_stretch(story):
    """A renewal before the end leaves no gap."""
    story.tell(SUMMER, record(until=dt.date(2008, 3, 31)))
    story.tell(dt.date(2008, 3, 1), record(until=dt.date(2010, 3, 31)))
    assert held(story) == (Interval(starts=SUMMER, ends=dt.date(2010, 4, 1)),)


def test_the_same_word_twice_changes_nothing(story):
    """The college's list names the same people every week."""
    assert len(story.tell(SUMMER, record(evidence="letter"))) == 1
    assert story.tell(SUMMER, record(evidence="letter")) == ()
    story.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why="removed"))
    assert story.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why="removed")) == ()
    story.tell(SUMMER, ExpectAccreditation(phase=SPECIAL))
    assert story.tell(SUMMER, ExpectAccreditation(phase=SPECIAL)) == ()


def test_nothing_ends_that_did_not_begin(story):
    """An end for the wrong phase, or before the accreditation began, is refused with a sentence."""
    story.tell(SUMMER, record())
    wrong_phase = story.refused(STATUTORY_DAY, EndAccreditation(phase=SPECIAL, why="removed"))
    too_early = story.refused(SUMMER - DAY, EndAccreditation(phase=PRIMARY, why="removed"))
    assert (wrong_phase.code, too_early.code) == ("does_not_follow", "does_not_follow")
    assert "special" in wrong_phase.message


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (record(phase=Code("nursery")), "unknown_phase"),
        (record(until=SUMMER - DAY), "ends_before_it_starts"),
        (ExpectAccreditation(phase=Code("nursery")), "unknown_phase"),
        (TellOutcome(phase=PRIMARY, stage=Code("viva"), result="passed"), "unknown_stage"),
        (TellOutcome(phase=SPECIAL, stage=Code("online_assessment"), result="passed"), "not_for_phase"),
        (TellOutcome(phase=SPECIAL, stage=Code("self_assessment"), result="passed"), "wrong_result"),
        (TellOutcome(phase=PRIMARY, stage=Code("residential"), result="self_assessed"), "wrong_result"),
    ],
)
def test_what_the_accreditor_cannot_have_said_is_refused(story, what, code):
    """Phases and stages are the programme's; the special-school self-assessment is unmarked."""
    assert story.refused(SUMMER, what).code == code
    assert story.history == []


def test_without_an_accreditor_no_stage_of_one_can_end():
    """A pool of today, which no college accredits, has no online assessment."""
    partners = load("improvement-partners-2026")
    story = Story(
        decider=decider_of(accreditation.STAGE, kind="person"), stream="person/A7K4P", programme=partners
    )
    told = TellOutcome(phase=PRIMARY, stage=Code("online_assessment"), result="passed")
    assert story.refused(SUMMER, told).code == "no_accreditor"


def test_passing_every_stage_does_not_accredit(story):
    """Only the accreditor's word accredits; until it comes the person is awaited."""
    for month, stage in ((4, "application"), (5, "online_assessment"), (6, "residential")):
        story.tell(dt.date(2007, month, 8), TellOutcome(phase=PRIMARY, stage=Code(stage), result="passed"))
    assert not is_accredited(story, STATUTORY_DAY)
    assert awaiting(story.state.accreditation, STATUTORY_DAY) == ("primary",)


def test_who_is_awaited_follows_from_the_latest_word(story):
    """Deferred is awaited, not accredited is not, a retake is again; an accreditation ends the waiting."""
    residential = Code("residential")
    story.tell(dt.date(2007, 5, 1), TellOutcome(phase=PRIMARY, stage=residential, result="deferred"))
    story.tell(dt.date(2007, 9, 1), TellOutcome(phase=PRIMARY, stage=residential, result="not_accredited"))
    story.tell(dt.date(2008, 1, 15), ExpectAccreditation(phase=PRIMARY, expected_by=dt.date(2008, 4, 30)))
    story.tell(dt.date(2008, 5, 6), record())
    said = story.state.accreditation
    awaited = [
        awaiting(said, day) == ("primary",)
        for day in (
            dt.date(2007, 4, 30),
            dt.date(2007, 5, 1),
            dt.date(2007, 9, 1),
            dt.date(2008, 1, 15),
            dt.date(2008, 5, 6),
        )
    ]
    assert awaited == [False, True, False, True, False]
    assert expected_by(said, "primary", STATUTORY_DAY) == dt.date(2008, 4, 30)
    assert expected_by(said, "primary", dt.date(2007, 12, 31)) is None


def test_an_expectation_without_a_date_takes_back_the_date(story):
    """The college first named a month and then would not: the last word counts, also of one day."""
    day = dt.date(2008, 1, 15)
    story.tell(day, ExpectAccreditation(phase=PRIMARY, expected_by=dt.date(2008, 4, 30)))
    story.tell(day, ExpectAccreditation(phase=PRIMARY))
    assert expected_by(story.state.accreditation, "primary", STATUTORY_DAY) is None


@pytest.mark.parametrize(
    "what",
    [
        record(until=dt.date(2009, 7, 1)),
        EndAccreditation(phase=PRIMARY, why="removed"),
        TellOutcome(phase=PRIMARY, stage=Code("residential"), result="deferred"),
        ExpectAccreditation(phase=SPECIAL, expected_by=STATUTORY_DAY),
    ],
)
def test_everything_told_can_be_taken_out_again(story, what):
    """Do, undo: the record says what it said before."""
    story.tell(SUMMER, record())
    before = story.state
    story.tell(STATUTORY_DAY, what, command="told")
    assert story.state != before
    story.tell(STATUTORY_DAY, Undo(command="told"))
    assert story.state == before


def test_taking_out_an_accreditation_names_the_end_that_followed(story):
    """Nobody takes out the accreditation and leaves its removal hanging in the air unseen."""
    story.tell(SUMMER, record(), command="accredited")
    story.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why="removed"))
    refusal = story.refused(STATUTORY_DAY, Undo(command="accredited"))
    assert refusal.code == "has_followed"
    assert "accreditation.ended (2)" in refusal.message
    story.tell(STATUTORY_DAY, Undo(command="accredited", cascade=True))
    assert story.state.accreditation.said == ()


def test_the_day_is_corrected_and_judged_as_that_day(story):
    """What ran out in 2007 may be corrected in 2008; the last day still can't be before the first."""
    story.tell(SUMMER, record(until=dt.date(2007, 12, 31)))
    story.tell(
        STATUTORY_DAY,
        Correct(event=1, reason="typed wrongly", set={"until": dt.date(2007, 11, 30)}),
    )
    assert held(story) == (Interval(starts=SUMMER, ends=dt.date(2007, 12, 1)),)
    refusal = story.refused(
        STATUTORY_DAY, Correct(event=1, reason="typed wrongly", set={"until": SUMMER - DAY})
    )
    assert refusal.code == "ends_before_it_starts"


def test_a_reversed_accreditation_was_so_until_its_day(story):
    """What the college took back was true until then."""
    story.tell(SUMMER, record())
    story.tell(STATUTORY_DAY, Reverse(event=1, reason="the college took it back"))
    before = story.as_at(STATUTORY_DAY - DAY).accreditation
    assert accredited(before, "primary", STATUTORY_DAY - DAY)
    assert not is_accredited(story, STATUTORY_DAY)


WORDS = st.tuples(
    st.integers(0, 25).map(lambda number: SUMMER + number * DAY),
    st.sampled_from(
        [
            record(),
            record(until=SUMMER + 12 * DAY),
            record(phase=SPECIAL),
            EndAccreditation(phase=PRIMARY, why="suspended"),
            EndAccreditation(phase=SPECIAL, why="removed"),
        ]
    ),
)


@given(st.lists(WORDS, max_size=8))
def test_no_order_of_words_accredits_after_the_last_end(told):
    """Whatever is told in whatever order: after an end, only a record of that day or later accredits."""
    story = Story(decider=decider_of(accreditation.STAGE, kind="person"), stream="person/A7K4P")
    for on, what in told:
        try:
            story.tell(on, what)
        except Rejected as refusal:
            assert refusal.code in {"does_not_follow", "ends_before_it_starts"}  # noqa: PT017
    said = [each for each in story.state.accreditation.said if each.word.phase == PRIMARY]
    ends = [each.on for each in said if isinstance(each.word, AccreditationEnded)]
    for day in (SUMMER + number * DAY for number in range(30)):
        last_end = max((on for on in ends if on <= day), default=dt.date.min)
        if is_accredited(story, day):
            assert any(
                not isinstance(each.word, AccreditationEnded) and last_end <= each.on <= day for each in said
            )
