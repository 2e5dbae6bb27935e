"""A response as it stands: what an application says, and whether who made it may go on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.responses.events import Beginning, ResponseSubmitted


@attrs.frozen(kw_only=True)
class Response:
    """What an application says. ``said`` is the event that tells most of it so far."""

    said: Beginning | None = None
    drafted_on: dt.date | None = None
    submitted_on: dt.date | None = None
    elsewhere_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    withdrawn_why: str | None = None
    eligible: bool | None = None
    eligible_why: str | None = None
    pen_portraits: tuple[str | None, ...] = ()

    @property
    def person(self) -> PersonId | None:
        """Whose application it is."""
        return self.said.person if self.said else None

    @property
    def submitted(self) -> ResponseSubmitted | None:
        """The response as submitted, or None before that."""
        return self.said if isinstance(self.said, ResponseSubmitted) else None

    @property
    def employer_urn(self) -> Urn | None:
        """The applicant's own school."""
        return getattr(self.said, "employer_urn", None)

    @property
    def interests(self) -> tuple[Urn, ...]:
        """The schools to which the applicant has declared a tie."""
        return self.submitted.interests if self.submitted else ()

    @property
    def category(self) -> Code | None:
        """The applicant's category, as a code of the programme."""
        return self.submitted.category if self.submitted else None


def eligible(response: Response, programme: Any) -> bool:
    """Whether the applicant may go on: an officer's decision, else what the category says on the form."""
    if response.eligible is not None:
        return response.eligible
    category = programme.category(response.category) if response.category else None
    return category is not None and category.eligible
