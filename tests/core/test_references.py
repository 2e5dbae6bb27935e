"""Referees and references: every way a reference can begin and end, and when there are enough of them."""

from __future__ import annotations

from typing import Any

import pytest

from core.applying import HEAD, LA, OFFICER, applied, asked, named, refereed, state_of, with_referees
from core.harness import Story
from core.pool import day
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.references import (
    IN_STATES,
    OPEN_STATES,
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
    missing,
    refereed_by,
    task_state,
)
from siprecruit.core.responses import ApplyElsewhere, WithdrawResponse

R1 = Code("r1")
JUNE = day("2007-06-01")


def task(story: Story, code: Code = R1) -> str:
    """What became of a reference."""
    references = state_of(story).references
    return task_state(references, references.tasks[code])


def gaps(story: Story) -> tuple[str, ...]:
    """What is still missing."""
    return missing(state_of(story).references, story.programme)


def replaced(**other: Any) -> ReplaceReferee:
    """Somebody takes the first referee's place."""
    return ReplaceReferee(**{"referee": HEAD, "by": Code("3"), "name": "A third", **other})


# -- states -------------------------------------------------------------------

ENDS = {
    "opened": OpenReference(reference=R1),
    "part_complete": SaveReference(reference=R1, answers={"trust": "Yes."}),
    "received": ReceiveReference(reference=R1, answers={"trust": "Yes."}),
    "given_elsewhere": GiveReferenceElsewhere(reference=R1, where=Code("ncsl")),
    "declined": DeclineReference(reference=R1, reason="on leave"),
    "bounced": BounceReference(reference=R1),
    "expired": ExpireReference(reference=R1),
    "withdrawn": WithdrawReference(reference=R1),
    "replaced": replaced(),
}


def test_a_reference_that_was_asked_for_is_awaited() -> None:
    """Due by the programme's days after asking, on a school day, unless another day was said."""
    story = asked(on="2007-06-01")
    due = state_of(story).references.tasks[R1].due
    assert (task(story), due is not None and due > JUNE) == ("asked", True)
    other = with_referees()
    other.tell(JUNE, AskReference(reference=R1, referee=HEAD, due=day("2007-06-11")))
    assert state_of(other).references.tasks[R1].due == day("2007-06-11")


@pytest.mark.parametrize("state", ENDS)
def test_every_end_of_a_reference_has_its_name(state: str) -> None:
    """What happened to it is what it is called in every list."""
    story = asked()
    story.tell(day("2007-06-05"), ENDS[state])
    assert task(story) == state


def test_each_state_is_open_in_or_ended() -> None:
    """No state is both awaited and come."""
    assert not set(OPEN_STATES) & set(IN_STATES)
    assert {"asked", "received_late", *ENDS} == {*OPEN_STATES, *IN_STATES, *ENDS}


def test_a_reference_after_its_day_is_received_late() -> None:
    """Late is still received; on the day itself it is in time; with more time given it is in time again."""
    told = []
    for on in ("2007-06-11", "2007-06-12"):
        story = with_referees()
        story.tell(JUNE, AskReference(reference=R1, referee=HEAD, due=day("2007-06-11")))
        story.tell(day(on), ReceiveReference(reference=R1))
        told.append(task(story))
    assert told == ["received", "received_late"]

    story = asked()
    story.tell(day("2007-06-10"), ExtendReference(reference=R1, due=day("2007-07-20")))
    story.tell(day("2007-07-19"), ReceiveReference(reference=R1))
    assert task(story) == "received"


@pytest.mark.parametrize(
    "end", ["declined", "bounced", "expired", "withdrawn", "given_elsewhere", "replaced"]
)
def test_an_answer_counts_whatever_came_before_it(end: str) -> None:
    """A referee who had declined, or of whom nobody hoped any more, has written after all."""
    story = asked()
    story.tell(day("2007-06-05"), ENDS[end])
    story.tell(day("2007-06-08"), ReceiveReference(reference=R1))
    assert task(story) == "received"


@pytest.mark.parametrize("end", ["declined", "bounced", "expired", "withdrawn", "given_elsewhere"])
def test_nothing_else_becomes_of_what_was_received(end: str) -> None:
    """It is here: that is corrected, or it is so."""
    story = refereed()
    assert story.refused(day("2007-06-09"), ENDS[end]).code == "already_received"


def test_received_twice_with_other_words_is_a_correction() -> None:
    """The same again is known; another text would overwrite somebody's word."""
    story = asked()
    story.tell(day("2007-06-05"), ReceiveReference(reference=R1, answers={"trust": "Yes."}))
    assert story.tell(day("2007-06-05"), ReceiveReference(reference=R1, answers={"trust": "Yes."})) == ()
    again = ReceiveReference(reference=R1, answers={"trust": "No."})
    assert story.refused(day("2007-06-05"), again).code == "already_received"


