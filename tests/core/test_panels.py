"""Planning a panel in its round: who sits, whom it sees, and who steps aside."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from siprecruit.core import panel
from siprecruit.core.application import Application
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.panel import Member, Recusal
from siprecruit.core.panel.events import ConflictDeclared
from siprecruit.core.panel.state import Conflict, Panel
from siprecruit.core.references import Referee, RefereeNamed, References, Task
from siprecruit.core.responses import Response, ResponseSubmitted
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")
PLANNED, SITS, LATER = dt.date(2007, 6, 11), dt.date(2007, 7, 3), dt.date(2007, 6, 20)
PANEL = Code("panel-a")
ANNE, BOB = ApplicationCode("A7K4P"), ApplicationCode("B8M5Q")
HEAD, GOVERNOR, OFFICER = PersonId("head"), PersonId("governor"), PersonId("officer")
APPLICANT = PersonId("applicant")
MEMBERS = (
    Member(person=HEAD, capacity=Code("headteacher"), chair=True),
    Member(person=GOVERNOR, capacity=Code("governor"), trained=True),
    Member(person=OFFICER, capacity=Code("officer"), trained=True),
)
ASIDE = Recusal(member=OFFICER, application=ANNE)


def submitted(person: PersonId = APPLICANT, **stages: object) -> Application:
    """An application of this person's."""
    said = ResponseSubmitted(advert=Code("tes-2007-05"), person=person)
    return Application(response=Response(said=said), **stages)


def refereed(person: PersonId, *, replaced: bool = False, gave: bool = False) -> Application:
    """An application whose referee 1 is this person: still, or replaced; who gave a reference, or not."""
    code = Code("1")
    named = RefereeNamed(referee=code, person=person)
    referee = Referee(named=named, named_on=PLANNED, replaced_on=PLANNED if replaced else None)
    task = Task(reference=code, referee=code, asked_on=PLANNED, due=SITS, received_on=LATER if gave else None)
    return submitted(references=References(referees={code: referee}, tasks={code: task}))


def in_conflict(person: PersonId) -> Application:
    declared = ConflictDeclared(member=person, kind=Code("family"))
    return submitted(panel=Panel(conflicts={person: Conflict(declared=declared, on=PLANNED)}))


def round_of(**applications: Application) -> Story:
    """A round in which panels are planned; these applications exist."""
    states = {f"application/{code}": application for code, application in applications.items()}
    return Story(
        decider=decider_of(panel.PLANNING, kind="round"),
        stream="round/2007-05",
        programme=NORFOLK,
        given={"states": states},
    )


@pytest.fixture
def story() -> Story:
    return round_of(A7K4P=submitted(), B8M5Q=submitted())


def plan(*applications: ApplicationCode, recused: tuple[Recusal, ...] = ()) -> panel.PlanPanel:
    return panel.PlanPanel(
        panel=PANEL, sits_on=SITS, members=MEMBERS, applications=applications, recused=recused, room="Room 12"
    )


def members(*left_out: PersonId) -> tuple[Member, ...]:
    return tuple(each for each in MEMBERS if each.person not in left_out)


# -- who sits -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sitting", "code"),
    [
        (members(HEAD), "too_few_headteachers"),
        (members(GOVERNOR), "too_few_governors"),
        (tuple(attrs.evolve(each, trained=False) for each in MEMBERS), "too_few_trained"),
        ((), "too_few_headteachers"),
        ((*MEMBERS, MEMBERS[0]), "member_twice"),
        (tuple(attrs.evolve(each, chair=True) for each in MEMBERS), "two_chairs"),
    ],
)
def test_a_panel_has_heads_governors_and_somebody_trained(
    story: Story, sitting: tuple[Member, ...], code: str
):
    """Headteacher and governor representatives take part (sheet 102/08), one is trained (KCSIE part 3)."""
    assert story.refused(PLANNED, attrs.evolve(plan(), members=sitting)).code == code
    story.tell(PLANNED, plan())
    assert story.refused(LATER, panel.ChangeMembers(panel=PANEL, members=sitting)).code == code


