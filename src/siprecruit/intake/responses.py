"""The sheet of advert responses to judged rows: what goes in, what must be mended first, what to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import attrs

from siprecruit.core.duplicates import Likeness, likeness, possible_duplicates
from siprecruit.core.flags import Details, WrittenReferee, flags
from siprecruit.core.programme import Advert, Authority, Category, Phase, Programme
from siprecruit.intake.cells import (
    BadCell,
    is_nothing,
    read_date,
    read_urn,
    read_urns,
    read_whole,
    read_yes_or_no,
    split_list,
)
from siprecruit.intake.headings import (
    Headings,
    fault_of,
    find_headings,
    heading_table,
    names_of_columns,
    under_heading,
)
from siprecruit.intake.kinds import rows_under
from siprecruit.intake.merged import as_seen
from siprecruit.intake.rows import Sheet, SheetRow

#: A year has no more days than these.
_MOST_DAYS = 366
#: fields that are kept as they are written
_TEXTS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "current_post",
    "employer",
    "pen_portrait",
    "note",
)


@attrs.frozen(kw_only=True)
class ResponseRow:
    """One response as it can be recorded: codes and dates as understood, names and texts as written."""

    number: int
    #: the advert's code
    advert: str
    received_on: dt.date
    first_name: str
    last_name: str
    email: str
    phone: str
    #: the category's code; None where the text is none of the programme's
    category: str | None
    current_post: str
    employer: str
    employer_urn: str | None
    #: the authority's code; None where the programme doesn't know it
    home_authority: str | None
    phases: tuple[str, ...]
    #: days a year, 0 to 366
    days_available: int | None
    #: URNs of declared interests
    interests: tuple[str, ...]
    pen_portrait: str
    #: the two places of the sheet, in order; either may be nobody
    referees: tuple[WrittenReferee, ...]
    note: str
    #: by field, the officer's text wherever the value above doesn't say all of it
    as_written: Mapping[str, str]


@attrs.frozen(kw_only=True)
class RejectedRow:
    """A row that can't be recorded truthfully: its number, why, in which field, and the cells to mend."""

    row: int
    #: missing_name, bad_date, unknown_advert or unreadable_row; the first of several
    code: str
    #: the field of that code; "row" where it is the row as a whole
    field: str
    #: all that is wrong, in plain sentences, each with the heading of its column in front
    message: str
    cells: tuple[str, ...]


@attrs.frozen(kw_only=True)
class JudgedResponses:
    """What a sheet of responses holds; rows go by the numbers of the spreadsheet."""

    #: how many rows after the headings hold anything
    rows: int
    accepted: tuple[ResponseRow, ...]
    rejected: tuple[RejectedRow, ...]
    #: (row, codes) of the accepted rows that a person should look at
    flags: tuple[tuple[int, tuple[str, ...]], ...]
    #: (earlier row, later row) of the accepted rows that may be one person
    possible_duplicates: tuple[tuple[int, int], ...]
    ignored_columns: tuple[str, ...]
    headings: Headings


@attrs.frozen(kw_only=True)
class _Names:
    """The programme's look-ups; a sheet says the same few words thousands of times."""

    advert: Callable[[str], Advert | None]
    category: Callable[[str], Category | None]
    authority: Callable[[str], Authority | None]
    phase: Callable[[str], Phase | None]


def judge_responses(
    sheet: Sheet,
    programme: Programme,
    *,
    known_urns: frozenset[str] | None,
    columns: Mapping[str, str] | None = None,
) -> JudgedResponses:
    """Every row under the headings, accepted or rejected, with what a person should look at.

    `known_urns` are the schools in the record (None or none: nothing is said of unknown schools); `columns`
    maps headings to fields. Raises `UnreadableSheet` if the headings can't be found.
    """
    sheet = as_seen(sheet, columns)
    headings = find_headings(sheet, heading_table("responses"), columns)
    under = rows_under(sheet, headings)
    names = _names_of(programme)
    named = names_of_columns(sheet, headings)
    judged = [_judge(row, sheet, headings, names, named) for row in under]
    accepted = tuple(each for each in judged if isinstance(each, ResponseRow))
    return JudgedResponses(
        rows=len(under),
        accepted=accepted,
        rejected=tuple(each for each in judged if isinstance(each, RejectedRow)),
        flags=tuple(_flagged(accepted, programme, known_urns)),
        possible_duplicates=tuple(sorted(possible_duplicates(likeness_of(row) for row in accepted))),
        ignored_columns=headings.ignored,
        headings=headings,
    )


