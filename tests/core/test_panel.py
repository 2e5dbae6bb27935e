"""The panel's part of an application: shortlist, interview, blind scores, decisions, a reserve taken up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from siprecruit.core import panel
from siprecruit.core.commands import Correct, Rejected, Reverse, Undo
from siprecruit.core.ids import Code, PersonId, RoundId
from siprecruit.core.intervals import Interval
from siprecruit.core.panel import Panel, Score
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")
JUNE, JULY = dt.date(2007, 6, 1), dt.date(2007, 7, 1)
HELD, DECIDED, LATER = dt.date(2007, 7, 3), dt.date(2007, 7, 5), dt.date(2007, 9, 10)
SLOT = dt.datetime(2007, 7, 3, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
PANEL_A, PANEL_B = Code("panel-a"), Code("panel-b")
HEAD, GOVERNOR, CHAIR = PersonId("head"), PersonId("governor"), PersonId("chair")


@pytest.fixture
def story() -> Story:
    return Story(decider=decider_of(panel.STAGE), stream="application/A7K4P", programme=NORFOLK)


@pytest.fixture
def invited(story: Story) -> Story:
    """An applicant on the shortlist with a slot before panel A."""
    story.tell(JUNE, panel.DecideShortlist(shortlisted=True))
    story.tell(JUNE, panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=40, room="Room 12"))
    return story


@pytest.fixture
def seen(invited: Story) -> Story:
    """An applicant who was interviewed by panel A."""
    invited.tell(JUNE, panel.AnswerInvitation(accepted=True))
    invited.tell(HELD, panel.HoldInterview())
    return invited


def marks(points: int = 3, **others: int) -> tuple[Score, ...]:
    """Scores for every criterion, all alike but for the named ones."""
    return tuple(
        Score(criterion=Code(each.code), points=others.get(each.code, points))
        for each in NORFOLK.panel.criteria
    )


def score(member: PersonId, points: int = 3, **others: int) -> panel.GiveScore:
    return panel.GiveScore(member=member, scores=marks(points, **others))


def decided(outcome: str) -> panel.RecordDecision:
    return panel.RecordDecision(outcome=Code(outcome), decided_by=CHAIR)


# -- shortlist and interview --------------------------------------------------


def test_a_shortlist_is_read_as_of_a_day(story: Story):
    """Somebody who was left off and put on again was off in between."""
    story.tell(JUNE, panel.DecideShortlist(shortlisted=False, why="no special-school places"))
    story.tell(JULY, panel.DecideShortlist(shortlisted=True))
    assert panel.shortlisted_on(story.state.panel, dt.date(2007, 5, 31)) is None
    assert panel.shortlisted_on(story.state.panel, dt.date(2007, 6, 30)) is False
    assert panel.shortlisted_on(story.state.panel, JULY) is True
    assert story.state.panel.shortlisted is True


def test_a_shortlist_found_late_takes_its_place_by_its_day(story: Story):
    """A paper of June that is typed in after July's says nothing about July."""
    story.tell(JULY, panel.DecideShortlist(shortlisted=False))
    story.tell(JUNE, panel.DecideShortlist(shortlisted=True))
    assert panel.shortlisted_on(story.state.panel, JUNE) is True
    assert story.state.panel.shortlisted is False


def test_an_invitation_holds_its_slot_in_utc(invited: Story):
    """Half past nine in July in Norfolk is half past eight in UTC; the room's name is kept in the vault."""
    planned = invited.state.panel.interview.planned
    assert planned.starts == dt.datetime(2007, 7, 3, 8, 30, tzinfo=dt.UTC)
    assert (planned.minutes, planned.room) == (40, "Room 12")


def test_a_slot_needs_its_time_zone(story: Story):
    """Half past nine alone may be one of two instants."""
    naive = panel.InviteToInterview(panel=PANEL_A, starts=SLOT.replace(tzinfo=None), minutes=40)
    assert story.refused(JUNE, naive).code == "no_time_zone"
    story.tell(JUNE, attrs.evolve(naive, starts=SLOT))
    wrong = Correct(event=1, reason="an hour late", set={"starts": naive.starts})
    assert story.refused(JUNE, wrong).code == "no_time_zone"


