"""The register's answers, as findings: what it says, and nothing where there is any doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests
from siprecruit.api import Context, Deferred, Finding, Refused
from siprecruit.testing import Clock, LoopbackServer, a_context, a_query

import siprecruit_ncsl
from siprecruit_ncsl.lookup import find, find_many
from siprecruit_ncsl.register.answering import RESULTS_A_PAGE
from siprecruit_ncsl.register.serving import Register

Tell = Callable[..., None]
MAY = dt.date(2007, 5, 14)


def made(tmp_path: Path, clock: Clock, url: str, **settings: Any) -> Context:
    table = {"url": url, "key": {"env": "K"}, **settings}
    return a_context(
        siprecruit_ncsl, home=tmp_path, clock=clock, settings=table, environment={"K": "the-authority's-key"}
    ).context


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer, college: str) -> Context:
    http.passes_on(college)
    return made(tmp_path, clock, http.url)


@pytest.fixture
def tell(college: str) -> Tell:
    """Tells the stand-in of somebody, and what became of them."""

    def told(number: str, name: str, *words: Mapping[str, str], what: str = "stages") -> None:
        person = {"number": number, "name": name}
        requests.post(f"{college}/stand-in/people", json=person, timeout=5)
        for word in words:
            url = f"{college}/stand-in/people/{number}/{what}"
            requests.post(url, json={"phase": "primary", **word}, timeout=5).raise_for_status()

    return told


@pytest.mark.parametrize(
    ("stage", "result", "verdict"),
    [
        ("application", "passed", "pending"),
        ("online_assessment", "passed", "pending"),
        ("residential", "passed", "accredited"),
        ("residential", "deferred", "deferred"),
        ("online_assessment", "not_accredited", "not_accredited"),
    ],
)
def test_each_stage_of_the_college_reads_as_what_it_means(
    context: Context, tell: Tell, stage: str, result: str, verdict: str
):
    """Three stages; only the last one accredits, and a retake may follow a no."""
    tell("0012345", "Barnaby Thistlewood", {"stage": stage, "result": result, "on": "2007-05-14"})
    found = find(context, a_query())
    assert isinstance(found, Finding)
    assert found.verdict == verdict
    assert found.accredited_on == (MAY if verdict == "accredited" else None)


@pytest.mark.parametrize("ending", ["suspended", "removed", "expired"])
def test_an_accreditation_that_ended_says_so_and_since_when_it_had_been(
    context: Context, tell: Tell, ending: str
):
    """Accredited "for the time being" (EIA 2006 s.5): what ended is told as its end, not as never so."""
    tell("0012345", "Barnaby Thistlewood", {"stage": "residential", "on": "2007-05-14"})
    tell("0012345", "", {"status": ending, "on": "2007-06-01"}, what="accreditations")
    found = find(context, a_query(as_at=dt.date(2007, 6, 4)))
    before = find(context, a_query(as_at=dt.date(2007, 5, 31)))
    assert isinstance(found, Finding)
    assert isinstance(before, Finding)
    assert (found.verdict, found.accredited_on) == (ending, MAY)
    assert before.verdict == "accredited"


def test_it_runs_out_by_its_own_date(context: Context, tell: Tell):
    """The last day counts, the next one doesn't."""
    word = {"status": "accredited", "on": "2007-05-14", "expires_on": "2007-06-03"}
    tell("0012345", "Barnaby Thistlewood", word, what="accreditations")
    verdicts = {
        day: getattr(find(context, a_query(as_at=dt.date(2007, 6, day))), "verdict", None) for day in (3, 4)
    }
    assert verdicts == {3: "accredited", 4: "expired"}


def test_another_phase_is_not_this_one(context: Context, tell: Tell):
    """Accreditation is for a phase: of one that the register doesn't name, nothing is known."""
    tell("0012345", "Barnaby Thistlewood", {"stage": "residential", "phase": "special", "on": "2007-05-14"})
    found = find(context, a_query(phase="primary"))
    assert isinstance(found, Finding)
    assert (found.verdict, found.phases) == ("unknown", frozenset())


