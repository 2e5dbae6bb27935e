from __future__ import annotations

import datetime as dt
import os

import openpyxl
import pytest

from siprecruit.api import Deferred, Finding, Found, LookupQuery, Refused
from siprecruit.plugins.builtin import register_file
from siprecruit.testing import AccreditationLookupContract, a_context, a_query

LIST = """\
National College: accredited School Improvement Partners,,,,,
Accreditation number,Surname,Forename,Phases,Status,Date accredited,Expires
0012345,Thistlewood,Barnaby,"Primary, special",Accredited,20/06/2006,
0012346,Ó Briain,Niamh,Primary,Suspended,,
0012347,Drake,Colin,Secondary,Accredited,2006-06-20,
0012348,Smith,John,Primary,Accredited,2006-06-20,2007-05-31
0012349,Smith,John,Primary,Accredited,2006-06-20,
0012350,Green,Ann,Primary,under review,,
0012351,Brown,Ann,Primary,Not accredited,,
0012352,White,Ann,Primary,Accredited,some day,
0012353,Black,Ann,Primary,Accredited,2007-09-01,
,Grey,Ann,Primary,Accredited,,
"""


class TestRegisterFile(AccreditationLookupContract):
    """The accreditor's list keeps what a lookup promises; it speaks no HTTP."""

    plugin = register_file
    http = False

    @pytest.fixture
    def settings(self, tmp_path):
        """The list."""
        (tmp_path / "register.csv").write_text(LIST, "utf-8")
        return {"file": "register.csv"}

    @pytest.fixture
    def accredited(self):
        """In the list."""
        return a_query(number="0012345")

    @pytest.fixture
    def unheard_of(self):
        """Not in the list."""
        return a_query(number="9912345", name="Nobody Atall")


@pytest.fixture
def find(tmp_path, clock):
    def found(query: LookupQuery, text: str | None = LIST, **settings: object) -> Found:
        if text is not None:
            (tmp_path / "register.csv").write_text(text, "utf-8")
        table = {"file": "register.csv", **settings}
        context = a_context(register_file, home=tmp_path, clock=clock, settings=table).context
        return register_file.find(context, query)

    return found


@pytest.mark.parametrize(
    ("number", "name", "verdict"),
    [
        ("0012345", "Barnaby Thistlewood", "accredited"),
        ("0012346", "Niamh O Briain", "suspended"),
        ("0012347", "Colin Drake", "unknown"),  # accredited, but for the secondary phase
        ("0012348", "John Smith", "expired"),
        ("0012350", "Ann Green", "unknown"),  # a word that we don't know
        ("0012351", "Ann Brown", "not_accredited"),
        ("0012352", "Ann White", "unknown"),  # a day that is none
        ("0012353", "Ann Black", "pending"),  # from a day to come
        ("12345", "Barnaby Thistlewood", "accredited"),  # zeros that a spreadsheet has eaten
        ("0012345", "Somebody Else", "ambiguous"),  # the number under another name
        ("7", "Barnaby Thistlewood", "unknown"),
        (None, "thistlewood  BARNABY", "accredited"),
        (None, "John Smith", "ambiguous"),  # two of that name
        (None, "Ann Grey", "accredited"),
        (None, "Nobody Atall", "unknown"),
        (None, "", "unknown"),
    ],
)
def test_what_the_list_says(find, number, name, verdict):
    """By number, or by name where none is known; what isn't clear decides nothing."""
    said = find(a_query(number=number, name=name))
    assert isinstance(said, Finding)
    assert said.verdict == verdict, said


def test_a_finding_says_where_it_stands(find):
    """Its line, the list's day, the days that stand there and the phases."""
    said = find(a_query(number="0012345"), dated="2007-06-01", source="ncsl list")
    assert said.evidence == "line 3, found by number"
    assert said.seen_at == dt.datetime(2007, 6, 1, 12, tzinfo=dt.UTC)
    assert (said.accredited_on, said.expires_on) == (dt.date(2006, 6, 20), None)
    assert (said.phases, said.source) == (frozenset({"primary", "special"}), "ncsl list")


def test_the_latest_of_several_lists_counts(find, tmp_path):
    """The accreditor sends one each month; its day stands in its name."""
    (tmp_path / "register-2007-05-01.csv").write_text(LIST.replace("Accredited", "Pending"), "utf-8")
    (tmp_path / "register-2007-06-01.csv").write_text(LIST, "utf-8")
    said = find(a_query(), text=None, file="register-*.csv")
    assert (said.verdict, said.seen_at) == ("accredited", dt.datetime(2007, 6, 1, 12, tzinfo=dt.UTC))


def test_a_list_that_is_changed_is_read_anew(find, tmp_path):
    """What was removed from the list an hour ago isn't found any more."""
    assert find(a_query()).verdict == "accredited"
    (tmp_path / "register.csv").write_text(
        LIST.replace('Barnaby,"Primary, special",Accredited', "Barnaby,Primary,Removed")
    )
    os.utime(tmp_path / "register.csv", ns=(1, 1))
    assert find(a_query(), text=None).verdict == "removed"


def test_who_stands_in_a_list_of_the_accredited_is_accredited(find):
    """A list without a column for the status is one of those who are; its phase is a setting."""
    text = "Name;Number\nThistlewood, Barnaby;0012345\n"
    assert find(a_query(), text=text, phases=["primary"]).verdict == "accredited"
    assert find(a_query(), text=text).verdict == "unknown"


def test_a_workbook_is_read(find, tmp_path, clock):
    """Excel's days are days, and a number that it made of 0012345 is found nevertheless."""
    book = openpyxl.Workbook()
    book.active.append(["Number", "Name", "Phase", "Status", "Accredited on"])
    book.active.append([12345.0, "Barnaby Thistlewood", "primary", "Accredited", dt.date(2006, 6, 20)])
    book.save(tmp_path / "list.xlsx")
    said = find(a_query(), text=None, file="list.xlsx")
    assert (said.verdict, said.accredited_on, said.number) == ("accredited", dt.date(2006, 6, 20), "0012345")


def test_no_list_is_no_answer(find):
    """A list that isn't there says nothing about anybody."""
    assert isinstance(find(a_query(), text=None), Deferred)


@pytest.mark.parametrize(
    "text", ["", "hello\n", "a,b\n1,2\n", 'Number,Name\n"1,x\n', "Number,Number\n1,2\n", "\0"]
)
def test_what_is_no_list_is_no_answer(find, text):
    """A file that can't be read as a list needs a person, and says nothing about anybody."""
    assert isinstance(find(a_query(), text=text), Refused)