@pytest.mark.parametrize(
    ("on", "minutes", "code"), [(JUNE, 0, "no_time"), (dt.date(2007, 7, 4), 40, "slot_has_passed")]
)
def test_an_impossible_slot_is_refused(story: Story, on: dt.date, minutes: int, code: str):
    """Nobody is invited to a slot that is over, or that takes no time."""
    assert (
        story.refused(on, panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=minutes)).code == code
    )


def test_another_slot_asks_for_another_answer(invited: Story):
    """Who could come in the morning has said nothing about the afternoon."""
    invited.tell(JUNE, panel.AnswerInvitation(accepted=True))
    afternoon = panel.InviteToInterview(panel=PANEL_A, starts=SLOT + dt.timedelta(hours=5), minutes=40)
    invited.tell(dt.date(2007, 6, 20), afternoon)
    assert invited.state.panel.interview.accepted is None
    assert invited.as_at(dt.date(2007, 6, 19)).panel.interview.accepted is True


def test_an_earlier_slot_found_late_changes_nothing_now(invited: Story):
    """The slot told last, by the day of telling, is the one that counts."""
    invited.tell(dt.date(2007, 6, 20), panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=30))
    invited.tell(dt.date(2007, 6, 10), panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=20))
    assert invited.state.panel.interview.planned.minutes == 30
    assert invited.as_at(dt.date(2007, 6, 10)).panel.interview.planned.minutes == 20


def test_nobody_answers_an_invitation_that_was_not_made(story: Story):
    """Without an invitation there is no panel to come to; with another panel's name neither."""
    assert story.refused(JUNE, panel.AnswerInvitation(accepted=True)).code == "which_panel"
    assert story.refused(JUNE, panel.AnswerInvitation(accepted=True, panel=PANEL_B)).code == "not_invited"
    assert story.refused(JUNE, panel.CancelInterview(panel=PANEL_B)).code == "not_invited"


def test_an_interview_that_was_arranged_by_telephone_was_held_all_the_same(story: Story):
    """A true fact is recorded although no invitation is on the record."""
    story.tell(HELD, panel.HoldInterview(panel=PANEL_B))
    assert story.state.panel.interview.held_on == HELD
    assert story.state.panel.interview.planned is None


def test_an_interview_is_held_once(seen: Story):
    """Told again it changes nothing; on another day it is a correction, and one held can't be cancelled."""
    assert seen.tell(HELD, panel.HoldInterview()) == ()
    assert seen.refused(DECIDED, panel.HoldInterview()).code == "already_held"
    assert seen.refused(DECIDED, panel.CancelInterview()).code == "already_held"


def test_a_cancelled_interview_is_none_until_it_is_arranged_again(invited: Story):
    """A cancelled slot is not one to wait for; a new invitation is."""
    invited.tell(dt.date(2007, 6, 20), panel.CancelInterview(why="the panel's governor is ill"))
    assert invited.state.panel.interview is None
    again = panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=40, room="Room 12")
    assert len(invited.tell(dt.date(2007, 6, 21), again)) == 1
    assert invited.state.panel.interview.cancelled_on is None


@pytest.mark.parametrize(
    "what",
    [
        panel.DecideShortlist(shortlisted=True),
        panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=40, room="Room 12"),
        panel.AnswerInvitation(accepted=True),
        panel.DeclareConflict(member=CHAIR, kind=Code("family"), text="a cousin"),
        score(HEAD, 4),
        decided("reserve"),
        panel.ConveyDecision(how=Code("letter")),
        panel.CallReserve(round=RoundId("2008-01")),
    ],
    ids=lambda what: type(what).__name__,
)
def test_a_repeated_fact_changes_nothing(seen: Story, what: object):
    """The office types a form in twice: the second time there is nothing to record."""
    seen.tell(HELD, score(HEAD, 4))
    seen.tell(HELD, panel.DeclareConflict(member=CHAIR, kind=Code("family"), text="a cousin"))
    seen.tell(DECIDED, decided("reserve"))
    seen.tell(LATER, panel.ConveyDecision(how=Code("letter")))
    seen.tell(LATER, panel.CallReserve(round=RoundId("2008-01")))
    assert seen.tell(LATER, what) == ()


# -- scores -------------------------------------------------------------------


