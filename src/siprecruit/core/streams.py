"""Every kind of stream with its decider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siprecruit.core import application, person, placement, round  # noqa: A004 - the field's own word
from siprecruit.core.decider import Decider

DECIDERS: Final[Mapping[str, Decider]] = {
    each.kind: each for each in (round.DECIDER, person.DECIDER, application.DECIDER, placement.DECIDER)
}


def meant(about: str) -> tuple[str, ...]:
    """The streams that somebody may mean by ``application/A7K4P``, or by its code alone (``A7K4P``)."""
    if "/" in about:
        return (about,)
    return tuple(f"{kind.kind}/{about}" for kind in (application.DECIDER, person.DECIDER, placement.DECIDER))
