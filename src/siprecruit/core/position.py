"""Where somebody stands: the stage, whose move it is and what blocks it, derived from dated facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit.core import gates, panel, references, responses
from siprecruit.core.application import Application
from siprecruit.core.ids import Urn
from siprecruit.core.induction import briefed, clear_intervals
from siprecruit.core.intervals import Interval
from siprecruit.core.person import Person

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

STAGES: Final = (
    "elsewhere",
    "draft",
    "eligibility",
    "references",
    "shortlist",
    "interview",
    "decision",
    "reserve",
    "accreditation",
    "induction",
    "checks",
    "allocation",
    "briefing",
    "introduction",
    "in_post",
    "not_eligible",
    "not_shortlisted",
    "not_appointed",
    "withdrawn",
    "left",
)
"""Every stage, in the order of the pipeline; the last five are ends."""

ENDS: Final = STAGES[-5:]


@attrs.frozen(kw_only=True)
class Serving:
    """A school for which somebody is named: from ``starts`` to ``until`` (both included, None: open)."""

    urn: str
    kind: str
    starts: dt.date
    until: dt.date | None
    introduced_on: dt.date | None


@attrs.frozen(kw_only=True)
class Position:
    """Where an application stands on a day.

    ``whose_move`` is a role's code of the programme (``la_referee``, ``panel`` ...), or ``""`` where nobody
    has to do anything; ``blocks`` are the codes of what is missing, on either track; ``changes_on`` the next
    day on which time alone may change any of this.
    """

    stage: str
    whose_move: str
    blocks: tuple[str, ...]
    changes_on: dt.date | None


@attrs.frozen(kw_only=True)
class Case:
    """All that a position is derived from. ``applications`` are all of the person's, ``person`` is joined."""

    application: Application
    person: Person
    applications: Sequence[Application]
    serving: tuple[Serving, ...]
    programme: Programme


def position(case: Case, day: dt.date) -> Position:
    """The position of an application on ``day``: both tracks, the panel's and the accreditor's, are read."""
    stage, whose_move, blocks = _end(case, day) or _before_decision(case, day) or _after_decision(case, day)
    return Position(
        stage=stage,
        whose_move=whose_move,
        blocks=blocks,
        changes_on=min((each for each in _dates(case) if each > day), default=None),
    )


Found = tuple[str, str, tuple[str, ...]]


def _end(case: Case, day: dt.date) -> Found | None:
    response = case.application.response
    decision = panel.decision_on(case.application.panel, day)
    if response.elsewhere_on:
        return _elsewhere(case, day)
    if response.withdrawn_on and response.withdrawn_on <= day:
        return ("withdrawn", "", ())
    if response.submitted_on is None:
        return ("draft", "applicant", ())
    outcome = panel.outcome_named(decision.outcome, case.programme) if decision else None
    if outcome is not None and not outcome.appoints:
        return ("reserve" if outcome.reserve else "not_appointed", "", ())
    if decision is None and case.application.panel.shortlisted is False:
        return ("not_shortlisted", "", ())
    return None


def _elsewhere(case: Case, day: dt.date) -> Found:
    blocks = tuple(_open_references(case, day))
    return ("elsewhere", _who_answers(case) if blocks else "", blocks)


def _before_decision(case: Case, day: dt.date) -> Found | None:
    application, programme = case.application, case.programme
    held = application.panel
    if panel.decision_on(held, day) is not None:
        return None
    if not responses.eligible(application.response, programme):
        if application.response.eligible is False or _is_known_ineligible(application, programme):
            return ("not_eligible", "", ())
        return ("eligibility", "manager", ("category_unknown",))
    return _on_the_way(case, tuple(_reference_blocks(case, day)))


def _on_the_way(case: Case, wanted: tuple[str, ...]) -> Found:
    """Between eligibility and decision; missing references are named but don't hold up the shortlisted."""
    held = case.application.panel
    if held.interview is not None:
        return _interviewed(case, wanted)
    if held.shortlisted:
        return ("interview", "administrator", (*wanted, "not_invited"))
    if wanted:
        return ("references", _who_answers(case), wanted)
    return ("shortlist", "panel", ("not_shortlisted",))


def _is_known_ineligible(application: Application, programme: Programme) -> bool:
    category = application.response.category
    return category is not None and programme.category(category) is not None