def test_a_member_sees_no_score_before_their_own_is_in(seen: Story):
    """Each member is blind to the others' scores until their own is in; a chair like anybody."""
    seen.tell(HELD, score(HEAD, 5))
    seen.tell(HELD, score(GOVERNOR, 2))
    assert panel.visible_scores(seen.state.panel, CHAIR) == {}
    seen.tell(HELD, score(CHAIR, 3))
    assert set(panel.visible_scores(seen.state.panel, CHAIR)) == {HEAD, GOVERNOR, CHAIR}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 5)), max_size=8), st.sampled_from("abcde"))
def test_whoever_has_not_scored_sees_nothing_and_whoever_has_sees_all(told: list[tuple[str, int]], who: str):
    """Blindness holds for any order of scoring, and in both directions."""
    story = Story(decider=decider_of(panel.STAGE), stream="application/A7K4P", programme=NORFOLK)
    story.tell(HELD, panel.HoldInterview(panel=PANEL_A))
    for member, points in told:
        story.tell(HELD, score(PersonId(member), points))
    scored = {member for member, _ in told}
    assert set(panel.visible_scores(story.state.panel, PersonId(who))) == (scored if who in scored else set())


def test_who_declares_a_conflict_scores_no_more_and_loses_sight_of_the_case(seen: Story):
    """A conflict found after scoring takes the score out of the total, and hides the others'."""
    seen.tell(HELD, score(HEAD, 5))
    seen.tell(HELD, score(GOVERNOR, 1))
    seen.tell(HELD, panel.DeclareConflict(member=GOVERNOR, kind=Code("colleague")))
    assert panel.visible_scores(seen.state.panel, GOVERNOR) == {}
    assert set(panel.counted_scores(seen.state.panel)) == {HEAD}
    refusal = seen.refused(HELD, score(GOVERNOR, 2))
    assert refusal.code == "member_has_conflict"
    assert "governor" in refusal.message


def test_who_refereed_the_applicant_may_not_score():
    """Who has given a reference does not score that applicant; where that is allowed nobody is named."""
    assert not panel.may_score(Panel(), HEAD, frozenset({HEAD}))
    assert panel.may_score(Panel(), HEAD, frozenset())


def test_a_weighted_total_is_points_times_weight(seen: Story):
    """Norfolk's weights add up to 17: all threes are 51, and one point more in analysis is three more."""
    seen.tell(HELD, score(HEAD, 3))
    seen.tell(HELD, score(GOVERNOR, 3, analysis=4))
    held = seen.state.panel
    assert panel.weighted_totals(panel.counted_scores(held), NORFOLK) == {
        HEAD: Decimal(51),
        GOVERNOR: Decimal(54),
    }
    assert panel.weighted_total(held, NORFOLK) == Decimal("52.50")
    assert panel.spread(held, NORFOLK) == Decimal(3)


def test_without_scores_there_is_no_total(seen: Story):
    """Nought would be a judgement; nobody has given one."""
    assert panel.weighted_total(seen.state.panel, NORFOLK) is None
    assert panel.spread(seen.state.panel, NORFOLK) is None


@given(st.lists(st.integers(1, 5), min_size=1, max_size=7))
def test_the_total_lies_between_the_members(points: list[int]):
    """A mean is never outside of what it is the mean of, whoever scored first."""
    story = Story(decider=decider_of(panel.STAGE), stream="application/A7K4P", programme=NORFOLK)
    story.tell(HELD, panel.HoldInterview(panel=PANEL_A))
    for number, each in enumerate(points):
        story.tell(HELD, score(PersonId(f"m{number}"), each))
    totals = panel.weighted_totals(panel.counted_scores(story.state.panel), NORFOLK).values()
    assert min(totals) <= panel.weighted_total(story.state.panel, NORFOLK) <= max(totals)
    assert panel.spread(story.state.panel, NORFOLK) == 17 * (max(points) - min(points))


def test_a_criterion_added_later_leaves_older_scores_out_of_the_comparison(seen: Story):
    """A member who was never asked about a criterion can't be set beside one who was."""
    seen.tell(HELD, score(HEAD))
    more = panel_with(criteria=(*NORFOLK.panel.criteria, attrs.evolve(NORFOLK.panel.criteria[0], code="new")))
    assert panel.weighted_total(seen.state.panel, more) is None


