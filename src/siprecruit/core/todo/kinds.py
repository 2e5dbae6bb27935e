"""The kinds of task: what is to be done, by whom, what waits behind it, and which command does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from siprecruit.core.calendar import due_after

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

Gate = Literal["cover", "start", "deployment", "decision", "panel", "record"]
"""What waits: a covered school, a start at one, deployment, a decision, the panel, or the record alone."""


@attrs.frozen(kw_only=True)
class Kind:
    """A kind of task. ``does`` are the commands of which one does it, by name, with what they tell.

    In these ``{detail}``, ``{other}``, ``{code}``, ``{person}`` and ``{due}`` are the task's own; what
    stands between < and > only a person can fill in. ``types`` is what somebody types instead, after
    ``siprecruit``, where the task is about what the program does and not about a fact.
    """

    code: str
    #: the role of the programme whose move it is, unless the task says another
    role: str
    gate: Gate
    what: str
    does: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    types: tuple[str, ...] = ()
    #: what people read beside it: the task's ``codes`` where these are its reasons, or its ``detail``
    shows: Literal["codes", "detail", ""] = ""


@attrs.frozen(kw_only=True)
class Task:
    """Something that somebody has to do about an application, a person or a school.

    ``detail`` tells two of one kind apart (a reference, a phase, a requirement ...). ``person`` is whose it
    is where that is known, ``other`` who else is meant by it, ``referee`` the code of the applicant's referee
    whom it concerns. ``hangs`` is how many schools wait for it.
    ``at_once``: a school has nobody today although the law wants somebody (EIA 2006 s.5).
    """

    kind: str
    role: str
    since: dt.date
    due: dt.date | None
    detail: str = ""
    person: str | None = None
    other: str | None = None
    referee: str | None = None
    hangs: int = 0
    codes: tuple[str, ...] = ()
    at_once: bool = False


_SCHOOL: Final = {"person": "<person>", "starts": "{due}"}

_AGAIN: Final = "messages again {detail}"
_SENT: Final = "messages settle {detail} --sent"
_NOT_SENT: Final = "messages settle {detail} --not-sent"
_OR: Final = "send it again, or tell them"


def _message(status: str, what: str, *types: str) -> Kind:
    """What to do about a message that got stuck; its reason stands beside it, as whoever sends it told it."""
    return Kind(
        code=f"message_{status}",
        role="administrator",
        gate="record",
        what=f"a message {what}",
        shows="codes",
        types=types,
    )


_ALL: Final = (
    Kind(
        code="cover_missing",
        role="manager",
        gate="cover",
        what="who is named for the school can't serve it: cover it",
        shows="codes",
        does=(("temporary.cover", {**_SCHOOL, "reason": "<reason>"}),),
    ),
    Kind(
        code="school_to_allocate",
        role="manager",
        gate="cover",
        what="nobody is named for the school: name somebody",
        does=(("permanent.name", _SCHOOL), ("temporary.cover", {**_SCHOOL, "reason": "vacancy"})),
    ),
    Kind(
        code="handover_to_complete",
        role="manager",
        gate="cover",
        what="the permanent partner is ready and known to the school: end the temporary cover",
        does=(("handover.complete", {"person": "{other}"}),),
    ),
    Kind(
        code="not_heard",
        role="manager",
        gate="start",
        what="the school has not heard from its partner: see to it",
        shows="codes",
        # What the school will say is not known yet: whoever rings fills it in.
        does=(("school.heard", {"heard": "<heard>"}),),
    ),
    Kind(
        code="introduction_to_make",
        role="sip",
        gate="start",
        what="introduce yourself to the school",
        does=(("introduction.record", {"person": "{person}", "told_by": "sip"}),),
    ),
    Kind(
        code="briefing_to_give",
        role="manager",
        gate="start",
        what="brief the partner about the school",
        does=(("briefing.give", {"urn": "{code}"}),),
    ),
    Kind(
        code="successor_to_name",
        role="manager",
        gate="cover",
        what="the school has temporary cover alone: name a permanent partner",
        shows="codes",
        does=(("permanent.name", {"person": "<person>", "starts": "<starts>"}),),
    ),
    Kind(
        code="accreditation_to_check",
        role="administrator",
        gate="deployment",
        what="the accreditor's register says otherwise than the record: learn what is right",
        shows="codes",
        does=(
            ("accreditation.record", {"phase": "{detail}", "source": "<source>"}),
            ("accreditation.end", {"phase": "{detail}", "why": "<why>"}),
        ),
    ),
    Kind(
        code="accreditation_ends",
        role="administrator",
        gate="deployment",
        what="the accreditation ends: learn whether it goes on",
        shows="detail",
        does=(("accreditation.record", {"phase": "{detail}", "source": "<source>"}),),
    ),
    Kind(
        code="accreditation_awaited",
        role="administrator",
        gate="deployment",
        what="the accreditor's answer is awaited: ask for it",
        shows="detail",
        does=(
            ("accreditation.record", {"phase": "{detail}", "source": "<source>"}),
            ("accreditation.expect", {"phase": "{detail}", "expected_by": "<expected_by>"}),
        ),
    ),
    Kind(
        code="check_ends",
        role="administrator",
        gate="deployment",
        what="a check runs out: have it made again",
        shows="detail",
        does=(("requirement.clear", {"requirement": "{detail}", "outcome": "<outcome>"}),),
    ),
    Kind(
        code="check_missing",
        role="administrator",
        gate="deployment",
        what="a check is missing: have it made",
        shows="detail",
        does=(("requirement.clear", {"requirement": "{detail}", "outcome": "<outcome>"}),),
    ),
    Kind(
        code="induction_to_record",
        role="administrator",
        gate="deployment",
        what="the induction was planned and the day is over: say who was there",
        shows="detail",
        does=(("induction.attend", {"session": "{detail}"}),),
    ),
    Kind(
        code="induction_to_plan",
        role="administrator",
        gate="deployment",
        what="plan the induction",
        does=(("induction.plan", {"session": "<session>", "sits_on": "<sits_on>"}),),
    ),
    Kind(
        code="person_to_allocate",
        role="manager",
        gate="start",
        what="ready to serve and has no school: name them for one",
        does=(("permanent.name", {"person": "{other}", "starts": "<starts>"}),),
    ),
    Kind(
        code="decision_to_convey",
        role="administrator",
        gate="record",
        what="tell the applicant the decision",
        shows="codes",
        does=(("decision.convey", {"how": "letter"}),),
    ),
    Kind(
        code="decision_to_record",
        role="chair",
        gate="decision",
        what="record the panel's decision",
        shows="codes",
        does=(("decision.record", {"outcome": "<outcome>"}),),
    ),
    Kind(
        code="scores_missing",
        role="panel",
        gate="decision",
        what="score the applicant",
        does=(("score.give", {"member": "{person}", "panel": "{code}", "scores": "<scores>"}),),
    ),
    Kind(
        code="interview_to_hold",
        role="panel",
        gate="decision",
        what="hold the interview",
        does=(("interview.hold", {"panel": "{detail}"}),),
    ),
    Kind(
        code="invitation_unanswered",
        role="administrator",
        gate="decision",
        what="the applicant has not answered the invitation: ring",
        does=(("interview.answer", {"panel": "{detail}", "accepted": "<accepted>"}),),
    ),
    Kind(
        code="interview_to_plan",
        role="administrator",
        gate="decision",
        what="invite the applicant to an interview",
        shows="codes",
        does=(("interview.invite", {"panel": "<panel>", "starts": "<starts>", "minutes": "<minutes>"}),),
    ),
    Kind(
        code="shortlist_to_decide",
        role="panel",
        gate="panel",
        what="decide whether the applicant is shortlisted",
        does=(("shortlist.decide", {"shortlisted": "<shortlisted>"}),),
    ),
    Kind(
        code="reference_overdue",
        role="la_referee",
        gate="panel",
        what="the reference is overdue: give it, or ask for it",
        shows="detail",
        does=(
            ("reference.receive", {"reference": "{detail}"}),
            ("reference.extend", {"reference": "{detail}", "due": "<due>"}),
        ),
    ),
    Kind(
        code="reference_awaited",
        role="la_referee",
        gate="panel",
        what="give the reference",
        shows="detail",
        does=(("reference.receive", {"reference": "{detail}"}),),
    ),
    Kind(
        code="referee_to_replace",
        role="administrator",
        gate="panel",
        what="the referee won't answer: have another one named",
        shows="detail",
        does=(("referee.replace", {"referee": "{detail}", "by": "{code}", "name": "<name>"}),),
    ),
    Kind(
        code="referees_missing",
        role="administrator",
        gate="panel",
        what="too few referees are named: have one named",
        shows="codes",
        does=(("referee.name", {"referee": "{detail}", "name": "<name>"}),),
    ),
    Kind(
        code="reference_to_ask",
        role="administrator",
        gate="panel",
        what="ask for the reference",
        shows="detail",
        does=(("reference.ask", {"reference": "{code}", "referee": "{detail}"}),),
    ),
    Kind(
        code="eligibility_to_decide",
        role="manager",
        gate="panel",
        what="decide whether the applicant is eligible",
        shows="codes",
        does=(("eligibility.decide", {"eligible": "<eligible>"}),),
    ),
    Kind(
        code="duplicate_to_settle",
        role="administrator",
        gate="record",
        what="may be the same person as another applicant: say whether",
        does=(("person.keep", {"other": "{other}"}), ("person.merge", {"other": "{other}"})),
    ),
    Kind(
        code="response_to_look_at",
        role="administrator",
        gate="record",
        what="something in the response is missing or looks wrong: correct it",
        shows="codes",
        does=(("correct", {"event": "{detail}", "set": "<set>", "reason": "<reason>"}),),
    ),
    _message("unknown", "may have been sent, or not: ask, and say which", _SENT, _AGAIN),
    _message("refused", f"could not be sent: put it right and {_OR}", _AGAIN, _NOT_SENT),
    _message("bounced", f"came back: find the right address and {_OR}", _AGAIN, _NOT_SENT),
    _message("failed", f"was tried too often: see why and {_OR}", _AGAIN, _NOT_SENT),
    _message("overdue", "was taken, and nothing was heard of it: ask, and say which", _SENT, _NOT_SENT),
    Kind(
        code="message_unwritten",
        role="administrator",
        gate="record",
        what="messages wait, as their template can't be used: mend it",
        shows="detail",
        types=("messages preview {detail}",),
    ),
    Kind(
        code="item_unreadable",
        role="administrator",
        gate="record",
        what="something that came in can't be read: mend it and drop it again, or take it away",
        shows="detail",
        # It is read, or seen to be gone, whenever somebody delivers.
        types=("deliver --once",),
    ),
    Kind(
        code="item_refused",
        role="administrator",
        gate="record",
        what="something that came in was not taken: ask who sent it, record it, and settle it",
        types=(_NOT_SENT,),
    ),
    Kind(
        code="reply_refused",
        role="administrator",
        gate="record",
        what="a referee's reply could not be taken: read it, record what it says, and settle it",
        shows="codes",
        types=("messages show {detail}", _NOT_SENT),
    ),
)

KINDS: Final[Mapping[str, Kind]] = {each.code: each for each in _ALL}
"""All kinds by code, in the order in which they count on one day: nearer to a covered school first."""

RANK: Final[Mapping[str, int]] = {code: rank for rank, code in enumerate(KINDS)}


def due(kind: str, since: dt.date, programme: Programme) -> dt.date | None:
    """When a task of that kind is due by the programme, never on a day off; None where it says nothing."""
    days = programme.tasks.days.get(kind)
    return None if days is None else due_after(since, days, programme)


def standing(
    kind: str, since: dt.date, programme: Programme, *, latest: dt.date | None = None, **more: Any
) -> Task:
    """A task of the kind's own role, due by the programme and at the latest on a day that a fact sets."""
    days = [day for day in (due(kind, since, programme), latest) if day is not None]
    told: dict[str, Any] = {"role": KINDS[kind].role, "due": min(days, default=None), **more}
    return Task(kind=kind, since=since, **told)


def next_change(days: list[dt.date | None], day: dt.date) -> dt.date | None:
    """The first of the days after ``day``: then time alone may have changed what is to be done."""
    return min((each for each in days if each is not None and each > day), default=None)
