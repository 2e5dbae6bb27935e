"""What a message may say of its case: texts by name, for our templates and for services with their own.

Never what a reference says, and nothing about anybody's application but the case's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from siprecruit.core import gates
from siprecruit.core.allocation import (
    PermanentNamed,
    TemporaryEnded,
    TemporaryNamed,
    introduced_on,
    is_permanent,
    serving,
)
from siprecruit.core.application import Application
from siprecruit.core.ids import PersonId, Urn
from siprecruit.core.panel import InterviewCancelled, InterviewPlanned
from siprecruit.core.references import is_open
from siprecruit.core.school_record import school_on
from siprecruit.deliver.writing.cases import Case
from siprecruit.deliver.writing.links import link
from siprecruit.deliver.writing.somebody import Somebody, answering_for, applicant, person
from siprecruit.plugins.types import Recipient

LONGEST: Final = 300
"""So many characters of a text that somebody else wrote stand in a message: it can't take it over."""

Told = Iterator[tuple[str, str]]


def fields_of(case: Case, to: Recipient) -> dict[str, str]:
    """All that its template may say, by name; what isn't known is an empty text.

    Days are in words. ``link`` is there for the referee alone.
    """
    told = {
        "to_name": to.name,
        "today": in_full(case.desk.today),
        **dict(_office(case)),
        **dict(_contact(case)),
        **dict(_ABOUT.get(case.kind, _nothing)(case)),
    }
    if case.kind == "application":
        told |= dict(_link(case, to))
    # A list has a line for each: it is made of tidy texts.
    return {name: tidy(text) for name, text in told.items()} | dict(_schools(case))


def tidy(text: str) -> str:
    """A text on one line, without what can't be seen: a name can't begin a header or a paragraph."""
    seen = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(seen.split())[:LONGEST]


def in_full(day: dt.date | None) -> str:
    """A day as a letter says it: ``Tuesday 5 June 2007``."""
    return f"{day:%A} {day.day} {day:%B %Y}" if day else ""


def at_clock(instant: dt.datetime, timezone: str) -> tuple[str, str]:
    """The day and the time of an instant where the authority is: ``Tuesday 5 June 2007`` and ``9.40 am``."""
    there = instant.astimezone(ZoneInfo(timezone))
    return in_full(there.date()), f"{there.hour % 12 or 12}.{there:%M} {'am' if there.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: ``one, another and a third``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _nothing(_case: Case) -> Told:
    yield from ()


def _office(case: Case) -> Told:
    letterhead = case.office.letterhead
    yield "office_name", letterhead.name
    yield "office_address", ", ".join(letterhead.address)
    yield "office_telephone", letterhead.telephone
    yield "office_email", letterhead.email
    yield "signatory", letterhead.signatory
    yield "signatory_title", letterhead.signatory_title
    yield "authority", case.programme.authority_name
    yield "accreditor", case.programme.accreditor.title if case.programme.accreditor else ""


def _contact(case: Case) -> Told:
    """Whom to ring: the officer who answers for what the message is about, or else the office."""
    about = case.message.about if case.message else None
    found = answering_for(case, about) if about else None
    letterhead = case.office.letterhead
    reached = found if found and (found.phone or found.email) else None
    who = reached or Somebody(id="", name=letterhead.name, email=letterhead.email, phone=letterhead.telephone)
    yield "contact_name", who.name
    yield "contact_phone", who.phone
    yield "contact_email", who.email


# -- an application -----------------------------------------------------------


def _application(case: Case) -> Told:
    application: Application = case.state
    who, response = applicant(case), application.response
    yield "application", case.id
    yield "applicant_name", who.name if who else ""
    advert = case.programme.advert(getattr(response.said, "advert", "") or "")
    yield "advert", advert.title if advert else ""
    yield "received_on", in_full(response.submitted_on)
    groups = [f"{each.title}s" for each in case.programme.categories if each.eligible]
    yield "eligible_groups", listed(groups)
    yield from _reference(case)
    yield from _interview(case)
    outcome = getattr(case.event, "outcome", None)
    yield "outcome", next((each.title for each in case.programme.decisions if each.code == outcome), "")


def _reference(case: Case) -> Told:
    task, referee = case.task, case.referee
    yield "reference", str(task.reference) if task else ""
    yield "referee_name", (referee.named.name or "") if referee else ""
    yield "asked_on", in_full(task.asked_on if task else None)
    yield "due", in_full(task.due if task else None)
    late = task is not None and task.due is not None and task.due < case.desk.today
    yield "overdue", "yes" if late else ""
    yield "from_la", "yes" if referee and referee.from_la else ""
    yield "awaited", listed(list(_awaited(case)))


def _awaited(case: Case) -> Iterator[str]:
    """Of whom a reference that we asked for on the same day, or before, has not come yet."""
    references, about = case.state.references, case.task
    for task in references.tasks.values():
        mine = task.asked_by is None and about is not None and task.asked_on <= about.asked_on
        if mine and is_open(references, task):
            yield references.referees[task.referee].named.name or "a referee without a name"


def _link(case: Case, to: Recipient) -> Told:
    """The link, and in whose place they answer, for who answers: nobody else may open it."""
    task, referee = case.task, case.referee
    theirs = case.row.recipient in ("referee", "la_referee") and task is not None and referee is not None
    made = None
    if theirs and task is not None:
        made = link(case.office, case.row.stream, case.desk.histories[case.row.stream], task.reference)
    yield "link", made or ""
    officer = referee.person if theirs and referee else None
    yield "in_place_of", person(case.desk, officer).name if officer and officer != to.id else ""


