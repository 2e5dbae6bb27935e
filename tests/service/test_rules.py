"""What plugins' rules have against a command, and what is kept of it."""

from __future__ import annotations

from typing import Any

import attrs

from service.office import Office
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code
from siprecruit.core.responses import SubmitResponse
from siprecruit.plugins.types import Objection

STREAM = "application/A7K4P"
ANSWER = SubmitResponse(advert=Code("tes-2007-05"), last_name="Ashdown")


def told(office: Office, objections: Any) -> Any:
    """The same post, to an office whose rules say that."""
    service = attrs.evolve(office.service, objections=objections)
    return service.handle(office.command(STREAM, ANSWER, "2007-05-23", id="post-1"))


def test_an_objection_is_remembered_as_any_refusal_is(small_office: Office) -> None:
    """The same post again gets the same answer, also where the rule has been given up meanwhile."""
    objects = [Objection(code="too_far", message="lives too far away")]
    assert told(small_office, lambda *_: objects).code == "too_far"
    assert told(small_office, None).code == "too_far"


def test_a_warning_comes_with_what_was_recorded_and_again_with_its_answer(small_office: Office) -> None:
    """What speaks against it without stopping it is told each time."""
    warns = [Objection(code="far", message="lives far away", blocks=False)]
    assert [told(small_office, lambda *_: warns).warnings for _ in range(2)] == [("lives far away",)] * 2


def test_a_rule_that_breaks_loses_nothing_for_good(small_office: Office) -> None:
    """A referee's reply comes under one id for ever: it goes in once the rule is mended."""

    def breaks(*_: Any) -> Any:
        raise Rejected("rule_failed", "a rule of the plugin odd fails")

    assert told(small_office, breaks).code == "rule_failed"
    assert told(small_office, None).outcome == "done"