def _flagged(
    rows: tuple[ResponseRow, ...], programme: Programme, known_urns: frozenset[str] | None
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for row in rows:
        codes = flags(details_of(row), programme, known_urns)
        if codes:
            yield row.number, codes


def _names_of(programme: Programme) -> _Names:
    return _Names(
        advert=cache(programme.advert_named),
        category=cache(programme.category_named),
        authority=cache(programme.authority_named),
        phase=cache(programme.phase_named),
    )


def details_of(row: ResponseRow) -> Details:
    """What of a row its flags depend on."""
    own = (row.employer_urn,) if row.employer_urn else ()
    return Details(
        advert=row.advert,
        received_on=row.received_on,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        category=row.category,
        days_available=row.days_available,
        schools=own + row.interests,
        school_unclear="employer_urn" in row.as_written or "interests" in row.as_written,
        pen_portrait=row.pen_portrait,
        referees=row.referees,
    )


def likeness_of(row: ResponseRow) -> Likeness[int]:
    """What a row's person is compared by, under the row's number."""
    return likeness(row.number, name=f"{row.first_name} {row.last_name}", email=row.email, phone=row.phone)


def _judge(
    row: SheetRow, sheet: Sheet, headings: Headings, names: _Names, named: Mapping[str, str]
) -> ResponseRow | RejectedRow:
    unreadable = fault_of(row, headings, sheet)
    if unreadable:
        # What its cells hold is a guess, so that nothing else is said about them.
        return RejectedRow(
            row=row.number, code="unreadable_row", field="row", message=unreadable, cells=row.cells
        )
    texts = headings.texts(row)
    faults = list(_faults(texts, names))
    if not faults:
        return _response(row.number, texts, names)
    code, field, _ = faults[0]
    message = " ".join(under_heading(sentence, where, named) for _, where, sentence in faults)
    return RejectedRow(row=row.number, code=code, field=field, message=message, cells=row.cells)


def _faults(texts: Mapping[str, str], names: _Names) -> Iterator[tuple[str, str, str]]:
    if not texts["first_name"] and not texts["last_name"]:
        yield "missing_name", "last_name", "There is neither a first name nor a surname."
    try:
        read_date(texts["received_on"])
    except BadCell as bad:
        yield "bad_date", "received_on", str(bad)
    if names.advert(texts["advert"]) is None:
        yield "unknown_advert", "advert", _unknown_advert(texts["advert"])


def _unknown_advert(text: str) -> str:
    if not text:
        return "It is not said which advert was answered."
    return f'The programme has no advert called "{text}".'


def _response(number: int, texts: Mapping[str, str], names: _Names) -> ResponseRow:
    advert = names.advert(texts["advert"])
    assert advert is not None
    category = names.category(texts["category"])
    authority = names.authority(texts["home_authority"])
    row = ResponseRow(
        number=number,
        advert=advert.code,
        received_on=read_date(texts["received_on"]),
        **{field: texts[field] for field in _TEXTS},
        category=category.code if category else None,
        employer_urn=read_urn(texts["employer_urn"]),
        home_authority=authority.code if authority else None,
        phases=_phases(texts["phases"], names)[0],
        days_available=read_whole(texts["days_available"], lowest=0, highest=_MOST_DAYS),
        interests=read_urns(texts["interests"])[0],
        referees=(_referee(texts, "referee1"), _referee(texts, "referee2")),
        as_written={},
    )
    unclear = _unclear(row, texts, names)
    return attrs.evolve(row, as_written=unclear) if unclear else row


def _unclear(row: ResponseRow, texts: Mapping[str, str], names: _Names) -> dict[str, str]:
    """By field the texts of which a row's values don't say everything."""
    understood = {
        "category": row.category is not None,
        "home_authority": row.home_authority is not None,
        "phases": _phases(texts["phases"], names)[1],
        "days_available": row.days_available is not None,
        "employer_urn": row.employer_urn is not None or is_nothing(texts["employer_urn"]),
        "interests": read_urns(texts["interests"])[1],
        "referee1_la": row.referees[0].from_la is not None,
        "referee2_la": row.referees[1].from_la is not None,
    }
    return {field: texts[field] for field, clear in understood.items() if texts[field] and not clear}


def _phases(text: str, names: _Names) -> tuple[tuple[str, ...], bool]:
    if is_nothing(text):
        return (), True
    whole = names.phase(text)
    found = [whole] if whole else [names.phase(part) for part in split_list(text)]
    return tuple(dict.fromkeys(phase.code for phase in found if phase)), None not in found


def _referee(texts: Mapping[str, str], place: str) -> WrittenReferee:
    return WrittenReferee(
        name=texts[f"{place}_name"],
        email=texts[f"{place}_email"],
        role=texts[f"{place}_role"],
        from_la=read_yes_or_no(texts[f"{place}_la"]),
    )
