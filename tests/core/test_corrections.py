"""Everything can be put right: corrected, reversed, undone, with or without what followed."""

from __future__ import annotations

import pytest

from core.applying import CODE, HEAD, STREAM, applied, asked, decided, refereed, state_of, with_referees
from core.harness import Story
from core.pool import day
from siprecruit.core.commands import AddNote, Correct, Reverse, Undo
from siprecruit.core.events import standing
from siprecruit.core.ids import Code
from siprecruit.core.references import (
    AgreeReferee,
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    ExtendReference,
    GiveReferenceElsewhere,
    NameReferee,
    OpenReference,
    ReceiveReference,
    ReplaceReferee,
    SaveReference,
    WithdrawReference,
)
from siprecruit.core.responses import DecideEligibility, RevisePenPortrait, WithdrawResponse

NOW = day("2007-07-02")


def last(story: Story) -> int:
    """The version of the last event."""
    return story.history[-1].version


# -- correct ------------------------------------------------------------------


def test_a_corrected_fact_is_as_if_it_had_been_told_right() -> None:
    """Twelve days a year were typed for two: the record shows both, the state the right one."""
    story = applied(days_available=12)
    story.tell(NOW, Correct(event=1, reason="misread", set={"days_available": 2}))

    assert state_of(story) == state_of(applied(days_available=2))
    assert story.history[1].replaces == 1
    assert story.history[1].on == day("2007-05-20")


def test_words_that_were_not_understood_go_with_the_value_that_was_meant() -> None:
    """Days as "a dozen" were not understood: once twelve are told these words go; others' words stay."""
    story = applied(days_available=None, as_written={"days_available": "a dozen", "interests": "the big one"})
    story.tell(NOW, Correct(event=1, reason="rang", set={"days_available": 12}))
    assert state_of(story).response.submitted.as_written == {"interests": "the big one"}

    story.tell(NOW, Undo(command=story.history[-1].command, reason="the other Youngs"))
    assert state_of(story).response.submitted.as_written["days_available"] == "a dozen"


def test_a_day_can_be_corrected_alone() -> None:
    """The reference came on the 7th and was stamped on the 8th: the fact moves, its content stays."""
    story = refereed(on="2007-06-08")
    story.tell(NOW, Correct(event=last(story), reason="stamped late", set={"on": "2007-06-07"}))

    task = state_of(story).references.tasks[Code("r2")]
    assert (task.received_on, task.answers) == (day("2007-06-07"), {"trust": "Yes."})


def test_a_correction_that_says_nothing_new_is_none() -> None:
    """Told the same values again, nothing is recorded."""
    story = applied(days_available=12)
    assert story.tell(NOW, Correct(event=1, reason="again", set={"days_available": 12})) == ()


def test_a_correction_can_be_corrected_by_either_number() -> None:
    """A person sees the correction in the history and points to it, or to the line that it corrects."""
    by_the_first, by_the_second = applied(), applied()
    for story, event in ((by_the_first, 1), (by_the_second, 2)):
        story.tell(NOW, Correct(event=1, reason="misread", set={"days_available": 2}))
        story.tell(NOW, Correct(event=event, reason="misread again", set={"days_available": 20}))
    assert state_of(by_the_first) == state_of(by_the_second) == state_of(applied(days_available=20))
    assert [each.replaces for each in by_the_second.history] == [None, 1, 1]


def test_a_correction_without_values_takes_the_fact_out_whichever_number_is_named() -> None:
    """Once it is said that it never was so, no earlier wording of it comes back."""
    for event in (3, 4):
        story = with_referees()
        story.tell(NOW, Correct(event=3, reason="misread", set={"name": "Another"}))
        story.tell(NOW, Correct(event=event, reason="nobody of that name"))
        assert list(state_of(story).references.referees) == [HEAD]


def test_what_was_taken_out_is_not_corrected() -> None:
    """It would change nothing that anybody sees: so it is said."""
    story = with_referees()
    story.tell(NOW, Correct(event=3, reason="misread", set={"name": "Another"}))
    story.tell(NOW, Correct(event=3, reason="nobody of that name"))
    for event in (3, 4):
        refusal = story.refused(NOW, Correct(event=event, reason="again", set={"name": "A third"}))
        assert (refusal.code, "taken out before" in refusal.message) == ("no_such_event", True)
        assert story.tell(NOW, Correct(event=event, reason="again")) == ()


def test_a_correction_names_an_event_that_there_is() -> None:
    """A number from another list is noticed."""
    refusal = applied().refused(NOW, Correct(event=7, reason="misread", set={"days_available": 2}))
    assert (refusal.code, refusal.message) == ("no_such_event", "there is no event 7 here: the last is 1")


