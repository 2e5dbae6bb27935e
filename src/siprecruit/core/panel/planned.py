"""A panel planned in its round: what can be said of it, what happened, and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import attrs

from siprecruit.core.commands import command
from siprecruit.core.events import event
from siprecruit.core.ids import ApplicationCode, Code, Kept, PersonId


@attrs.frozen(kw_only=True)
class Member:
    """Who sits. ``capacity`` is ``headteacher``, ``governor``, ``officer`` or another code.

    ``trained`` means in safer recruitment (KCSIE part 3).
    """

    person: PersonId
    capacity: Code
    trained: bool = False
    chair: bool = False


@attrs.frozen(kw_only=True)
class Recusal:
    """A member who steps aside for one applicant: they don't score them."""

    member: PersonId
    application: ApplicationCode


@command("panel.plan", "round", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class PlanPanel:
    """A panel is planned: ``members`` sit in ``room`` on the day ``sits_on`` and see ``applications``.

    ``panel`` is its code in the round; another plan for the same code states all of it anew. A member who
    refereed an applicant, has a conflict with one, or is one, has to be in ``recused`` for that application.
    """

    panel: Code
    sits_on: dt.date
    members: tuple[Member, ...]
    applications: tuple[ApplicationCode, ...] = ()
    recused: tuple[Recusal, ...] = ()
    room: str = ""


@command("panel.change_members", "round", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class ChangeMembers:
    """Other people sit on a panel. ``members`` are all who sit from now on, ``recused`` all who step aside.

    ``applications`` repeats whom the panel sees, so that every new member is held against each of them.
    """

    panel: Code
    members: tuple[Member, ...]
    applications: tuple[ApplicationCode, ...] = ()
    recused: tuple[Recusal, ...] = ()


@command("panel.assign", "round", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class AssignApplications:
    """A panel sees more applicants. ``recused`` are the members who step aside for some of them."""

    panel: Code
    applications: tuple[ApplicationCode, ...]
    recused: tuple[Recusal, ...] = ()


@command("panel.cancel", "round")
@attrs.frozen(kw_only=True)
class CancelPanel:
    """A planned panel won't sit. Planning it again takes that back from its day on."""

    panel: Code
    why: str = ""


@event("panel.planned", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class PanelPlanned:
    """A panel was planned, or planned anew."""

    panel: Code
    sits_on: dt.date
    members: tuple[Member, ...] = ()
    applications: tuple[ApplicationCode, ...] = ()
    recused: tuple[Recusal, ...] = ()
    room: Kept = None


@event("panel.members_changed", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class MembersChanged:
    """Other people sit on a panel."""

    panel: Code
    members: tuple[Member, ...] = ()
    applications: tuple[ApplicationCode, ...] = ()
    recused: tuple[Recusal, ...] = ()


@event("panel.assigned", reads={"applications": "application"})
@attrs.frozen(kw_only=True)
class ApplicationsAssigned:
    """A panel sees more applicants."""

    panel: Code
    applications: tuple[ApplicationCode, ...] = ()
    recused: tuple[Recusal, ...] = ()


@event("panel.cancelled")
@attrs.frozen(kw_only=True)
class PanelCancelled:
    """A planned panel won't sit."""

    panel: Code
    why: Kept = None


@attrs.frozen(kw_only=True)
class PlannedPanel:
    """A panel as it stands. ``members_on`` is the day since which these members sit."""

    planned: PanelPlanned
    planned_on: dt.date
    members: tuple[Member, ...]
    members_on: dt.date
    applications: tuple[ApplicationCode, ...] = ()
    recused: frozenset[Recusal] = frozenset()
    cancelled_on: dt.date | None = None
    cancelled_why: str | None = None


@attrs.frozen(kw_only=True)
class Panels:
    """The panels of a round, by code."""

    planned: Mapping[Code, PlannedPanel] = attrs.field(factory=dict)


def panels_seeing(panels: Panels, application: ApplicationCode) -> tuple[Code, ...]:
    """The panels that see an application and were not cancelled, soonest first."""
    seeing = [
        (one.planned.sits_on, code)
        for code, one in panels.planned.items()
        if application in one.applications and one.cancelled_on is None
    ]
    return tuple(code for _, code in sorted(seeing))


def scorers(panel: PlannedPanel, application: ApplicationCode) -> tuple[PersonId, ...]:
    """Who of a panel's members is to score an application: all but those who step aside."""
    return tuple(
        member.person
        for member in panel.members
        if Recusal(member=member.person, application=application) not in panel.recused
    )