def panel_with(**changes: object):
    return attrs.evolve(NORFOLK, panel=attrs.evolve(NORFOLK.panel, **changes))


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        (marks()[1:], "criterion_missing"),
        ((*marks(), marks()[0]), "criterion_twice"),
        ((*marks(), Score(criterion=Code("charm"), points=3)), "unknown_criterion"),
        (marks(3, analysis=6), "off_the_scale"),
        (marks(3, analysis=0), "off_the_scale"),
    ],
)
def test_a_score_has_every_criterion_once_and_on_the_scale(seen: Story, scores: tuple[Score, ...], code: str):
    """Norfolk scores eight criteria from 1 to 5."""
    assert seen.refused(HELD, panel.GiveScore(member=HEAD, scores=scores)).code == code


def test_a_score_off_the_scale_can_not_come_in_as_a_correction(seen: Story):
    """What forbids a fact forbids it also when it is told as a correction."""
    seen.tell(HELD, score(HEAD))
    wrong = Correct(event=len(seen.history), reason="misread", set={"scores": marks(9)})
    assert seen.refused(HELD, wrong).code == "off_the_scale"


def test_a_second_score_replaces_the_first_until_the_decision(seen: Story):
    """Members compare notes and change their minds; once it is decided only a slip is put right."""
    seen.tell(HELD, score(HEAD, 2))
    seen.tell(HELD, score(HEAD, 3))
    assert panel.weighted_total(seen.state.panel, NORFOLK) == Decimal(51)
    seen.tell(DECIDED, decided("appointed"))
    assert seen.refused(DECIDED, score(HEAD, 5)).code == "already_decided"
    seen.tell(DECIDED, Correct(event=6, reason="typed wrongly", set={"scores": marks(4)}))
    assert panel.weighted_total(seen.state.panel, NORFOLK) == Decimal(68)


def test_a_score_sheet_found_after_the_decision_goes_in_with_its_own_day(seen: Story):
    """The governor's sheet lay in a drawer: scored before the decision, it counts; a new one doesn't."""
    seen.tell(DECIDED, decided("reserve"))
    assert seen.refused(LATER, score(GOVERNOR)).code == "already_decided"
    seen.tell(HELD, score(GOVERNOR))
    assert set(panel.counted_scores(seen.state.panel)) == {GOVERNOR}


def test_a_decision_without_an_interview_ends_the_scoring_on_paper(story: Story):
    """Where applicants are sifted by score alone, the decision closes that scoring too."""
    sifted = attrs.evolve(score(HEAD), panel=PANEL_A)
    story.tell(JUNE, sifted)
    story.tell(JULY, decided("not_appointed"))
    assert story.refused(JULY, attrs.evolve(score(HEAD, 4), panel=PANEL_A)).code == "already_decided"
    assert story.tell(HELD, attrs.evolve(score(HEAD, 4), panel=PANEL_B)) != ()


def test_a_second_panel_begins_blind_again(seen: Story):
    """A reserve who is seen again has new scores; those of the first panel neither count nor show."""
    seen.tell(HELD, score(HEAD, 2))
    seen.tell(DECIDED, decided("reserve"))
    seen.tell(LATER, panel.HoldInterview(panel=PANEL_B))
    seen.tell(LATER, score(GOVERNOR, 4))
    assert panel.visible_scores(seen.state.panel, HEAD) == {}
    assert set(panel.counted_scores(seen.state.panel)) == {GOVERNOR}
    assert len(seen.state.panel.scores) == 2


def test_a_score_before_any_invitation_must_say_which_panel(story: Story):
    """With no panel on the record the score would hang in the air."""
    assert story.refused(JUNE, score(HEAD)).code == "which_panel"
    story.tell(JUNE, attrs.evolve(score(HEAD), panel=PANEL_B))
    assert panel.sitting(story.state.panel) == PANEL_B


# -- decisions ----------------------------------------------------------------


def test_nobody_is_appointed_without_an_interview_where_the_programme_wants_one(invited: Story):
    """An invitation is no interview, and one of a later day is none yet; leaving somebody out needs none."""
    assert invited.refused(DECIDED, decided("appointed")).code == "no_interview"
    assert invited.refused(DECIDED, decided("appointed_subject_to_accreditation")).code == "no_interview"
    invited.tell(LATER, panel.HoldInterview())
    assert invited.refused(DECIDED, decided("appointed")).code == "no_interview"
    invited.tell(DECIDED, decided("not_appointed"))
    assert not panel.appointed_on(invited.state.panel, NORFOLK, DECIDED)


