"""Facts told late or wrongly, whatever the stage: the state on a day, and how corrections are judged."""

from __future__ import annotations

import attrs
import pytest

from core.harness import Story, decider_of
from core.pool import ANN, BEN, URN, day
from siprecruit.core import allocation, application, person, placement, round  # noqa: A004 - the field's own word
from siprecruit.core.allocation import EndPermanent, NamePermanent, serving
from siprecruit.core.commands import Correct
from siprecruit.core.decider import OF_ANY_STREAM, Decider
from siprecruit.core.events import KINDS


def unjudged() -> Story:
    """A school's allocation alone, without the rules that look at people."""
    return Story(decider=decider_of(allocation.STAGE, kind="placement"), stream=f"placement/{URN}")


def test_a_fact_that_builds_on_a_later_day_is_left_out_until_then() -> None:
    """An end told of an earlier day than the naming is no reason to show no report for the days between."""
    story = unjudged()
    story.tell(day("2008-03-01"), NamePermanent(person=ANN, starts=day("2008-01-07")))
    story.tell(day("2008-02-01"), EndPermanent())

    assert story.as_at(day("2008-02-15")).allocation.permanents == ()
    assert serving(story.as_at(day("2008-03-01")).allocation.permanents, day("2008-02-01")) is None


def test_two_who_meet_only_on_days_between_leave_the_first_in_place() -> None:
    """Ben was named while Ann's end was still to come; on the days between she is the one who was known."""
    story = unjudged()
    story.tell(day("2008-01-02"), NamePermanent(person=ANN, starts=day("2008-01-07")))
    story.tell(day("2008-04-10"), EndPermanent(until=day("2008-04-11")))
    story.tell(day("2008-04-01"), NamePermanent(person=BEN, starts=day("2008-04-14")))

    between = story.as_at(day("2008-04-05")).allocation.permanents
    after = story.as_at(day("2008-04-10")).allocation.permanents
    assert [each.person for each in between] == [ANN]
    assert [each.person for each in after] == [ANN, BEN]


def test_a_correction_is_judged_on_the_day_of_the_fact() -> None:
    """What is put right in July about a fact of March is judged by what held in March."""
    seen = []
    base = decider_of(allocation.STAGE, kind="placement")

    def noting(happened: object, state: object, given: object) -> None:
        seen.append(given.on)  # type: ignore[attr-defined]
        base.check(happened, state, given)  # type: ignore[arg-type]

    watched = Decider(
        kind=base.kind,
        initial=base.initial,
        decide=base.decide,
        evolve=base.evolve,
        check=noting,
        owner=base.owner,
    )
    story = Story(decider=watched, stream=f"placement/{URN}")
    story.tell(day("2008-03-01"), NamePermanent(person=ANN, starts=day("2008-04-01")))

    story.tell(day("2008-07-01"), Correct(event=1, reason="misread", set={"person": BEN}))

    assert seen == [day("2008-03-01"), day("2008-03-01")]


def test_a_correction_is_judged_beside_what_stands() -> None:
    """Somebody whose naming was taken out keeps nobody from the place, also in the past."""
    story = unjudged()
    story.tell(
        day("2008-01-02"), NamePermanent(person=ANN, starts=day("2008-01-07"), until=day("2008-03-31"))
    )
    story.tell(day("2008-03-01"), NamePermanent(person=BEN, starts=day("2008-04-01")))
    story.tell(day("2008-03-02"), Correct(event=1, reason="it was Ben all the time"))

    story.tell(day("2008-03-02"), Correct(event=2, reason="since January", set={"starts": day("2008-01-07")}))

    assert [(each.person, each.starts) for each in story.state.allocation.permanents] == [
        (BEN, day("2008-01-07"))
    ]


def test_no_fact_is_put_off_to_a_day_that_has_not_come() -> None:
    """What can't be told of tomorrow can't be corrected to tomorrow either; a mistyped year is noticed."""
    story = unjudged()
    story.tell(day("2008-03-01"), NamePermanent(person=ANN, starts=day("2008-04-01")))

    refusal = story.refused(story.today, Correct(event=1, reason="mistyped", set={"on": "2080-03-01"}))

    assert (refusal.code, "1 March 2080" in refusal.message) == ("in_future", True)


def test_every_event_changes_what_is_known_of_something() -> None:
    """A fact that is told and recorded, and that no stage knows what to do with, would be lost unseen."""
    stages = (*round.STAGES, *person.STAGES, *application.STAGES, *placement.STAGES)
    ours = {cls for cls in KINDS if cls.__module__.startswith("siprecruit.")}
    assert ours - {cls for stage in stages for cls in stage.evolve} == OF_ANY_STREAM


def test_an_event_of_no_stage_is_never_left_out_unseen() -> None:
    """Whoever adds an event and forgets what follows from it is told at the first one that is decided."""
    stage = attrs.evolve(allocation.STAGE, evolve={})
    story = Story(decider=decider_of(stage, kind="placement"), stream=f"placement/{URN}")

    with pytest.raises(LookupError, match="no stage of placement/120777 evolves PermanentNamed"):
        story.tell(day("2008-03-01"), NamePermanent(person=ANN, starts=day("2008-01-07")))
