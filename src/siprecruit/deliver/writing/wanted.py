"""Whether a message still says what is so: it is judged again when it is about to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from siprecruit.core.allocation import AdviserAllocated, PermanentNamed, TemporaryNamed
from siprecruit.core.application import Application
from siprecruit.core.calendar import in_words
from siprecruit.core.induction import InductionPlanned
from siprecruit.core.panel import (
    DecisionConveyed,
    InterviewCancelled,
    InterviewPlanned,
    ShortlistDecided,
    decision_on,
)
from siprecruit.core.references import (
    ReferenceAsked,
    ReferenceBounced,
    ReferenceDeclined,
    is_open,
    task_state,
)
from siprecruit.core.responses import EligibilityDecided, ResponseWithdrawn
from siprecruit.deliver.writing.cases import Case

_TO_SETTLE: Final = ("request", "reminder")
_TOLD_WHEN_WITHDRAWN: Final = (ResponseWithdrawn,)


def why_not_wanted(case: Case) -> str | None:
    """Why it must not go out any more, in a sentence without a name; None where it still must."""
    if case.message is not None and not case.message.on:
        return "this message was switched off in the programme since"
    return _overdue(case) if case.is_overdue else _of_event(case)


def _overdue(case: Case) -> str | None:
    """What is overdue is judged by itself: no event tells of it."""
    return None if case.unintroduced else "no introduction of theirs is overdue any more"


def _of_event(case: Case) -> str | None:
    if case.told is None:
        return "what it tells of was taken out of the record"
    if case.message is None and case.row.kind in ("message", "withdrawal"):
        return "what it tells of was put right since, and nobody is told of what stands now"
    if case.kind == "application":
        withdrawn = _withdrawn(case)
        if withdrawn:
            return withdrawn
        if case.row.kind in _TO_SETTLE or case.row.recipient == "referee":
            return _of_referee(case)
    judge = _JUDGES.get(type(case.event))
    return judge(case, case.event) if judge else None


def _withdrawn(case: Case) -> str | None:
    application: Application = case.state
    on = application.response.withdrawn_on
    if on is None or case.row.kind == "withdrawal" or isinstance(case.event, _TOLD_WHEN_WITHDRAWN):
        return None
    thanks = case.row.kind == "message" and case.row.recipient == "referee"
    return None if thanks else f"the applicant withdrew on {in_words(on)}"


def _of_referee(case: Case) -> str | None:
    """Only what is still wanted is asked for; who was asked and still owes it hears that it isn't."""
    application: Application = case.state
    task = case.task
    if task is None:
        return "they were never asked for a reference"
    now = task_state(application.references, task)
    if case.row.kind in _TO_SETTLE:
        return None if is_open(application.references, task) else f"the reference is {now.replace('_', ' ')}"
    if case.row.kind == "withdrawal":
        if task.asked_by is not None:
            return "it was not us who asked for this reference"
        ended = task.received_on or task.given_elsewhere_on or task.declined_on or task.bounced_on
        return "the referee has answered, or was never reached" if ended else None
    return None


def _another_needed(case: Case, _happened: ReferenceDeclined | ReferenceBounced) -> str | None:
    task, referee = case.task, case.referee
    if task is None or referee is None:
        return "there is no such reference any more"
    if referee.replaced_on is not None:
        return "another referee has been named"
    came = task.received_on or task.given_elsewhere_on
    return "the reference has come all the same" if came else None


def _still_awaited(case: Case, _happened: ReferenceAsked) -> str | None:
    references = case.state.references
    awaited = any(each.asked_by is None and is_open(references, each) for each in references.tasks.values())
    return None if awaited else "no reference is outstanding any more"


def _invited(case: Case, happened: InterviewPlanned) -> str | None:
    interview = case.state.panel.interviews.get(happened.panel)
    if interview is None or interview.cancelled_on is not None:
        return "the interview won't take place"
    if interview.planned != happened:
        return "the interview was planned for another time since"
    late = happened.starts <= case.office.service.clock()
    return f"the interview was to be on {in_words(happened.starts.date())}" if late else None


def _cancelled(case: Case, happened: InterviewCancelled) -> str | None:
    interview = case.state.panel.interviews.get(happened.panel)
    again = interview is not None and interview.cancelled_on is None
    return "the interview takes place after all" if again else None


def _conveyed(case: Case, happened: DecisionConveyed) -> str | None:
    decided = decision_on(case.state.panel, case.desk.today)
    same = decided is not None and decided.outcome == happened.outcome
    return None if same else "something else was decided since"


def _shortlisted(case: Case, happened: ShortlistDecided) -> str | None:
    return None if case.state.panel.shortlisted == happened.shortlisted else "the shortlist was changed since"


def _eligible(case: Case, happened: EligibilityDecided) -> str | None:
    same = case.state.response.eligible == happened.eligible
    return None if same else "eligibility was decided otherwise since"


def _planned(case: Case, happened: InductionPlanned) -> str | None:
    induction = case.state.induction
    if induction.attended is not None:
        return "the induction was attended"
    last = induction.planned[-1]
    if (last.session, last.sits_on) != (happened.session, happened.sits_on):
        return "the induction was planned for another day since"
    late = happened.sits_on < case.desk.today
    return f"the induction was on {in_words(happened.sits_on)}" if late else None


def _named(tenures: str) -> Callable[[Case, Any], str | None]:
    """Whoever was named and was not taken back before they began, nor has ended since."""

    def judge(case: Case, happened: PermanentNamed | TemporaryNamed | AdviserAllocated) -> str | None:
        for each in getattr(case.state.allocation, tenures):
            if each.person == happened.person and _still(each.starts, each.until, case.desk.today):
                return None
        return "somebody else is named since, or nobody"

    return judge


def _still(starts: dt.date, until: dt.date | None, today: dt.date) -> bool:
    return until is None or (until >= starts and until >= today)


_JUDGES: Final[Mapping[type, Callable[[Case, Any], str | None]]] = {
    ReferenceAsked: _still_awaited,
    ReferenceDeclined: _another_needed,
    ReferenceBounced: _another_needed,
    InterviewPlanned: _invited,
    InterviewCancelled: _cancelled,
    DecisionConveyed: _conveyed,
    ShortlistDecided: _shortlisted,
    EligibilityDecided: _eligible,
    InductionPlanned: _planned,
    PermanentNamed: _named("permanents"),
    TemporaryNamed: _named("temporaries"),
    AdviserAllocated: _named("advisers"),
}