def test_a_programme_may_appoint_on_paper(story: Story):
    """Where no interview is required a decision stands on its own."""
    story.programme = panel_with(interview_required=False)
    story.tell(DECIDED, decided("appointed"))
    assert panel.appointed_on(story.state.panel, story.programme, DECIDED)


def test_a_decision_has_an_outcome_of_the_programme(seen: Story):
    """The authority's own words are data: another authority's are unknown."""
    assert seen.refused(DECIDED, decided("pooled")).code == "unknown_outcome"


def test_an_appointment_subject_to_accreditation_is_one_that_waits(seen: Story):
    """Both appoint; only one of them waits for the college."""
    seen.tell(DECIDED, decided("appointed_subject_to_accreditation"))
    seen.tell(LATER, decided("appointed"))
    held = seen.state.panel
    assert panel.appointed_on(held, NORFOLK, DECIDED)
    assert panel.subject_to_accreditation_on(held, NORFOLK, DECIDED)
    assert not panel.subject_to_accreditation_on(held, NORFOLK, LATER)
    assert panel.appointed_from(held, NORFOLK) == DECIDED


def test_a_reserve_taken_up_is_appointed_from_the_later_day(seen: Story):
    """All decisions stay with their dates; the latest one on a day counts."""
    seen.tell(DECIDED, decided("reserve"))
    seen.tell(LATER, panel.CallReserve(round=RoundId("2008-01")))
    seen.tell(LATER, decided("appointed"))
    held = seen.state.panel
    assert [one.outcome for one in held.decisions] == ["reserve", "appointed"]
    assert not panel.appointed_on(held, NORFOLK, LATER - dt.timedelta(days=1))
    assert panel.appointed_on(held, NORFOLK, LATER)
    assert panel.appointed_from(held, NORFOLK) == LATER
    assert held.reserve_calls[0].called.round == "2008-01"


def test_only_a_reserve_is_called(seen: Story):
    """Who was turned down, or never decided about, is not held in reserve."""
    assert seen.refused(DECIDED, panel.CallReserve()).code == "not_decided"
    seen.tell(DECIDED, decided("not_appointed"))
    assert seen.refused(LATER, panel.CallReserve()).code == "not_in_reserve"


def test_of_two_decisions_of_one_day_the_one_told_last_counts(seen: Story):
    """The panel thought again in the afternoon."""
    seen.tell(DECIDED, decided("reserve"))
    seen.tell(DECIDED, decided("appointed"))
    assert panel.decision_on(seen.state.panel, DECIDED).outcome == "appointed"


def test_a_decision_found_late_does_not_supersede_a_later_one(seen: Story):
    """Order is that of the days, not of the typing."""
    seen.tell(LATER, decided("appointed"))
    seen.tell(DECIDED, decided("reserve"))
    assert panel.decision_on(seen.state.panel, LATER).outcome == "appointed"
    assert panel.decision_on(seen.state.panel, DECIDED).outcome == "reserve"


outcomes = st.sampled_from([each.code for each in NORFOLK.decisions])


@given(st.lists(st.tuples(st.integers(0, 9), outcomes), max_size=6))
def test_intervals_of_appointment_agree_with_each_day(told: list[tuple[int, str]]):
    """Whatever was decided when, and told in whatever order, both ways of asking answer alike."""
    story = Story(decider=decider_of(panel.STAGE), stream="application/A7K4P", programme=NORFOLK)
    story.tell(HELD, panel.HoldInterview(panel=PANEL_A))
    for after, outcome in told:
        story.tell(HELD + dt.timedelta(days=after), decided(outcome))
    held = story.state.panel
    stretches = panel.appointed_intervals(held, NORFOLK)
    for day in (HELD + dt.timedelta(days=number) for number in range(-1, 12)):
        assert panel.appointed_on(held, NORFOLK, day) == any(day in one for one in stretches)
    last = stretches[-1] if stretches else Interval(starts=HELD, ends=LATER)
    assert panel.appointed_from(held, NORFOLK) == (last.starts if last.ends is None else None)


def test_an_applicant_is_told_the_decision_of_the_day(seen: Story):
    """A reserve who was told, and is appointed later, has yet to be told of that."""
    assert seen.refused(DECIDED, panel.ConveyDecision()).code == "not_decided"
    seen.tell(DECIDED, decided("reserve"))
    seen.tell(DECIDED, panel.ConveyDecision(how=Code("telephone")))
    seen.tell(LATER, decided("appointed"))
    assert [one.told_on for one in seen.state.panel.decisions] == [DECIDED, None]


