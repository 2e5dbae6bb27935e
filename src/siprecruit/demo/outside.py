"""What happens outside the office: a referee answers, the college asks one of ours or brings out a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import attrs

from siprecruit.core.ids import Code
from siprecruit.core.verdict import Verdict

FOLDER: Final = Code("folder")
"""The channel by which the office asks, whatever the college does."""

COLLEGE: Final = Code("ncsl")
"""The college, and the channel by which it asks where its service is there."""


@attrs.frozen(kw_only=True)
class Replied:
    """A referee answers what they were asked by a channel: with answers, or that they won't; or is gone.

    ``task`` is the reference's, such as ``A7K4P/1``; ``on`` the day on which the answer was written.
    """

    channel: Code
    task: str
    on: dt.date
    answers: Mapping[str, str] = attrs.field(factory=dict)
    in_confidence: bool | None = None
    declined: str = ""
    bounced: bool = False


@attrs.frozen(kw_only=True)
class CollegeAsked:
    """The college has asked a referee itself; ``told`` is the line of its list about it."""

    told: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Listed:
    """One person and phase in the college's list; ``accredited_on`` is since when that is so again."""

    number: str
    first_name: str
    last_name: str
    phase: Code
    status: Verdict
    accredited_on: dt.date | None = None
    expires_on: dt.date | None = None


@attrs.frozen(kw_only=True)
class ListOut:
    """The college's list came out, as at a day."""

    on: dt.date
    lines: tuple[Listed, ...]


Happening = Replied | CollegeAsked | ListOut