@pytest.mark.parametrize("end", ["withdrawn", "given_elsewhere", "replaced"])
def test_a_form_that_is_not_wanted_any_more_is_not_filled_in(end: str) -> None:
    """The link says so instead of taking an hour's work that nobody reads."""
    story = asked()
    story.tell(day("2007-06-05"), ENDS[end])
    for what in (OpenReference(reference=R1), SaveReference(reference=R1, answers={"trust": "Yes."})):
        assert story.refused(day("2007-06-06"), what).code == "not_wanted"


def test_a_late_form_is_filled_in() -> None:
    """Given up is not forbidden: after the task has expired a referee may still open and save."""
    story = asked()
    story.tell(day("2007-07-01"), ExpireReference(reference=R1))
    story.tell(day("2007-07-02"), SaveReference(reference=R1, answers={"trust": "Yes."}))
    story.tell(day("2007-07-02"), ReceiveReference(reference=R1, answers={"trust": "Yes."}))
    assert task(story) == "received_late"


def test_whether_a_reference_was_given_in_confidence_is_kept() -> None:
    """It is exempt from a subject-access request then (DPA 2018, Sch 2 para 24); None where nobody asked."""
    story = asked()
    story.tell(day("2007-06-05"), ReceiveReference(reference=R1, in_confidence=True, notice=Code("n1")))
    story.tell(day("2007-06-05"), ReceiveReference(reference=Code("r2")))
    tasks = state_of(story).references.tasks
    assert (tasks[R1].in_confidence, tasks[Code("r2")].in_confidence) == (True, None)


# -- asking -------------------------------------------------------------------


def test_nobody_is_asked_twice_while_an_answer_is_awaited() -> None:
    """Our own second request would be a mistake; after a refusal it is a new one."""
    story = asked()
    again = AskReference(reference=Code("r3"), referee=HEAD)
    assert story.refused(day("2007-06-05"), again).code == "already_asked"
    story.tell(day("2007-06-05"), DeclineReference(reference=R1))
    story.tell(day("2007-06-06"), again)
    assert task(story, Code("r3")) == "asked"


def test_the_same_request_again_is_known() -> None:
    """Another day or another referee under the same code is another request."""
    story = asked(on="2007-06-01")
    assert story.tell(JUNE, AskReference(reference=R1, referee=HEAD)) == ()
    assert story.refused(day("2007-06-02"), AskReference(reference=R1, referee=HEAD)).code == "already_asked"
    assert story.refused(JUNE, AskReference(reference=R1, referee=LA)).code == "already_asked"


def test_the_college_may_ask_whom_we_have_asked() -> None:
    """In 2007 the college asked the referees by its own form (sheet 7/07): both stand in one queue."""
    story = asked()
    outside = BeginReferenceOutside(reference=Code("n1"), referee=LA, asked_by=Code("ncsl"))
    story.tell(day("2007-06-04"), outside)
    assert story.tell(day("2007-06-04"), outside) == ()
    assert state_of(story).references.tasks[Code("n1")].asked_by == "ncsl"
    assert (task(story, Code("n1")), task(story, Code("r2"))) == ("asked", "asked")
    assert story.refused(day("2007-06-05"), outside).code == "already_asked"


def test_a_head_who_applies_elsewhere_needs_our_reference_too() -> None:
    """No applicant of ours: only the reference is our work."""
    from siprecruit.core import application

    story = Story(decider=application.DECIDER, stream="application/A7K4P")
    story.tell(JUNE, ApplyElsewhere(first_name="Niamh", last_name="O’Brien"))
    named(story, "1", from_la=True, on="2007-06-01", person=OFFICER)
    story.tell(JUNE, BeginReferenceOutside(reference=R1, referee=HEAD, asked_by=Code("ncsl")))
    story.tell(day("2007-06-06"), ReceiveReference(reference=R1))
    assert task(story) == "received"
    assert story.refused(JUNE, replaced(referee=Code("9"))).code == "no_such_referee"


@pytest.mark.parametrize("agreement", ["asked", "given", "unknown"])
def test_an_agreement_that_is_not_known_stops_nothing(agreement: Any) -> None:
    """Anyone may be named, subject to their agreement; not knowing it doesn't stop asking."""
    story = with_referees()
    story.tell(JUNE, AgreeReferee(referee=HEAD, agreement="refused"))
    story.tell(JUNE, AgreeReferee(referee=HEAD, agreement=agreement))
    story.tell(JUNE, AskReference(reference=R1, referee=HEAD))
    assert task(story) == "asked"


