"""One authority's programme: everything that another authority would do otherwise, in one frozen value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from siprecruit.core.programme_parts import (
    Accreditor,
    AccreditorStage,
    Advert,
    Area,
    Authority,
    Capacity,
    Category,
    CoverReason,
    Criterion,
    Decision,
    Holiday,
    InterestKind,
    Message,
    Named,
    PanelRules,
    PenPortrait,
    Phase,
    Purpose,
    ReferenceRules,
    Requirement,
    Retention,
    Round,
    Scope,
    TaskRules,
    Term,
)
from siprecruit.core.schools import School
from siprecruit.core.text import fold

__all__ = [
    "Accreditor",
    "AccreditorStage",
    "Advert",
    "Area",
    "Authority",
    "Capacity",
    "Category",
    "CoverReason",
    "Criterion",
    "Decision",
    "Holiday",
    "InterestKind",
    "Message",
    "Named",
    "PanelRules",
    "PenPortrait",
    "Phase",
    "Programme",
    "Purpose",
    "ReferenceRules",
    "Requirement",
    "Retention",
    "Round",
    "Scope",
    "TaskRules",
    "Term",
]


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
    tasks: TaskRules
    capacity: Capacity
    interests: tuple[InterestKind, ...]
    cover_reasons: tuple[CoverReason, ...]
    #: whom to ring about what, at the authority and at a school
    purposes: tuple[Purpose, ...]
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
    def messages_by_event(self) -> dict[str, tuple[Message, ...]]:
        """The messages that are on, by the name of the event which causes them."""
        names = dict.fromkeys(each.event for each in self.messages if each.on and each.event)
        return {
            name: tuple(each for each in self.messages if each.on and each.event == name) for name in names
        }

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {
            "advert": _codes_by_name(self.adverts),
            "category": _codes_by_name(self.categories),
            "authority": _codes_by_name(self.authorities),
            "phase": _codes_by_name(self.phases),
            "purpose": _codes_by_name(self.purposes),
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

    def purpose_named(self, text: str) -> Purpose | None:
        """What people are rung about under this name, or None."""
        code = self._named("purpose", text)
        return next((each for each in self.purposes if each.code == code), None)

    def round_of(self, advert: str) -> Round | None:
        """The round that an advert belongs to, by the advert's code, or None."""
        return next((each for each in self.rounds if any(a.code == advert for a in each.adverts)), None)

    def counts_as(self, category: str) -> str:
        """The code under which reports count a category; an unknown one counts as itself."""
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
        return self._names[kind].get(fold(text), "")


def _codes_by_name(things: Iterable[Named]) -> dict[str, str]:
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
