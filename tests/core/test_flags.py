from __future__ import annotations

import datetime as dt

import attrs
import pytest

from siprecruit.core.flags import Details, WrittenReferee, flags
from siprecruit.programmes import load

LA = WrittenReferee(name="Head of Primary School Development", email="la@norfolk.example.org", from_la=True)
CHAIR = WrittenReferee(name="Priya MacLeod", email="priya@example.org", from_la=False)
COMPLETE = Details(
    advert="tes-2007-05",
    received_on=dt.date(2007, 5, 24),
    first_name="Gillian",
    last_name="Youngs",
    email="gillian.youngs@example.org",
    category="la_adviser",
    days_available=40,
    schools=("120777",),
    pen_portrait="Led two schools out of difficulty.",
    referees=(LA, CHAIR),
)
KNOWN = frozenset({"120777", "120781"})
NORFOLK = load("norfolk-2008")


def flags_of(known_urns=KNOWN, programme=NORFOLK, **changes: object):
    return flags(attrs.evolve(COMPLETE, **changes), programme, known_urns)


def test_a_complete_response_has_nothing_to_look_at():
    """Most rows of a sheet need nobody."""
    assert flags_of() == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"email": ""}, ("no_email",)),
        ({"email": "not an address"}, ("bad_email",)),
        ({"category": None}, ("ineligible_category",)),
        ({"category": "deputy_headteacher"}, ("ineligible_category",)),
        ({"days_available": None}, ("days_unknown",)),
        ({"days_available": 0}, ()),
        ({"received_on": dt.date(2007, 5, 11)}, ()),
        ({"received_on": dt.date(2007, 5, 10)}, ("before_publication",)),
        ({"received_on": dt.date(2007, 6, 15)}, ()),
        ({"received_on": dt.date(2007, 6, 16)}, ("after_closing",)),
        ({"advert": "tes-2007-01", "received_on": dt.date(2008, 1, 1)}, ()),
        ({"schools": ("120777", "999999")}, ("unknown_school",)),
        ({"schools": (), "school_unclear": True}, ("unknown_school",)),
        ({"schools": ()}, ()),
        ({"referees": (LA,)}, ("too_few_referees",)),
        ({"referees": (LA, WrittenReferee(role="Chair of governors", from_la=False))}, ("too_few_referees",)),
        ({"referees": (LA, WrittenReferee(name="Canon P. Reeve"))}, ()),
        ({"referees": ()}, ("too_few_referees", "no_la_referee")),
        ({"referees": (CHAIR, attrs.evolve(CHAIR, email="x@example.org"))}, ("no_la_referee",)),
        ({"referees": (attrs.evolve(LA, from_la=None), CHAIR)}, ("no_la_referee",)),
        ({"referees": (LA, attrs.evolve(CHAIR, email=" LA@Norfolk.Example.org"))}, ("same_referee_twice",)),
        (
            {"referees": (LA, attrs.evolve(CHAIR, email="GILLIAN.YOUNGS@example.org "))},
            ("referee_is_applicant",),
        ),
        ({"referees": (attrs.evolve(LA, email="by post"), attrs.evolve(CHAIR, email="by post"))}, ()),
        ({"pen_portrait": "word " * 300}, ()),
        ({"pen_portrait": "word " * 301}, ("pen_portrait_too_long",)),
        ({"pen_portrait": "w" * 2_000}, ()),
        ({"pen_portrait": "w" * 2_001}, ("pen_portrait_too_long",)),
        ({"first_name": ""}, ("name_incomplete",)),
        ({"last_name": ""}, ("name_incomplete",)),
    ],
)
def test_each_thing_to_look_at_has_its_code(changes, codes):
    """The programme's closing date, limits, categories and referees decide, to the day and to the word."""
    assert flags_of(**changes) == codes


@pytest.mark.parametrize("known", [None, frozenset()])
def test_nothing_is_said_of_schools_before_any_is_in_the_record(known):
    """The first import of responses may come before that of schools."""
    assert flags_of(known_urns=known, schools=("999999",), school_unclear=True) == ()


def test_another_programme_has_other_rules():
    """How many referees are needed, and whether one must be the LA's, is the authority's choice."""
    rules = attrs.evolve(NORFOLK.references, minimum=1, la_referee_required=False)
    assert flags_of(programme=attrs.evolve(NORFOLK, references=rules), referees=(CHAIR,)) == ()
