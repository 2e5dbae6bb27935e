"""A sheet of how far each applicant has come, kept by hand, to rows of days and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal

import attrs

from siprecruit.core.ids import WELL_FORMED
from siprecruit.core.programme import Decision, Programme
from siprecruit.core.text import fold
from siprecruit.intake.cells import code_of, read_yes_or_no
from siprecruit.intake.kinds import CHECK
from siprecruit.intake.reading import Reading

Outcome = Literal["accredited", "not_accredited", "deferred", "awaited"]

_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "accredited": "accredited",
    "passed": "accredited",
    "pass": "accredited",
    "yes": "accredited",
    "not accredited": "not_accredited",
    "failed": "not_accredited",
    "no": "not_accredited",
    "deferred": "deferred",
    "awaited": "awaited",
    "awaiting": "awaited",
    "pending": "awaited",
}

PLACES: Final = (1, 2)
"""The places for references that the sheet has."""


@attrs.frozen(kw_only=True)
class ToldReference:
    """What a row says of one reference. ``place`` is the sheet's, ``referee`` the name that stands there."""

    place: int
    referee: str
    asked_on: dt.date | None
    #: the body that asked; None where we did, or nobody says
    asked_by: str | None
    received_on: dt.date | None
    elsewhere_on: dt.date | None
    #: the code of the body that it was given to
    elsewhere: str | None
    declined_on: dt.date | None


@attrs.frozen(kw_only=True)
class ToldAccreditation:
    """What a row says of an accreditation; ``phase`` is None where it is left to the application."""

    outcome: Outcome | None
    phase: str | None
    on: dt.date | None
    until: dt.date | None
    expected_by: dt.date | None
    number: str


@attrs.frozen(kw_only=True)
class ProgressRow:
    """How far one applicant has come."""

    number: int
    application: str
    email: str
    name: str
    advert: str | None
    withdrawn_on: dt.date | None
    references: tuple[ToldReference, ...]
    accreditation: ToldAccreditation
    shortlisted: bool | None
    shortlisted_on: dt.date | None
    #: the day of the interview, which may lie ahead
    interview_on: dt.date | None
    held: bool | None
    panel: str | None
    decision: str | None
    decided_on: dt.date | None
    told_on: dt.date | None
    #: the day of the induction, which may lie ahead
    inducted_on: dt.date | None
    #: by requirement the day on which it was found clear
    checks: Mapping[str, dt.date]
    #: the fields that the sheet has columns for
    present: frozenset[str]


def read_progress(reading: Reading) -> ProgressRow:
    """What a row says; what has to be mended first stands in ``reading.faults``."""
    programme = reading.programme
    advert = reading.named("advert", programme.advert_named, "advert", programme.adverts)
    decided_on = reading.day("decided_on")
    decision = reading.named(
        "decision", lambda text: decision_named(text, programme), "decision", programme.decisions
    )
    if decision is not None and decided_on is None and not reading.text("decided_on"):
        reading.fault("missing_date", "decided_on", "It is not said on which day that was decided.")
    shortlisted, shortlisted_on = _yes_or_day(reading, "shortlisted", "shortlisted_on")
    held, held_on = _yes_or_day(reading, "interview_held", "interview_held_on")
    return ProgressRow(
        number=reading.number,
        application=reading.text("application").upper(),
        email=reading.text("email"),
        name=" ".join(filter(None, reading.name())),
        advert=advert.code if advert else None,
        withdrawn_on=reading.day("withdrawn_on"),
        references=tuple(_reference(reading, place) for place in PLACES),
        accreditation=_accreditation(reading),
        shortlisted=shortlisted,
        shortlisted_on=shortlisted_on,
        interview_on=held_on or reading.day("interview_on", ahead=True),
        held=held,
        panel=_code(reading, "panel"),
        decision=decision.code if decision else None,
        decided_on=decided_on,
        told_on=reading.day("told_on"),
        inducted_on=reading.day("inducted_on", ahead=True),
        checks=read_checks(reading),
        present=reading.present,
    )


def decision_named(text: str, programme: Programme) -> Decision | None:
    """The decision that people call by this code or title, or None."""
    wanted = fold(text)
    return next((one for one in programme.decisions if wanted in (fold(one.code), fold(one.title))), None)


def read_checks(reading: Reading) -> dict[str, dt.date]:
    """By requirement the day on which it was found clear."""
    fields = (f"{CHECK}{each.code}" for each in reading.programme.requirements)
    found = {field.removeprefix(CHECK): reading.day(field) for field in fields}
    return {code: day for code, day in found.items() if day is not None}


def _yes_or_day(reading: Reading, field: str, beside: str) -> tuple[bool | None, dt.date | None]:
    """Yes or no with its day in a column beside it, or the day alone, which means yes."""
    day = reading.day(beside)
    written = reading.text(field)
    if not written:
        return (True, day) if day else (None, None)
    said = read_yes_or_no(written)
    if said is not None:
        return said, day
    if not any(letter.isdigit() for letter in written):
        reading.fault("bad_date", field, f'"{written}" is neither yes nor no, nor a day.')
        return None, day
    return True, reading.day(field) or day


def _reference(reading: Reading, place: int) -> ToldReference:
    before = f"reference{place}_"
    asked_by = _code(reading, f"{before}asked_by")
    return ToldReference(
        place=place,
        referee=reading.text(f"{before}referee"),
        asked_on=reading.day(f"{before}asked"),
        asked_by=None if asked_by in ("us", "we", "la", "office") else asked_by,
        received_on=reading.day(f"{before}received"),
        elsewhere_on=reading.day(f"{before}given_elsewhere"),
        elsewhere=_code(reading, f"{before}given_to"),
        declined_on=reading.day(f"{before}declined"),
    )


def _accreditation(reading: Reading) -> ToldAccreditation:
    programme = reading.programme
    phase = reading.named("accreditation_phase", programme.phase_named, "phase", programme.phases)
    on = reading.day("accredited_on")
    outcome: Outcome | None = reading.named(
        "accreditation_outcome", lambda text: _OUTCOMES.get(fold(text)), "outcome"
    )
    if outcome not in (None, "awaited") and on is None and not reading.text("accredited_on"):
        reading.fault("missing_date", "accredited_on", "It is not said on which day that came out.")
    return ToldAccreditation(
        outcome=outcome or ("accredited" if on else None),
        phase=phase.code if phase else None,
        on=on,
        until=reading.day("accredited_until", ahead=True),
        expected_by=reading.day("accreditation_expected", ahead=True),
        number=reading.text("accreditation_number"),
    )


def _code(reading: Reading, field: str) -> str | None:
    """A body's or a panel's name as a code."""
    written = reading.text(field)
    if not written:
        return None
    code = written if WELL_FORMED.fullmatch(written) else code_of(written)[:64]
    return code.casefold() or None
