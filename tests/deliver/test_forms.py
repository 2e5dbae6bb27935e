"""The form that a referee fills in asks what the panel scores, and nothing that may not be asked."""

from __future__ import annotations

import pytest

from siprecruit import schema
from siprecruit.deliver.writing.forms import (
    UnfitAnswers,
    UnfitForm,
    fitting,
    form_of,
    health_questions,
    refuse_health,
)
from siprecruit.programmes import load, names

NORFOLK = load("norfolk-2008")


@pytest.mark.parametrize("name", names())
def test_a_referee_is_asked_about_what_the_panel_scores(name):
    """Each criterion is a question; how many days the applicant has is theirs to say."""
    programme = load(name)
    asked = form_of(programme)["properties"]
    assert {each.code for each in programme.panel.criteria} - {"availability"} <= set(asked)
    schema.validator_of(form_of(programme))


@pytest.mark.parametrize("name", [each for each in schema.names() if each.startswith("forms/")])
def test_no_form_of_ours_asks_about_health(name):
    """Before an offer nobody may be asked, referees included (Equality Act 2010 s.60)."""
    assert list(health_questions(schema.schema(name))) == []


@pytest.mark.parametrize(
    "question",
    [
        {"sickness": {"type": "string"}},
        {"q7": {"title": "How many days was the applicant absent last year?"}},
        {"q8": {"description": "Any illness or disability that the panel should know of?"}},
        {"about": {"type": "object", "properties": {"health_record": {}}}},
    ],
)
def test_a_form_that_asks_about_health_is_refused(question):
    """By its name, its title, its words or within another: the sentence names the question and the Act."""
    with pytest.raises(UnfitForm, match="Equality Act 2010"):
        refuse_health({"type": "object", "properties": question})


def test_answers_become_texts_by_question():
    """Yes and numbers are words in the record; what was left empty says nothing."""
    told = {"recommendation": "yes", "years_known": 7, "would_appoint_again": True, "comments": ""}
    assert fitting(told, NORFOLK) == {
        "recommendation": "yes",
        "years_known": "7",
        "would_appoint_again": "yes",
    }


@pytest.mark.parametrize(
    "answers",
    [{}, {"recommendation": "maybe"}, {"analysis": {"a": "b"}}, {"health": "good"}, {"strengths": None}],
)
def test_answers_that_fit_no_form_are_refused_without_repeating_them(answers):
    """The sentence names the place, not what stands there."""
    with pytest.raises(UnfitAnswers) as refusal:
        fitting(answers, NORFOLK)
    assert "maybe" not in str(refusal.value)
