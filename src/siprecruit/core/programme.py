"""What differs between authorities, as values: a programme pack is read into these and nothing here has a default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siprecruit.core.schools import School


class Named(Protocol):
    """Anything that people write by its code, its title or an alias."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


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
    """How many references are needed, when they are due and when somebody is reminded; days count from asking."""

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
    criteria: tuple[Criterion, ...]
    scale_min: int
    scale_max: int
    #: whether somebody who gave a reference may score that applicant
    referee_may_score: bool


@attrs.frozen(kw_only=True)
class Decision:
    """An outcome of a panel in the authority's own words."""

    code: str
    title: str


@attrs.frozen(kw_only=True)
class Requirement:
    """Something more that must be clear before a gate: `induction` or `deployment`."""

    code: str
    title: str
    gate: str


@attrs.frozen(kw_only=True)
class Area:
    """A part of the authority with its own senior advisers (how many)."""

    code: str
    title: str
    senior_advisers: int


@attrs.frozen(kw_only=True)
class Capacity:
    """What a school takes and what a person can give, in days a year; by category code where it differs."""

    days_per_school: int
    #: days a year that a partner keeps for their own development
    own_development_days: int
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
    """A message that an event causes."""

    name: str
    #: the type name of the event
    event: str
    to: str
    on: bool


@attrs.frozen(kw_only=True)
class Programme:
    """One authority's programme: everything that another authority would do otherwise."""

    name: str
    title: str
    #: the DfE's code of the authority, as text
    authority: str
    authority_name: str
    #: IANA name of the zone in which days and deadlines are counted
    timezone: str
    #: role code to the words this authority uses
    vocabulary: Mapping[str, str]
    phases: tuple[Phase, ...]
    categories: tuple[Category, ...]
    authorities: tuple[Authority, ...]
    waves: tuple[str, ...]
    rounds: tuple[Round, ...]
    pen_portrait: PenPortrait
    references: ReferenceRules
    #: None where nobody outside accredits: then accreditation is no gate
    accreditor: Accreditor | None
    panel: PanelRules
    decisions: tuple[Decision, ...]
    requirements: tuple[Requirement, ...]
    areas: tuple[Area, ...]
    capacity: Capacity
    interests: tuple[InterestKind, ...]
    cover_reasons: tuple[CoverReason, ...]
    #: whether a school's development adviser may be its partner too (support is kept apart from challenge)
    cda_may_be_sip: bool
    #: the day from which every school in scope must have a partner; None where no law says so
    statutory_date: dt.date | None
    #: the day by which schools should have heard from their partner
    introduction_date: dt.date
    terms: tuple[Term, ...]
    holidays: tuple[Holiday, ...]
    retention: Retention
    scope: Scope
    messages: tuple[Message, ...]

    @cached_property
    def adverts(self) -> tuple[Advert, ...]:
        """All adverts of all rounds, in the order of the pack."""
        return tuple(advert for each in self.rounds for advert in each.adverts)

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {
            "advert": _codes_by_name(self.adverts),
            "category": _codes_by_name(self.categories),
            "authority": _codes_by_name(self.authorities),
            "phase": _codes_by_name(self.phases),
        }

    def advert(self, code: str) -> Advert | None:
        """The advert with this code, or None."""
        return next((each for each in self.adverts if each.code == code), None)

    def advert_named(self, text: str) -> Advert | None:
        """The advert that people call by this code, title or alias, or None."""
        return self.advert(self._named("advert", text))

    def category(self, code: str) -> Category | None:
        """The category with this code, or None."""
        return next((each for each in self.categories if each.code == code), None)

    def category_named(self, text: str) -> Category | None:
        """The category that people call by this code, title or alias, or None."""
        return self.category(self._named("category", text))

    def authority_named(self, text: str) -> Authority | None:
        """The home authority that people call by this name, or None: others are allowed, too."""
        code = self._named("authority", text)
        return next((each for each in self.authorities if each.code == code), None)

    def phase_named(self, text: str) -> Phase | None:
        """The phase that people call by this name, or None."""
        code = self._named("phase", text)
        return next((each for each in self.phases if each.code == code), None)

    def round_of(self, advert: str) -> Round | None:
        """The round that an advert belongs to, by the advert's code, or None."""
        return next((each for each in self.rounds if any(a.code == advert for a in each.adverts)), None)

    def counts_as(self, category: str) -> str:
        """The code under which reports count a category; one that the programme doesn't know counts as itself."""
        known = self.category(category)
        return known.counts_as if known else category

    def in_scope(self, school: School, on: dt.date) -> bool:
        """Whether the programme serves a school on a day: open then, and of a type and phase in its scope."""
        return (
            _is_open(school, on)
            and school.type_group in self.scope.type_groups
            and school.type not in self.scope.types_excluded
            and school.phase in self.scope.phases
        )

    def _named(self, kind: str, text: str) -> str:
        from siprecruit.core.text import fold

        return self._names[kind].get(fold(text), "")


def _codes_by_name(things: Iterable[Named]) -> dict[str, str]:
    from siprecruit.core.text import fold

    return {fold(name): each.code for each in things for name in (each.code, each.title, *each.aliases)}


def _is_open(school: School, on: dt.date) -> bool:
    # A register's closing date is a school's last day: a successor opens on the day after it.
    if school.opened is not None and school.opened > on:
        return False
    if school.closed is not None:
        return on <= school.closed
    return school.status in {"open", "proposed_to_close"} or (
        school.status == "proposed_to_open" and school.opened is not None
    )
