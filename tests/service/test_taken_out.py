"""A response that is taken out says nothing any more, of the school either at which its person works."""

from __future__ import annotations

from service.office import Office, day
from service.test_anything import begin, views_follow
from siprecruit.core.commands import Undo
from siprecruit.core.ids import ApplicationCode, Code, PersonId, Urn
from siprecruit.core.responses import SubmitResponse


def test_an_employer_of_a_response_that_was_undone_keeps_nobody_from_a_school(small_office: Office) -> None:
    """Given a partner's own school told by a response, when that is undone, cover and pool are as before."""
    office = small_office
    begin(office, peopled=True)
    before = office.views()
    stream = f"application/{ApplicationCode('C2222')}"
    told = SubmitResponse(
        advert=Code("tes-2007-01"),
        person=PersonId("ann"),
        first_name="Ann",
        last_name="Hale",
        email="ann@example.org",
        category=Code("consultant"),
        employer="A school",
        employer_urn=Urn("120777"),
        home_authority=Code("norfolk"),
        phases=(Code("primary"),),
    )
    result = office.service.handle(office.command(stream, told, day("2008-02-01")))
    assert result.outcome == "done", result.message
    assert office.views()["pool"] != before["pool"]
    assert result.undo is not None
    office.service.handle(office.command(stream, Undo(**result.undo["data"]), office.clock.today()))
    assert office.views() == before
    views_follow(office)
