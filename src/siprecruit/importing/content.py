"""What a response says, in the form in which its event holds it: by a row of a sheet, and by the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.events import NoteAdded, Recorded, standing
from siprecruit.core.ids import Code, Urn
from siprecruit.core.references import RefereeNamed, RefereeReplaced
from siprecruit.core.responses import NamedReferee, ResponseSubmitted, SubmitResponse
from siprecruit.core.text import trim
from siprecruit.importing.overtaken import words_that_count
from siprecruit.importing.sending import BY
from siprecruit.intake.headings import heading_table
from siprecruit.intake.responses import ResponseRow

TEXTS: Final = ("first_name", "last_name", "email", "phone", "current_post", "employer", "pen_portrait")
CODES: Final = (
    "category",
    "employer_urn",
    "home_authority",
    "phases",
    "days_available",
    "interests",
    "advert",
    "received_on",
)
FIELDS: Final = (*TEXTS, *CODES)
EVERYTHING: Final = frozenset(heading_table("responses").fields)
"""What a sheet can say: all fields that a column may stand for."""

RefereeWords = tuple[str, str, str, bool]
"""Name, address, role, and whether from the local authority."""


@attrs.frozen(kw_only=True)
class Content:
    """What a response says: the fields of its event, its referees and its note.

    ``places`` tells for each referee which of the sheet's places is theirs, counted from 1. ``said`` are the
    fields that the sheet has a column for: of the others it says nothing.
    """

    fields: tuple[Any, ...]
    as_written: Mapping[str, str]
    referees: tuple[RefereeWords, ...]
    places: tuple[int, ...] = ()
    note: str
    said: frozenset[str] = EVERYTHING


@attrs.frozen(kw_only=True)
class KnownReferee:
    """A referee in the record; ``version`` is that of the event which named them.

    ``from_sheet`` is true of those whom the sheet shows, so that it may change them or take them out.
    """

    version: int
    code: Code
    words: RefereeWords
    from_sheet: bool


@attrs.frozen(kw_only=True)
class KnownNote:
    """A note in the record; ``version`` is that of the event which added it."""

    version: int
    text: str
    from_sheet: bool


@attrs.frozen(kw_only=True)
class Known:
    """What the record holds of a response; ``version`` is that of the event which submitted it.

    ``overtaken`` are fields whose words stand there still, and say nothing any more.
    """

    version: int
    fields: tuple[Any, ...]
    as_written: Mapping[str, str]
    overtaken: frozenset[str] = frozenset()
    referees: tuple[KnownReferee, ...]
    notes: tuple[KnownNote, ...]
    codes_taken: frozenset[Code]


def of_row(row: ResponseRow, said: frozenset[str] = EVERYTHING) -> Content:
    """What a row says. A role beside neither name nor address is nobody: it is kept as it was written."""
    named = [(place, one) for place, one in enumerate(row.referees, start=1) if one.is_named]
    roles = {
        f"referee{place}_role": one.role
        for place, one in enumerate(row.referees, start=1)
        if one.role and not one.is_named
    }
    texts = (getattr(row, field) or None for field in TEXTS)
    return Content(
        fields=(*texts, *(getattr(row, field) for field in CODES)),
        as_written={**row.as_written, **roles} if roles else row.as_written,
        referees=tuple((one.name, one.email, one.role, bool(one.from_la)) for _, one in named),
        places=tuple(place for place, _ in named),
        note=row.note,
        said=said,
    )


def submission(row: ResponseRow) -> SubmitResponse:
    """The command that takes a row in."""
    said = of_row(row)
    return SubmitResponse(
        advert=Code(row.advert),
        **{field: getattr(row, field) for field in TEXTS},
        category=_code(row.category),
        employer_urn=Urn(row.employer_urn) if row.employer_urn else None,
        home_authority=_code(row.home_authority),
        phases=tuple(map(Code, row.phases)),
        days_available=row.days_available,
        interests=tuple(map(Urn, row.interests)),
        as_written=dict(said.as_written),
        referees=tuple(
            NamedReferee(name=name, email=email, role=role, from_la=from_la)
            for name, email, role, from_la in said.referees
        ),
        note=said.note,
    )


def _code(text: str | None) -> Code | None:
    return Code(text) if text else None


def of_history(history: Sequence[Recorded], *, exported: bool = False) -> Known | None:
    """What the events of an application say, with their texts; None where no response stands.

    What came in one breath with the response, or by an import, is the sheet's; all else is somebody's later
    doing, which no sheet takes back. One that was ``exported`` shows every referee who can be asked.
    """
    known = of_standing(standing(history), history, exported=exported)
    if known is None or not known.as_written:
        return known
    words = words_that_count(history, known.version, known.as_written)
    return attrs.evolve(known, as_written=words, overtaken=frozenset(known.as_written.keys() - words.keys()))


def of_standing(
    stands: Sequence[Recorded], history: Sequence[Recorded], *, exported: bool = False
) -> Known | None:
    """The same of those events of a history that count."""
    submitted = [one for one in stands if isinstance(one.event, ResponseSubmitted)]
    if not submitted:
        return None
    said: ResponseSubmitted = submitted[-1].event
    version = _version(submitted[-1])
    from_sheet = from_sheets(history, version)
    return Known(
        version=version,
        fields=(
            *(trim(getattr(said, field) or "") or None for field in TEXTS),
            *(getattr(said, field) for field in CODES[:-1]),
            submitted[-1].on,
        ),
        as_written={field: trim(text) for field, text in (said.as_written or {}).items()},
        referees=tuple(_referees(stands, None if exported else from_sheet)),
        notes=tuple(
            KnownNote(
                version=_version(one),
                text=trim(one.event.text or ""),
                from_sheet=_version(one) in from_sheet,
            )
            for one in stands
            if isinstance(one.event, NoteAdded)
        ),
        codes_taken=frozenset(one.event.referee for one in history if isinstance(one.event, RefereeNamed)),
    )


def from_sheets(history: Sequence[Recorded], submitted: int) -> set[int]:
    """The events that came in one breath with the response of that version, or by an import."""
    breath = history[submitted - 1].command
    return {one.version for one in history if one.command == breath or one.by == BY}


def _referees(stands: Sequence[Recorded], from_sheet: set[int] | None) -> Iterator[KnownReferee]:
    """Who takes a referee's place is no business of a sheet's that names the first; an export shows them."""
    replaced = [one.event for one in stands if isinstance(one.event, RefereeReplaced)]
    stand_ins, gone = {each.by for each in replaced}, {each.referee for each in replaced}
    for one in stands:
        if isinstance(one.event, RefereeNamed):
            code, version, words = one.event.referee, _version(one), _words(one.event)
            if from_sheet is None:
                shown = code not in gone and any(words[:2])
            else:
                shown = version in from_sheet and code not in stand_ins
            yield KnownReferee(version=version, code=code, words=words, from_sheet=shown)


def _version(one: Recorded) -> int:
    """The version of the event that was first told, whatever has corrected it since."""
    return one.version if one.replaces is None else one.replaces


def _words(named: RefereeNamed) -> RefereeWords:
    return trim(named.name or ""), trim(named.email or ""), trim(named.role or ""), named.from_la
