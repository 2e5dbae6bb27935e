"""How far each applicant has come, by a sheet that was kept by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from imports.by_hand import cells, clashes, sheet, state, take, told
from siprecruit.core import panel
from siprecruit.core.accreditation import accredited
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.references import AskReference, task_state
from siprecruit.core.references.events import ReferenceBegunOutside
from siprecruit.importing import PROGRESS, Source, take_over
from siprecruit.importing.settling import Take
from siprecruit.intake.sheets import UnreadableSheet, read_sheet
from siprecruit.programmes import load


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


GILLIAN = {"E-mail": "gillian.youngs@example.org"}
ALL = {
    **GILLIAN,
    "Reference 1 asked": "29/05/2007",
    "Reference 1 received": "04/06/2007",
    "Reference 2 asked": "29/05/2007",
    "Reference 2 asked by": "NCSL",
    "Reference 2 given elsewhere": "12/06/2007",
    "Accreditation": "accredited",
    "Accreditation date": "01/09/2007",
    "Shortlisted": "yes",
    "Shortlisted on": "20/06/2007",
    "Interview date": "02/07/2007",
    "Held": "yes",
    "Decision": "Appointed subject to accreditation",
    "Decision date": "03/07/2007",
    "Letter sent": "05/07/2007",
    "Induction date": "14/11/2007",
    "Enhanced disclosure": "20/11/2007",
}


@pytest.fixture
def code(office):
    """The application of an adviser who answered in May."""
    return office.take_rows({}).applications[2]


def test_a_whole_row_goes_in_with_its_days(office, code):
    """Everything that the sheet tells is recorded on the day on which it happened."""
    taken = take(office, "progress", ALL)
    assert (taken.rows, taken.accepted, taken.unchanged, told(taken)) == (1, 1, 0, [])
    assert taken.subjects == {2: code}
    application = state(office, f"application/{code}")
    first, second = application.references.tasks["r1"], application.references.tasks["r2"]
    assert (first.asked_on, first.received_on, first.asked_by) == (day("2007-05-29"), day("2007-06-04"), None)
    assert (second.asked_by, second.given_elsewhere_on) == ("ncsl", day("2007-06-12"))
    made = panel.decision_on(application.panel, day("2007-07-03"))
    assert (made.outcome, made.told_on) == ("appointed_subject_to_accreditation", day("2007-07-05"))
    person = state(office, f"person/{application.person}")
    assert accredited(person.accreditation, "primary", day("2007-09-01"))
    assert not accredited(person.accreditation, "primary", day("2007-08-31"))
    assert person.induction.attended == day("2007-11-14")
    assert [(one.requirement, one.on) for one in person.induction.checks] == [
        ("enhanced_disclosure", day("2007-11-20"))
    ]


def test_the_same_sheet_again_changes_nothing(office, code):
    """It can be imported as often as one likes."""
    take(office, "progress", ALL)
    before = office.events()
    taken = take(office, "progress", ALL)
    assert (taken.accepted, taken.changed, taken.unchanged, taken.facts) == (0, (), 1, 0)
    assert (office.events(), taken.clashes, told(taken)) == (before, (), [])


def test_each_column_that_has_to_be_mended_is_named(office, code):
    """Two future days and a word for a day: each sentence says where, by the sheet's own heading."""
    row = ALL | {"Ref 1 asked": "28/04/2009", "Ref 1 received": "28/04/2009", "Shortlisted": "maybe"}
    row = {name: value for name, value in row.items() if not name.startswith("Reference 1")}
    (rejected,) = take(office, "progress", row).rejected
    assert sorted(rejected.message.rstrip(".").split(". ")) == [
        "Ref 1 asked: 28 April 2009 has not come yet",
        "Ref 1 received: 28 April 2009 has not come yet",
        'Shortlisted: "maybe" is neither yes nor no, nor a day',
    ]