def _interviewed(case: Case, wanted: tuple[str, ...]) -> Found:
    interview = case.application.panel.interview
    assert interview is not None
    if interview.held_on is None:
        if interview.accepted is None:
            return ("interview", "applicant", (*wanted, "invitation_unanswered"))
        if not interview.accepted:
            return ("interview", "administrator", (*wanted, "invitation_declined"))
        return ("interview", "panel", (*wanted, "interview_not_held"))
    if not case.application.panel.scores:
        return ("decision", "panel", (*wanted, "not_scored"))
    return ("decision", "chair", (*wanted, "not_decided"))


def _after_decision(case: Case, day: dt.date) -> Found:
    blockers = gates.why_not_deployable(case.person, case.applications, case.programme, _phase(case), day)
    codes = tuple(each.code for each in blockers)
    if "left" in codes:
        return ("left", "", ())
    serving = [each for each in case.serving if each.until is None or each.until >= day]
    placed = () if serving else ("no_school",)
    if "not_accredited" in codes:
        return ("accreditation", "accreditor", (*codes, *placed))
    if "not_inducted" in codes:
        return ("induction", "manager", (*codes, *placed))
    if codes:
        return ("checks", "administrator", (*codes, *placed))
    if not serving:
        return ("allocation", "manager", placed)
    return _allocated(case, [each for each in serving if each.kind == "permanent"], day)


def _allocated(case: Case, permanent: list[Serving], day: dt.date) -> Found:
    unbriefed = [each for each in permanent if not briefed(case.person.induction, Urn(each.urn), day)]
    if unbriefed:
        return ("briefing", "manager", tuple(f"not_briefed:{each.urn}" for each in unbriefed))
    unheard = [each for each in permanent if each.introduced_on is None or each.introduced_on > day]
    if unheard:
        return ("introduction", "sip", tuple(f"not_introduced:{each.urn}" for each in unheard))
    return ("in_post", "", ())


def _phase(case: Case) -> str:
    """The phase for which somebody is first looked at: one they answered for, else the programme's first."""
    submitted = case.application.response.submitted
    asked = submitted.phases if submitted else ()
    return next(iter(asked), case.programme.phases[0].code)


def _reference_blocks(case: Case, day: dt.date) -> Iterator[str]:
    held, programme = case.application.references, case.programme
    yield from references.missing(held, programme)
    named = references.standing_referees(held)
    if len(named) < programme.references.minimum:
        yield "too_few_referees"
    if programme.references.la_referee_required and not any(each.from_la for each in named.values()):
        yield "no_la_referee"
    yield from _open_references(case, day)


def _open_references(case: Case, day: dt.date) -> Iterator[str]:
    held = case.application.references
    for task in held.tasks.values():
        if references.is_open(held, task):
            late = task.due is not None and task.due < day
            yield f"{'overdue' if late else 'awaited'}:{task.reference}"


def _who_answers(case: Case) -> str:
    """Whose move it is while references are missing: the referees', the office's if nobody was asked."""
    held = case.application.references
    waiting = [held.referees[task.referee] for task in held.tasks.values() if references.is_open(held, task)]
    if any(each.from_la for each in waiting):
        return "la_referee"
    if waiting:
        return "referee"
    enough = len(references.standing_referees(held)) >= case.programme.references.minimum
    return "administrator" if enough else "applicant"


def _dates(case: Case) -> Iterable[dt.date]:
    """Every day on which time alone may change a position: the day after a due date, edges of intervals.

    So may the day of a fact, where somebody looks with a clock that was set back.
    """
    held, inducted = case.application.references, case.person.induction
    after = dt.timedelta(days=1)
    if inducted.attended is not None:
        yield inducted.attended
    yield from inducted.briefed.values()
    for task in held.tasks.values():
        if task.due is not None and references.is_open(held, task):
            yield task.due + after
    for each in case.serving:
        yield each.starts
        if each.until is not None:
            yield each.until + after
    for stretch in _intervals(case):
        yield stretch.starts
        if stretch.ends is not None:
            yield stretch.ends


def _intervals(case: Case) -> Iterator[Interval]:
    yield from gates.accredited_intervals(case.person, case.programme, _phase(case))
    yield from gates.appointed_intervals(case.person, case.applications, case.programme)
    for requirement in case.programme.requirements:
        yield from clear_intervals(case.person.induction, requirement.code)
