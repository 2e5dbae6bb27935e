"""What the sheet says otherwise than the record is shown cell by cell, and put right there."""

from __future__ import annotations

import datetime as dt

import pytest

from siprecruit.core.commands import AddNote, Undo
from siprecruit.core.references import AskReference, NameReferee
from siprecruit.core.responses import WithdrawResponse

CELLS = [
    ({"first_name": "Gill"}, [("first_name", "Gillian", "Gill")]),
    ({"last_name": ""}, [("last_name", "Youngs", "")]),
    ({"phone": "01508 1234"}, [("phone", "01603 997998", "01508 1234")]),
    ({"category": "serving headteacher"}, [("category", "la_adviser", "headteacher")]),
    ({"category": "deputy headteacher"}, [("category", "la_adviser", "deputy headteacher")]),
    ({"phases": "primary; special"}, [("phases", "primary", "primary; special")]),
    ({"days_available": "lots"}, [("days_available", "40", "lots")]),
    ({"days_available": "0"}, [("days_available", "40", "0")]),
    ({"days_available": ""}, [("days_available", "40", "")]),
    ({"employer_urn": "120777"}, [("employer_urn", "", "120777")]),
    ({"interests": "120777; 120781"}, [("interests", "", "120777; 120781")]),
    ({"home_authority": "Suffolk"}, [("home_authority", "norfolk", "suffolk")]),
    ({"pen_portrait": "Led three."}, [("pen_portrait", "Led two schools out of difficulty.", "Led three.")]),
    ({"referee2_name": "P. MacLeod"}, [("referee2_name", "Priya MacLeod", "P. MacLeod")]),
    ({"referee2_la": "yes"}, [("referee2_la", "no", "yes")]),
    ({"note": "rang"}, [("note", "", "rang")]),
]
"""A change in the good row, and the cells that tell it."""


def cells(taken):
    """The changed cells of the only changed row."""
    (changed,) = taken.changed
    return [(cell.field, cell.was, cell.now) for cell in changed.cells]


@pytest.mark.parametrize(("change", "told"), CELLS, ids=lambda each: str(each)[:40])
def test_each_cell_is_told_and_put_right(office, change, told):
    """When a cell is changed in the sheet, it is shown with what it was, and the record says so after it."""
    first = office.take_rows({})
    again = office.take_rows(change)
    shown = [(field, was.lower(), now.lower()) for field, was, now in cells(again)]
    assert shown == [(field, was.lower(), now.lower()) for field, was, now in told]
    assert (again.accepted, again.unchanged, again.refused) == (0, 0, ())
    assert again.applications == first.applications
    settled = office.take_rows(change)
    assert (settled.changed, settled.unchanged) == ((), 1)


@pytest.mark.parametrize(
    "change", [change for change, _ in CELLS if "note" not in change], ids=lambda each: str(each)[:40]
)
def test_changing_back_gives_the_first_state(office, change):
    """Given a changed cell, when it is changed back, then the application is as it was at first."""
    code = office.take_rows({}).applications[2]
    before = office.state(code)
    office.take_rows(change)
    assert office.state(code) != before
    office.take_rows({})
    assert office.state(code) == before


def test_on_both_databases_a_change_is_a_correction(both_offices):
    """A change is no new fact: the record says that it never was otherwise, and why."""
    code = both_offices.take_rows({}).applications[2]
    both_offices.take_rows({"phone": "01508 1234"})
    with both_offices.service.record.reading() as reader:
        history = reader.histories([f"application/{code}"], texts=True)[f"application/{code}"]
    assert (history[-1].replaces, history[-1].reason) == (1, "told by responses.csv, row 2")
    assert history[-1].on == dt.date(2007, 5, 24)
    assert history[-1].event.phone == "01508 1234"


def test_referee_who_comes_later_is_named(office):
    """Given one referee, when the sheet has a second one, then they are named, from the response's day on."""
    nobody = {"referee2_name": "", "referee2_email": "", "referee2_role": "", "referee2_la": ""}
    code = office.take_rows(nobody).applications[2]
    taken = office.take_rows({})
    assert cells(taken) == [
        ("referee2_name", "", "Priya MacLeod"),
        ("referee2_email", "", "priya.macleod@example.org"),
        ("referee2_role", "", "Chair of governors"),
    ]
    named = office.state(code).references.referees["2"]
    assert (named.named.name, named.named_on) == ("Priya MacLeod", dt.date(2007, 5, 24))


