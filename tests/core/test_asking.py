"""Which references can be asked for: every referee who stands and owes nothing, and why not the others."""

from __future__ import annotations

from core.applying import HEAD, LA, OFFICER, applied, asked, named, state_of
from core.harness import Story
from core.pool import day
from siprecruit.core.ids import Code
from siprecruit.core.references import (
    AgreeReferee,
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    GiveReferenceElsewhere,
    ReceiveReference,
    ReplaceReferee,
    WithdrawReference,
)
from siprecruit.core.references.asking import wishes

JUNE = day("2007-06-04")
R1 = Code("r1")


def with_addresses() -> Story:
    """Two referees, each with an address or known as a person."""
    story = applied()
    named(story, "1", email="max@example.org")
    named(story, "2", from_la=True, person=OFFICER)
    return story


def wanted(story: Story) -> dict[str, str | None]:
    """Who could be asked, and why not."""
    return {each.referee: each.why_not for each in wishes(state_of(story).references)}


def test_everybody_who_was_named_can_be_asked():
    """Each under a code of the referee's own; an officer is known by more than an address."""
    found = wishes(state_of(with_addresses()).references)
    assert [(each.referee, each.reference, each.from_la) for each in found] == [
        (HEAD, "r1", False),
        (LA, "r2", True),
    ]
    assert {each.why_not for each in found} == {None}


def test_whoever_was_asked_or_has_answered_is_not_asked():
    """Awaited, received, given elsewhere: there is nothing to ask for."""
    story = asked()
    assert wanted(story) == {}
    story.tell(JUNE, ReceiveReference(reference=R1))
    story.tell(JUNE, GiveReferenceElsewhere(reference=Code("r2"), where=Code("ncsl")))
    assert wanted(story) == {}


def test_why_somebody_cannot_be_asked_is_said():
    """Declined, come back, let pass, withdrawn: a person decides what to do next."""
    ends = {
        "declined": DeclineReference(reference=R1),
        "bounced": BounceReference(reference=R1),
        "expired": ExpireReference(reference=R1),
        "withdrawn": WithdrawReference(reference=R1),
    }
    for why, end in ends.items():
        story = asked()
        story.tell(JUNE, end)
        assert wanted(story) == {HEAD: why}


def test_nobody_is_asked_whom_the_college_asked_or_who_refuses_or_has_no_address():
    """One has been asked by the college, one refuses, one can't be written to."""
    story = with_addresses()
    story.tell(JUNE, BeginReferenceOutside(reference=R1, referee=HEAD, asked_by=Code("ncsl")))
    named(story, "3")
    named(story, "4", email="lee@example.org")
    story.tell(JUNE, AgreeReferee(referee=Code("4"), agreement="refused"))
    assert wanted(story) == {HEAD: "asked_by_others", LA: None, "3": "no_address"}


def test_who_took_a_place_is_asked_in_its_stead():
    """A referee was replaced: the former is left alone, and no code is used twice."""
    story = with_addresses()
    new = ReplaceReferee(referee=HEAD, by=Code("3"), name="A third", email="third@example.org")
    story.tell(JUNE, new)
    story.tell(JUNE, AskReference(reference=Code("r3"), referee=LA))
    found = wishes(state_of(story).references)
    assert [(each.referee, each.reference) for each in found] == [("3", "r3.1")]
