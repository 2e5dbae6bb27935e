"""People read words, programs read codes."""

from __future__ import annotations

import pytest

from siprecruit.cli import words
from siprecruit.core.position import STAGES
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("not_accredited", "not accredited"),
        ("la_referee", "LA referee"),
        ("awaited:1", "awaiting reference 1"),
        ("overdue:r2", "reference r2 overdue"),
        ("no_email", "no e-mail address"),
        ("reference2_not_said_when_asked", "reference 2 not said when asked"),
        ("not_briefed:120777", "not briefed about 120777"),
        (None, ""),
    ],
)
def test_a_code_is_read_as_words(code: str | None, read: str) -> None:
    """Nobody has to know what stands in the record to read a list."""
    assert words.plain(code) == read


def test_what_the_programme_calls_by_a_title_is_shown_by_it() -> None:
    """Another authority has other titles, and its lists show them."""
    assert words.category("headteacher", NORFOLK) == "serving headteacher"
    assert words.decision("reserve", NORFOLK) == "Held in reserve"
    assert words.home_authority("norfolk", NORFOLK) == "Norfolk"
    assert words.role("administrator", NORFOLK) == "senior administrative assistant"
    assert words.blocks(["requirement:enhanced_disclosure"], NORFOLK) == ["Enhanced disclosure not clear"]


def test_what_the_programme_does_not_know_is_shown_as_it_was_told() -> None:
    """A home authority may be any; a code of an earlier programme is still read."""
    assert words.home_authority("Suffolk County Council", NORFOLK) == "Suffolk County Council"
    assert words.category("school_governor", NORFOLK) == "school governor"


def test_no_stage_is_shown_with_an_underscore() -> None:
    """Each stage reads as words."""
    assert [stage for stage in STAGES if "_" in words.plain(stage)] == []


def test_one_is_told_in_the_singular() -> None:
    """As it is said."""
    assert [words.counted(number, "row") for number in (0, 1, 2000)] == ["0 rows", "1 row", "2,000 rows"]


def test_a_listing_shows_words_and_its_json_codes(told) -> None:
    """What a person reads and what a program reads stand for the same."""
    read, parsed = (
        told("applicants", "--name", "smith").out,
        told("applicants", "--name", "smith", "--json").json,
    )
    assert "independent consultant" in read
    assert "no LA referee" in read
    assert "no_la_referee" not in read
    assert (parsed["applicants"][0]["category"], parsed["applicants"][0]["stage"]) == (
        "consultant",
        "references",
    )
    assert "no_la_referee" in parsed["applicants"][0]["blocks"]


def test_a_list_narrows_by_the_words_that_it_shows(told) -> None:
    """Whoever types what stands in the list gets those who are listed so."""
    by_title = told("applicants", "--json", "--category", "Independent consultant").json["applicants"]
    by_role = told("applicants", "--json", "--whose-move", NORFOLK.vocabulary["la_referee"]).json[
        "applicants"
    ]
    assert [each["application"] for each in by_title] == ["B8M5Q"]
    assert [each["application"] for each in by_role] == ["A7K4P"]


def test_a_page_about_one_shows_words(told) -> None:
    """An applicant's page and a school's are read as the list is."""
    page = told("show", "A7K4P").out
    assert "serving headteacher" in page
    assert "awaiting reference 1" in page or "reference 1 overdue" in page
    assert "Primary" in told("show", "120777").out
