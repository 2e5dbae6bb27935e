from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siprecruit.core.text import trim
from siprecruit.intake import cells
from siprecruit.intake.cells import defused, harmless, starts_formula
from siprecruit.intake.headings import Headings
from siprecruit.intake.rows import SheetRow

DAY = dt.date(2007, 5, 24)
days = st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "24/05/2007",
        "24/5/2007",
        "24.05.2007",
        "24-05-2007",
        "2007-05-24",
        "2007/05/24",
        "20070524",
        "24 May 2007",
        "24th May 2007",
        "24-May-2007",
        "24 MAY 2007",
        "Thursday 24 May 2007",
        "Thu, 24 May 2007",
        "May 24, 2007",
        "39226",
        "39226.0",
        "24/05/2007 10:33",
        "2007-05-24T10:33:00Z",
        "\xa024/05/2007\u200b",
        "24\xa0May\xa02007",
    ],
)
def test_a_day_in_any_of_the_usual_spellings(text):
    """British, ISO, written-out and Excel's serial dates all mean the same day."""
    assert cells.read_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/2007",
        "05/24/2007",
        "24/05/07",
        "24 May 07",
        "24/05/207",
        "24/05/20070",
        "00/05/2007",
        "24 Mai 2007x",
        "24/05-2007",
        "2007",
        "12345",
        "144839",
        "may",
        "٢٤/٠٥/٢٠٠٧",
        "24/05/0207",
        "9" * 5_000,
    ],
)
def test_what_is_no_day_is_said_in_a_sentence(text):
    """Nothing is guessed: not the century, not that an American wrote it."""
    with pytest.raises(cells.BadCell, match=r"\.$"):
        cells.read_date(text)


def test_two_digits_of_a_year_are_named_as_the_mistake():
    """The officer learns what to change."""
    with pytest.raises(cells.BadCell, match="two digits"):
        cells.read_date("24/5/07")


def test_month_written_first_is_told_that_the_day_comes_first() -> None:
    """An American's 05/23/2007 is no day here: the sentence says how one is written."""
    with pytest.raises(cells.BadCell, match="the day comes first"):
        cells.read_date("05/23/2007")
    with pytest.raises(cells.BadCell, match=r"no such day as 31/02/2007\.$"):
        cells.read_date("31/02/2007")


@given(day=days)
def test_every_day_is_read_in_every_spelling(day):
    """No day of the year has a spelling of its own that fails."""
    spellings = (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%d %B %Y}",
        f"{day:%d-%b-%Y}",
        f"{day:%Y%m%d}",
    )
    assert {cells.read_date(spelling) for spelling in spellings} == {day}


@given(day=st.dates(min_value=dt.date(1980, 1, 1), max_value=dt.date(2050, 12, 31)))
def test_excels_serial_numbers_count_from_1900(day):
    """A date cell that lost its format still says its day."""
    assert cells.read_date(str((day - dt.date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("40", 40),
        ("40.0", 40),
        (" 366\xa0", 366),
        ("0", 0),
        ("367", None),
        ("-1", None),
        ("40.5", None),
        ("lots", None),
        ("4_0", None),
        ("٤٠", None),
        ("", None),
    ],
)
def test_days_are_whole_numbers_within_a_year(text, number):
    """Days a year are 0 to 366; what is no such number is not known."""
    assert cells.read_whole(text, lowest=0, highest=366) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", True),
        (" y", True),
        ("1", True),
        ("✓", True),
        ("NO", False),
        ("n", False),
        ("", None),
        ("maybe", None),
    ],
)
def test_yes_and_no(text, said):
    """A blank is neither yes nor no."""
    assert cells.read_yes_or_no(text) is said


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("primary;special", ("primary", "special")),
        ("Primary and special", ("Primary", "special")),
        ("primary, special / secondary", ("primary", "special", "secondary")),
        ("primary\nspecial", ("primary", "special")),
        ("primary; ;primary", ("primary",)),
        ("Highland", ("Highland",)),
        ("", ()),
    ],
)
def test_lists_are_split_the_way_people_write_them(text, things):
    """Semicolons, commas, strokes, new lines and the word "and" part the things of a list."""
    assert cells.split_list(text) == things


@pytest.mark.parametrize(
    ("text", "urns", "clear"),
    [
        ("121196;145301", ("121196", "145301"), True),
        ("121196, 145301 and 120835", ("121196", "145301", "120835"), True),
        ("121196\n145301", ("121196", "145301"), True),
        ("URN 121196", ("121196",), True),
        ("121196.0", ("121196",), True),
        ("121196 (Eke Primary)", ("121196",), False),
        ("none", (), True),
        ("my wife's school", (), False),
        ("", (), True),
    ],
)
def test_urns_are_found_among_other_words(text, urns, clear):
    """The schools that are named are taken, and what else stands there is noticed."""
    assert cells.read_urns(text) == (urns, clear)


def test_one_urn_is_digits_alone():
    """Zeros in front and a decimal point are the spreadsheet's, not the register's."""
    assert [cells.read_urn(text) for text in ("0120835", "120835.0", "120835", "Eke", "", "1208351234")] == [
        "120835",
        "120835",
        "120835",
        None,
        None,
        None,
    ]


#: Starts of formulas, the apostrophe that defuses them, and blanks of all kinds around both.
AWKWARD = st.text(alphabet="'=+-@1x \t\r\n\xa0\u200b\ufeff", max_size=8)


def text_in(cell: str) -> str:
    """The text that an import finds in a cell."""
    headings = Headings(row=1, width=1, columns={"note": 0}, fields=("note",), ignored=())
    return headings.texts(SheetRow(number=2, width=1, cells=(cell,)))["note"]


@given(cell=AWKWARD)
@example(cell="\t'-x")
@example(cell=" =1")
@example(cell="\r'\t=1")
def test_harmless_cell_is_read_as_before(cell):
    """Whatever blanks stand where, a cell made harmless runs nowhere, says the same, and is so for good."""
    made = harmless(cell)
    assert text_in(made) == text_in(cell)
    assert not starts_formula(made)
    assert harmless(made) == made


@given(text=AWKWARD)
@example(text="'=1")
@example(text=" '\t=1")
def test_defused_text_is_read_back(text):
    """Whatever a text starts with, its cell runs nowhere and is read as the text without blanks around."""
    made = defused(text)
    assert text_in(made) == trim(text)
    assert not starts_formula(made)
