"""What the register says of a school, told again and again, and the area that it is placed in."""

from __future__ import annotations

import pytest

from core.harness import Story, decider_of
from core.pool import URN, day, recorded
from siprecruit.core import school_record
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code
from siprecruit.core.school_record import PlaceInArea, area_on, school_on
from siprecruit.programmes import load


def register(urn: str = URN) -> Story:
    """A school's record alone."""
    return Story(decider=decider_of(school_record.STAGE, kind="placement"), stream=f"placement/{urn}")


def test_a_school_is_described_for_the_days_before_it_was_recorded_too() -> None:
    """The register of today tells what the school was when the round began."""
    story = register()
    story.tell(day("2008-03-01"), recorded())

    school = school_on(story.as_at(day("2007-01-01")).school, day("2007-01-01"))

    assert school is not None
    assert (school.urn, school.name, school.phase) == (URN, "Aldborough Primary School", "primary")


def test_the_same_content_changes_nothing() -> None:
    """A register imported a second time leaves the record as it is."""
    story = register()
    story.tell(day("2008-03-01"), recorded())
    assert story.tell(day("2008-06-01"), recorded()) == ()


def test_other_content_holds_from_its_day_on() -> None:
    """A school that closes is closed by what the register says of it."""
    story = register()
    story.tell(day("2007-09-01"), recorded())
    story.tell(day("2008-06-01"), recorded(status="proposed_to_close", closed=day("2008-08-31")))
    programme = load("norfolk-2008")

    before, now = (school_on(story.state.school, day(on)) for on in ("2008-05-31", "2008-06-01"))

    assert before is not None
    assert now is not None
    assert before.status == "open"
    assert programme.in_scope(now, day("2008-08-31"))
    assert not programme.in_scope(now, day("2008-09-01"))


def test_an_older_register_read_later_changes_no_later_day() -> None:
    """The files come in any order; each holds until the next one's day."""
    story = register()
    story.tell(day("2008-06-01"), recorded(type="voluntary_aided"))
    story.tell(day("2008-01-01"), recorded(type="community"))
    assert story.tell(day("2008-02-01"), recorded(type="community")) == ()

    types = [school_on(story.state.school, day(on)).type for on in ("2008-01-01", "2008-05-31", "2008-06-01")]

    assert types == ["community", "community", "voluntary_aided"]


def test_a_change_builds_on_the_first_entry() -> None:
    """The first entry can't be taken out alone, and goes back to nothing with all that followed."""
    story = register()
    story.tell(day("2007-09-01"), recorded())
    story.tell(day("2008-06-01"), recorded(name="Aldborough School"))
    assert story.refused(day("2008-06-02"), Correct(event=1, reason="not ours")).code == "has_followed"

    story.tell(day("2008-06-02"), Correct(event=1, reason="not ours", cascade=True))

    assert school_on(story.state.school, day("2008-06-02")) is None


def test_a_change_can_be_undone() -> None:
    """Then the school is what it was before."""
    story = register()
    story.tell(day("2007-09-01"), recorded())
    before = story.state
    story.tell(day("2008-06-01"), recorded(name="Aldborough School"), command="import")
    story.tell(day("2008-06-02"), Undo(command="import"))
    assert story.state == before


@pytest.mark.parametrize("urn", ["norwich", "12A", "١٢٣"])
def test_a_school_is_known_by_a_number(urn: str) -> None:
    """What isn't digits is no URN, and nothing is recorded under it."""
    assert register(urn).refused(day("2008-03-01"), recorded()).code == "bad_urn"


def test_a_school_cannot_close_before_it_opens() -> None:
    """Two dates in the wrong order are a slip of the pen."""
    wrong = recorded(opened=day("2008-09-01"), closed=day("2008-08-31"))
    assert register().refused(day("2008-03-01"), wrong).code == "closes_early"


def test_a_school_is_placed_in_an_area_from_a_day_on() -> None:
    """Areas were drawn anew for September; what is told late of an earlier day changes no later one."""
    story = register()
    story.tell(day("2007-09-01"), recorded())
    story.tell(day("2008-06-01"), PlaceInArea(area=Code("north")))
    story.tell(day("2007-09-03"), PlaceInArea(area=Code("east")))
    assert story.tell(day("2008-07-01"), PlaceInArea(area=Code("north"))) == ()

    areas = [area_on(story.state.school, day(on)) for on in ("2007-09-02", "2007-09-03", "2008-06-01")]

    assert areas == [None, "east", "north"]


def test_an_area_is_one_of_the_programme() -> None:
    """A misspelt area would leave the school out of every area's sheet."""
    story = register()
    story.tell(day("2007-09-01"), recorded())
    assert story.refused(day("2008-06-01"), PlaceInArea(area=Code("nrth"))).code == "unknown_area"
