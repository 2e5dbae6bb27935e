"""Whatever a sheet of progress tells: again it changes nothing, and an edit taken back leaves no trace."""

from __future__ import annotations

import datetime as dt
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.by_hand import state, take
from siprecruit.core import panel
from siprecruit.core.references import task_state

DAYS = st.dates(dt.date(2007, 5, 25), dt.date(2008, 1, 31)).map(lambda day: f"{day:%d/%m/%Y}") | st.just("")
ROWS = st.fixed_dictionaries(
    {
        "Reference 1 asked": DAYS,
        "Reference 1 received": DAYS,
        "Reference 1 declined": DAYS,
        "Reference 2 asked": DAYS,
        "Reference 2 given elsewhere": DAYS,
        "Shortlisted on": DAYS,
        "Date interviewed": DAYS,
        "Accreditation date": DAYS,
        "Accredited until": st.just(""),
        "Induction date": DAYS,
        "Enhanced disclosure": DAYS,
        "Withdrawn": DAYS,
    }
)
NUMBERS = count()


def stands(office, code):
    """What the record says of an applicant, however it came to say so."""
    application, person = state(office, f"application/{code}"), state(office, f"person/{code}")
    references = application.references
    return (
        {name: (task_state(references, one), one.asked_on) for name, one in references.tasks.items()},
        panel.shortlisted_on(application.panel, dt.date(2008, 1, 31)),
        {name: one.held_on for name, one in application.panel.interviews.items()},
        application.response.withdrawn_on,
        person.accreditation.said,
        person.induction.attended,
        {(one.requirement, one.on) for one in person.induction.checks},
    )


@given(first=ROWS, other=ROWS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_again_changes_nothing_and_an_edit_is_taken_back(office, first, other):
    """Given any row, then any other in its place, then the first again: the record says what the row says."""
    address = f"applicant{next(NUMBERS)}@example.org"
    code = office.take_rows({"email": address, "last_name": f"Youngs {address}"}).applications[2]
    mine = {"E-mail": address}
    take(office, "progress", mine | first)
    before, events = stands(office, code), office.events()
    again = take(office, "progress", mine | first)
    assert (again.facts, again.changed, again.clashes, office.events()) == (0, (), (), events)
    take(office, "progress", mine | other)
    assert take(office, "progress", mine | other).facts == 0
    back = take(office, "progress", mine | first)
    if not back.not_recorded:
        assert stands(office, code) == before
    assert take(office, "progress", mine | first).facts == 0
