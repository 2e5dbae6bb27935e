"""A school's allocation.

Its permanent partner, temporary cover, introduction and hand-over, development adviser.
"""

from __future__ import annotations

from siprecruit.core.allocation.commands import (
    AllocateAdviser,
    ChangePermanent,
    ChangeTemporary,
    CompleteHandover,
    CoverTemporarily,
    EndAdviser,
    EndPermanent,
    EndTemporary,
    HearSchool,
    NamePermanent,
    RecordIntroduction,
)
from siprecruit.core.allocation.deciding import CHECK, DECIDE
from siprecruit.core.allocation.events import (
    AdviserAllocated,
    AdviserEnded,
    PermanentEnded,
    PermanentIntroduced,
    PermanentNamed,
    SchoolHeard,
    TemporaryEnded,
    TemporaryNamed,
)
from siprecruit.core.allocation.evolving import EVOLVE
from siprecruit.core.allocation.state import Allocation, introduced_on, is_permanent, shares_days
from siprecruit.core.allocation.tenure import Tenure, serves, serving, span
from siprecruit.core.decider import Stage

STAGE = Stage(name="allocation", initial=Allocation(), decide=DECIDE, evolve=EVOLVE, check=CHECK)

__all__ = [
    "STAGE",
    "AdviserAllocated",
    "AdviserEnded",
    "AllocateAdviser",
    "Allocation",
    "ChangePermanent",
    "ChangeTemporary",
    "CompleteHandover",
    "CoverTemporarily",
    "EndAdviser",
    "EndPermanent",
    "EndTemporary",
    "HearSchool",
    "NamePermanent",
    "PermanentEnded",
    "PermanentIntroduced",
    "PermanentNamed",
    "RecordIntroduction",
    "SchoolHeard",
    "TemporaryEnded",
    "TemporaryNamed",
    "Tenure",
    "introduced_on",
    "is_permanent",
    "serves",
    "serving",
    "shares_days",
    "span",
]
