"""Putting right what was told: what hangs on it is named first, and goes too only where that is asked for."""

from __future__ import annotations

from siprecruit.putting_right.consequences import Consequences, Follower, consequences
from siprecruit.putting_right.doing import Outcome, Wish, put_right, undo
from siprecruit.putting_right.fields import NotSaid, values_told
from siprecruit.putting_right.sent import fresh_id, last_that_counts, of_run, typed, undo_line
from siprecruit.putting_right.taken_back import TakenBack, run_of, taken_back

__all__ = [
    "Consequences",
    "Follower",
    "NotSaid",
    "Outcome",
    "TakenBack",
    "Wish",
    "consequences",
    "fresh_id",
    "last_that_counts",
    "of_run",
    "put_right",
    "run_of",
    "taken_back",
    "typed",
    "undo",
    "undo_line",
    "values_told",
]
