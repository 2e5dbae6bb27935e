from __future__ import annotations

import pytest

from siprecruit.intake.headings import find_headings, heading_table, read_columns
from siprecruit.intake.rows import UnreadableSheet, column_letter

FIELDS = [
    "advert",
    "received_on",
    "first_name",
    "last_name",
    "email",
    "phone",
    "category",
    "current_post",
    "employer",
    "employer_urn",
    "home_authority",
    "phases",
    "days_available",
    "interests",
    "pen_portrait",
    "referee1_name",
    "referee1_email",
    "referee1_role",
    "referee1_la",
    "referee2_name",
    "referee2_email",
    "referee2_role",
    "referee2_la",
    "note",
]


@pytest.fixture
def table():
    return heading_table("responses")


def refusal(sheet, table, columns=None):
    """The code and the sentence with which headings are refused."""
    with pytest.raises(UnreadableSheet) as refused:
        find_headings(sheet, table, columns)
    return refused.value.code, refused.value.message


def test_the_names_of_the_fields_are_always_headings(make_sheet, table):
    """A sheet that a program wrote needs no mapping."""
    assert dict(find_headings(make_sheet(FIELDS), table).columns) == {
        each: n for n, each in enumerate(FIELDS)
    }


@pytest.mark.parametrize("kind", ["responses", "schools", "gias"])
def test_no_heading_means_two_fields(kind):
    """An alias that stood under two fields would put a column into the wrong one."""
    known = heading_table(kind)
    assert set(known.aliases.values()) == set(known.fields)
    assert all(known.aliases[field.replace("_", "")] == field for field in known.fields)


def test_case_blanks_and_punctuation_of_a_heading_do_not_matter(make_sheet, table):
    """People write a heading in many ways, with line breaks and blanks that nobody sees."""
    sheet = make_sheet(["E-MAIL\xa0address:", " date\nreceived ", "Phase(s)", "Referee 1 from L.A.?"])
    assert set(find_headings(sheet, table).columns) == {"email", "received_on", "phases", "referee1_la"}


def test_titles_and_blank_rows_may_stand_over_the_headings(make_sheet, table):
    """A sheet that people print has a title; one familiar word in it makes no heading row."""
    sheet = make_sheet(
        ["Category A", ""], ["Notes"], [], ["Surname", "E-mail", "Notes"], ["Ives", "", "Notes"]
    )
    headings = find_headings(sheet, table)
    assert (headings.row, dict(headings.columns)) == (4, {"last_name": 0, "email": 1, "note": 2})


def test_unknown_columns_are_listed_and_empty_headings_are_not(make_sheet, table):
    """What is left out is said; a gap between columns is nothing to say."""
    assert find_headings(make_sheet(["Surname", "", "Colour", "E-mail"]), table).ignored == ("Colour",)


def test_two_columns_for_one_field_are_refused_by_their_letters(make_sheet, table):
    """Nobody can know which of them holds, so the officer is shown both."""
    code, message = refusal(make_sheet(["Surname", "E-mail", "Notes", "Comments"]), table)
    assert code == "column_twice"
    assert "C (Notes) and D (Comments)" in message


def test_ones_own_mapping_wins_over_the_known_headings(make_sheet, table):
    """Where an authority uses a word differently, its word counts; the other column is left out, and said."""
    sheet = make_sheet(["Surname", "E-mail", "Where to write", "Comments"])
    headings = find_headings(sheet, table, {"Where to write": "email", "Comments": ""})
    assert dict(headings.columns) == {"last_name": 0, "email": 2}
    assert headings.ignored == ("E-mail", "Comments")


def test_a_mapping_alone_can_name_the_headings(make_sheet, table):
    """A sheet in another language can be read."""
    sheet = make_sheet(["Liste"], ["Nachname", "Vorname"])
    headings = find_headings(sheet, table, {"Nachname": "last_name", "Vorname": "first_name"})
    assert (headings.row, set(headings.columns)) == (2, {"last_name", "first_name"})


@pytest.mark.parametrize("columns", [{"E-mail": "e_mail_address"}, {"Not there": "email"}])
def test_a_mapping_that_fits_nothing_is_refused(make_sheet, table, columns):
    """A slip in the mapping would silently lose a whole column."""
    code, message = refusal(make_sheet(["Surname", "First name", "E-mail"]), table, columns)
    assert code == "bad_columns"
    assert next(iter(columns.values())) in message


@pytest.mark.parametrize("rows", [[], [["Shopping"], ["milk", "bread"]], [["Notes"], ["a"]]])
def test_a_sheet_without_known_headings_is_refused(make_sheet, table, rows):
    """The wrong file is noticed before anything is recorded."""
    code, message = refusal(make_sheet(*rows), table)
    assert code == "no_known_heading"
    assert message.endswith(".")


def test_a_mapping_is_read_from_toml(written, table):
    """The officer's colleague in IT writes the mapping once."""
    path = written('[columns]\n"Their heading" = "email"\n', name="columns.toml")
    assert read_columns(path, table) == {"Their heading": "email"}


@pytest.mark.parametrize(
    "text", ["", "columns = 3", "[columns]\nx = 3", '[columns]\n"X" = "nonsense"', "[columns", "\x00"]
)
def test_a_mapping_that_is_none_is_refused(written, table, text):
    """A sentence says what is expected in the file."""
    with pytest.raises(UnreadableSheet) as refused:
        read_columns(written(text, name="columns.toml"), table)
    assert refused.value.code == "bad_columns"


def test_a_mapping_that_is_not_there_is_refused(tmp_path, table):
    """A wrong path is said so."""
    with pytest.raises(UnreadableSheet, match=r"nowhere\.toml"):
        read_columns(tmp_path / "nowhere.toml", table)


def test_columns_have_the_letters_of_a_spreadsheet():
    """A sentence names a column as the officer sees it."""
    assert [column_letter(each) for each in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
