"""Planning a panel in its round: who sits, whom it sees, who steps aside, before anybody is invited."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, refuse_other_words
from siprecruit.core.decider import Stage
from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.panel.planned import (
    ApplicationsAssigned,
    AssignApplications,
    CancelPanel,
    ChangeMembers,
    Member,
    MembersChanged,
    PanelCancelled,
    PanelPlanned,
    Panels,
    PlannedPanel,
    PlanPanel,
    Recusal,
)

HEADTEACHER: Final = Code("headteacher")
GOVERNOR: Final = Code("governor")


def _plan(what: PlanPanel, state: Panels, given: Given) -> tuple[Any, ...]:
    planned = PanelPlanned(
        panel=what.panel,
        sits_on=what.sits_on,
        members=what.members,
        applications=_each_once(what.applications),
        recused=what.recused,
        room=what.room or None,
    )
    before = state.planned.get(what.panel)
    # What was assigned or changed since then stands: to be told the same plan again takes nothing back.
    if before is not None and before.planned == planned and before.cancelled_on is None:
        return ()
    if what.sits_on < given.on:
        raise Rejected(
            "sits_before_planned",
            f"{what.panel} would sit on {in_words(what.sits_on)}: say when it was planned",
        )
    return (planned,)


def _change(what: ChangeMembers, state: Panels, _given: Given) -> tuple[Any, ...]:
    before = _sitting(state, what.panel)
    unnamed = [code for code in before.applications if code not in what.applications]
    if unnamed:
        raise Rejected("applications_missing", f"{what.panel} also sees {', '.join(unnamed)}: name them too")
    if before.members == what.members and before.recused == frozenset(what.recused):
        return ()
    return (
        MembersChanged(
            panel=what.panel,
            members=what.members,
            applications=before.applications,
            recused=what.recused,
        ),
    )


def _assign(what: AssignApplications, state: Panels, _given: Given) -> tuple[Any, ...]:
    before = _sitting(state, what.panel)
    new = tuple(code for code in _each_once(what.applications) if code not in before.applications)
    recused = tuple(one for one in what.recused if one not in before.recused)
    if not new and not recused:
        return ()
    return (ApplicationsAssigned(panel=what.panel, applications=new, recused=recused),)


def _cancel(what: CancelPanel, state: Panels, _given: Given) -> tuple[Any, ...]:
    before = state.planned.get(what.panel)
    if before is None:
        raise Rejected("no_such_panel", f"this round has no panel {what.panel}")
    if before.cancelled_on is None:
        return (PanelCancelled(panel=what.panel, why=what.why or None),)
    refuse_other_words(f"that {what.panel} was cancelled", (what.why, before.cancelled_why))
    return ()


def _sitting(state: Panels, code: Code) -> PlannedPanel:
    panel = state.planned.get(code)
    if panel is None:
        raise Rejected("no_such_panel", f"this round has no panel {code}")
    if panel.cancelled_on is not None:
        raise Rejected(
            "panel_cancelled", f"{code} was cancelled on {in_words(panel.cancelled_on)}: plan it again first"
        )
    return panel


def _each_once(codes: Iterable[ApplicationCode]) -> tuple[ApplicationCode, ...]:
    return tuple(dict.fromkeys(codes))


# -- rules --------------------------------------------------------------------


def _judge_planned(happened: PanelPlanned | MembersChanged, _state: Panels, given: Given) -> None:
    _judge_members(happened.members, given)
    _judge_apart(happened.members, happened.applications, happened.recused, given)


def _judge_assigned(happened: ApplicationsAssigned, state: Panels, given: Given) -> None:
    panel = state.planned.get(happened.panel)
    if panel is not None:
        recused = (*panel.recused, *happened.recused)
        _judge_apart(panel.members, happened.applications, recused, given)


def _judge_members(members: Sequence[Member], given: Given) -> None:
    for person, number in Counter(member.person for member in members).items():
        if number > 1:
            raise Rejected("member_twice", f"{person} is named {number} times")
    if sum(member.chair for member in members) > 1:
        raise Rejected("two_chairs", "a panel has one chair")
    rules = given.programme.panel
    capacities = Counter(member.capacity for member in members)
    wanted = (
        ("too_few_headteachers", "headteacher", "", capacities[HEADTEACHER], rules.headteachers),
        ("too_few_governors", "governor", "", capacities[GOVERNOR], rules.governors),
        (
            "too_few_trained",
            "member",
            " trained in safer recruitment",
            sum(member.trained for member in members),
            rules.trained,
        ),
    )
    for code, who, how, number, least in wanted:
        if number < least:
            needed = f"{least} {who}{'' if least == 1 else 's'}{how}"
            raise Rejected(code, f"a panel needs at least {needed}: this one has {number or 'none'}")


def _judge_apart(
    members: Sequence[Member],
    applications: Iterable[ApplicationCode],
    recused: Iterable[Recusal],
    given: Given,
) -> None:
    """Said when the panel is planned, not when it sits (domain: who has given a reference doesn't score)."""
    aside = frozenset(recused)
    for code in applications:
        application = given.states.get(f"application/{code}")
        # A stream that nobody has written to yet reads as an application of nobody's.
        if application is None or application.person is None:
            raise Rejected("no_such_application", f"there is no application {code}")
        barred = tuple(_barred(application, given))
        for member in members:
            if Recusal(member=member.person, application=code) not in aside:
                _judge_scorer(member.person, code, barred)


def _judge_scorer(
    member: PersonId, code: ApplicationCode, barred: Iterable[tuple[PersonId, str, str]]
) -> None:
    for person, reason, what in barred:
        if person == member:
            raise Rejected(
                reason, f"{member} {what} {code}: let somebody else sit, or recuse {member} from {code}"
            )


def _barred(application: Any, given: Given) -> Iterator[tuple[PersonId, str, str]]:
    """Who may not score an application: the person, the code of the reason, and its words.

    A stage knows nothing of another stage, so that the application comes in untyped.
    """
    yield application.person, "member_is_applicant", "is the applicant of"
    if not given.programme.panel.referee_may_score:
        for person in application.refereed_by:
            yield person, "member_is_referee", "is a referee of"
    for person in application.panel.conflicts:
        yield person, "member_has_conflict", "has a conflict with"


# -- evolving -----------------------------------------------------------------


def _planned(state: Panels, happened: PanelPlanned, on: dt.date) -> Panels:
    before = state.planned.get(happened.panel)
    if before is not None and on < before.planned_on:
        return state
    return _with(state, happened.panel, _as_planned(happened, on))


def _as_planned(happened: PanelPlanned, on: dt.date) -> PlannedPanel:
    return PlannedPanel(
        planned=happened,
        planned_on=on,
        members=happened.members,
        members_on=on,
        applications=happened.applications,
        recused=frozenset(happened.recused),
    )


def _members_changed(state: Panels, happened: MembersChanged, on: dt.date) -> Panels:
    before = _known(state, happened.panel)
    if on < before.members_on:
        return state
    changed = attrs.evolve(
        before, members=happened.members, members_on=on, recused=frozenset(happened.recused)
    )
    return _with(state, happened.panel, changed)


def _assigned(state: Panels, happened: ApplicationsAssigned, _on: dt.date) -> Panels:
    before = _known(state, happened.panel)
    changed = attrs.evolve(
        before,
        applications=_each_once((*before.applications, *happened.applications)),
        recused=before.recused | frozenset(happened.recused),
    )
    return _with(state, happened.panel, changed)


def _cancelled(state: Panels, happened: PanelCancelled, on: dt.date) -> Panels:
    cancelled = attrs.evolve(_known(state, happened.panel), cancelled_on=on, cancelled_why=happened.why)
    return _with(state, happened.panel, cancelled)


def _known(state: Panels, code: Code) -> PlannedPanel:
    if code not in state.planned:
        raise Rejected("does_not_follow", f"{code} was not planned")
    return state.planned[code]


def _with(state: Panels, code: Code, panel: PlannedPanel) -> Panels:
    return attrs.evolve(state, planned={**state.planned, code: panel})


PLANNING = Stage(
    name="panels",
    initial=Panels(),
    decide={PlanPanel: _plan, ChangeMembers: _change, AssignApplications: _assign, CancelPanel: _cancel},
    evolve={
        PanelPlanned: _planned,
        MembersChanged: _members_changed,
        ApplicationsAssigned: _assigned,
        PanelCancelled: _cancelled,
    },
    check={
        PanelPlanned: _judge_planned,
        MembersChanged: _judge_planned,
        ApplicationsAssigned: _judge_assigned,
    },
)
