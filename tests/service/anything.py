"""Any command that there is, on a small world: three people, two schools, three applications, one round.

``FIELDS`` says what a command's field may hold; ``OF_ONE`` what it holds in one command where the name means
something else. A new field without a row is a KeyError: so no command is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, get_args

import attrs
from hypothesis import strategies as st

from core.pool import day
from service.office import NORFOLK, Office, answer, appoint, make_ready
from siprecruit.core.accreditation import RecordAccreditation, Verdict
from siprecruit.core.adverts import OfferLaReferee
from siprecruit.core.allocation import AllocateAdviser, CoverTemporarily, NamePermanent
from siprecruit.core.commands import COMMAND_KINDS, Correct, Reverse, Undo
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel import (
    DecideShortlist,
    HoldInterview,
    InviteToInterview,
    Member,
    PlanPanel,
    RecordDecision,
    Recusal,
    Score,
)
from siprecruit.core.particulars import LeavePool, TakeRole
from siprecruit.core.references import AskReference, ReceiveReference
from siprecruit.core.responses import DraftResponse, NamedReferee

Any_ = st.SearchStrategy[Any]

PEOPLE: Final = ("ann", "ben", "cat")
SCHOOLS: Final = ("120777", "120781")
CODES: Final = ("A2222", "B2222", "C2222")
STREAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": tuple(f"person/{each}" for each in PEOPLE),
    "placement": tuple(f"placement/{each}" for each in SCHOOLS),
    "application": tuple(f"application/{each}" for each in CODES),
    "round": ("round/w4",),
}
ENCLOSED: Final = b"a scan"
"""What comes along with the envelope of a file."""

DAYS: Final = tuple(
    day(each)
    for each in (
        "2007-01-10",
        "2007-05-20",
        "2007-06-01",
        "2007-06-15",
        "2007-10-10",
        "2007-10-12",
        "2008-01-10",
        "2008-03-01",
        "2008-03-31",
        "2008-04-01",
        "2008-07-15",
    )
)
PUT_RIGHT: Final = (Correct, Reverse, Undo)


def one_of(*values: Any) -> Any_:
    """One of these values."""
    return st.sampled_from(values)


def maybe(strategy: Any_) -> Any_:
    """That, or nothing."""
    return st.one_of(st.none(), strategy)


def some(strategy: Any_, most: int = 2) -> Any_:
    """A few of these, in a tuple."""
    return st.lists(strategy, max_size=most).map(tuple)


def each_criterion(points: Any_) -> Any_:
    """A score for every criterion, each as many points."""
    return points.map(
        lambda number: tuple(
            Score(criterion=each.code, points=number)  # type: ignore[arg-type]
            for each in NORFOLK.panel.criteria
        )
    )


WORDS: Final = one_of("", "Ann", "O’Neill", "Ünal\nline two")
DAY: Final = one_of(*DAYS)
PERSON: Final = one_of(*PEOPLE)
CODE: Final = one_of(*CODES)
BOOL: Final = st.booleans()
PHASE: Final = one_of("primary", "primary", "special")
PANEL: Final = one_of("p1", "p2")
SITTING: Final = (
    Member(person=PersonId("head"), capacity=Code("headteacher"), trained=True),
    Member(person=PersonId("gov"), capacity=Code("governor"), chair=True),
)
MEMBERS: Final = one_of(
    SITTING,
    (
        Member(person="ann", capacity="headteacher", trained=True),  # type: ignore[arg-type]
        Member(person="gov", capacity="governor"),  # type: ignore[arg-type]
    ),
    (),
)
RECUSED: Final = some(st.builds(Recusal, member=one_of("ann", "head"), application=CODE), 1)
REFEREE: Final = one_of("1", "2", "3")

FIELDS: Final[Mapping[str, Any_]] = {
    "about": one_of(None, None, "referee:1", "reference:r1"),
    "accepted": BOOL,
    "accredited_on": maybe(DAY),
    "advert": one_of("tes-2007-01", "tes-2007-05", "tes-2007-05", "unheard-of"),
    "age_from": one_of(None, 4),
    "age_to": one_of(None, 11),
    "agreement": one_of("asked", "given", "refused", "unknown"),
    "answers": one_of({}, {"trust": "Yes."}, {"trust": "No.", "why": "Because."}),
    "application": CODE,
    "applications": some(CODE),
    "area": maybe(one_of("north", "south")),
    "as_written": one_of({}, {"days_available": "a few"}),
    "asked_by": one_of("ncsl"),
    "authority": one_of(None, "suffolk"),
    "away_from": maybe(DAY),
    "away_until": maybe(DAY),
    "by": REFEREE,
    "cascade": BOOL,
    "category": one_of("headteacher", "consultant"),
    "channel": one_of("form", "letter"),
    "checker": maybe(PERSON),
    "closed": one_of(None, None, day("2008-03-31")),
    "closes": maybe(DAY),
    "current_post": WORDS,
    "days": one_of(0, 12, 400),
    "days_available": one_of(None, 12, 366),
    "decided_by": maybe(PERSON),
    "deputy": maybe(PERSON),
    "digest": one_of(sha256(ENCLOSED).hexdigest()),
    "district": WORDS,
    "due": DAY,
    "easting": one_of(620000),
    "eligible": BOOL,
    "email": one_of("", "ann@example.org", "ANN@example.org "),
    "employer": WORDS,
    "employer_urn": maybe(one_of(*SCHOOLS)),
    "evidence": WORDS,
    "expected_by": maybe(DAY),
    "expires": maybe(DAY),
    "expires_on": maybe(DAY),
    "file": one_of("f1", "f2"),
    "first_name": one_of("Ann", "Ben", ""),
    "from_la": BOOL,
    "heard": BOOL,
    "home_authority": one_of(None, "norfolk"),
    "how": one_of(None, "letter"),
    "in_confidence": maybe(BOOL),
    "insertions": some(DAY),
    "interests": some(one_of(*SCHOOLS), 1),
    "introductory_visit": BOOL,
    "kind": one_of("family", "employer", "governor"),
    "la_code": one_of("926"),
    "last_name": one_of("O’Neill", "Hale"),
    "member": one_of("ann", "head", "gov"),
    "members": MEMBERS,
    "minutes": one_of(45, 0),
    "name": one_of("A referee", "A school"),
    "northing": one_of(310000),
    "note": WORDS,
    "notice": one_of(None, "n1"),
    "number": WORDS,
    "officer": PERSON,
    "opened": one_of(None, None, day("2007-09-01")),
    "other": PERSON,
    "outcome": one_of("appointed", "appointed", "appointed_subject_to_accreditation", "reserve"),
    "panel": one_of(None, "p1"),
    "pen_portrait": WORDS,
    "person": PERSON,
    "phase": PHASE,
    "phases": some(PHASE, 1),
    "phone": one_of("", "01603 1"),
    "plan": one_of(None, "plan-1"),
    "postcode": WORDS,
    "purpose": one_of("inspection", "sip", "unheard-of"),
    "reason": one_of(None, "moved"),
    "reasons": WORDS,
    "recused": RECUSED,
    "referee": REFEREE,
    "referees": some(st.builds(NamedReferee, name=WORDS, from_la=BOOL)),
    "reference": one_of("r1", "r2"),
    "religion": WORDS,
    "remark": WORDS,
    "requirement": one_of("enhanced_disclosure"),
    "result": one_of("passed", "deferred", "not_accredited", "self_assessed"),
    "role": one_of("cda", "panel_member"),
    "room": WORDS,
    "round": one_of(None, "w4"),
    "scope": one_of("headteachers"),
    "scores": each_criterion(one_of(1, 5, 9)),
    "session": one_of("s1"),
    "shortlisted": BOOL,
    "sits_on": DAY,
    "source": one_of("ncsl"),
    "stage": one_of("residential", "self_assessment"),
    "starts": DAY,
    "status": one_of("open"),
    "text": one_of("has rung", "has rung twice"),
    "title": WORDS,
    "told_by": one_of("sip", "school", "office"),
    "town": WORDS,
    "type": one_of("community"),
    "type_group": one_of("maintained", "maintained", "special"),
    "until": maybe(DAY),
    "urn": one_of(*SCHOOLS),
    "verdict": one_of(*get_args(Verdict)),
    "wave": one_of("4", "unheard-of"),
    "waves": some(one_of("4"), 1),
    "where": one_of("ncsl"),
    "why": WORDS,
}
OF_ONE: Final[Mapping[tuple[str, str], Any_]] = {
    ("accreditation.end", "why"): one_of("expired", "suspended", "removed"),
    ("base.set", "postcode"): one_of("", "NR1 1AA"),
    ("file.attach", "type"): one_of("pdf"),
    ("interview.invite", "panel"): PANEL,
    ("interview.invite", "starts"): DAY.map(lambda on: dt.datetime.combine(on, dt.time(10), dt.UTC)),
    ("panel.assign", "panel"): PANEL,
    ("panel.cancel", "panel"): PANEL,
    ("panel.change_members", "panel"): PANEL,
    ("panel.plan", "panel"): PANEL,
    ("person.appoint", "by"): one_of(None, "governors"),
    ("person.leave", "reason"): one_of("moved"),
    ("referee.name", "person"): maybe(one_of("ann", "head")),
    ("referee.name", "role"): WORDS,
    ("referee.replace", "person"): maybe(one_of("ann", "head")),
    ("referee.replace", "role"): WORDS,
    ("requirement.clear", "outcome"): one_of("clear", "clear", "not_clear"),
    ("response.withdraw", "reason"): WORDS,
    ("eligibility.decide", "reason"): WORDS,
    ("reference.decline", "reason"): WORDS,
    ("school.place_in_area", "area"): one_of("north", "nowhere"),
    ("school.record", "phase"): one_of("primary"),
    ("temporary.cover", "reason"): one_of("absence"),
    ("temporary.change", "reason"): one_of("absence"),
}


def field(command: str, name: str) -> Any_:
    """What a command's field may hold."""
    return OF_ONE[command, name] if (command, name) in OF_ONE else FIELDS[name]


