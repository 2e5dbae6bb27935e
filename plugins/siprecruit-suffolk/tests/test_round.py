from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from suffolk import CONFIGURATION, County


@pytest.fixture
def configuration() -> Mapping[str, Any]:
    return CONFIGURATION


@pytest.fixture
def county(app) -> County:
    return County(app=app)


def _panel(county: County) -> None:
    """Two headteachers, a governor and a trained officer sit, as the county's programme wants it."""
    for who, last_name in (("jane", "Holt"), ("ruth", "Amis"), ("paul", "Ives"), ("may", "Reed")):
        county.tell(
            f"person/{who}", "person.record", "2007-06-04", first_name=who.title(), last_name=last_name
        )
    members = [
        {"person": "jane", "capacity": "officer", "trained": True, "chair": True},
        {"person": "ruth", "capacity": "headteacher"},
        {"person": "may", "capacity": "headteacher"},
        {"person": "paul", "capacity": "governor"},
    ]
    county.tell("round/2007-05", "panel.plan", panel="july", sits_on="2007-07-12", members=members)


def _references(county: County, code: str) -> None:
    for number in ("1", "2"):
        stream = f"application/{code}"
        county.tell(stream, "reference.ask", reference=f"r{number}", referee=number)
        answers = {"suitable": "Yes."}
        county.tell(stream, "reference.receive", reference=f"r{number}", in_confidence=True, answers=answers)


def _interview(county: County, code: str) -> None:
    stream = f"application/{code}"
    county.tell(stream, "shortlist.decide", shortlisted=True)
    county.tell("round/2007-05", "panel.assign", panel="july", applications=[code])
    county.tell(stream, "interview.invite", panel="july", starts="2007-07-12T10:15:00+01:00", minutes=45)
    county.tell(stream, "interview.answer", accepted=True)
    county.moves_to("2007-07-13")
    county.tell(stream, "interview.hold", "2007-07-12", panel="july")
    criteria = ("evidence", "challenge", "standing", "small_schools", "transfer")
    scores = [{"criterion": each, "points": 4} for each in criteria]
    for member in ("jane", "ruth", "may", "paul"):
        county.tell(stream, "score.give", "2007-07-12", panel="july", member=member, scores=scores)


def test_another_authority_plays_a_round_without_a_change_of_the_core(app, county: County) -> None:
    """From the county's form to a covered school: its own dates, panel, words, checks and rules."""
    code = county.comes_in()
    _panel(county)
    _references(county, code)
    _interview(county, code)
    stream, person = f"application/{code}", f"person/{code}"
    county.tell(stream, "decision.record", "2007-07-12", outcome="appointed", decided_by="jane")
    county.tell(stream, "decision.convey")
    app.deliver()
    (told,) = [one for one in app.outbox() if one.template == "decision.appointed"]
    assert told.address == "w.oakapple@example.org"
    assert "School Improvement Partner for Suffolk" in told.text
    assert "enhanced disclosure" in told.text

    county.moves_to("2008-02-04")
    county.tell(person, "accreditation.record", "2007-10-19", phase="primary", source="ncsl")
    county.tell(person, "requirement.clear", "2007-11-01", requirement="enhanced_disclosure", outcome="clear")
    county.tell(person, "induction.attend", "2007-11-14")
    school = {"name": "Quince Hill First School", "la_code": "935", "phase": "primary", "town": "Framlingham"}
    kind = {"type": "community", "type_group": "maintained"}
    county.tell("placement/990101", "school.record", "2007-09-03", **school, **kind)
    county.tell(person, "briefing.give", "2008-02-01", urn="990101")
    named = county.tell("placement/990101", "permanent.name", person=code, starts="2008-04-01")
    assert (named.outcome, named.warnings) == ("done", ())


def test_who_awaits_accreditation_is_told_so_in_the_countys_words(app, county: County) -> None:
    """The place is theirs, and the disclosure is wanted before the induction all the same."""
    code = county.comes_in()
    _panel(county)
    _references(county, code)
    _interview(county, code)
    stream, outcome = f"application/{code}", "appointed_subject_to_accreditation"
    county.tell(stream, "decision.record", "2007-07-12", outcome=outcome, decided_by="jane")
    county.tell(stream, "decision.convey")
    app.deliver()
    (told,) = [one for one in app.outbox() if one.template == f"decision.{outcome}"]
    assert told.status == "sent"
    assert "subject to accreditation" in told.subject
    assert "by the National College for School Leadership" in told.text
    assert "enhanced disclosure" in told.text


def test_what_is_not_replaced_is_told_in_the_words_that_ship(app, county: County) -> None:
    """A pack's folder replaces messages one by one, with the county's names in all of them."""
    code = county.comes_in()
    (told,) = [one for one in app.outbox() if one.template == "response.acknowledged"]
    assert f"We have your application {code}" in told.subject
    assert "Suffolk County Council" in told.text


def test_a_form_that_comes_twice_is_one_application(app, county: County) -> None:
    """The same file dropped again, as by a program that wasn't sure that it had."""
    county.comes_in()
    with pytest.raises(ValueError, match="not enough values"):
        county.comes_in()
    assert len(county.applications()) == 1


def test_the_check_that_the_plugin_wants_is_one_of_the_programme(app) -> None:
    """The county's own file asks for none: this one comes from the plugin, before the induction."""
    (requirement,) = app.installation.programme.requirements
    assert (requirement.code, requirement.gate) == ("enhanced_disclosure", "induction")


def test_the_plugin_is_all_there(app) -> None:
    """Enabled, with what it gives."""
    (ours,) = [each for each in app.plugins.plugins if each.name == "suffolk"]
    assert (ours.state, ours.error) == ("enabled", None)
    assert app.installation.authority == "935"