@pytest.mark.parametrize("said", ["gestern", "2007-02-30", "", 7, None])
def test_the_day_in_a_correction_is_a_day(said: object) -> None:
    """What is no date is a sentence, not a fault of the program."""
    refusal = applied().refused(NOW, Correct(event=1, reason="misread", set={"on": said}))
    assert (refusal.code, "2007-06-01" in refusal.message) == ("bad_value", True)


def test_a_correction_is_held_against_the_rules() -> None:
    """What could not be told could not be corrected to either."""
    refusal = applied().refused(NOW, Correct(event=1, reason="misread", set={"days_available": 400}))
    assert refusal.code == "bad_value"
    refusal = applied().refused(NOW, Correct(event=1, reason="misread", set={"advert": "tes-1999"}))
    assert refusal.code == "unknown_advert"


def test_what_takes_out_has_no_values_to_correct() -> None:
    """Whoever points at another fact through it would take that out unlooked at."""
    story = with_referees()
    story.tell(NOW, Correct(event=2, reason="no such person"))
    refusal = story.refused(NOW, Correct(event=4, reason="the other", set={"event": 3}))
    assert refusal.code == "bad_value"
    assert [one.version for one in standing(story.history)] == [1, 3]


# -- reverse ------------------------------------------------------------------


def test_a_reversed_fact_held_until_its_day() -> None:
    """An officer found the applicant eligible in June and changed their mind in July."""
    story = applied(category=Code("headteacher"))
    story.tell(day("2007-06-01"), DecideEligibility(eligible=False, reason="no recent headship"))
    story.tell(day("2007-07-01"), Reverse(event=2, reason="there was one"))

    assert story.as_at(day("2007-06-30")).response.eligible is False
    assert story.as_at(day("2007-07-01")).response.eligible is None
    assert state_of(story).response.eligible is None


def test_a_corrected_fact_is_reversed_as_a_whole() -> None:
    """Reversed by the number of its correction, the wrong words of before don't come back."""
    story = applied()
    story.tell(day("2007-06-01"), DecideEligibility(eligible=False))
    story.tell(day("2007-06-02"), Correct(event=2, reason="ticked wrongly", set={"eligible": True}))
    story.tell(day("2007-07-01"), Reverse(event=3, reason="looked at again"))

    assert story.as_at(day("2007-06-30")).response.eligible is True
    assert state_of(story).response.eligible is None


def test_nothing_is_reversed_before_it_happened() -> None:
    """One can't change one's mind before having made it up; a slip of the year is noticed."""
    story = applied(on="2007-05-20")
    refusal = story.refused(day("2007-05-19"), Reverse(event=1, reason="changed"))
    assert (refusal.code, "20 May 2007" in refusal.message) == ("not_before", True)


def test_the_day_of_a_reversal_is_corrected_like_any_other() -> None:
    """It was on the 10th that we changed our mind; never before the fact itself."""
    story = applied()
    story.tell(day("2007-06-01"), DecideEligibility(eligible=False))
    story.tell(day("2007-06-05"), Reverse(event=2, reason="changed"))
    refusal = story.refused(NOW, Correct(event=3, reason="date", set={"on": "2007-05-31"}))
    assert refusal.code == "not_before"

    story.tell(NOW, Correct(event=3, reason="date", set={"on": "2007-06-10"}))

    assert story.as_at(day("2007-06-09")).response.eligible is False
    assert story.as_at(day("2007-06-10")).response.eligible is None


def test_a_correction_that_cannot_be_is_told_why_and_not_what_would_have_to_go() -> None:
    """The fact itself would no longer follow: that is no consequence of it."""
    story = refereed()
    to_nobody = Correct(event=6, reason="misread", set={"reference": "r9"})
    refusal = story.refused(NOW, to_nobody)
    assert (refusal.code, "r9 was not asked for" in refusal.message) == ("does_not_follow", True)


# -- what has followed --------------------------------------------------------


def test_what_has_followed_is_named_before_anything_goes() -> None:
    """Whoever takes out a referee is told that a reference was asked for and received."""
    story = refereed()
    refusal = story.refused(NOW, Correct(event=2, reason="never named"))
    assert refusal.code == "has_followed"
    assert "reference.asked (4), reference.received (6)" in refusal.message


def test_with_cascade_what_has_followed_goes_too() -> None:
    """On request all of it goes, in one step that can be taken back in one step."""
    story = refereed()
    before = state_of(story)
    story.tell(NOW, Correct(event=2, reason="never named", cascade=True), command="tidy")
    assert list(state_of(story).references.tasks) == [Code("r2")]

    story.tell(NOW, Undo(command="tidy"))

    assert state_of(story) == before


def test_a_reversal_takes_along_what_has_followed_from_its_day_on() -> None:
    """As at a day before it, everything is as it was."""
    story = refereed()
    before = story.as_at(day("2007-06-30"))
    story.tell(day("2007-07-01"), Reverse(event=3, reason="stands down", cascade=True))

    assert list(state_of(story).references.tasks) == [Code("r1")]
    assert story.as_at(day("2007-06-30")) == before


