from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest
from siprecruit.api import Context, Deferred, Finding, Refused
from siprecruit.testing import Answer, Clock, LoopbackServer, a_context

import siprecruit_trs
from siprecruit_trs.looking_up import find, find_many
from siprecruit_trs.register import Register
from siprecruit_trs.register.answering import shipped
from teachers import BARNABY, DOROTHEA, ENVIRONMENT, KEY, about, ask, serving, settings, stands_in


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer) -> Context:
    stands_in(http)
    return _context(tmp_path, clock, http)


def _context(home: Path, clock: Clock, http: LoopbackServer, **other: Any) -> Context:
    table = settings(http, **other)
    return a_context(siprecruit_trs, home=home, clock=clock, settings=table, environment=ENVIRONMENT).context


def _finding(said: object) -> Finding:
    assert isinstance(said, Finding)
    return said


def test_a_qualified_teacher_is_found(context: Context) -> None:
    """Since the later of the qualification and the end of the induction; an alert that has ended is none."""
    barnaby, dorothea = find(context, about(BARNABY)), find(context, about(DOROTHEA))
    assert _finding(barnaby).accredited_on == dt.date(1973, 9, 1)
    assert _finding(barnaby).number == "0012345"
    assert _finding(dorothea).accredited_on == dt.date(2000, 7, 21)
    assert {_finding(one).verdict for one in (barnaby, dorothea)} == {"accredited"}


def test_the_register_is_asked_as_it_wants_to_be(context: Context, http: LoopbackServer) -> None:
    """With the key, the version that this was written for, the sections, and the birth date."""
    find(context, about(BARNABY))
    request = http.requests[-1]
    assert request.path == "/v3/persons/0012345"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-api-version"] == "20260120"
    assert request.query["include"] == ["Induction,Alerts,RoutesToProfessionalStatuses"]
    assert request.query["dateOfBirth"] == ["1951-02-17"]


@pytest.mark.parametrize(
    ("number", "born", "verdict", "why"),
    [
        ("1000002", dt.date(1962, 11, 30), "ambiguous", "1 open alert in the teaching record"),
        ("1000003", dt.date(1979, 1, 2), "pending", "induction InProgress"),
        ("1000004", dt.date(1970, 3, 3), "not_accredited", "induction FailedInWales"),
        ("1000005", dt.date(1971, 4, 4), "not_accredited", "no qualified teacher status"),
        ("1000001", dt.date(1960, 5, 2), "unknown", "and that date of birth"),
        ("7654321", dt.date(1960, 5, 2), "unknown", "no record has the number 7654321"),
        ("1000008", dt.date(1960, 5, 2), "unknown", "deactivated"),
        ("1000007", dt.date(1960, 5, 1), "unknown", "merged more than once"),
        ("12345", dt.date(1951, 2, 17), "unknown", "zeros at its front may be lost"),
        ("RP99/12345", dt.date(1951, 2, 17), "unknown", "seven digits"),
        (None, dt.date(1951, 2, 17), "unknown", "no teacher reference number is recorded"),
    ],
)
def test_what_the_register_says(
    context: Context, number: str | None, born: dt.date, verdict: str, why: str
) -> None:
    """Each answer of the register's, and what it means; why is told in words."""
    found = _finding(find(context, ask(number, born)))
    assert found.verdict == verdict
    assert why in found.evidence


def test_an_open_alert_suspends_where_the_authority_says_so(
    tmp_path: Path, clock: Clock, http: LoopbackServer
) -> None:
    """Otherwise a person looks at it: not every alert bars anybody."""
    stands_in(http)
    strict = _context(tmp_path, clock, http, suspend_on_alert=True)
    assert _finding(find(strict, ask("1000002", dt.date(1962, 11, 30)))).verdict == "suspended"


def test_a_merged_record_is_followed_once(context: Context) -> None:
    """The number that counts now is told, so that the office can record it."""
    found = _finding(find(context, ask("1000006", DOROTHEA[1])))
    assert found.verdict == "accredited"
    assert found.number == "1000001"


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:9/v3/persons/1000001", "/v3/persons/../keys", "/v3/persons/1000001/notes", "", "//x"],
)
def test_a_merged_record_leads_nowhere_else(context: Context, http: LoopbackServer, location: str) -> None:
    """The key isn't carried to another machine, nor another page read as a record."""
    http.fails(308, headers={"Location": location})
    assert isinstance(find(context, about(BARNABY)), Deferred)
    assert len(http.requests) == 1


def test_without_a_birth_date_the_name_has_to_fit(context: Context) -> None:
    """A number with one digit wrong is somebody else's; names before count, apostrophes don't."""
    assert _finding(find(context, about(DOROTHEA, born=None))).verdict == "accredited"
    married = ("1000001", dt.date(1960, 5, 1), "Dorothea Marsh-Reed")
    assert _finding(find(context, about(married, born=None))).verdict == "accredited"
    other = _finding(find(context, ask("1000001", None, "Wilfred Oakapple")))
    assert other.verdict == "ambiguous"
    assert other.number is None


