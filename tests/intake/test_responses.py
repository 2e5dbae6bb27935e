from __future__ import annotations

import csv
import datetime as dt
import json

import pytest

from siprecruit.intake.responses import JudgedResponses, judge_responses
from siprecruit.intake.sheets import SheetRow, read_sheet


def rejections(judged):
    return [(each.row, each.code, each.field) for each in judged.rejected]


@pytest.fixture
def judge(norfolk, make_responses):
    """Judges a sheet of responses that differ from a good one as told."""

    def of(*changes: dict[str, str], known_urns=None) -> JudgedResponses:
        return judge_responses(make_responses(*changes), norfolk, known_urns=known_urns)

    return of


def test_the_panel_secretarys_sheet_of_2007_is_judged_row_by_row(norfolk, shared_data):
    """Rows, rejections, flags, possible duplicates and unknown columns are those of an honest import."""
    with (shared_data / "norfolk_primaries_2018.csv").open(encoding="utf-8") as schools:
        urns = frozenset(row["urn"] for row in csv.DictReader(schools))
    expected = json.loads((shared_data / "responses_2007.expected.json").read_text(encoding="utf-8"))
    judged = judge_responses(read_sheet(shared_data / "responses_2007.csv"), norfolk, known_urns=urns)
    assert {
        "rows": judged.rows,
        "accepted": len(judged.accepted),
        "rejected": [{"row": each.row, "code": each.code} for each in judged.rejected],
        "flags": [{"row": row, "codes": list(codes)} for row, codes in judged.flags],
        "possible_duplicates": [list(pair) for pair in judged.possible_duplicates],
        "ignored_columns": list(judged.ignored_columns),
    } == {key: value for key, value in expected.items() if key not in {"changed", "unchanged"}}
    assert all(each.field and each.message.endswith(".") for each in judged.rejected)


def test_a_good_row_becomes_codes_dates_and_texts(judge):
    """What the programme knows is understood, what people wrote stays as written."""
    change = {
        "received_on": "39226",
        "category": "SERVING HEADTEACHER  ",
        "phases": "Primary and special",
        "interests": "121196;145301",
        "employer_urn": "120835.0",
        "home_authority": "Norfolk County Council",
        "employer": '=HYPERLINK("http://example.org";"x")',
        "note": "rang twice\r\nvery keen",
    }
    (row,) = judge(change).accepted
    assert (row.number, row.advert, row.received_on) == (2, "tes-2007-05", dt.date(2007, 5, 24))
    assert (row.category, row.phases, row.home_authority) == (
        "headteacher",
        ("primary", "special"),
        "norfolk",
    )
    assert (row.interests, row.employer_urn, row.days_available) == (("121196", "145301"), "120835", 40)
    assert (row.employer, row.note) == ('=HYPERLINK("http://example.org";"x")', "rang twice\nvery keen")
    assert [referee.from_la for referee in row.referees] == [True, False]
    assert row.as_written == {}


def test_what_is_not_understood_is_kept_as_it_was_written(judge):
    """None of the officer's words is lost because a program had no code for them."""
    change = {
        "category": "deputy headteacher",
        "home_authority": "Rutland",
        "phases": "primary; sixth form",
        "days_available": "lots",
        "employer_urn": "see letter",
        "interests": "121196 and my wife's school",
        "referee1_la": "perhaps",
    }
    (row,) = judge(change).accepted
    assert row.as_written == change
    assert (row.category, row.phases, row.interests) == (None, ("primary",), ("121196",))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"first_name": " ", "last_name": "\xa0"}, "missing_name", "last_name"),
        ({"received_on": "31/02/2007"}, "bad_date", "received_on"),
        ({"received_on": "24/05/07"}, "bad_date", "received_on"),
        ({"received_on": ""}, "bad_date", "received_on"),
        ({"advert": "Guardian June 2006"}, "unknown_advert", "advert"),
        ({"advert": ""}, "unknown_advert", "advert"),
    ],
)
def test_only_what_can_not_be_recorded_truthfully_is_rejected(judge, change, code, field):
    """Who, when and in answer to what: without these there is no response; the row beside it goes in."""
    judged = judge(change, {})
    assert rejections(judged) == [(2, code, field)]
    assert [row.number for row in judged.accepted] == [3]
    assert judged.rows == 2


def test_a_rejected_row_names_all_that_is_wrong_with_it(judge):
    """A row is mended once, not three times; its cells are there to be mended."""
    (rejected,) = judge({"received_on": "soon", "advert": "Guardian"}).rejected
    assert (rejected.code, '"soon" is no date' in rejected.message) == ("bad_date", True)
    assert '"Guardian"' in rejected.message
    assert rejected.cells[:2] == ("Guardian", "soon")