def test_a_sheet_of_another_kind_is_told_as_such(office, code):
    """Whoever takes the wrong command for a sheet hears the right one."""
    with pytest.raises(UnreadableSheet) as refused:
        take(office, "progress", {"School": "Aldborough", "URN": "120777", "SIP": "Ann Lee"})
    assert "`siprecruit import placements`" in refused.value.message
    head = {"School": "Aldborough", "Role": "Head", "Name": "Jane Holt", "E-mail": "jane@example.org"}
    taken = take(office, "progress", head | {"Telephone": "01263 1"})
    assert any("`siprecruit import contacts`" in note for note in taken.notes)


def test_a_dry_run_records_nothing(office, code):
    """It says what would happen, as the run in earnest then does."""
    before = office.events()
    taken = take(office, "progress", ALL, dry=True)
    assert (taken.accepted, taken.dry_run, office.events()) == (1, True, before)
    assert take(office, "progress", ALL).facts == taken.facts == office.events() - before


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("Reference 1 received", "05/06/2007", ("reference1_received", "2007-06-04", "2007-06-05")),
        ("Reference 1 asked", "28/05/2007", ("reference1_asked", "2007-05-29", "2007-05-28")),
        ("Reference 2 asked by", "TES", ("reference2_asked_by", "ncsl", "tes")),
        ("Accreditation date", "03/09/2007", ("accredited_on", "2007-09-01", "2007-09-03")),
        ("Interview date", "01/07/2007", ("interview_on", "2007-07-02", "2007-07-01")),
        ("Shortlisted", "no", ("shortlisted", "yes", "no")),
        ("Decision date", "02/07/2007", ("decided_on", "2007-07-03", "2007-07-02")),
        ("Decision", "not appointed", ("decision", "appointed_subject_to_accreditation", "not_appointed")),
        ("Letter sent", "06/07/2007", ("told_on", "2007-07-05", "2007-07-06")),
        ("Induction date", "15/11/2007", ("inducted_on", "2007-11-14", "2007-11-15")),
        ("Enhanced disclosure", "21/11/2007", ("check_enhanced_disclosure", "2007-11-20", "2007-11-21")),
        ("Enhanced disclosure", "", ("check_enhanced_disclosure", "2007-11-20", "")),
        ("Letter sent", "", ("told_on", "2007-07-05", "")),
    ],
)
def test_an_edited_cell_is_that_correction_alone(office, code, column, value, shown):
    """It never was otherwise; the cell is shown, and changed back it gives the first state."""
    take(office, "progress", ALL)
    application, person = state(office, f"application/{code}"), state(office, f"person/{code}")
    taken = take(office, "progress", ALL | {column: value})
    if (column, value) != ("Decision", "not appointed"):
        assert (cells(taken), taken.facts, told(taken)) == ([(2, *shown)], 1, [])
        take(office, "progress", ALL)
        assert state(office, f"application/{code}") == application
        assert state(office, f"person/{code}") == person
    else:
        # What the applicant was told rests on the decision: that has to be put right by a person.
        assert told(taken) == [(2, "decision", "has_followed")]


def test_each_change_says_the_line_that_undoes_it(office, code):
    """Given a corrected day, when its undo is typed, then the day is the former one."""
    take(office, "progress", ALL)
    (changed,) = take(office, "progress", ALL | {"Induction date": "15/11/2007"}).changed
    (name,) = changed.commands
    assert changed.document()["undo"] == [f"siprecruit undo {name}"]
    office.tell(f"person/{code}", "2008-01-31", Undo(command=name))
    assert state(office, f"person/{code}").induction.attended == day("2007-11-14")


def test_the_source_is_kept_with_each_fact(office, code):
    """Told by which file and in which row, which is a text and lies in the vault."""
    take(office, "progress", ALL, name="Müller’s round.csv")
    with office.service.record.reading() as reader:
        history = reader.histories([f"application/{code}"], texts=True)[f"application/{code}"]
    assert {one.reason for one in history[-3:]} == {"told by Müller’s round.csv, row 2"}


