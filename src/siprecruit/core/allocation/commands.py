"""The commands of a school's allocation.

Permanent partner, temporary cover, introduction, development adviser.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code, PersonId

READS: Final = {"person": "person"}

Teller = Literal["sip", "school", "office"]
"""Who may tell us that a partner has introduced themselves."""


@command("permanent.name", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class NamePermanent:
    """A person is named as the school's permanent partner, ready to start or not.

    ``starts`` is the first day and may lie ahead, ``until`` the last one where it is known. ``reason`` is a
    code for why this person and this school, ``plan`` the id of the confirmed plan that pairs them;
    ``remark`` is what people should know. Another permanent partner on any of these days has to be changed or
    ended.
    """

    person: PersonId
    starts: dt.date
    until: dt.date | None = None
    reason: Code | None = None
    plan: Code | None = None
    remark: str = ""


@command("permanent.change", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class ChangePermanent:
    """Another person becomes the permanent partner from ``starts``; the former one serves until then.

    ``reason`` is a code, ``remark`` the reason in words.
    """

    person: PersonId
    starts: dt.date
    reason: Code | None = None
    plan: Code | None = None
    remark: str = ""


@command("permanent.end", "placement")
@attrs.frozen(kw_only=True)
class EndPermanent:
    """The permanent partner's time at the school ends and nobody else is named yet.

    ``until`` is the last day; left out, it is the day before the envelope's ``on``. ``reason`` is a code,
    ``remark`` the reason in words.
    """

    until: dt.date | None = None
    reason: Code | None = None
    remark: str = ""


@command("temporary.cover", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class CoverTemporarily:
    """An accredited, inducted person covers the school from ``starts``, through ``until`` where known.

    ``reason`` is one of the programme's cover reasons or another code, such as awaiting_accreditation.
    ``introductory_visit`` says whether they make one, which a temporary partner usually doesn't (sheet
    102/08).
    """

    person: PersonId
    starts: dt.date
    reason: Code
    until: dt.date | None = None
    introductory_visit: bool = False
    remark: str = ""


@command("temporary.change", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class ChangeTemporary:
    """Another person, or the same one for longer, covers the school from ``starts``; the former cover ends.

    The fields are those of ``temporary.cover``.
    """

    person: PersonId
    starts: dt.date
    reason: Code
    until: dt.date | None = None
    introductory_visit: bool = False
    remark: str = ""


@command("temporary.end", "placement")
@attrs.frozen(kw_only=True)
class EndTemporary:
    """The cover ends without a hand-over.

    ``until`` is the last day; left out, the day before the envelope's ``on``.
    """

    until: dt.date | None = None
    reason: Code | None = None
    remark: str = ""


@command("introduction.record", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class RecordIntroduction:
    """The permanent partner has introduced themselves to the school on the envelope's ``on``.

    ``told_by`` says who told us: sip, school or office. Where they may start that day, temporary cover ends
    with it.
    """

    person: PersonId
    told_by: Teller


@command("handover.complete", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class CompleteHandover:
    """The cover is handed over to ``person``, the permanent partner, who was not ready when introduced.

    The permanent partner serves from the envelope's ``on``.
    """

    person: PersonId


@command("school.heard", "placement")
@attrs.frozen(kw_only=True)
class HearSchool:
    """The school says, by telephone or otherwise, whether it has heard from its partner."""

    heard: bool


@command("cda.allocate", "placement", reads=READS)
@attrs.frozen(kw_only=True)
class AllocateAdviser:
    """A development adviser (CDA) is allocated to the school.

    ``starts`` is the first day, ``until`` the last one where it is known.
    """

    person: PersonId
    starts: dt.date
    until: dt.date | None = None


@command("cda.end", "placement")
@attrs.frozen(kw_only=True)
class EndAdviser:
    """The development adviser's time at the school ends.

    ``until`` is the last day, or else the day before ``on``.
    """

    until: dt.date | None = None
    reason: Code | None = None