def test_who_is_missing_is_said_as_people_say_it(story: Story):
    """One is one governor, and no figure stands for nobody."""
    refused = story.refused(PLANNED, attrs.evolve(plan(), members=members(GOVERNOR)))
    assert refused.message == "a panel needs at least 1 governor: this one has none"


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_how_many_must_sit_is_the_programme_s_to_say(heads: int, governors: int, least: int):
    """A panel is planned exactly if it has as many of each as the programme asks for."""
    story = round_of()
    rules = attrs.evolve(NORFOLK.panel, headteachers=least, governors=least, trained=0)
    story.programme = attrs.evolve(NORFOLK, panel=rules)
    sitting = tuple(
        Member(person=PersonId(f"{capacity}{number}"), capacity=Code(capacity))
        for capacity, many in (("headteacher", heads), ("governor", governors))
        for number in range(many)
    )
    planned = attrs.evolve(plan(), members=sitting)
    if min(heads, governors) >= least:
        assert len(story.tell(PLANNED, planned)) == 1
    else:
        assert story.refused(PLANNED, planned).code.startswith("too_few")


def test_other_members_take_over_from_their_day(story: Story):
    """The head who fell ill sat on no panel; before that they were to sit."""
    story.tell(PLANNED, plan(ANNE))
    other = attrs.evolve(MEMBERS[0], person=PersonId("other-head"))
    story.tell(LATER, panel.ChangeMembers(panel=PANEL, members=(other, *members(HEAD)), applications=(ANNE,)))
    assert story.state.panels.planned[PANEL].members[0].person == "other-head"
    assert story.as_at(PLANNED).panels.planned[PANEL].members[0].person == HEAD


def test_whoever_changes_members_names_all_whom_the_panel_sees(story: Story):
    """A new member is held against each applicant, also against those whom the caller forgot."""
    story.tell(PLANNED, plan(ANNE, BOB))
    refusal = story.refused(LATER, panel.ChangeMembers(panel=PANEL, members=MEMBERS, applications=(ANNE,)))
    assert refusal.code == "applications_missing"
    assert "B8M5Q" in refusal.message


def test_a_change_of_members_found_late_does_not_undo_a_later_one(story: Story):
    """Who sits is who was named last, by the day and not by the typing."""
    story.tell(PLANNED, plan())
    for number, on in enumerate((LATER, PLANNED)):
        other = attrs.evolve(MEMBERS[2], person=PersonId(f"officer-{number}"))
        story.tell(on, panel.ChangeMembers(panel=PANEL, members=(*members(OFFICER), other)))
    assert story.state.panels.planned[PANEL].members[2].person == "officer-0"


# -- who may score whom -------------------------------------------------------


@pytest.mark.parametrize(
    ("application", "code"),
    [
        (refereed(OFFICER), "member_is_referee"),
        (refereed(OFFICER, replaced=True, gave=True), "member_is_referee"),
        (in_conflict(OFFICER), "member_has_conflict"),
        (submitted(OFFICER), "member_is_applicant"),
    ],
    ids=["named", "gave-and-replaced", "conflict", "applicant"],
)
def test_who_may_not_score_is_said_when_the_panel_is_planned(application: Application, code: str):
    """Not when it sits: if the applicant is there from the start, is assigned, or the member comes later."""
    story = round_of(A7K4P=application)
    refusal = story.refused(PLANNED, plan(ANNE))
    assert refusal.code == code
    assert "officer" in refusal.message
    assert "A7K4P" in refusal.message
    story.tell(PLANNED, plan())
    assert story.refused(LATER, panel.AssignApplications(panel=PANEL, applications=(ANNE,))).code == code
    story.tell(LATER, attrs.evolve(plan(ANNE), members=members(OFFICER)))
    joins = panel.ChangeMembers(panel=PANEL, members=MEMBERS, applications=(ANNE,))
    assert story.refused(LATER, joins).code == code