def _interview(case: Case) -> Told:
    happened = case.event
    planned: Any = None
    if isinstance(happened, (InterviewPlanned, InterviewCancelled)):
        interview = case.state.panel.interviews.get(happened.panel)
        planned = interview.planned if interview else None
    day, time = at_clock(planned.starts, case.programme.timezone) if planned else ("", "")
    yield "interview_day", day
    yield "interview_time", time
    yield "interview_minutes", str(planned.minutes) if planned else ""
    yield "interview_room", (planned.room or "") if planned else ""


# -- a person -----------------------------------------------------------------


def _person(case: Case) -> Told:
    yield "person_name", person(case.desk, case.id).name
    yield "induction_day", in_full(getattr(case.event, "sits_on", None))
    yield "briefed_on", in_full(case.told.on) if case.told and case.urn else ""
    yield from _school(case)
    urn = case.urn
    yield "may_start", "yes" if urn and not _in_the_way(case, case.id, urn, case.desk.today) else ""
    yield "to_introduce", "yes" if urn and _is_to_introduce(case, urn) else ""


def _schools(case: Case) -> Told:
    """The schools to which a partner should have introduced themselves, a line each, with the day."""
    if not case.is_overdue:
        return
    found = [(tidy(_school_at(case, one.urn)), in_full(one.due)) for one in case.unintroduced]
    yield "schools", "\n".join(f"- {name}, by {due}" for name, due in found)
    yield "school_name", found[0][0] if len(found) == 1 else ""


def _school_at(case: Case, urn: str) -> str:
    school = school_on(case.desk.state(f"placement/{urn}").school, case.desk.today)
    return f"{school.name}{f' in {school.town}' if school.town else ''}" if school else urn


def _is_to_introduce(case: Case, urn: str) -> bool:
    """Whether they are the school's permanent partner and have not introduced themselves yet."""
    held = case.desk.state(f"placement/{urn}").allocation
    mine = [PersonId(each) for each in case.desk.group(case.id)]
    return any(is_permanent(held, each) for each in mine) and not any(
        introduced_on(held, each) for each in mine
    )


def _school(case: Case) -> Told:
    urn = case.urn
    school = school_on(case.desk.state(f"placement/{urn}").school, case.desk.today) if urn else None
    yield "school_name", school.name if school else ""
    yield "school_town", school.town if school else ""
    yield "urn", urn or ""
    last = case.programme.introduction_date
    yield "introduction_date", in_full(last if last >= case.desk.today else None)


# -- a school -----------------------------------------------------------------


def _placement(case: Case) -> Told:
    yield from _school(case)
    happened, held, day = case.event, case.state.allocation, case.desk.today
    starts: dt.date | None = getattr(happened, "starts", None)
    then = max(starts, day) if starts else day
    partner = happened.person if isinstance(happened, PermanentNamed) else _holder(held.permanents, then)
    if isinstance(happened, TemporaryEnded):
        partner = happened.successor
    temporary = (
        happened.person
        if isinstance(happened, (TemporaryNamed, TemporaryEnded))
        else _holder(held.temporaries, then)
    )
    cda = getattr(happened, "person", None) if _is_adviser(case) else _holder(held.advisers, then)
    for role, who in (("partner", partner), ("temporary", temporary), ("cda", cda)):
        yield from _reached(case, role, who)
    yield "starts", in_full(starts)
    yield "until", in_full(getattr(happened, "until", None))
    yield "awaiting", _awaiting(case, partner, then)
    yield "introductory_visit", "yes" if getattr(happened, "introductory_visit", False) else ""


def _is_adviser(case: Case) -> bool:
    return type(case.event).__name__ == "AdviserAllocated"


def _holder(tenures: Any, day: dt.date) -> str | None:
    held = serving(tenures, day)
    return str(held.person) if held else None


def _reached(case: Case, role: str, who: str | None) -> Told:
    """Whoever serves a school, and how the school reaches them."""
    found = person(case.desk, str(who)) if who else Somebody(id="", name="")
    yield f"{role}_name", found.name
    yield f"{role}_email", found.email
    yield f"{role}_phone", found.phone


def _awaiting(case: Case, who: str | None, day: dt.date) -> str:
    """What a permanent partner awaits before they may start, as far as a school is told of it."""
    if who is None or case.urn is None:
        return ""
    codes = _in_the_way(case, str(who), case.urn, day)
    if "not_accredited" in codes:
        return "accreditation"
    if "not_inducted" in codes:
        return "induction"
    # A tie to the school is the partner's own affair, and nothing that passes.
    return "preparation" if set(codes) - {"own_school", "declared_interest"} else ""


def _in_the_way(case: Case, who: str, urn: str, day: dt.date) -> list[str]:
    school = school_on(case.desk.state(f"placement/{urn}").school, day)
    if school is None:
        return []
    found = gates.why_not_start(
        Urn(urn),
        case.desk.person(who),
        case.desk.applications(who),
        case.programme,
        gates.phase_of(school),
        day,
    )
    return [each.code for each in found]


_ABOUT: Final[Mapping[str, Callable[[Case], Told]]] = {
    "application": _application,
    "person": _person,
    "placement": _placement,
}
