"""A file of schools, a plain one or the DfE's own download, to the schools of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import attrs

from siprecruit.core.schools import School
from siprecruit.intake.cells import (
    BadCell,
    code_of,
    is_nothing,
    read_date,
    read_urn,
    read_whole,
    read_yes_or_no,
)
from siprecruit.intake.headings import (
    Headings,
    HeadingTable,
    count_known,
    fault_of,
    find_headings,
    heading_table,
)
from siprecruit.intake.kinds import rows_under
from siprecruit.intake.register import group_of, vocabulary
from siprecruit.intake.rows import Sheet, SheetRow, UnreadableSheet

#: Farther north or east there is no British school; metres on the national grid.
_GRID = 1_300_000
_OLDEST = 120


@attrs.frozen(kw_only=True)
class RejectedSchool:
    """A row that can't be recorded as a school.

    `code` is unreadable_row (whose `field` is "row"), bad_urn, urn_twice, no_name, no_authority, bad_status
    or bad_date; the first of several.
    """

    row: int
    code: str
    field: str
    #: all that is wrong, in plain sentences
    message: str
    cells: tuple[str, ...]


@attrs.frozen(kw_only=True)
class JudgedSchools:
    """What a file of schools holds: `rows` = accepted + rejected + those of another authority."""

    rows: int
    #: (row, school), in the order of the file
    accepted: tuple[tuple[int, School], ...]
    rejected: tuple[RejectedSchool, ...]
    other_authority: int
    #: empty for the DfE's download, whose columns are all known
    ignored_columns: tuple[str, ...]
    headings: Headings


def judge_schools(
    sheet: Sheet, *, authority: str | None, columns: Mapping[str, str] | None = None
) -> JudgedSchools:
    """The schools of one authority (by the DfE's code), or of all where `authority` is None.

    A file without a column for the authority is taken to be that authority's own. Raises `UnreadableSheet` if
    the headings can't be found, or say nothing of the URN or the name.
    """
    table = _table_of(sheet)
    headings = find_headings(sheet, table, columns)
    _require(headings, "urn", "name")
    under = rows_under(sheet, headings)
    own = [row for row in under if _is_of(headings.texts(row), authority, headings)]
    accepted, rejected = _judge(own, sheet, headings, authority)
    return JudgedSchools(
        rows=len(under),
        accepted=tuple(accepted.values()),
        rejected=tuple(rejected),
        other_authority=len(under) - len(own),
        ignored_columns=() if table.kind == "gias" else headings.ignored,
        headings=headings,
    )


def _judge(
    rows: list[SheetRow], sheet: Sheet, headings: Headings, authority: str | None
) -> tuple[dict[str, tuple[int, School]], list[RejectedSchool]]:
    accepted: dict[str, tuple[int, School]] = {}
    rejected: list[RejectedSchool] = []
    for row in rows:
        texts = headings.texts(row)
        unreadable = fault_of(row, headings, sheet)
        faults = (
            [("unreadable_row", "row", unreadable)]
            if unreadable
            else list(_faults(texts, headings, authority, accepted))
        )
        if faults:
            rejected.append(_rejected(row, faults))
        else:
            school = _school(texts, authority)
            accepted[school.urn] = (row.number, school)
    return accepted, rejected


def _table_of(sheet: Sheet) -> HeadingTable:
    plain, gias = heading_table("schools"), heading_table("gias")
    return max(
        (plain, gias), key=lambda table: max((count_known(row, table) for row in sheet.rows[:50]), default=0)
    )


def _require(headings: Headings, *fields: str) -> None:
    missing = [field for field in fields if field not in headings.columns]
    if missing:
        raise UnreadableSheet(
            "missing_column",
            f"No heading in row {headings.row} means {' or '.join(missing)}; map your own with --columns.",
        )


def _is_of(texts: Mapping[str, str], authority: str | None, headings: Headings) -> bool:
    if authority is None or "la_code" not in headings.columns or not texts["la_code"]:
        return True
    return _la_code(texts["la_code"]) == _la_code(authority)


def _la_code(text: str) -> str:
    return text.removesuffix(".0").lstrip("0") or "0"


def _faults(
    texts: Mapping[str, str],
    headings: Headings,
    authority: str | None,
    accepted: Mapping[str, tuple[int, School]],
) -> Iterator[tuple[str, str, str]]:
    urn = read_urn(texts["urn"])
    if urn is None:
        yield "bad_urn", "urn", f'"{texts["urn"]}" is no URN.' if texts["urn"] else "There is no URN."
    elif urn in accepted:
        yield "urn_twice", "urn", f"URN {urn} stands in row {accepted[urn][0]} already."
    if is_nothing(texts["name"]):
        yield "no_name", "name", "The school has no name."
    if not texts["la_code"] and (authority is None or "la_code" in headings.columns):
        yield "no_authority", "la_code", "It is not said which authority the school belongs to."
    if texts["status"] and not _status(texts):
        yield "bad_status", "status", f'"{texts["status"]}" says neither open nor closed.'
    for field in ("opened", "closed"):
        try:
            _day(texts[field])
        except BadCell as bad:
            yield "bad_date", field, str(bad)


def _rejected(row: SheetRow, faults: list[tuple[str, str, str]]) -> RejectedSchool:
    code, field, _ = faults[0]
    message = " ".join(sentence for _, _, sentence in faults)
    return RejectedSchool(row=row.number, code=code, field=field, message=message, cells=row.cells)


def _day(text: str) -> dt.date | None:
    return None if is_nothing(text) else read_date(text)


def _school(texts: Mapping[str, str], authority: str | None) -> School:
    urn = read_urn(texts["urn"])
    assert urn is not None
    kind = _type(texts)
    group = vocabulary("group").code(texts.get("group_code", ""), texts.get("group", "")) or group_of(kind)
    return School(
        urn=urn,
        name=texts["name"],
        la_code=_la_code(texts["la_code"] or authority or ""),
        phase=_phase(texts, group),
        type=kind,
        type_group=group,
        status=_status(texts) or "open",
        opened=_day(texts["opened"]),
        closed=_day(texts["closed"]),
        age_from=read_whole(texts["age_from"], lowest=0, highest=_OLDEST),
        age_to=read_whole(texts["age_to"], lowest=0, highest=_OLDEST),
        postcode=texts["postcode"],
        town=texts["town"],
        district=texts["district"],
        religion=_religion(texts["religion"]),
        easting=read_whole(texts["easting"], lowest=1, highest=_GRID),
        northing=read_whole(texts["northing"], lowest=1, highest=_GRID),
    )


def _status(texts: Mapping[str, str]) -> str | None:
    # A plain file may have the register's number where the register has the words.
    return vocabulary("status").code(texts.get("status_code", "") or texts["status"], texts["status"])


def _religion(text: str) -> str:
    # The register has three ways to say that a school has none.
    return "" if is_nothing(text) or text in {"Does not apply", "Unknown"} else text


def _type(texts: Mapping[str, str]) -> str:
    words = texts["type"]
    return vocabulary("type").code(texts.get("type_code", ""), words) or code_of(words) or "other"


def _phase(texts: Mapping[str, str], group: str) -> str:
    known = vocabulary("phase").code(texts.get("phase_code", ""), texts["phase"])
    said = known or code_of(texts["phase"]) or _phase_by_flags(texts)
    # The register gives special schools no phase, yet people are accredited for them as for one.
    return "special" if group == "special" and said == "not_applicable" else said


def _phase_by_flags(texts: Mapping[str, str]) -> str:
    primary, secondary, post16 = (
        bool(read_yes_or_no(texts.get(field, ""))) for field in ("is_primary", "is_secondary", "is_post16")
    )
    if primary and secondary:
        return "all_through"
    if primary:
        return "primary"
    return "secondary" if secondary else "sixteen_plus" if post16 else "not_applicable"
