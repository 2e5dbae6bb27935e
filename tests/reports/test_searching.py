"""A school or a person is found by some letters, however they are typed, and at little cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from service.office import Clock, Office, apply, make_ready, opened
from siprecruit.core.allocation import NamePermanent
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.particulars import RecordPerson, TakeRole
from siprecruit.core.school_record import RecordSchool
from siprecruit.record import projection
from siprecruit.reports.searching import Found, asked, found_by


def school(office: Office, urn: str, name: str, town: str) -> None:
    """A school comes into the record."""
    told = RecordSchool(
        name=name,
        town=town,
        la_code=Code("926"),
        phase=Code("primary"),
        type=Code("community"),
        type_group=Code("maintained"),
    )
    office.done(f"placement/{urn}", told, "2007-09-01")


def people_and_schools(office: Office) -> None:
    """Applicants, a partner with a school, and schools of like names."""
    apply(office, "A7K4P", phone="+44 1603 123456")
    apply(office, "B8M5Q", first_name="Jörg", last_name="Müller", email="j.muller@example.org")
    apply(office, "C9N6R", first_name="Brienne", last_name="Ford", email="b@example.org")
    school(office, "120777", "St Withburga’s Primary School", "Dereham")
    school(office, "120778", "Blakeney Primary School", "Holt")
    office.done("person/moss", RecordPerson(first_name="Pat", last_name="Moss", phone="01603 765432"))
    office.done("person/moss", TakeRole(role=Code("cda")))
    make_ready(office, "moss", "120777")
    named = NamePermanent(person=PersonId("moss"), starts=dt.date(2008, 2, 1))
    office.done("placement/120777", named, "2008-02-01")


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office with some people and schools, once on each kind of database."""
    with opened(database_url, create=True, clock=Clock()) as made:
        people_and_schools(made)
        yield made


def found(office: Office, text: str) -> tuple[Found, ...]:
    """Who fits, the best first."""
    wanted = asked(text)
    assert wanted is not None
    with office.record.reading() as reader:
        return found_by(reader, wanted, office.clock.today())[0]


def test_everybody_is_found_by_what_one_knows_of_them(office: Office) -> None:
    """Three letters of a name or a town, a URN, a code, an address, a telephone number: what was heard."""
    for text, ids in (
        ("obr", ["A7K4P"]),
        ("O'Brien", ["A7K4P"]),
        ("O’BRIEN", ["A7K4P"]),
        ("obrien niamh", ["A7K4P"]),
        ("MULLER", ["B8M5Q"]),
        ("müll", ["B8M5Q"]),
        ("rien", ["C9N6R", "A7K4P"]),
        ("der", ["120777"]),
        ("withburgas", ["120777"]),
        ("primary holt", ["120778"]),
        ("1207", ["120778", "120777"]),
        ("120777", ["120777"]),
        ("a7k", ["A7K4P"]),
        ("b8m5q", ["B8M5Q"]),
        ("niamh@example.org", ["A7K4P"]),
        ("01603 123456", ["A7K4P"]),
        ("01603-765432", ["moss"]),
        ("moss", ["moss"]),
        ("nobody at all", []),
        ("100%", []),
    ):
        assert [one.id for one in found(office, text)] == ids, text


def test_it_is_said_what_they_are(office: Office) -> None:
    """An applicant's stage, a partner's roles and schools, a school's town and partner stand beside."""
    ((applicant,), (partner,), (one,)) = (found(office, text) for text in ("obrien", "moss", "dereham"))
    assert (applicant.kind, applicant.what, applicant.schools) == ("application", ("references",), 0)
    assert (partner.kind, partner.what, partner.schools) == ("person", ("cda",), 1)
    assert (one.kind, one.what) == ("school", ("Dereham", "Pat Moss"))


def test_the_best_match_comes_first(sqlite_database: str) -> None:
    """Who is called so, then whose name begins so, then whose word begins so, then who has it within."""
    with opened(sqlite_database, create=True, clock=Clock()) as office:
        for code, first, last in (
            ("A7K4P", "Ann", "Glenford"),
            ("B8M5Q", "Ann", "Fordham"),
            ("C9N6R", "Ford", "Smith"),
            ("D2P7S", "", "Ford"),
        ):
            apply(office, code, first_name=first, last_name=last, email=f"{code}@example.org")
        assert [one.id for one in found(office, "ford")] == ["D2P7S", "C9N6R", "B8M5Q", "A7K4P"]


@pytest.mark.parametrize("text", ["", "ab", "’’’", "a b", "%%%", "--- -"])
def test_too_few_letters_mean_nobody(text: str) -> None:
    """With two letters, or with signs alone, everybody would be meant."""
    assert asked(text) is None


@pytest.mark.parametrize("text", ["obr", "primary", "01603 765432", "niamh@example.org", "zzz"])
def test_a_search_costs_few_statements(sqlite_database: str, text: str) -> None:
    """However many there are: a look whether time has changed anything, and at most four statements."""
    wanted = asked(text)
    assert wanted is not None
    with opened(sqlite_database, create=True, clock=Clock()) as office:
        people_and_schools(office)
        seen: list[str] = []
        with office.record.reading() as reader:
            driver: Any = reader.connection.connection.driver_connection
            driver.set_trace_callback(seen.append)
            projection.is_stale(reader.connection, office.clock.today())
            found_by(reader, wanted, office.clock.today())
            driver.set_trace_callback(None)
    assert 0 < len(seen) <= 5, seen