def test_who_refused_is_not_asked_and_does_not_count() -> None:
    """Neither by us nor on behalf of the college; also a reference of theirs counts no more."""
    story = with_referees()
    story.tell(JUNE, AgreeReferee(referee=HEAD, agreement="refused"))
    outside = BeginReferenceOutside(reference=R1, referee=HEAD, asked_by=Code("ncsl"))
    for what in (AskReference(reference=R1, referee=HEAD), outside):
        assert story.refused(JUNE, what).code == "referee_refused"


def test_nothing_is_due_before_it_is_asked_for() -> None:
    """A month mistyped is noticed, when asking and when more time is given."""
    story = asked()
    ask = AskReference(reference=Code("r3"), referee=HEAD, due=day("2007-05-11"))
    story.tell(day("2007-06-02"), DeclineReference(reference=R1))
    assert story.refused(day("2007-06-03"), ask).code == "due_before_asked"
    early = ExtendReference(reference=Code("r2"), due=day("2007-05-31"))
    assert story.refused(day("2007-06-03"), early).code == "due_before_asked"


def test_what_nobody_named_or_asked_for_is_told() -> None:
    """A code from another applicant's sheet is noticed."""
    story = with_referees()
    assert story.refused(JUNE, AskReference(reference=R1, referee=Code("9"))).code == "no_such_referee"
    assert story.refused(JUNE, ReceiveReference(reference=R1)).code == "no_such_reference"
    assert story.refused(JUNE, AgreeReferee(referee=Code("9"), agreement="given")).code == "no_such_referee"


# -- referees -----------------------------------------------------------------


def test_a_referee_is_named_once() -> None:
    """The same again is known; other particulars under the same code replace or correct them."""
    story = with_referees()
    assert story.tell(JUNE, NameReferee(referee=HEAD, name="Referee 1")) == ()
    assert story.refused(JUNE, NameReferee(referee=HEAD, name="Another")).code == "already_named"


def test_a_replaced_referees_open_reference_is_wanted_no_longer() -> None:
    """The new one is asked; the former's task is over, and they are not asked again."""
    story = asked()
    story.tell(day("2007-06-05"), replaced())
    assert task(story) == "replaced"
    assert story.tell(day("2007-06-05"), replaced()) == ()
    assert story.refused(day("2007-06-06"), replaced(by=Code("4"))).code == "already_replaced"
    assert story.refused(day("2007-06-06"), replaced(referee=LA, by=HEAD)).code == "already_named"
    ask = AskReference(reference=Code("r9"), referee=HEAD)
    assert story.refused(day("2007-06-06"), ask).code == "referee_replaced"
    story.tell(day("2007-06-06"), AskReference(reference=Code("r3"), referee=Code("3")))
    assert task(story, Code("r3")) == "asked"


def test_who_refereed_is_known_by_their_id() -> None:
    """Who has given a reference does not score that applicant, also after another took their place."""
    story = refereed()
    other = PersonId("deputy")
    story.tell(day("2007-06-20"), replaced(referee=LA, from_la=True, person=other))
    assert refereed_by(state_of(story).references) == {OFFICER, other}
    unheard = with_referees()
    unheard.tell(day("2007-06-20"), replaced(referee=LA, from_la=True, person=other))
    assert refereed_by(state_of(unheard).references) == {other}


# -- enough -------------------------------------------------------------------


def test_two_references_are_needed_one_of_them_from_the_authority() -> None:
    """The rule of the advert; each half of it is named as long as it is missing."""
    story = asked()
    assert gaps(story) == ("references", "la_reference")
    story.tell(day("2007-06-05"), ReceiveReference(reference=R1))
    assert gaps(story) == ("references", "la_reference")
    story.tell(day("2007-06-06"), ReceiveReference(reference=Code("r2")))
    assert gaps(story) == ()


def test_two_from_elsewhere_leave_the_authoritys_missing() -> None:
    """However many heads write, the authority's own word is wanted."""
    story = applied()
    for number in ("1", "2"):
        named(story, number)
        story.tell(JUNE, AskReference(reference=Code(f"r{number}"), referee=Code(number)))
        story.tell(day("2007-06-05"), ReceiveReference(reference=Code(f"r{number}")))
    assert gaps(story) == ("la_reference",)


def test_two_of_one_referee_are_one() -> None:
    """Asked by us and by the college, one person has one voice."""
    story = asked()
    story.tell(
        day("2007-06-04"), BeginReferenceOutside(reference=Code("n1"), referee=LA, asked_by=Code("ncsl"))
    )
    story.tell(day("2007-06-05"), ReceiveReference(reference=Code("r2")))
    story.tell(day("2007-06-05"), GiveReferenceElsewhere(reference=Code("n1"), where=Code("ncsl")))
    assert gaps(story) == ("references",)