def command_of(cls: type) -> Any_:
    """Any command of that class."""
    name = COMMAND_KINDS[cls].name
    fields: tuple[Any, ...] = attrs.fields(cls)
    return st.builds(cls, **{each.name: field(name, each.name) for each in fields})


def kinds() -> dict[str, type]:
    """Every command that tells a fact, by its name; those that put right need a fact first."""
    return {
        kind.name: cls
        for cls, kind in COMMAND_KINDS.items()
        if cls not in PUT_RIGHT and cls.__module__.startswith("siprecruit.core")
    }


def anything() -> Any_:
    """Any command, its stream, its day."""
    each = {name: _on_any_day(cls) for name, cls in kinds().items()}
    return st.sampled_from(sorted(each)).flatmap(lambda name: each[name])


def _on_any_day(cls: type) -> Any_:
    streams = [each for kind in COMMAND_KINDS[cls].streams for each in STREAMS.get(kind, ())]
    return st.tuples(st.sampled_from(streams), command_of(cls), DAY)


def people(office: Office) -> None:
    """Ann may start and covers a school; Ben is its permanent partner and held in reserve; Cat has left.

    So that whatever is told next, as much as possible of it has something to build on.
    """
    make_ready(office, "ann")
    for who in ("ben", "cat"):
        appoint(office, who)
    told = [
        ("person/cat", TakeRole(role=Code("cda"), area=Code("north")), "2007-10-10"),
        ("person/cat", RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2007-10-10"),
        ("person/cat", LeavePool(reason=Code("moved")), "2008-01-10"),
        ("application/A2222", answer("ben"), "2007-05-20"),
        ("application/A2222", AskReference(reference=Code("r1"), referee=Code("1")), "2007-06-01"),
        ("application/A2222", AskReference(reference=Code("r2"), referee=Code("2")), "2007-06-01"),
        ("application/A2222", ReceiveReference(reference=Code("r2")), "2007-06-15"),
        ("application/A2222", DecideShortlist(shortlisted=True), "2007-06-15"),
        (
            "application/A2222",
            InviteToInterview(panel=Code("p1"), starts=_at_ten("2007-10-10"), minutes=45),
            "2007-06-15",
        ),
        ("application/A2222", HoldInterview(), "2007-10-10"),
        ("application/A2222", RecordDecision(outcome=Code("reserve")), "2007-10-12"),
        (
            "application/B2222",
            DraftResponse(advert=Code("tes-2007-05"), person=PersonId("cat")),
            "2007-05-20",
        ),
        ("round/w4", OfferLaReferee(officer=PersonId("ann"), scope=Code("headteachers")), "2007-01-10"),
        ("round/w4", PlanPanel(panel=Code("p1"), sits_on=day("2007-10-10"), members=SITTING), "2007-06-15"),
        ("placement/120777", NamePermanent(person=PersonId("ben"), starts=day("2008-03-01")), "2008-01-10"),
        (
            "placement/120777",
            CoverTemporarily(person=PersonId("ann"), starts=day("2008-03-01"), reason=Code("absence")),
            "2008-03-01",
        ),
        ("placement/120777", AllocateAdviser(person=PersonId("cat"), starts=day("2008-03-01")), "2008-01-10"),
    ]
    for stream, what, on in told:
        office.done(stream, what, on)


def _at_ten(on: str) -> dt.datetime:
    return dt.datetime.combine(day(on), dt.time(10), dt.UTC)