@pytest.mark.parametrize(
    "application", [refereed(OFFICER), in_conflict(OFFICER)], ids=["referee", "conflict"]
)
def test_who_steps_aside_sits_for_the_others(application: Application):
    """A member who is recused for one applicant scores all the other ones."""
    story = round_of(A7K4P=application, B8M5Q=submitted())
    story.tell(PLANNED, plan(ANNE, BOB, recused=(ASIDE,)))
    planned = story.state.panels.planned[PANEL]
    assert panel.scorers(planned, ANNE) == (HEAD, GOVERNOR)
    assert panel.scorers(planned, BOB) == (HEAD, GOVERNOR, OFFICER)


def test_who_stepped_aside_when_planned_need_not_say_so_again():
    """Recusals add up over plan and assignment, and an assignment may bring its own."""
    story = round_of(A7K4P=refereed(OFFICER), B8M5Q=refereed(HEAD))
    story.tell(PLANNED, plan(recused=(ASIDE,)))
    story.tell(LATER, panel.AssignApplications(panel=PANEL, applications=(ANNE,)))
    aside = Recusal(member=HEAD, application=BOB)
    story.tell(LATER, panel.AssignApplications(panel=PANEL, applications=(BOB,), recused=(aside,)))
    assert panel.scorers(story.state.panels.planned[PANEL], ANNE) == (HEAD, GOVERNOR)
    assert panel.scorers(story.state.panels.planned[PANEL], BOB) == (GOVERNOR, OFFICER)


def test_a_referee_who_was_replaced_and_said_nothing_may_score():
    """Who has given no reference, and is no longer to give one, is a member like any other."""
    story = round_of(A7K4P=refereed(OFFICER, replaced=True))
    assert len(story.tell(PLANNED, plan(ANNE))) == 1


def test_a_programme_may_let_a_referee_score():
    """A small authority can't always spare the one officer who knows everybody; a conflict still counts."""
    rules = attrs.evolve(NORFOLK.panel, referee_may_score=True)
    story = round_of(A7K4P=refereed(OFFICER), B8M5Q=in_conflict(OFFICER))
    story.programme = attrs.evolve(NORFOLK, panel=rules)
    story.tell(PLANNED, plan(ANNE))
    assert story.refused(LATER, plan(BOB)).code == "member_has_conflict"


def test_a_panel_sees_applications_that_exist(story: Story):
    """A mistyped code is no applicant, and neither is a stream to which nobody has written."""
    assert story.refused(PLANNED, plan(ApplicationCode("ZZZZZ"))).code == "no_such_application"
    assert round_of(A7K4P=Application()).refused(PLANNED, plan(ANNE)).code == "no_such_application"


# -- planning, assigning, cancelling ------------------------------------------


def test_the_same_plan_again_takes_nothing_back(story: Story):
    """An applicant assigned since then stays assigned when the plan is sent a second time."""
    story.tell(PLANNED, plan(ANNE))
    story.tell(LATER, panel.AssignApplications(panel=PANEL, applications=(BOB, BOB)))
    assert story.tell(LATER, plan(ANNE)) == ()
    assert story.state.panels.planned[PANEL].applications == (ANNE, BOB)


def test_a_panel_put_off_is_planned_anew(story: Story):
    """Another day is another plan for the same panel; before that the old day held."""
    story.tell(PLANNED, plan(ANNE))
    story.tell(LATER, attrs.evolve(plan(ANNE), sits_on=dt.date(2007, 7, 10)))
    assert story.state.panels.planned[PANEL].planned.sits_on == dt.date(2007, 7, 10)
    assert story.as_at(PLANNED).panels.planned[PANEL].planned.sits_on == SITS


def test_a_plan_found_late_does_not_undo_a_later_one(story: Story):
    """The plan of the later day stands, whichever was typed in first."""
    story.tell(LATER, attrs.evolve(plan(), sits_on=dt.date(2007, 7, 10)))
    story.tell(PLANNED, plan())
    assert story.state.panels.planned[PANEL].planned.sits_on == dt.date(2007, 7, 10)


def test_no_panel_sits_before_it_is_planned(story: Story):
    """A panel of last week was planned before; the office says when."""
    assert story.refused(dt.date(2007, 7, 4), plan()).code == "sits_before_planned"


