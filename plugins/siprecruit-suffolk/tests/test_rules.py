from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from siprecruit.testing import RuleContract

import siprecruit_suffolk
from suffolk import CONFIGURATION, County


@pytest.fixture
def configuration() -> Mapping[str, Any]:
    return CONFIGURATION


@pytest.fixture
def county(app) -> County:
    return County(app=app)


class TestContract(RuleContract):
    """The rules judge any command and do nothing else."""

    plugin = siprecruit_suffolk

    @pytest.fixture
    def objected(self, county: County) -> Any:
        return self._shortlisted(county, days=6)

    @pytest.fixture
    def allowed(self, county: County) -> Any:
        return self._shortlisted(county, days=10)

    def _shortlisted(self, county: County, *, days: int) -> Any:
        code = county.comes_in(days=days)
        told = county.envelope(f"application/{code}", "shortlist.decide", shortlisted=True)
        return county.app.case(told)


# -- who is eligible ----------------------------------------------------------


def test_a_head_with_too_few_days_is_taken_in_and_not_put_on_the_shortlist(county: County) -> None:
    """The response is in the record; what the county decides on it is what the rule stops."""
    code = county.comes_in(days=9)
    stream = f"application/{code}"
    why = "a serving headteacher gives at least 10 days a year, and this one 9"
    assert why in county.refused(stream, "shortlist.decide", shortlisted=True)
    assert why in county.refused(stream, "eligibility.decide", eligible=True)
    assert county.tell(stream, "shortlist.decide", shortlisted=False).outcome == "done"
    assert county.tell(stream, "eligibility.decide", eligible=False).outcome == "done"


def test_whoever_types_it_in_is_warned(county: County) -> None:
    """By telephone: the response is recorded, and the office is told what will stand in its way."""
    data = {"advert": "tes-2007-05", "last_name": "Finch", "category": "headteacher", "days_available": 3}
    result = county.tell("application/B3M9T", "response.submit", **data)
    assert result.outcome == "done"
    assert "at least 10 days" in result.warnings[0]


@pytest.mark.parametrize(
    "answers", [{"days": 10}, {"days": None}, {"days": 3, "group": "Independent consultant"}]
)
def test_others_may_be_put_on_the_shortlist(county: County, answers: dict[str, Any]) -> None:
    """Ten days are enough, a consultant may give fewer, and who hasn't said is asked, not refused."""
    code = county.comes_in(**answers)
    assert county.tell(f"application/{code}", "shortlist.decide", shortlisted=True).outcome == "done"


# -- who may come to the induction --------------------------------------------


def test_nobody_attends_the_induction_before_the_disclosure_is_clear(county: County) -> None:
    """It can be planned meanwhile, with a warning: the disclosure may be clear by then."""
    stream = "person/A7K4P"
    county.tell(stream, "person.record", "2007-05-20", first_name="Wilfred", last_name="Oakapple")
    planned = county.tell(stream, "induction.plan", "2007-05-21", session="june", sits_on="2007-06-01")
    assert "isn't on 01/06/2007" in planned.warnings[0]
    why = "Enhanced disclosure: not clear on 1 June 2007"
    assert why in county.refused(stream, "induction.attend", "2007-06-01")
    cleared = {"requirement": "enhanced_disclosure", "outcome": "clear"}
    county.tell(stream, "requirement.clear", "2007-06-02", **cleared)
    assert why in county.refused(stream, "induction.attend", "2007-06-01")
    assert county.tell(stream, "induction.attend", "2007-06-02").outcome == "done"


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        ({"outcome": "not_clear"}, "refused"),
        ({"outcome": "clear", "expires": "2007-06-02"}, "refused"),
        ({"outcome": "clear", "expires": "2007-06-03"}, "done"),
    ],
)
def test_the_last_word_on_the_disclosure_counts(county: County, last: dict[str, Any], outcome: str) -> None:
    """It was clear in May, and what was found in June is what counts."""
    stream = "person/A7K4P"
    county.tell(stream, "person.record", "2007-05-01", first_name="Wilfred", last_name="Oakapple")
    county.tell(stream, "requirement.clear", "2007-05-02", requirement="enhanced_disclosure", outcome="clear")
    county.tell(stream, "requirement.clear", "2007-06-01", requirement="enhanced_disclosure", **last)
    if outcome == "refused":
        county.refused(stream, "induction.attend", "2007-06-03")
    else:
        assert county.tell(stream, "induction.attend", "2007-06-03").outcome == outcome


# -- who is too close to a school ---------------------------------------------


@pytest.fixture
def school(county: County) -> str:
    """A school that Ivor Sedgemoor has advised until July 2007."""
    county.moves_to("2008-02-04")
    who = {"first_name": "Ivor", "last_name": "Sedgemoor"}
    county.tell("person/ivor", "person.record", "2005-09-01", **who)
    county.tell("person/ivor", "person.appoint", "2007-12-01", category="la_adviser")
    county.tell("person/ivor", "accreditation.record", "2007-12-01", phase="primary", source="ncsl")
    cleared = {"requirement": "enhanced_disclosure", "outcome": "clear"}
    county.tell("person/ivor", "requirement.clear", "2007-12-01", **cleared)
    county.tell("person/ivor", "induction.attend", "2007-12-03")
    school = {"name": "Quince Hill First School", "la_code": "935", "phase": "primary"}
    kind = {"type": "community", "type_group": "maintained"}
    county.tell("placement/990101", "school.record", "2005-09-01", **school, **kind)
    county.tell("placement/990101", "cda.allocate", "2005-09-01", person="ivor", starts="2005-09-01")
    county.tell("placement/990101", "cda.end", "2007-07-20", until="2007-07-20")
    return "placement/990101"


def test_who_has_advised_a_school_does_not_challenge_it_within_two_years(county: County, school: str) -> None:
    """Support is kept apart from challenge, also in memory; the sentence names nobody."""
    why = "ivor has supported this school within 2 years before 01/04/2008"
    assert why in county.refused(school, "permanent.name", person="ivor", starts="2008-04-01")
    cover = {"person": "ivor", "starts": "2008-04-01", "reason": "vacancy"}
    assert why in county.refused(school, "temporary.cover", **cover)


@pytest.mark.parametrize(("starts", "outcome"), [("2009-07-20", "refused"), ("2009-07-21", "done")])
def test_after_two_years_they_may(county: County, school: str, starts: str, outcome: str) -> None:
    """To the day."""
    if outcome == "refused":
        county.refused(school, "permanent.name", person="ivor", starts=starts)
    else:
        assert county.tell(school, "permanent.name", person="ivor", starts=starts).outcome == outcome


def test_who_has_challenged_a_school_does_not_advise_it(county: County, school: str) -> None:
    """The same the other way round; somebody else may."""
    linnet = {"first_name": "Linnet", "last_name": "Copplestone"}
    county.tell("person/linnet", "person.record", "2007-12-01", **linnet)
    county.tell("person/linnet", "person.appoint", "2007-12-01", category="consultant")
    county.tell(school, "permanent.name", person="linnet", starts="2008-04-01", until="2008-07-20")
    why = county.refused(school, "cda.allocate", person="linnet", starts="2008-09-01")
    assert "linnet has challenged this school" in why
    assert county.tell(school, "cda.allocate", person="ivor", starts="2008-09-01").outcome == "done"