def test_phases_go_together_only_where_their_days_do(context: Context, tell: Tell):
    """A finding has one pair of days: a phase that was added later would otherwise be dated back."""
    for phase, day in (("primary", "2007-05-14"), ("secondary", "2007-05-14"), ("special", "2007-06-01")):
        tell("0012345", "Barnaby Thistlewood", {"stage": "residential", "phase": phase, "on": day})
    found = find(context, a_query())
    assert isinstance(found, Finding)
    assert found.phases == {"primary", "secondary"}


def test_a_number_under_another_surname_is_a_slip(context: Context, tell: Tell):
    """Two figures changed round find another person: that must not accredit."""
    tell("0012345", "Clara Vane", {"stage": "residential", "on": "2007-05-14"})
    found = find(context, a_query())
    assert isinstance(found, Finding)
    assert found.verdict == "ambiguous"


@pytest.mark.parametrize("name", ["Dr B. Thistlewood", "BARNABY THISTLEWOOD", "Mr Thistlewood", ""])
def test_beside_a_number_a_name_may_be_written_in_many_ways(context: Context, tell: Tell, name: str):
    """Titles, initials and capitals are no other person."""
    tell("0012345", "Mr Barnaby Thistlewood", {"stage": "residential", "on": "2007-05-14"})
    found = find(context, a_query(name=name))
    assert isinstance(found, Finding)
    assert found.verdict == "accredited"


def test_without_a_number_one_of_that_name_is_found_and_two_are_not(context: Context, tell: Tell):
    """The office often has no number before the college has decided; two of one name are for a person."""
    tell("0000001", "Siân O’Brien-Jones", {"stage": "residential", "on": "2007-05-14"})
    query = a_query(number=None, name="Mrs Sian O'Brien Jones")
    found = find(context, query)
    assert isinstance(found, Finding)
    assert (found.verdict, found.number) == ("accredited", "0000001")
    assert "name alone" in found.evidence
    tell("0000002", "Sian O'Brien-Jones")
    again = find(context, query)
    assert isinstance(again, Finding)
    assert again.verdict == "ambiguous"


def test_looking_up_by_name_can_be_switched_off(
    tmp_path: Path, clock: Clock, http: LoopbackServer, college: str
):
    """An authority that wants numbers alone sends no name at all."""
    context = made(tmp_path, clock, http.url, by_name=False)
    found = find(context, a_query(number=None))
    assert isinstance(found, Finding)
    assert found.verdict == "unknown"
    assert http.requests == []


def test_no_name_goes_out_beside_a_number(context: Context, http: LoopbackServer):
    """No more of a person than is needed to find them."""
    find(context, a_query())
    find_many(context, (a_query(),))
    assert len(http.requests) == 2
    assert "Thistlewood" not in "".join(map(str, http.requests))


