"""The parts that the story gives out: how many of which kind answer each advert, and what becomes of them."""

from __future__ import annotations

from typing import Final, Literal

import attrs

Fate = Literal[
    "appointed",
    "late",
    "inducted_late",
    "awaiting",
    "not_accredited",
    "leaves",
    "called",
    "reserve",
    "carried",
    "not_appointed",
    "not_shortlisted",
    "no_references",
    "withdraws",
    "withdraws_late",
    "ineligible",
    "after_closing",
    "answers_again",
]
"""What becomes of an applicant.

``carried``: a reserve of January who is appointed in the May round; ``called``: a reserve who takes the place
of somebody who leaves; ``answers_again``: to the second advert, too.
"""

CHOSEN: Final = frozenset(
    ("appointed", "late", "inducted_late", "awaiting", "not_accredited", "leaves", "called")
)
"""Those whom a panel appoints, sooner or later."""

SEEN: Final = CHOSEN | {"reserve", "carried", "not_appointed"}
"""Those whom a panel sees."""


@attrs.frozen
class Part:
    """So many people of one kind. ``category`` is None where the form gives none that is known."""

    number: int
    category: str | None
    home: str
    fate: Fate
    again: bool = False


#: Mainly for the authorities of Waves 1 to 3, so that few of its answers serve us (sheet 7/07).
IN_JANUARY: Final = (
    Part(2, "headteacher", "norfolk", "appointed"),
    Part(1, "headteacher", "suffolk", "appointed"),
    Part(1, "former_headteacher", "norfolk", "appointed"),
    Part(1, "consultant", "cambridgeshire", "appointed"),
    Part(2, "la_adviser", "norfolk", "appointed"),
    Part(1, "consultant", "norfolk", "carried"),
    Part(2, "headteacher", "norfolk", "not_appointed"),
    Part(1, "consultant", "suffolk", "not_appointed"),
    Part(2, "la_adviser", "norfolk", "not_appointed"),
    Part(2, "headteacher", "norfolk", "answers_again"),
    Part(1, "consultant", "norfolk", "answers_again"),
    Part(1, "la_adviser", "norfolk", "answers_again"),
    Part(8, "headteacher", "norfolk", "not_shortlisted"),
    Part(4, "headteacher", "suffolk", "not_shortlisted"),
    Part(4, "consultant", "lincolnshire", "not_shortlisted"),
    Part(2, "former_headteacher", "cambridgeshire", "not_shortlisted"),
    Part(2, "headteacher", "suffolk", "no_references"),
    Part(4, "headteacher", "norfolk", "withdraws"),
    Part(4, None, "norfolk", "ineligible"),
)
#: The 47 of sheet 102/08 with the seven above, one carried over and one called from the reserve, and others.
IN_MAY: Final = (
    Part(10, "headteacher", "norfolk", "appointed"),
    Part(1, "headteacher", "norfolk", "appointed", again=True),
    Part(2, "headteacher", "lincolnshire", "appointed"),
    Part(2, "headteacher", "suffolk", "appointed"),
    Part(1, "headteacher", "cambridgeshire", "appointed"),
    Part(1, "headteacher", "berkshire", "appointed"),
    Part(1, "headteacher", "norfolk", "late"),
    Part(1, "headteacher", "cambridgeshire", "late"),
    Part(2, "consultant", "northamptonshire", "appointed"),
    Part(2, "consultant", "suffolk", "appointed"),
    Part(1, "former_headteacher", "suffolk", "appointed"),
    Part(1, "former_headteacher", "cambridgeshire", "appointed"),
    Part(1, "consultant", "norfolk", "appointed", again=True),
    Part(1, "consultant", "cambridgeshire", "late"),
    Part(1, "former_headteacher", "norfolk", "called"),
    Part(9, "la_adviser", "norfolk", "appointed"),
    Part(1, "la_adviser", "norfolk", "appointed", again=True),
    Part(1, "la_adviser", "norfolk", "inducted_late"),
    Part(1, "headteacher", "norfolk", "awaiting"),
    Part(1, "headteacher", "suffolk", "awaiting"),
    Part(1, "consultant", "norfolk", "awaiting"),
    Part(1, "headteacher", "lincolnshire", "not_accredited"),
    Part(1, "consultant", "cambridgeshire", "leaves"),
    Part(2, "headteacher", "norfolk", "reserve"),
    Part(2, "consultant", "suffolk", "reserve"),
    Part(8, "headteacher", "norfolk", "not_appointed"),
    Part(1, "headteacher", "norfolk", "not_appointed", again=True),
    Part(4, "consultant", "norfolk", "not_appointed"),
    Part(2, "la_adviser", "norfolk", "not_appointed"),
    Part(9, "headteacher", "norfolk", "not_shortlisted"),
    Part(6, "former_headteacher", "suffolk", "not_shortlisted"),
    Part(2, "headteacher", "norfolk", "no_references"),
    Part(3, "headteacher", "norfolk", "withdraws"),
    Part(3, "consultant", "lincolnshire", "withdraws_late"),
    Part(4, None, "norfolk", "ineligible"),
    Part(5, "headteacher", "suffolk", "after_closing"),
)
