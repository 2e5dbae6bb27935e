"""A dry run is judged by every rule, says word for word what the run in earnest says, and leaves no trace."""

from __future__ import annotations

import datetime as dt
from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.by_hand import take
from imports.test_any_progress import ROWS as PROGRESS
from imports.test_placements import HENRY, NAMED, SCHOOLS, SHEILA
from siprecruit.importing.settling import OPEN, Take
from siprecruit.record.verify import head

PAST = st.dates(dt.date(2007, 9, 1), dt.date(2008, 1, 31)).map(lambda day: f"{day:%d/%m/%Y}")
DAYS = st.sampled_from(range(20)).flatmap(
    lambda kind: st.just("31/02/2008" if kind == 19 else "") if kind > 8 else PAST
)
WHO = st.sampled_from(["", "Ann Lee", "henry.vane@example.org", "Brook, Sheila", "Nobody"])
PLACEMENTS = st.fixed_dictionaries(
    {
        "URN": st.sampled_from(["120777", "120778", "120779"]),
        "Area": st.sampled_from(["", "North"]),
        "SIP": WHO,
        "SIP from": DAYS,
        "SIP until": DAYS,
        "Temporary SIP": WHO,
        "Temporary from": DAYS,
        "Reason": st.sampled_from(["", "vacancy", "The permanent partner awaits accreditation"]),
        "CDA": WHO,
        "CDA from": DAYS,
        "Briefed": DAYS,
        "Introduced": DAYS,
    }
)
CONTACTS = st.fixed_dictionaries(
    {
        "School": st.sampled_from(["", "Aldborough primary school", "Aldborough primary school"]),
        "Role": st.sampled_from(["Head", "Head", "Chair", "Ofsted"]),
        "Area": st.sampled_from(["", "north"]),
        "Name": st.sampled_from(["Jane Holt", "Sheila Brook"]),
        "E-mail": st.sampled_from(["", "sheila.brook@example.org", "jane.holt@example.org"]),
        "From": DAYS,
        "Until": DAYS,
    }
)
PEOPLE = st.fixed_dictionaries(
    {
        "First name": st.sampled_from(["", "Henry", "Ann"]),
        "Surname": st.sampled_from(["Vane", "Lee"]),
        "E-mail": st.sampled_from(["", "henry.vane@example.org", "new@example.org"]),
        "Category": st.sampled_from(["LA adviser", "consultant"]),
        "In the pool since": DAYS,
        "Role": st.sampled_from(["", "CDA"]),
        "Role until": DAYS,
        "Accreditation date": DAYS,
        "Accredited until": DAYS,
        "Induction date": DAYS,
    }
)
DECIDED = st.fixed_dictionaries(
    {"Decision": st.sampled_from(["", "appointed", "reserve"]), "Decided on": DAYS}
)
SHEETS = st.one_of(
    st.tuples(st.just(kind), st.lists(rows, min_size=1, max_size=4))
    for kind, rows in (
        ("placements", PLACEMENTS),
        ("contacts", CONTACTS),
        ("people", PEOPLE),
        ("progress", st.builds(lambda one, other: one | other, PROGRESS, DECIDED)),
    )
)
TAKE = st.sampled_from([OPEN, Take(otherwise="mine")])
NUMBERS = count()


def recorded(office: Any) -> str:
    with office.service.record.reading() as reader:
        return head(reader)


def as_both(office: Any, kind: str, rows: list[dict[str, str]], settle: Take, seed: int) -> Any:
    """The JSON of a dry run and that of the same run in earnest, but for the word that tells them apart."""
    before, files = recorded(office), sorted(office.folder.glob("*-rejected*"))
    dry = take(office, kind, *rows, settle=settle, dry=True, random=Random(seed)).document()
    assert (recorded(office), sorted(office.folder.glob("*-rejected*"))) == (before, files)
    wet = take(office, kind, *rows, settle=settle, random=Random(seed)).document()
    assert (dry.pop("dry_run"), wet.pop("dry_run")) == (True, False)
    return dry, wet


@given(sheets=st.lists(SHEETS, min_size=1, max_size=3), settle=TAKE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_dry_run_says_what_the_run_in_earnest_says(office, sheets, settle):
    """Given any sheets one after the other, each dry first: both say the same, refusals included."""
    if not office.events():
        (office.folder / "schools.csv").write_text(SCHOOLS, "utf-8")
        office.take_schools(office.folder / "schools.csv")
        take(office, "people", HENRY, NAMED, SHEILA)
    address = f"applicant{next(NUMBERS)}@example.org"
    office.take_rows({"email": address, "last_name": f"Youngs {address}"})
    for kind, rows in sheets:
        mine = {"E-mail": address} if kind == "progress" else {}
        dry, wet = as_both(office, kind, [mine | row for row in rows], settle, next(NUMBERS))
        assert dry == wet


def test_a_dry_run_is_judged_by_what_stands_in_the_way(both_offices):
    """A partner's own school is refused in a dry run too, by its row, its column and the same sentence."""
    office = both_offices
    (office.folder / "schools.csv").write_text(SCHOOLS, "utf-8")
    office.take_schools(office.folder / "schools.csv")
    take(office, "people", NAMED)
    own = {"URN": "120778", "SIP": "Ann Lee", "SIP from": "01/01/2008"}
    dry, wet = as_both(office, "placements", [own], OPEN, 1)
    assert [(one["row"], one["field"]) for one in dry["not_recorded"]] == [(2, "sip")]
    assert (dry["not_recorded"], dry["accepted"], dry["facts"]) == (wet["not_recorded"], 0, 0)