def test_an_answer_without_a_request_was_asked_for_by_somebody(office, code):
    """Nobody says who asked or when: that much is recorded, and no day on which we would have asked."""
    taken = take(office, "progress", GILLIAN | {"Reference 1 received": "04/06/2007"})
    task = state(office, f"application/{code}").references.tasks["r1"]
    assert (task.asked_by, task.asked_on, task.received_on) == (
        "unknown",
        day("2007-06-04"),
        day("2007-06-04"),
    )
    assert taken.flags == ((2, ("reference1_not_said_when_asked",)),)
    again = take(
        office,
        "progress",
        GILLIAN | {"Reference 1 received": "04/06/2007", "Reference 1 asked": "29/05/2007"},
    )
    assert cells(again) == [(2, "reference1_asked", "2007-06-04", "2007-05-29")]
    assert state(office, f"application/{code}").references.tasks["r1"].asked_on == day("2007-05-29")


def test_a_task_of_the_records_own_is_the_sheets_too(office, code):
    """Given a reference that the office asked for, when the sheet has it received, then it is that one."""
    office.tell(f"application/{code}", "2007-05-29", AskReference(reference="q7", referee="1"))
    taken = take(
        office,
        "progress",
        GILLIAN | {"Reference 1 asked": "29/05/2007", "Reference 1 received": "04/06/2007"},
    )
    references = state(office, f"application/{code}").references
    assert (list(references.tasks), taken.facts) == (["q7"], 1)
    assert task_state(references, references.tasks["q7"]) == "received"


def test_a_referee_is_known_by_name_wherever_they_stand(office, code):
    """The sheet's first reference may be the second referee's."""
    named = GILLIAN | {"Referee 1": "priya macleod", "Reference 1 asked": "29/05/2007"}
    take(office, "progress", named)
    assert state(office, f"application/{code}").references.tasks["r1"].referee == "2"


def test_a_referee_nobody_named_is_named_by_the_sheet_or_told(office):
    """Without a name nobody can be asked: the cell is told, and the rest of the row goes in."""
    nobody = {f"referee{place}_{part}": "" for place in "12" for part in ("name", "email", "role", "la")}
    code = office.take_rows(nobody).applications[2]
    row = GILLIAN | {
        "Reference 1 received": "04/06/2007",
        "Decision": "reserve",
        "Decision date": "03/07/2007",
    }
    taken = take(office, "progress", row)
    assert told(taken) == [(2, "reference1_received", "no_such_referee")]
    assert panel.decision_on(state(office, f"application/{code}").panel, day("2007-07-03")) is not None
    take(office, "progress", row | {"Referee 1": "Roy Kett"})
    references = state(office, f"application/{code}").references
    assert (references.referees["1"].named.name, references.tasks["r1"].received_on) == (
        "Roy Kett",
        day("2007-06-04"),
    )


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"Reference 1 received": "28/05/2007"}, "reference1_received_before_asked"),
        ({"Reference 1 asked": "20/05/2007"}, "reference1_asked_before_response"),
        ({"Induction date": "02/07/2007"}, "inducted_before_appointed"),
        ({"Decision date": "01/07/2007"}, "decided_before_interview"),
        ({"Letter sent": "01/07/2007"}, "told_before_decided"),
        ({"Shortlisted on": "03/07/2007"}, "interview_before_shortlist"),
    ],
)
def test_days_that_contradict_each_other_are_flagged_and_kept(office, code, change, flag):
    """The paper may be wrong or the memory: both days go in as told, and a person looks."""
    taken = take(office, "progress", ALL | change)
    assert flag in dict(taken.flags)[2]
    assert taken.rejected == ()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"Interview date": "02/07/07"}, "interview_on", "bad_date"),
        ({"Decision date": "01/02/2008"}, "decided_on", "bad_date"),
        ({"Decision date": ""}, "decided_on", "missing_date"),
        ({"Decision": "perhaps"}, "decision", "unknown_decision"),
        ({"Held": "maybe"}, "interview_held", "bad_date"),
        ({"Accreditation date": ""}, "accredited_on", "missing_date"),
        ({"E-mail": "nobody@example.org"}, "email", "unknown_applicant"),
        ({"E-mail": ""}, "email", "unknown_applicant"),
    ],
)
@pytest.mark.usefixtures("code")
def test_a_row_that_cannot_be_understood_goes_to_be_mended(office, change, field, code):
    """Nothing of it is recorded; it stands in a file, with the reason, which can be imported again."""
    before = office.events()
    taken = take(office, "progress", ALL | change)
    assert (told(taken), office.events()) == ([(2, field, code)], before)
    assert taken.rejected_file is not None
    assert taken.rejected[0].message in taken.rejected_file.read_text().replace('""', '"')


