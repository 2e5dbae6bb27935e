"""Every school of the authorities taken is recorded; scope follows from the programme and the day."""

from __future__ import annotations

import datetime as dt

import pytest

from siprecruit.core.commands import Undo
from siprecruit.core.school_record import school_on
from siprecruit.core.streams import DECIDERS

HEADINGS = "urn,name,la_code,phase,type,status,date_closed,town\n"
ALDBOROUGH = "120777,Aldborough Primary School,926,primary,community,open,,Norwich\n"


def school(office, urn, day):
    """A school as the record describes it on a day."""
    with office.service.record.reading() as reader:
        history = reader.histories([f"placement/{urn}"], texts=True)[f"placement/{urn}"]
    return school_on(DECIDERS["placement"].state(history).school, day)


@pytest.mark.parametrize(
    ("programme", "in_scope"), [("norfolk-2008", 167), ("improvement-partners-2026", 324)]
)
def test_norfolks_schools_of_2018(offices, shared_data, programme, in_scope):
    """All 324 are recorded; of these the programme of 2008 serves those that are no academies by 2020."""
    office = offices(programme=programme, today="2020-01-01")
    taken = office.take_schools(shared_data / "norfolk_primaries_2018.csv")
    assert (taken.rows, taken.accepted, taken.in_scope, taken.rejected) == (324, 324, in_scope, ())
    before = office.events()
    again = office.take_schools(shared_data / "norfolk_primaries_2018.csv")
    assert (again.accepted, again.unchanged, again.changed, again.in_scope) == (0, 324, (), in_scope)
    assert office.events() == before


def test_dfes_own_download(offices, shared_data):
    """The register's own form is recognised; three of its eight schools are served on the statutory date."""
    office = offices(today="2008-04-01")
    taken = office.take_schools(shared_data / "gias_subset.csv", authority=None)
    assert (taken.rows, taken.accepted, taken.in_scope, taken.rejected) == (8, 8, 3, ())


def test_schools_of_other_authorities_are_counted_and_left_out(offices, shared_data):
    """Without being asked for them nobody gets another authority's schools."""
    office = offices(today="2008-04-01")
    taken = office.take_schools(shared_data / "gias_subset.csv")
    assert (taken.rows, taken.accepted, taken.other_authority, taken.in_scope) == (8, 0, 8, 0)
    assert office.events() == 0


def test_change_in_the_register_is_shown_and_dated(both_offices):
    """Given a school, when the register says that it closes, the record says so from that day on."""
    path = both_offices.folder / "schools.csv"
    path.write_text(HEADINGS + ALDBOROUGH, "utf-8")
    assert both_offices.take_schools(path).accepted == 1
    path.write_text(HEADINGS + ALDBOROUGH.replace("open,,", "open,31/08/2008,"), "utf-8")
    taken = both_offices.take_schools(path)
    (changed,) = taken.changed
    assert (changed.row, changed.urn) == (2, "120777")
    assert [(cell.field, cell.was, cell.now) for cell in changed.cells] == [("closed", "", "2008-08-31")]
    today = both_offices.service.today()
    assert school(both_offices, "120777", today).closed == dt.date(2008, 8, 31)
    assert both_offices.take_schools(path).unchanged == 1


def test_dry_run_records_no_school(office):
    """A dry run says what would happen and leaves the record alone."""
    path = office.folder / "schools.csv"
    path.write_text(HEADINGS + ALDBOROUGH, "utf-8")
    taken = office.take_schools(path, dry=True)
    assert (taken.accepted, taken.dry_run, office.events()) == (1, True, 0)


def test_word_that_can_be_no_code_is_told(office):
    """A type in another alphabet can't be made a code: that row is rejected, the one beside it goes in."""
    path = office.folder / "schools.csv"
    odd = "120781,Bacton Primary School,926,primary,школа,open,,Norwich\n"
    path.write_text(HEADINGS + ALDBOROUGH + odd, "utf-8")
    taken = office.take_schools(path)
    assert [(one.row, one.code, one.field) for one in taken.rejected] == [(3, "bad_code", "type")]
    assert (taken.accepted, taken.rows) == (1, 2)


def test_new_schools_make_unknown_ones_known(office):
    """Given a response that names an unknown school, when that one is imported, the flag goes by itself."""
    path = office.folder / "schools.csv"
    path.write_text(HEADINGS + ALDBOROUGH, "utf-8")
    office.take_schools(path)
    assert office.take_rows({"interests": "120781"}).flags == ((2, ("unknown_school",)),)
    path.write_text(HEADINGS + ALDBOROUGH.replace("120777", "120781"), "utf-8")
    office.take_schools(path)
    assert office.take_rows({"interests": "120781"}).flags == ()


def test_undo_of_an_import_takes_its_schools_out(office):
    """Each school that an import recorded can be taken out again by the command that it names."""
    path = office.folder / "schools.csv"
    path.write_text(HEADINGS + ALDBOROUGH, "utf-8")
    (envelope,) = office.take_schools(path).undo
    office.tell(envelope["stream"], envelope["on"], Undo(command=envelope["data"]["command"]))
    assert school(office, "120777", office.service.today()) is None
    assert office.take_schools(path).accepted == 1