def test_referee_who_was_none_is_taken_out(office):
    """Given two referees, when the sheet has the second alone, then the first never was one."""
    code = office.take_rows({}).applications[2]
    gone = {"referee1_name": "", "referee1_email": "", "referee1_role": "", "referee1_la": ""}
    taken = office.take_rows(gone)
    assert [(field, now) for field, _, now in cells(taken)] == [
        ("referee1_name", ""),
        ("referee1_email", ""),
        ("referee1_role", ""),
        ("referee1_la", ""),
    ]
    assert list(office.state(code).references.referees) == ["2"]
    assert office.take_rows(gone).unchanged == 1


def test_referees_in_another_order_are_the_same(office):
    """Who stands first in the sheet is of no account."""
    office.take_rows({})
    swapped = {
        "referee1_name": "Priya MacLeod",
        "referee1_email": "priya.macleod@example.org",
        "referee1_role": "Chair of governors",
        "referee1_la": "no",
        "referee2_name": "Head of Primary School Development",
        "referee2_email": "la.referee@norfolk.example.org",
        "referee2_role": "LA officer",
        "referee2_la": "yes",
    }
    assert office.take_rows(swapped).unchanged == 1


def test_referee_who_was_asked_is_not_taken_out(office):
    """Given a reference that was asked for, when the sheet drops the referee, it is refused and says why."""
    code = office.take_rows({}).applications[2]
    office.tell(f"application/{code}", "2007-06-01", AskReference(reference="r2", referee="2"))
    nobody = {"referee2_name": "", "referee2_email": "", "referee2_role": "", "referee2_la": ""}
    taken = office.take_rows(nobody | {"phone": "01508 1234"})
    (refusal,) = taken.refused
    assert (refusal.row, refusal.stream, refusal.code) == (2, f"application/{code}", "has_followed")
    assert "reference.asked" in refusal.message
    assert office.state(code).response.submitted.phone == "01508 1234"
    assert "2" in office.state(code).references.referees


def test_reference_received_is_not_made_that_of_another_referee(office):
    """Given a reference received, when the sheet has somebody else in the referee's place, it is refused."""
    code = office.take_rows({}).applications[2]
    office.tell(f"application/{code}", "2007-06-01", AskReference(reference="r2", referee="2"))
    before = office.state(code).references.referees["2"].named
    other = {"referee2_name": "Somebody Else", "referee2_email": "else@example.org"}
    taken = office.take_rows(other)
    (refusal,) = taken.refused
    assert (taken.changed, taken.unchanged) == ((), 0)
    assert (refusal.row, refusal.code) == (2, "reference_begun")
    assert "referee.replace" in refusal.message
    assert office.state(code).references.referees["2"].named == before


def test_what_others_told_is_left_alone(office):
    """A referee and a note that somebody in the office added are no business of the sheet's."""
    code = office.take_rows({"note": "rang"}).applications[2]
    office.tell(f"application/{code}", "2007-06-01", NameReferee(referee="3", name="Roy Kett"))
    office.tell(f"application/{code}", "2007-06-02", AddNote(text="rang again"))
    assert office.take_rows({"note": "rang"}).unchanged == 1
    taken = office.take_rows({"note": ""})
    assert cells(taken) == [("note", "rang", "")]
    assert list(office.state(code).references.referees) == ["1", "2", "3"]
    assert office.take_rows({"note": "rang again"}).unchanged == 1


def test_changed_note_is_the_same_note(office):
    """A note that is written otherwise is corrected; it doesn't become a second one."""
    code = office.take_rows({"note": "rang"}).applications[2]
    taken = office.take_rows({"note": "rang twice"})
    assert cells(taken) == [("note", "rang", "rang twice")]
    with office.service.record.reading() as reader:
        texts = reader.texts(f"application/{code}")
    assert texts[max(texts)]["text"] == "rang twice"
    assert office.take_rows({"note": "rang twice"}).unchanged == 1


def test_withdrawn_applicant_stays_withdrawn(office):
    """A response is put right though its applicant has withdrawn; that they have is not touched."""
    code = office.take_rows({}).applications[2]
    office.tell(f"application/{code}", "2007-06-01", WithdrawResponse())
    taken = office.take_rows({"phone": "01508 1234"})
    assert taken.refused == ()
    assert office.state(code).response.withdrawn_on == dt.date(2007, 6, 1)
    assert office.state(code).response.submitted.phone == "01508 1234"


def test_every_change_says_how_it_is_undone(office):
    """Given a change by the sheet, when its undo is done, then the record is as before."""
    code = office.take_rows({}).applications[2]
    before = office.state(code)
    (envelope,) = office.take_rows({"phone": "01508 1234"}).undo
    office.tell(envelope["stream"], envelope["on"], Undo(command=envelope["data"]["command"]))
    assert office.state(code) == before
