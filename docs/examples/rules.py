"""Has something against days that look like a slip of the pen, and against early answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from siprecruit.api import Command, Objection, hookimpl

siprecruit_api = ">=1,<2"

CHRISTMAS = (12, 25)
A_YEAR = dt.timedelta(days=365)


@hookimpl
def siprecruit_rules(command: Command, on: dt.date) -> Iterable[Objection]:
    """Judge, and do nothing else. A hook takes what it needs: `state`, the stream's, may be left out."""
    if (command.on.month, command.on.day) == CHRISTMAS:
        yield Objection(code="at_christmas", message="Nothing arrives on Christmas Day.")
    if on - command.on > A_YEAR:
        yield Objection(code="long_ago", message="That was more than a year ago.", blocks=False)
