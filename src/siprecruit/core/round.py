"""A round: its adverts, the offer to be the authority's referee, and the panels planned in it."""

from __future__ import annotations

from typing import Any

import attrs

from siprecruit.core import adverts, panel
from siprecruit.core.decider import Decider, joined

STAGES = (adverts.STAGE, panel.PLANNING)
_decide, _evolve, _check = joined(STAGES)


@attrs.frozen(kw_only=True)
class Round:
    """One run from advert to decision."""

    adverts: adverts.Adverts = adverts.STAGE.initial
    panels: Any = panel.PLANNING.initial


DECIDER = Decider(
    kind="round",
    initial=Round(),
    decide=_decide,
    evolve=_evolve,
    check=_check,
    owner=lambda stream, _state: stream,
)