def test_an_unknown_version_never_reads_as_no_match(
    tmp_path: Path, clock: Clock, http: LoopbackServer
) -> None:
    """The register answers 404 to a version that it doesn't know: only 10001 says that nobody matches."""
    stands_in(http)
    old = _context(tmp_path, clock, http, version="20991231")
    for said in (find(old, about(BARNABY)), find_many(old, (about(BARNABY),))["A7K4P"]):
        assert isinstance(said, Refused)
        assert "version" in said.reason


def test_a_version_that_was_lost_on_the_way_is_noticed(context: Context, http: LoopbackServer) -> None:
    """Without the header an old version answers, in which sections are missing: that accredits nobody."""
    told = serving(Register(key=KEY))
    http.serve(lambda request: told(attrs.evolve(request, headers=_without_version(request.headers))))
    found = _finding(find(context, about(BARNABY)))
    assert found.verdict == "unknown"
    assert "version" in found.evidence


@pytest.mark.parametrize("section", ["qts", "induction", "alerts"])
def test_an_absent_section_says_nothing(context: Context, http: LoopbackServer, section: str) -> None:
    """That there is no list of alerts doesn't mean that there is no alert."""
    whole = {"trn": "0012345", "lastName": "Thistlewood", "alerts": [], "induction": {"status": "Passed"}}
    whole["qts"] = {"holdsFrom": "1973-09-01"}
    http.answers(json={name: value for name, value in whole.items() if name != section})
    found = _finding(find(context, about(BARNABY)))
    assert found.verdict == "unknown"
    assert section in found.evidence


@pytest.mark.parametrize(
    "part",
    [
        {"qts": {"holdsFrom": "soon"}},
        {"qts": {}},
        {"qts": True},
        {"induction": {"status": "Renamed"}},
        {"induction": None},
        {"alerts": [{}]},
        {"alerts": "none"},
        {"alerts": [None]},
    ],
)
def test_a_section_that_is_not_understood_says_nothing(
    context: Context, http: LoopbackServer, part: dict[str, Any]
) -> None:
    """What the register has renamed since accredits nobody and removes nobody."""
    whole = {"trn": "0012345", "alerts": [], "induction": {"status": "Passed"}}
    http.answers(json={**whole, "qts": {"holdsFrom": "1973-09-01"}, **part})
    assert _finding(find(context, about(BARNABY))).verdict == "unknown"


def test_another_persons_record_is_no_answer(context: Context, http: LoopbackServer) -> None:
    """A cache in between that gives what somebody else was told."""
    http.answers(json={"trn": "1000001", "qts": None, "induction": {"status": "None"}, "alerts": []})
    assert isinstance(find(context, about(BARNABY)), Deferred)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"Retry-After": "99999999999"}, 60),
        (
            {"Retry-After": "Mon, 04 Jun 2007 09:00:30 GMT", "Date": "Mon, 04 Jun 2007 09:00:00 GMT"},
            30,
        ),
        ({"Retry-After": "after lunch"}, 60),
        ({}, 60),
    ],
)
def test_too_many_requests_are_asked_again_later(
    context: Context, http: LoopbackServer, headers: dict[str, str], seconds: int
) -> None:
    """The register says when, in seconds or by its own clock; where it doesn't, in a minute."""
    http.fails(429, headers=headers)
    said = find(context, about(BARNABY))
    assert isinstance(said, Deferred)
    assert said.after == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_for_a_person(context: Context, http: LoopbackServer, status: int) -> None:
    """Asking again can't help: the sentence says where to look."""
    http.fails(status)
    said = find(context, about(BARNABY))
    assert isinstance(said, Refused)
    assert "key" in said.reason


# -- many ---------------------------------------------------------------------


def test_many_are_found_in_one_request(context: Context, http: LoopbackServer) -> None:
    """Two who match are answered by one request."""
    found = find_many(context, (about(BARNABY, person="A"), about(DOROTHEA, person="B")))
    assert {_finding(one).verdict for one in found.values()} == {"accredited"}
    assert [(one.method, one.path) for one in http.requests] == [("POST", "/v3/persons/find")]
    assert http.requests[0].json()["persons"][0] == {"trn": "0012345", "dateOfBirth": "1951-02-17"}


def test_who_is_silently_left_out_is_asked_after_alone(context: Context) -> None:
    """Merged, mismatched, without a birth date or a number: each is answered as they would be alone."""
    merged = ask("1000006", DOROTHEA[1], person="merged")
    wrong = ask("1000001", dt.date(1960, 5, 2), person="wrong")
    unborn = about(BARNABY, born=None, person="unborn")
    nobody = ask(None, None, person="nobody")
    found = find_many(context, (merged, wrong, unborn, nobody, about(BARNABY, person="good")))
    assert {who: _finding(one).verdict for who, one in found.items()} == {
        "merged": "accredited",
        "wrong": "unknown",
        "unborn": "accredited",
        "nobody": "unknown",
        "good": "accredited",
    }