def test_a_cancelled_panel_sees_nobody_until_it_is_planned_again(story: Story):
    """Nobody is assigned to a panel that won't sit; the same plan brings it back."""
    story.tell(PLANNED, plan(ANNE))
    story.tell(LATER, panel.CancelPanel(panel=PANEL, why="snow"))
    assert panel.panels_seeing(story.state.panels, ANNE) == ()
    assert story.tell(LATER, panel.CancelPanel(panel=PANEL, why="snow")) == ()
    refusal = story.refused(LATER, panel.AssignApplications(panel=PANEL, applications=(BOB,)))
    assert refusal.code == "panel_cancelled"
    story.tell(LATER, plan(ANNE))
    assert panel.panels_seeing(story.state.panels, ANNE) == (PANEL,)


def test_the_panels_that_see_an_applicant_come_soonest_first(story: Story):
    """A second panel in July comes after the first, whatever its code."""
    story.tell(PLANNED, attrs.evolve(plan(ANNE), sits_on=dt.date(2007, 7, 10)))
    story.tell(PLANNED, attrs.evolve(plan(ANNE), panel=Code("panel-b")))
    assert panel.panels_seeing(story.state.panels, ANNE) == ("panel-b", PANEL)
    assert panel.panels_seeing(story.state.panels, BOB) == ()


@pytest.mark.parametrize(
    "what",
    [
        panel.ChangeMembers(panel=PANEL, members=MEMBERS),
        panel.AssignApplications(panel=PANEL, applications=(ANNE,)),
        panel.CancelPanel(panel=PANEL),
    ],
    ids=lambda what: type(what).__name__,
)
def test_a_panel_that_was_not_planned_is_not_changed(story: Story, what: object):
    """A mistyped code names no panel of this round."""
    assert story.refused(PLANNED, what).code == "no_such_panel"


@pytest.mark.parametrize(
    "what",
    [
        plan(ANNE),
        panel.ChangeMembers(panel=PANEL, members=MEMBERS, applications=(ANNE,)),
        panel.AssignApplications(panel=PANEL, applications=(ANNE,)),
    ],
    ids=lambda what: type(what).__name__,
)
def test_a_repeated_plan_changes_nothing(story: Story, what: object):
    """What is so already leaves no event."""
    story.tell(PLANNED, plan(ANNE))
    assert story.tell(LATER, what) == ()


# -- putting right ------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        plan(BOB),
        panel.ChangeMembers(
            panel=PANEL,
            members=(*MEMBERS, Member(person=PersonId("x"), capacity=Code("officer"))),
            applications=(ANNE,),
        ),
        panel.AssignApplications(panel=PANEL, applications=(BOB,)),
        panel.CancelPanel(panel=PANEL),
    ],
    ids=lambda what: type(what).__name__,
)
def test_every_step_of_planning_can_be_taken_back(story: Story, what: object):
    """After do and undo the plan is as it was."""
    story.tell(PLANNED, plan(ANNE))
    before = story.state
    story.tell(LATER, what, command="mistake")
    assert story.state != before
    story.tell(LATER, Undo(command="mistake"))
    assert story.state == before


def test_what_followed_from_a_plan_goes_with_it(story: Story):
    """A panel that was never planned had nobody assigned to it."""
    story.tell(PLANNED, plan())
    story.tell(LATER, panel.AssignApplications(panel=PANEL, applications=(ANNE,)))
    wrong = Correct(event=1, reason="never so")
    assert "panel.assigned (2)" in story.refused(LATER, wrong).message
    story.tell(LATER, attrs.evolve(wrong, cascade=True))
    assert story.state.panels.planned == {}


def test_a_referee_does_not_come_in_by_a_correction():
    """Putting another member in the plan is judged like planning with them."""
    story = round_of(A7K4P=refereed(OFFICER))
    story.tell(PLANNED, attrs.evolve(plan(ANNE), members=members(OFFICER)))
    wrong = Correct(event=1, reason="one was forgotten", set={"members": MEMBERS})
    assert story.refused(LATER, wrong).code == "member_is_referee"
