"""An applicant's story, for tests: answered, two referees named, asked, received, as far as a test wants."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.harness import Story
from core.pool import day
from siprecruit.core import application
from siprecruit.core.application import Application
from siprecruit.core.ids import ApplicationCode, Code, PersonId, Urn
from siprecruit.core.panel import DecideShortlist, HoldInterview, InviteToInterview, RecordDecision
from siprecruit.core.references import AskReference, NameReferee, ReceiveReference
from siprecruit.core.responses import SubmitResponse

CODE = ApplicationCode("A7K4P")
STREAM = f"application/{CODE}"
OFFICER = PersonId("officer")
HEAD, LA = Code("1"), Code("2")
OWN_SCHOOL = Urn("120777")


def answer(**other: Any) -> SubmitResponse:
    """A headteacher's answer to the advert of May."""
    values: dict[str, Any] = {
        "advert": Code("tes-2007-05"),
        "first_name": "Niamh",
        "last_name": "O’Brien",
        "email": "niamh@example.org",
        "category": Code("headteacher"),
        "phases": (Code("primary"),),
        "days_available": 12,
        "pen_portrait": "Twelve years a head.",
    }
    return SubmitResponse(**{**values, **other})


def applied(on: str = "2007-05-20", **other: Any) -> Story:
    """Somebody who has answered."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day(on), answer(**other))
    return story


def named(story: Story, code: str, *, from_la: bool = False, on: str = "2007-05-20", **other: Any) -> None:
    """The applicant names a referee."""
    story.tell(
        day(on),
        NameReferee(referee=Code(code), name=f"Referee {code}", from_la=from_la, **other),
    )


def with_referees(story: Story | None = None) -> Story:
    """Somebody who has named two referees, the second one from the authority."""
    told = story or applied()
    named(told, "1")
    named(told, "2", from_la=True, person=OFFICER)
    return told


def asked(on: str = "2007-06-01") -> Story:
    """Somebody whose two referees were asked: r1 of the first, r2 of the authority's."""
    story = with_referees()
    for number in ("1", "2"):
        story.tell(day(on), AskReference(reference=Code(f"r{number}"), referee=Code(number)))
    return story


def refereed(on: str = "2007-06-08") -> Story:
    """Somebody whose two references have come."""
    story = asked()
    for number in ("1", "2"):
        story.tell(
            day(on),
            ReceiveReference(reference=Code(f"r{number}"), answers={"trust": "Yes."}, in_confidence=True),
        )
    return story


def interviewed(on: str = "2007-10-10") -> Story:
    """Somebody shortlisted, invited and seen."""
    story = refereed()
    story.tell(day("2007-09-10"), DecideShortlist(shortlisted=True))
    slot = InviteToInterview(panel=Code("p1"), starts=slot_at(on), minutes=45, room="Room 2")
    story.tell(day("2007-09-12"), slot)
    story.tell(day(on), HoldInterview())
    return story


def slot_at(on: str) -> dt.datetime:
    """Ten o'clock of a day."""
    return dt.datetime.combine(day(on), dt.time(10), dt.UTC)


def decided(outcome: str, on: str = "2007-10-12") -> Story:
    """Somebody about whom the panel has decided."""
    story = interviewed()
    story.tell(day(on), RecordDecision(outcome=Code(outcome), decided_by=PersonId("chair")))
    return story


def state_of(story: Story) -> Application:
    """The application as it stands."""
    state: Application = story.state
    return state