def test_a_name_that_two_have_is_ambiguous(office):
    """Given two of one name, when the sheet has the name alone, then nobody guesses which is meant."""
    office.take_rows({}, {"email": "g.youngs@example.org", "phone": "01508 1234"})
    taken = take(office, "progress", {"Name": "Gillian Youngs", "Withdrawn": "01/06/2007"})
    assert told(taken) == [(2, "name", "ambiguous")]
    one = take(office, "progress", GILLIAN | {"Withdrawn": "01/06/2007"})
    assert (told(one), one.accepted) == ([], 1)


def test_whoever_answered_two_adverts_is_known_by_the_advert(office):
    """The same address stands under both; the sheet says which answer it is about."""
    first = {"advert": "TES January 2007", "received_on": "20/01/2007"}
    codes = office.take_rows(first, {}).applications
    row = GILLIAN | {"Withdrawn": "01/06/2007"}
    assert told(take(office, "progress", row)) == [(2, "email", "ambiguous")]
    taken = take(office, "progress", row | {"Advert": "TES May 2007"})
    assert taken.subjects == {2: codes[3]}


def test_two_rows_of_one_applicant_are_not_both_believed(office, code):
    """The second is to be mended: which of them is right is not ours to say."""
    taken = take(office, "progress", ALL, {"Application code": code})
    assert told(taken) == [(3, "row", "told_twice")]


def test_an_appointment_without_an_interview_is_told_and_the_rest_goes_in(office, code):
    """The programme appoints nobody unseen."""
    taken = take(office, "progress", ALL | {"Interview date": "", "Held": ""})
    assert (2, "decision", "no_interview") in told(taken)
    assert state(office, f"person/{code}").induction.attended == day("2007-11-14")


def test_a_correction_in_the_office_is_not_taken_back_by_an_old_sheet(office, code):
    """Given a day that was put right in the record, when the same sheet comes again, it changes nothing."""
    take(office, "progress", ALL)
    version = 1 + next(
        place
        for place, one in enumerate(history(office, f"person/{code}"))
        if "Attended" in type(one.event).__name__
    )
    right = Correct(event=version, set={"on": "2007-11-15"}, reason="the register says so")
    assert office.tell(f"person/{code}", "2008-01-31", right).outcome == "done"
    taken = take(office, "progress", ALL)
    assert (taken.changed, taken.clashes, taken.unchanged) == ((), (), 1)
    edited = take(office, "progress", ALL | {"Induction date": "16/11/2007"})
    assert clashes(edited) == [(2, "inducted_on", "2007-11-16", "2007-11-15")]
    assert (edited.clashes[0].clash.by, edited.facts) == ("office", 0)
    mine = Take(rows={2: "mine"})
    take(office, "progress", ALL | {"Induction date": "16/11/2007"}, settle=mine)
    assert state(office, f"person/{code}").induction.attended == day("2007-11-16")


@pytest.mark.parametrize("again", ["TES", "NCSL"], ids=["edited", "old"])
def test_an_edit_repeats_nothing_that_the_office_put_right(office, code, again):
    """Given a day put right in the office and an edit beside it, when either sheet comes again, it stands."""
    take(office, "progress", ALL)
    told = history(office, f"application/{code}")
    asked = next(one for one in told if isinstance(one.event, ReferenceBegunOutside))
    right = Correct(event=asked.version, set={"on": "2007-05-28"}, reason="the letter says so")
    assert office.tell(f"application/{code}", "2008-01-31", right).outcome == "done"
    edited = take(office, "progress", ALL | {"Reference 2 asked by": "TES"})
    assert cells(edited) == [(2, "reference2_asked_by", "ncsl", "tes")]
    taken = take(office, "progress", ALL | {"Reference 2 asked by": again})
    assert [field for _, field, *_ in cells(taken)] == (["reference2_asked_by"] if again == "NCSL" else [])
    task = state(office, f"application/{code}").references.tasks["r2"]
    assert (task.asked_on, task.asked_by) == (day("2007-05-28"), again.lower())


