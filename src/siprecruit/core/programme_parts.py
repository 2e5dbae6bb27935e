"""The values that a programme is made of; none has a default, so that no rule holds a constant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

import attrs


class Named(Protocol):
    """Anything that people write by its code, its title or an alias."""

    @property
    def code(self) -> str:
        """How it is recorded."""

    @property
    def title(self) -> str:
        """What people read."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else people write."""


@attrs.frozen(kw_only=True)
class Phase:
    """A phase that people are accredited for and schools belong to."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Category:
    """What an applicant is by profession (sheet 7/07 names the eligible groups)."""

    code: str
    title: str
    eligible: bool
    #: the code under which reports count these people, so that two categories can share a line
    counts_as: str
    aliases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Authority:
    """A home authority that people come from; others may be written too and are kept as written."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Advert:
    """One advertisement of a round; a response says which one it answers."""

    code: str
    title: str
    published: dt.date
    #: the days on which it stands in the paper
    insertions: tuple[dt.date, ...]
    #: the last day on which a response is in time; None where none was set
    closes: dt.date | None
    waves: tuple[str, ...]
    phases: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Round:
    """One run from advert to decision."""

    id: str
    title: str
    wave: str
    adverts: tuple[Advert, ...]


@attrs.frozen(kw_only=True)
class PenPortrait:
    """The longest pen portrait, in words and in characters; both hold."""

    words: int
    characters: int


@attrs.frozen(kw_only=True)
class ReferenceRules:
    """How many references are needed, and when somebody is reminded; days count from asking."""

    minimum: int
    la_referee_required: bool
    due_days: int
    chase_referee_days: tuple[int, ...]
    chase_applicant_days: tuple[int, ...]
    #: hours that must pass after the last reminder before one may be sent by hand
    manual_reminder_hours: int
    #: chasers to schools wait for the end of the school holidays
    rest_in_holidays: bool
    #: how long a referee's link opens the form
    link_days: int


@attrs.frozen(kw_only=True)
class AccreditorStage:
    """One step of the accreditor's own assessment."""

    code: str
    title: str
    #: False for what only informs, such as the special-school self-assessment
    gates: bool
    #: the phases it is for
    phases: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Accreditor:
    """Who accredits, outside the authority (EIA 2006 s.5)."""

    code: str
    title: str
    stages: tuple[AccreditorStage, ...]


@attrs.frozen(kw_only=True)
class Criterion:
    """What a panel scores; weights are relative to each other."""

    code: str
    title: str
    weight: int
    #: a sentence for the panel member
    help: str


@attrs.frozen(kw_only=True)
class PanelRules:
    """Who must sit on a panel (at least so many of each) and what they score."""

    headteachers: int
    governors: int
    #: members trained in safer recruitment (KCSIE part 3)
    trained: int
    #: whether nobody is appointed without an interview
    interview_required: bool
    criteria: tuple[Criterion, ...]
    scale_min: int
    scale_max: int
    #: whether somebody who gave a reference may score that applicant
    referee_may_score: bool


@attrs.frozen(kw_only=True)
class Decision:
    """An outcome of a panel, under the authority's own code and in its own words."""

    code: str
    title: str
    #: the person is appointed
    appoints: bool
    #: the appointment waits for the accreditor
    subject_to_accreditation: bool
    #: the person is held in reserve for this round or a later one
    reserve: bool


@attrs.frozen(kw_only=True)
class Requirement:
    """Something more that must be clear before a gate: `induction` or `deployment`.

    Nobody attends the induction without what is asked for before it, and nobody is deployed without any.
    """

    code: str
    title: str
    gate: str


@attrs.frozen(kw_only=True)
class TaskRules:
    """When what needs doing is shown, and how long it may take."""

    #: how many days ahead a school without cover, or the end of an accreditation or a check, is shown
    look_ahead_days: int
    #: days that a task may take, by its kind, where no fact sets a day; one that isn't named is due on none
    days: Mapping[str, int]


@attrs.frozen(kw_only=True)
class Area:
    """A part of the authority with its own senior advisers (how many)."""

    code: str
    title: str
    senior_advisers: int


@attrs.frozen(kw_only=True)
class Capacity:
    """What a school takes and what a person can give, in a year."""

    days_per_school: int
    #: days for a partner's own development, on top of those for schools
    own_development_days: int
    #: the most days for schools and the most schools, by category code; no limit for one that is not named
    max_days: Mapping[str, int]
    max_schools: Mapping[str, int]


@attrs.frozen(kw_only=True)
class InterestKind:
    """A tie to a school that keeps a person from serving it."""

    code: str
    title: str


@attrs.frozen(kw_only=True)
class CoverReason:
    """Why a temporary partner stands in."""

    code: str
    title: str


@attrs.frozen(kw_only=True)
class Purpose:
    """What somebody is rung about: at the authority an officer, at a school its own contact."""

    code: str
    title: str
    #: `authority` or `school`
    of: str
    aliases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Term:
    """A school term; both days belong to it."""

    code: str
    title: str
    starts: dt.date
    ends: dt.date


@attrs.frozen(kw_only=True)
class Holiday:
    """Days on which schools are shut, bank holidays too; both days belong to it."""

    title: str
    starts: dt.date
    ends: dt.date


@attrs.frozen(kw_only=True)
class Retention:
    """How long personal data is kept."""

    #: months after the decision for those who were not appointed
    unsuccessful_months: int


@attrs.frozen(kw_only=True)
class Scope:
    """Which schools the programme serves, by the codes of the register."""

    type_groups: tuple[str, ...]
    phases: tuple[str, ...]
    types_excluded: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Message:
    """A message that an event causes, or that a day does: then ``event`` is None, and ``when`` says which."""

    name: str
    #: the type name of the event
    event: str | None = None
    #: what makes it due where no event does: ``reminder``, or ``overdue``
    when: str | None = None
    to: str
    on: bool
    #: values that fields of the event must have, so that one event tells different people different things
    where: Mapping[str, str | bool | int] = attrs.field(factory=dict)
    #: ``channel`` where the reference channel asks or tells, and may leave the sending to a notifier
    by: str = "notifier"
    #: it goes out at once: there is no time in which it could be recalled
    urgent: bool = False
    #: which of the authority's purposes it is about: whoever answers for that is named as whom to ring
    about: str | None = None

    def caused_by(self, happened: object) -> bool:
        """Whether it tells of this very event."""
        return all(getattr(happened, field, None) == value for field, value in self.where.items())