def test_not_more_than_five_hundred_are_found_at_once(context: Context, http: LoopbackServer) -> None:
    """The register refuses more; with 501 people it is asked twice."""
    barnaby = shipped()[0]
    many = [{**barnaby, "trn": f"{number:07d}"} for number in range(501)]
    stands_in(http, Register(key=KEY, people=many))
    found = find_many(context, tuple(ask(each["trn"], BARNABY[1], person=each["trn"]) for each in many))
    assert len(found) == 501
    assert {_finding(one).verdict for one in found.values()} == {"accredited"}
    assert [len(one.json()["persons"]) for one in http.requests] == [500, 1]


def test_when_the_register_has_enough_the_rest_wait(context: Context, http: LoopbackServer) -> None:
    """After a 429 nobody else is asked after; nobody is answered for."""
    held = stands_in(http)
    held.allowed = 1
    queries = (
        about(BARNABY, person="A"),
        *(ask(f"{n}", None, person=f"B{n}") for n in range(8000000, 8000003)),
    )
    found = find_many(context, queries)
    assert _finding(found["A"]).verdict == "accredited"
    assert {type(found[f"B{n}"]) for n in range(8000000, 8000003)} == {Deferred}
    assert len(http.requests) == 2


# -- headship -----------------------------------------------------------------


def test_a_headship_qualification_is_needed_where_the_authority_says_so(
    tmp_path: Path, clock: Clock, http: LoopbackServer
) -> None:
    """NPQH, not another NPQ; from its award on. That none is registered proves nothing."""
    stands_in(http)
    context = _context(tmp_path, clock, http, npq=True)
    barnaby, dorothea = find(context, about(BARNABY)), find(context, about(DOROTHEA))
    assert _finding(barnaby).accredited_on == dt.date(2005, 3, 31)
    assert _finding(dorothea).verdict == "unknown"
    assert http.requests[1].path == "/api/teacher-record-service/v1/qualifications/0012345"
    assert "x-api-version" not in http.requests[1].headers


def test_an_outage_of_the_second_register_is_no_answer(
    tmp_path: Path, clock: Clock, http: LoopbackServer
) -> None:
    """Qualified as they are, without the second register nothing is said."""
    held = stands_in(http)
    context = _context(tmp_path, clock, http, npq=True)
    held.allowed = 1
    assert isinstance(find(context, about(BARNABY)), Deferred)


def test_nobody_in_the_second_register_proves_nothing(
    tmp_path: Path, clock: Clock, http: LoopbackServer
) -> None:
    """It answers 404 where it has nothing under a number: that neither accredits nor removes."""
    barnaby = {**shipped()[0], "trn": "0012346"}
    of_teachers = serving(Register(key=KEY, people=[barnaby]))
    context = _context(tmp_path, clock, http, npq=True)
    http.serve(
        lambda request: Answer(status=404) if "qualifications" in request.path else of_teachers(request)
    )
    found = _finding(find(context, ask("0012346", BARNABY[1])))
    assert found.verdict == "unknown"
    assert "no NPQH" in found.evidence


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"data": None},
        {"data": {"trn": "1000001", "qualifications": []}},
        {"data": {"trn": "0012345"}},
        {"data": {"trn": "0012345", "qualifications": [None]}},
    ],
)
def test_what_is_no_list_of_qualifications_is_no_answer(
    tmp_path: Path, clock: Clock, http: LoopbackServer, told: dict[str, Any]
) -> None:
    """Somebody else's list, or none, says nothing about anybody."""
    of_teachers = serving(Register(key=KEY))
    context = _context(tmp_path, clock, http, npq=True)
    http.serve(
        lambda request: (
            attrs.evolve(of_teachers(request), json=told)
            if "qualifications" in request.path
            else of_teachers(request)
        )
    )
    assert isinstance(find(context, about(BARNABY)), Deferred)


# -- settings -----------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"url": "http://127.0.0.1:1"},
        {"url": "http://127.0.0.1:1", "key": {"env": "TRS_KEY"}},
        {"url": "http://127.0.0.1:1", "key": {"env": "TRS_KEY"}, "qualified_is_enough": False},
        {"url": "register", "key": {"env": "TRS_KEY"}, "qualified_is_enough": True},
        {"url": "https://me:pw@a.example.org", "key": {"env": "TRS_KEY"}, "qualified_is_enough": True},
        {"url": "http://127.0.0.1:1", "key": "written down", "qualified_is_enough": True},
        {"url": "http://127.0.0.1:1", "key": {"env": "TRS_KEY"}, "npq_url": "http://127.0.0.1:1"},
    ],
)
def test_settings_that_lead_nowhere_are_refused(tmp_path: Path, clock: Clock, table: dict[str, Any]) -> None:
    """An address and a key, never the key itself; and nobody is accredited by a teacher's record unasked."""
    with pytest.raises(AssertionError, match="refused"):
        a_context(siprecruit_trs, home=tmp_path, clock=clock, settings=table, environment=ENVIRONMENT)


def _without_version(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "x-api-version"}