def test_what_was_undone_in_the_office_does_not_come_back_by_itself(office, code):
    """An old sheet shows it as a clash, and it comes back when somebody says so."""
    row = GILLIAN | {"Induction date": "14/11/2007"}
    taken = take(office, "progress", row)
    (envelope,) = taken.undo
    office.tell(f"person/{code}", "2008-01-31", Undo(command=envelope["data"]["command"]))
    assert state(office, f"person/{code}").induction.attended is None
    again = take(office, "progress", row)
    assert (clashes(again), again.facts) == ([(2, "inducted_on", "2007-11-14", "")], 0)
    take(office, "progress", row, settle=Take(otherwise="mine"))
    assert state(office, f"person/{code}").induction.attended == day("2007-11-14")


def test_a_later_decision_is_another_one(office, code):
    """A reserve who is appointed in September was held in reserve until then."""
    row = GILLIAN | {"Interview date": "02/07/2007", "Held": "yes"}
    take(office, "progress", row | {"Decision": "reserve", "Decision date": "03/07/2007"})
    later = row | {"Decision": "appointed", "Decision date": "03/09/2007"}
    assert take(office, "progress", later).facts == 1
    held = state(office, f"application/{code}").panel
    found = [panel.decision_on(held, day(on)).outcome for on in ("2007-09-02", "2007-09-03")]
    assert found == ["reserve", "appointed"]
    assert take(office, "progress", later).facts == 0


def test_an_induction_that_lies_ahead_is_planned(office, code):
    """And once its day has come the same sheet has it attended."""
    taken = take(office, "progress", GILLIAN | {"Induction date": "14/02/2008"})
    planned = state(office, f"person/{code}").induction
    assert (planned.attended, [one.sits_on for one in planned.planned]) == (None, [day("2008-02-14")])
    assert taken.facts == 1


def test_an_interview_that_lies_ahead_needs_its_time(office, code):
    """A day alone invites nobody."""
    taken = take(office, "progress", GILLIAN | {"Interview date": "14/02/2008"})
    assert told(taken) == [(2, "interview_on", "needs_a_slot")]


def test_an_empty_cell_takes_back_nothing_that_others_told(office, code):
    """Two officers keep two sheets: a column that one of them leaves empty says nothing."""
    take(office, "progress", ALL, name="the manager’s.csv")
    taken = take(office, "progress", GILLIAN | {"Induction date": "", "Decision": "", "Decision date": ""})
    assert (taken.changed, taken.unchanged) == ((), 1)


def test_every_kind_of_outcome_is_understood(office, code):
    """Awaited, deferred, not accredited: none of them accredits."""
    for outcome, on in (("awaited", ""), ("deferred", "01/09/2007"), ("not accredited", "01/12/2007")):
        taken = take(
            office,
            "progress",
            GILLIAN | {"Accreditation": outcome, "Accreditation date": on},
            name=f"{outcome}.csv",
        )
        assert (told(taken), taken.facts) == ([], 1)
    assert not accredited(state(office, f"person/{code}").accreditation, "primary", day("2008-01-31"))


def test_a_sheet_without_a_heading_that_is_known_is_told(office):
    """One sentence names some that are."""
    path = sheet(office, "progress", {"Wholly": "1", "unknown": "2"})
    with pytest.raises(UnreadableSheet) as refused:
        take_over(office.service, read_sheet(path), Source(path=path, folder=office.folder), PROGRESS)
    assert (refused.value.code, "progress" in refused.value.message) == ("no_known_heading", True)


def history(office, stream):
    with office.service.record.reading() as reader:
        return reader.histories([stream])[stream]


def test_the_programmes_checks_are_columns():
    """Another authority's check is known by its own title."""
    from siprecruit.intake.kinds import table_for

    for name in ("norfolk-2008", "improvement-partners-2026"):
        programme = load(name)
        fields = table_for("progress", programme).fields
        assert {f"check_{each.code}" for each in programme.requirements} <= set(fields)