def test_a_comma_too_many_makes_a_row_unreadable(norfolk, make_sheet):
    """Cells that moved one column on would be recorded under the wrong headings."""
    sheet = make_sheet(
        ["Advert", "Date received", "First name", "Surname"],
        ["TES May 2007", "24/05/2007", "Ann", "Eke", "of Diss"],
        ["TES May 2007", "24/05/2007", "Roy", "Rix", " ", ""],
    )
    judged = judge_responses(sheet, norfolk, known_urns=None)
    assert rejections(judged) == [(2, "unreadable_row", "row")]
    assert [row.number for row in judged.accepted] == [3]


def test_a_remark_beside_the_table_of_a_workbook_harms_nothing(norfolk, make_sheet):
    """In a workbook a column stays a column, so that a cell to the right moved nothing."""
    rows = (["Advert", "Date received", "Surname"], ["TES May 2007", "24/05/2007", "Eke", "", "check!"])
    assert judge_responses(make_sheet(*rows, delimiter=None), norfolk, known_urns=None).rejected == ()


def test_a_row_with_an_open_quotation_mark_is_unreadable(norfolk, make_responses):
    """What its cells hold is a guess; the reader's sentence is passed on."""
    sheet = make_responses({})
    broken = SheetRow(number=3, width=3, cells=("TES May 2007", '"24/05'), fault="a mark is not closed")
    with_broken = type(sheet)(
        rows=(*sheet.rows, broken), kind="csv", encoding="utf-8", delimiter=",", sheet_name=None
    )
    judged = judge_responses(with_broken, norfolk, known_urns=None)
    assert rejections(judged) == [(3, "unreadable_row", "row")]
    assert judged.rejected[0].message == "The row can't be read: a mark is not closed."


def test_a_cell_longer_than_any_spreadsheet_has_costs_its_row_alone(judge):
    """It may be many rows in one by a mark that is missing; where it stands is said, the others go in."""
    judged = judge(
        {"note": "x" * 32_767}, {"note": "x" * 150_000, "email": "b@example.org"}, {"email": "c@example.org"}
    )
    assert rejections(judged) == [(3, "unreadable_row", "row")]
    message = judged.rejected[0].message
    assert "3 holds 150,000 characters, more than the 32,767 of a spreadsheet's cell" in message
    assert len(judged.accepted) == 2


def test_flags_go_by_the_number_of_the_row(judge):
    """An officer finds the row in her own spreadsheet."""
    judged = judge(
        {}, {"email": ""}, {}, {"days_available": "367", "referee2_name": "", "referee2_email": ""}
    )
    assert judged.flags == ((3, ("no_email",)), (5, ("days_unknown", "too_few_referees")))


def test_schools_of_the_employer_and_of_interests_are_looked_up(judge):
    """A URN that no school has may be a slip of the pen; a dash says that there is none."""
    known = frozenset({"120777"})
    judged = judge(
        {"employer_urn": "999999"},
        {"interests": "120777;999999"},
        {"employer_urn": "Eke Primary"},
        {"employer_urn": "-", "interests": "none"},
        {"employer_urn": "120777", "interests": "120777"},
        known_urns=known,
    )
    assert [(row, codes) for row, codes in judged.flags] == [(row, ("unknown_school",)) for row in (2, 3, 4)]


def test_a_sheet_without_all_columns_is_judged_on_what_it_has(norfolk, make_sheet):
    """Whoever keeps fewer columns has more to look at, and nothing rejected for it."""
    sheet = make_sheet(["Advert", "Received", "Surname"], ["tes-2007-05", "2007-05-24", "Eke"])
    judged = judge_responses(sheet, norfolk, known_urns=None)
    assert judged.flags == (
        (
            2,
            (
                "no_email",
                "ineligible_category",
                "days_unknown",
                "too_few_referees",
                "no_la_referee",
                "name_incomplete",
            ),
        ),
    )


def test_possible_duplicates_are_pairs_of_rows_in_the_order_of_the_sheet(judge):
    """The earlier response stands first; a rejected row is nobody's double."""
    other = {"email": "roy@example.org", "last_name": "Wymer", "first_name": "Roy", "phone": "1"}
    judged = judge({}, other, other | {"received_on": ""}, other | {"email": "ROY@example.org"}, {})
    assert judged.possible_duplicates == ((2, 6), (3, 5))


def test_a_mapping_of_ones_own_is_used(norfolk, make_sheet):
    """`--columns` makes a sheet with other headings readable."""
    sheet = make_sheet(["Anzeige", "Eingang", "Nachname"], ["tes-2007-05", "2007-05-24", "Eke"])
    columns = {"Anzeige": "advert", "Eingang": "received_on", "Nachname": "last_name"}
    judged = judge_responses(sheet, norfolk, known_urns=None, columns=columns)
    assert [row.last_name for row in judged.accepted] == ["Eke"]