def test_many_are_asked_after_in_few_requests(
    context: Context, tell: Tell, register: Register, http: LoopbackServer
):
    """A hundred at a time, and the answer in pages: each person gets their own."""
    told = [{"on": "2007-05-14", "phase": "primary", "status": "accredited", "expires_on": None}]
    queries = []
    for position in range(130):
        number = f"{position:07}"
        if position % 2:
            register.book.people[number] = {"name": f"Person {position}", "told": told}
        queries.append(a_query(number=number, name=f"Person {position}", person=f"P{position}"))
    found = find_many(context, tuple(queries))
    assert len(found) == 130
    verdicts = {name: getattr(one, "verdict", None) for name, one in found.items()}
    assert {name for name, said in verdicts.items() if said == "accredited"} == {
        f"P{position}" for position in range(1, 130, 2)
    }
    assert set(verdicts.values()) == {"accredited", "unknown"}
    pages = -(-100 // RESULTS_A_PAGE) + -(-30 // RESULTS_A_PAGE)
    assert len(http.requests) == pages


def test_whom_an_outage_leaves_out_is_asked_after_again(
    context: Context, register: Register, http: LoopbackServer
):
    """The first page came and the second didn't: those on it are known, of the others nothing is said."""
    queries = tuple(a_query(number=f"{n:07}", name="", person=f"P{n}") for n in range(60))
    serve = http._serving  # noqa: SLF001 - stands between the pages

    def breaks(request: Any) -> Any:
        return attrs.evolve(serve(request), status=503) if len(http.requests) > 1 else serve(request)

    http.serve(breaks)
    found = find_many(context, queries)
    assert [isinstance(found[f"P{n}"], Finding) for n in (0, 39, 40, 59)] == [True, True, False, False]
    assert isinstance(found["P59"], Deferred)


def entry(**other: Any) -> dict[str, Any]:
    told = {"phase": "primary", "status": "accredited", "accredited_on": "2007-05-14", "expires_on": None}
    return {
        "number": "0012345",
        "name": "Barnaby Thistlewood",
        "accreditations": [{**told, **other}],
        "read_at": "2007-06-04T09:00:00+00:00",
    }


@pytest.mark.parametrize(
    "other",
    [
        {"status": "yes"},
        {"status": None},
        {"accredited_on": "14/05/2007"},
        {"accredited_on": 20070514},
        {"phase": None},
    ],
)
def test_an_answer_that_is_not_as_agreed_decides_nothing(context: Context, http: LoopbackServer, other: Any):
    """A register that has changed its ways is an outage until somebody has looked."""
    http.answers(200, json=entry(**other))
    assert isinstance(find(context, a_query()), Deferred)


@pytest.mark.parametrize(
    "other",
    [
        {"accredited_on": "2007-07-01"},
        {"expires_on": "2007-06-01"},
        {"expires_on": "2007-01-01"},
        {"status": "expired", "expires_on": "2008-01-01"},
    ],
)
def test_an_answer_that_contradicts_itself_decides_nothing(
    context: Context, http: LoopbackServer, other: Any
):
    """Accredited, and not on that day by its own dates: a person has to look."""
    http.answers(200, json=entry(**other))
    found = find(context, a_query())
    assert isinstance(found, Finding)
    assert found.verdict == "ambiguous"


def test_a_number_that_came_as_a_number_is_no_answer(context: Context, http: LoopbackServer):
    """It has lost its zeros on the way."""
    http.answers(200, json={**entry(), "number": 12345})
    assert isinstance(find(context, a_query()), Deferred)


def test_a_page_that_is_not_there_is_not_a_person_who_is_not_there(context: Context, http: LoopbackServer):
    """Only the college's own 404 says that nobody has the number; a wrong address must not."""
    http.answers(404, json={"error": "Not Found"})
    assert isinstance(find(context, a_query()), Deferred)
    http.answers(404, json={"title": "Nobody", "status": 404, "code": "person_not_known"})
    assert getattr(find(context, a_query()), "verdict", None) == "unknown"


def test_a_key_that_is_not_known_is_for_a_person(context: Context, register: Register):
    """Asking again with the same key can't help."""
    register.key = "another"
    found = find(context, a_query())
    assert isinstance(found, Refused)
    assert "`key`" in found.reason
    assert isinstance(find_many(context, (a_query(),))["A7K4P"], Refused)


def test_the_key_goes_to_nobody_else(context: Context, http: LoopbackServer):
    """An answer that points elsewhere isn't followed: the key would go along."""
    http.answers(302, headers={"Location": f"{http.url}/elsewhere"})
    assert isinstance(find(context, a_query()), Deferred)
    assert [request.path for request in http.requests] == ["/v1/accreditations/0012345"]


def test_a_wish_to_be_left_alone_is_heeded(context: Context, http: LoopbackServer, clock: Clock):
    """Retry-After says seconds, or an instant."""
    for told, seconds in (("90", 90), ("Mon, 04 Jun 2007 09:10:00 GMT", 600), ("soon", 60)):
        http.fails(429, headers={"Retry-After": told})
        found = find(context, a_query())
        assert isinstance(found, Deferred)
        assert found.after == dt.timedelta(seconds=seconds)