def test_the_first_event_goes_only_with_all_that_stands_on_it() -> None:
    """A response taken out alone would leave a decision about nobody."""
    story = decided("appointed")
    refusal = story.refused(NOW, Correct(event=1, reason="double"))
    assert refusal.code == "has_followed"
    assert "decision.made" in refusal.message or "referee.named" in refusal.message


def test_a_note_stands_on_nothing() -> None:
    """Notes stay beside what they were written to, whatever is put right."""
    story = applied()
    story.tell(day("2007-06-01"), AddNote(text="has rung twice"))
    story.tell(NOW, Correct(event=1, reason="misread", set={"days_available": 3}))
    assert [one.version for one in standing(story.history)] == [3, 2]


# -- undo ---------------------------------------------------------------------

FACTS = {
    "referee.name": (with_referees, NameReferee(referee=Code("3"), name="A third")),
    "referee.agree": (with_referees, AgreeReferee(referee=HEAD, agreement="given")),
    "referee.replace": (with_referees, ReplaceReferee(referee=HEAD, by=Code("3"), name="A third")),
    "reference.ask": (with_referees, AskReference(reference=Code("r1"), referee=HEAD)),
    "reference.begin_outside": (
        with_referees,
        BeginReferenceOutside(reference=Code("r1"), referee=HEAD, asked_by=Code("ncsl")),
    ),
    "reference.open": (asked, OpenReference(reference=Code("r1"))),
    "reference.save": (asked, SaveReference(reference=Code("r1"), answers={"trust": "Yes."})),
    "reference.receive": (asked, ReceiveReference(reference=Code("r1"), answers={"trust": "Yes."})),
    "reference.give_elsewhere": (asked, GiveReferenceElsewhere(reference=Code("r1"), where=Code("ncsl"))),
    "reference.decline": (asked, DeclineReference(reference=Code("r1"), reason="on leave")),
    "reference.bounce": (asked, BounceReference(reference=Code("r1"))),
    "reference.expire": (asked, ExpireReference(reference=Code("r1"))),
    "reference.withdraw": (asked, WithdrawReference(reference=Code("r1"))),
    "reference.extend": (asked, ExtendReference(reference=Code("r1"), due=day("2007-07-20"))),
    "pen_portrait.revise": (applied, RevisePenPortrait(pen_portrait="Thirteen years.")),
    "response.withdraw": (applied, WithdrawResponse(reason="moving away")),
    "eligibility.decide": (applied, DecideEligibility(eligible=False)),
}


@pytest.mark.parametrize("name", FACTS)
def test_done_and_undone_leaves_no_trace_in_the_state(name: str) -> None:
    """Whatever a person records can be taken back, and put back, by one command each."""
    begin, what = FACTS[name]
    story = begin()
    before = state_of(story)

    story.tell(NOW, what, command="slip")
    after = state_of(story)
    story.tell(NOW, Undo(command="slip"), command="undo-slip")
    undone = state_of(story)
    story.tell(NOW, Undo(command="undo-slip"))

    assert after != before
    assert undone == before
    assert state_of(story) == after


@pytest.mark.parametrize("name", FACTS)
def test_told_twice_it_is_told_once(name: str) -> None:
    """The same fact again, by another id, records nothing."""
    begin, what = FACTS[name]
    story = begin()
    story.tell(NOW, what)
    assert story.tell(NOW, what) == ()


def test_an_undone_correction_gives_the_former_words_back() -> None:
    """Undo means the step, not the fact."""
    story = applied(days_available=12)
    story.tell(NOW, Correct(event=1, reason="misread", set={"days_available": 2}), command="c")
    story.tell(NOW, Undo(command="c"))
    assert state_of(story) == state_of(applied(days_available=12))


def test_what_was_undone_before_is_not_undone_again() -> None:
    """A second undo of the same step changes nothing."""
    story = with_referees()
    story.tell(NOW, AgreeReferee(referee=HEAD, agreement="given"), command="c")
    story.tell(NOW, Undo(command="c"))
    assert story.tell(NOW, Undo(command="c")) == ()


def test_an_undo_names_a_step_that_there_was() -> None:
    """A mistyped id is noticed, in a sentence that says where it was looked for."""
    refusal = applied().refused(NOW, Undo(command="nothing"))
    assert (refusal.code, STREAM in refusal.message) == ("no_such_command", True)
    assert CODE in refusal.message


def test_nothing_is_told_of_a_day_to_come() -> None:
    """What will happen is planned, with its date in the plan; what is told has happened."""
    story = applied()
    refusal = story.refused(day("2008-08-01"), WithdrawResponse())
    assert (refusal.code, "1 August 2008" in refusal.message) == ("in_future", True)
