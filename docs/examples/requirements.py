"""Wants everybody to have been on a school visit with a colleague before they are deployed."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import Requirement, hookimpl

siprecruit_api = ">=1,<2"


@hookimpl
def siprecruit_requirements() -> Iterable[Requirement]:
    """Stands before the gate `deployment`, beside what the programme asks for; it can take nothing away."""
    return [Requirement(code="shadow_visit", title="Shadow visit", gate="deployment")]
