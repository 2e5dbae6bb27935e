"""What needs doing about one application: eligibility, references, panel, decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit.core import references
from siprecruit.core.ids import Code
from siprecruit.core.panel import decision_on
from siprecruit.core.position import ENDS
from siprecruit.core.references import IN_STATES, Referee, task_state
from siprecruit.core.todo.kinds import Task, standing

if TYPE_CHECKING:
    from siprecruit.core.application import Application
    from siprecruit.core.panel import Interview
    from siprecruit.core.programme import Programme

_ON_THE_WAY: Final = ("references", "shortlist", "interview", "decision")
_FAILED: Final = ("declined", "bounced", "expired")

#: What somebody can put right; the rest only a decision on eligibility answers, or a task of its own tells.
_MENDABLE: Final = (
    "no_email",
    "bad_email",
    "days_unknown",
    "unknown_school",
    "same_referee_twice",
    "referee_is_applicant",
    "name_incomplete",
)


@attrs.frozen(kw_only=True)
class Subject:
    """An application as the view shows it: its stage, its flags, and how many schools its person serves.

    ``scorers`` are the members who are to score it at its latest interview, as far as the round says.
    """

    application: Application
    stage: str
    flags: Sequence[str] = ()
    scorers: Sequence[str] = ()
    hangs: int = 0


def tasks_of_application(subject: Subject, programme: Programme, day: dt.date) -> tuple[Task, ...]:
    """Everything that somebody has to do about an application on a day."""
    if subject.stage == "draft":
        return ()
    found: list[Task] = []
    if subject.stage not in ENDS:
        found += _awaited(subject, day)
    if subject.stage in _ON_THE_WAY:
        found += _wanted(subject, programme)
    found += _looked_at(subject, programme)
    found += _panel(subject, programme, day)
    return tuple(attrs.evolve(each, hangs=subject.hangs) for each in found) if subject.hangs else tuple(found)


# -- references ---------------------------------------------------------------


def _awaited(subject: Subject, day: dt.date) -> Iterator[Task]:
    """The references that were asked for: the referee's, until one who has no account is late."""
    held = subject.application.references
    for task in held.tasks.values():
        if not references.is_open(held, task):
            continue
        referee = held.referees[task.referee]
        late = task.due is not None and task.due < day
        outside = "administrator" if late else "referee"
        yield Task(
            kind="reference_overdue" if late else "reference_awaited",
            detail=task.reference,
            role="la_referee" if referee.from_la else outside,
            person=referee.person,
            referee=task.referee,
            since=task.asked_on,
            due=task.due,
        )


def _wanted(subject: Subject, programme: Programme) -> Iterator[Task]:
    """The references that nobody was asked for yet, or that won't come, as far as any are still needed."""
    held, rules = subject.application.references, programme.references
    named = references.standing_referees(held)
    hoped = {
        task.referee
        for task in held.tasks.values()
        if references.is_open(held, task) or task_state(held, task) in IN_STATES
    } & set(named)
    few = len(hoped) < rules.minimum
    no_la = rules.la_referee_required and not any(named[code].from_la for code in hoped)
    for code, referee in named.items():
        if code not in hoped and (few or (no_la and referee.from_la)):
            yield _of_referee(code, referee, subject.application, programme)
    lacking = ("too_few_referees",) if len(named) < rules.minimum else ()
    if rules.la_referee_required and not any(each.from_la for each in named.values()):
        lacking = (*lacking, "no_la_referee")
    if lacking:
        since = subject.application.response.submitted_on or dt.date.min
        yield standing("referees_missing", since, programme, detail=_free(held.referees), codes=lacking)


def _of_referee(code: Code, referee: Referee, application: Application, programme: Programme) -> Task:
    held = application.references
    failed = [
        (ended, state)
        for task in held.tasks.values()
        if task.referee == code and (state := task_state(held, task)) in _FAILED
        for ended in (task.declined_on or task.bounced_on or task.expired_on,)
        if ended is not None
    ]
    if failed:
        since, state = max(failed)
        told = (_free(held.referees), state)
        return standing("referee_to_replace", since, programme, detail=code, referee=code, codes=told)
    free = _free(held.tasks, f"r{code}")
    since = referee.named_on
    return standing("reference_to_ask", since, programme, detail=code, referee=code, codes=(free,))