# -- putting right ------------------------------------------------------------

LIFE = (
    (JUNE, panel.DecideShortlist(shortlisted=True)),
    (JUNE, panel.InviteToInterview(panel=PANEL_A, starts=SLOT, minutes=40)),
    (JUNE, panel.AnswerInvitation(accepted=True)),
    (HELD, panel.HoldInterview()),
    (HELD, panel.DeclareConflict(member=CHAIR, kind=Code("family"))),
    (HELD, score(HEAD)),
    (DECIDED, decided("reserve")),
    (DECIDED, panel.ConveyDecision()),
    (LATER, panel.CallReserve()),
)


@pytest.mark.parametrize("number", range(len(LIFE)), ids=lambda number: type(LIFE[number][1]).__name__)
@pytest.mark.parametrize("how", ["undo", "void", "reverse"])
def test_every_fact_can_be_taken_back(story: Story, number: int, how: str):
    """After do and undo everything is as it was before, whichever way it is taken back."""
    for on, what in LIFE[:number]:
        story.tell(on, what)
    before = story.state
    on, what = LIFE[number]
    story.tell(on, what, command="mistake")
    assert story.state != before
    version = len(story.history)
    story.tell(
        LATER,
        {
            "undo": Undo(command="mistake"),
            "void": Correct(event=version, reason="never so"),
            "reverse": Reverse(event=version, reason="no longer"),
        }[how],
    )
    assert story.state == before


def test_another_shortlist_and_a_cancelled_interview_can_be_taken_back(invited: Story):
    """A second word on the same matter gives way to the first again."""
    before = invited.state
    invited.tell(JUNE, panel.CancelInterview(), command="mistake")
    invited.tell(JUNE, Undo(command="mistake"))
    assert invited.state == before


@pytest.mark.parametrize(
    ("event", "followers"),
    [
        (2, ["interview.answered (3)"]),
        (4, ["decision.made (7)", "decision.conveyed (8)", "reserve.called (9)"]),
        (7, ["decision.conveyed (8)", "reserve.called (9)"]),
    ],
)
def test_what_followed_is_named_and_goes_too_if_asked(story: Story, event: int, followers: list[str]):
    """An interview that never took place carries a decision, its letter and a call along with it."""
    for on, what in LIFE:
        story.tell(on, what)
    refusal = story.refused(LATER, Correct(event=event, reason="never so"))
    assert refusal.code == "has_followed"
    assert followers[0] in refusal.message
    gone = story.tell(LATER, Correct(event=event, reason="never so", cascade=True))
    assert len(gone) == 1 + len(followers)


def test_an_outcome_mistyped_and_told_has_to_be_told_again(seen: Story):
    """The letter said what was typed: putting the decision right doesn't make the letter right."""
    seen.tell(DECIDED, decided("appointed"))
    seen.tell(DECIDED, panel.ConveyDecision())
    right = Correct(event=5, reason="mistyped", set={"outcome": Code("reserve")})
    assert "decision.conveyed (6)" in seen.refused(LATER, right).message
    seen.tell(LATER, attrs.evolve(right, cascade=True))
    assert [(one.outcome, one.told_on) for one in seen.state.panel.decisions] == [("reserve", None)]


def test_a_correction_to_an_appointment_is_judged_like_one(invited: Story):
    """Without an interview a rejection can't be turned into an appointment by the back door."""
    invited.tell(DECIDED, decided("not_appointed"))
    wrong = Correct(event=3, reason="mistyped", set={"outcome": Code("appointed")})
    assert invited.refused(DECIDED, wrong).code == "no_interview"


def test_no_refusal_names_more_than_codes():
    """A refusal is kept beside the command: it holds ids, codes and dates, and is one sentence."""
    story = Story(decider=decider_of(panel.STAGE), stream="application/A7K4P", programme=NORFOLK)
    story.tell(HELD, panel.HoldInterview(panel=PANEL_A))
    refusal = story.refused(DECIDED, panel.HoldInterview(panel=PANEL_A))
    assert isinstance(refusal, Rejected)
    assert refusal.message == "panel-a saw the applicant on 3 July 2007: correct that day"