def test_a_reference_given_elsewhere_counts() -> None:
    """The college has it, with its date: that is a reference."""
    story = asked()
    story.tell(day("2007-06-05"), ReceiveReference(reference=R1))
    story.tell(day("2007-06-06"), GiveReferenceElsewhere(reference=Code("r2"), where=Code("ncsl")))
    assert gaps(story) == ()


@pytest.mark.parametrize("what", [replaced(), AgreeReferee(referee=HEAD, agreement="refused")])
def test_a_reference_of_somebody_who_no_longer_counts_is_missing_again(what: Any) -> None:
    """Replaced after having written: the new referee's word is awaited; it stays in the record."""
    story = refereed()
    story.tell(day("2007-06-20"), what)
    assert gaps(story) == ("references",)
    assert task(story) in IN_STATES


def test_after_a_withdrawal_what_was_begun_is_still_told() -> None:
    """A letter that was in the post arrives; nothing new is asked of anybody."""
    story = asked()
    story.tell(day("2007-06-05"), WithdrawResponse())
    story.tell(day("2007-06-06"), ReceiveReference(reference=R1))
    story.tell(day("2007-06-06"), WithdrawReference(reference=Code("r2")))
    assert (
        story.refused(day("2007-06-07"), AskReference(reference=Code("r3"), referee=HEAD)).code == "withdrawn"
    )


def test_the_wrong_referees_answer_is_put_right() -> None:
    """Filed under the wrong task, the reference moves by two corrections and nothing is lost."""
    story = asked()
    story.tell(day("2007-06-05"), ReceiveReference(reference=R1, answers={"trust": "Yes."}))
    version = story.history[-1].version
    story.tell(day("2007-06-06"), Correct(event=version, reason="misfiled", set={"reference": Code("r2")}))
    assert (task(story), task(story, Code("r2"))) == ("asked", "received")


# -- whose a reference is -----------------------------------------------------


def test_a_reference_begun_with_one_person_is_not_made_another_s() -> None:
    """A sheet names another referee where a reference has come in: that is a replacement, no correction."""
    story = applied()
    named(story, "1", email="priya@example.org")
    story.tell(JUNE, AskReference(reference=R1, referee=HEAD))
    other = {"name": "Somebody Else", "email": "else@example.org"}

    refusal = story.refused(day("2007-07-02"), Correct(event=2, reason="the sheet", set=other))

    assert refusal.code == "reference_begun"
    assert "referee.replace" in refusal.message


@pytest.mark.parametrize(
    "words",
    [
        {"name": "Réferee One"},
        {"email": "priya.macleod@example.org"},
        {"name": "REFEREE  1", "email": "other@example.org"},
        {"name": "Priya MacLeod", "email": " PRIYA@example.org"},
        {"role": "Chair of governors"},
    ],
)
def test_the_spelling_of_a_referee_is_corrected_whatever_was_asked(words: dict[str, str]) -> None:
    """Who keeps the name or the address is still the same person."""
    story = applied()
    named(story, "1", email="priya@example.org")
    story.tell(JUNE, AskReference(reference=R1, referee=HEAD))

    assert story.tell(day("2007-07-02"), Correct(event=2, reason="misspelt", set=words)) != ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("Referee One", None), ("Canon P. Reeve", "reference_begun"), (None, "reference_begun")],
)
def test_without_any_address_a_word_of_the_name_shows_the_same_person(
    name: str | None, code: str | None
) -> None:
    """Referees who are written to by post have no address that could tell them apart."""
    story = asked()
    correction = Correct(event=2, reason="misspelt", set={"name": name})
    if code is None:
        assert story.tell(day("2007-07-02"), correction) != ()
    else:
        assert story.refused(day("2007-07-02"), correction).code == code


def test_undoing_a_correction_does_not_make_a_reference_another_s_either() -> None:
    """Given a referee put right before they were asked, the first one comes back only where nobody was."""
    story = with_referees()
    other = {"name": "Somebody Else", "email": "else@example.org"}
    story.tell(JUNE, Correct(event=2, reason="the sheet", set=other), command="mended")
    story.tell(JUNE, AskReference(reference=R1, referee=HEAD), command="asked")

    assert story.refused(day("2007-07-02"), Undo(command="mended")).code == "reference_begun"

    story.tell(day("2007-07-02"), Undo(command="asked"))
    story.tell(day("2007-07-02"), Undo(command="mended"), command="back")
    story.tell(day("2007-07-02"), AskReference(reference=R1, referee=HEAD))
    assert story.refused(day("2007-07-02"), Undo(command="back")).code == "reference_begun"


def test_before_anybody_is_asked_another_referee_may_be_put_in_the_place() -> None:
    """Until a reference is begun, a wrong referee is a slip of the pen like any other."""
    story = with_referees()
    other = {"name": "Somebody Else", "email": "else@example.org"}
    assert story.tell(JUNE, Correct(event=2, reason="the sheet", set=other)) != ()