def _free(taken: Collection[Code], wanted: str = "") -> str:
    """A code that no referee, or no reference, has yet: the ``wanted`` one, or else with the next number."""
    numbered = (f"{wanted}.{number}" if wanted else str(number) for number in count(1))
    return next(code for code in chain(filter(None, (wanted,)), numbered) if code not in taken)


# -- the response -------------------------------------------------------------


def _looked_at(subject: Subject, programme: Programme) -> Iterator[Task]:
    response = subject.application.response
    if response.submitted_on is None or subject.stage not in ("eligibility", *_ON_THE_WAY):
        return
    if subject.stage == "eligibility" or ("after_closing" in subject.flags and response.eligible is None):
        codes = ("category_unknown",) if subject.stage == "eligibility" else ("after_closing",)
        yield standing("eligibility_to_decide", response.submitted_on, programme, codes=codes)
    wrong = tuple(flag for flag in subject.flags if flag in _MENDABLE)
    if wrong:
        yield standing("response_to_look_at", response.submitted_on, programme, codes=wrong)


# -- the panel ----------------------------------------------------------------


def _panel(subject: Subject, programme: Programme, day: dt.date) -> Iterator[Task]:
    held = subject.application.panel
    decision = decision_on(held, day)
    if decision is not None:
        if decision.told_on is None and subject.stage != "withdrawn":
            yield standing("decision_to_convey", decision.on, programme, codes=(decision.outcome,))
        called = [call.on for call in held.reserve_calls if call.on >= decision.on]
        if subject.stage == "reserve" and called:
            yield standing("decision_to_record", max(called), programme, codes=("reserve_called",))
    elif subject.stage == "shortlist":
        yield standing("shortlist_to_decide", _ready_since(subject.application), programme)
    elif subject.stage in ("interview", "decision"):
        yield from _interview(subject, programme)


def _ready_since(application: Application) -> dt.date:
    """Since when nothing but the panel's word is missing: since the last reference, or the response."""
    days = [
        day
        for task in references.received(application.references)
        if (day := task.received_on or task.given_elsewhere_on) is not None
    ]
    return max([*days, application.response.submitted_on or dt.date.min])


def _interview(subject: Subject, programme: Programme) -> Iterator[Task]:
    held = subject.application.panel
    interview = held.interview
    if interview is None:
        chosen = [one.on for one in held.shortlistings] or [_ready_since(subject.application)]
        yield standing("interview_to_plan", chosen[-1], programme)
    elif interview.held_on is not None:
        yield from _scored(subject, interview, programme)
    elif interview.accepted is None:
        since = interview.planned_on or interview.day
        yield standing(
            "invitation_unanswered", since, programme, latest=interview.day, detail=interview.panel
        )
    elif not interview.accepted:
        since = interview.answered_on or interview.day
        yield standing("interview_to_plan", since, programme, codes=("invitation_declined",))
    else:
        since = interview.answered_on or interview.day
        yield standing("interview_to_hold", since, programme, latest=interview.day, detail=interview.panel)


def _scored(subject: Subject, interview: Interview, programme: Programme) -> Iterator[Task]:
    """Who has still to score; once nobody has, the chair records the decision."""
    held = subject.application.panel
    since = interview.held_on or interview.day
    given = {member for panel, member in held.scores if panel == interview.panel}
    stepped_aside = set(held.conflicts)
    lacking = [one for one in subject.scorers if one not in given and one not in stepped_aside]
    for member in lacking:
        yield standing(
            "scores_missing", since, programme, detail=member, person=member, codes=(interview.panel,)
        )
    if not lacking and not given:
        yield standing("scores_missing", since, programme, codes=(interview.panel,))
    elif not lacking:
        yield standing("decision_to_record", since, programme, codes=("not_decided",))
