"""What an outside register may be found to say of a person's accreditation."""

from __future__ import annotations

from typing import Literal

# It stands by itself, so that a plugin which imports it doesn't wait for all of the stage.
Verdict = Literal[
    "accredited",
    "pending",
    "deferred",
    "not_accredited",
    "expired",
    "suspended",
    "removed",
    "unknown",
    "ambiguous",
]
"""``unknown`` and ``ambiguous`` decide nothing; what the others do is the stage's to say."""
