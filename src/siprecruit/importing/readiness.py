"""Whether somebody may serve, by a sheet kept by hand: accreditation, induction, and the required checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from siprecruit.core.accreditation import (
    AccreditationExpected,
    AccreditationRecorded,
    ExpectAccreditation,
    OutcomeTold,
    RecordAccreditation,
    TellOutcome,
)
from siprecruit.core.ids import Code
from siprecruit.core.induction import (
    AttendInduction,
    ClearRequirement,
    InductionAttended,
    InductionPlanned,
    PlanInduction,
    RequirementChecked,
)
from siprecruit.core.programme import Programme
from siprecruit.importing.planning import ON, Plan, Scene
from siprecruit.intake.kinds import CHECK
from siprecruit.intake.progress import ToldAccreditation

INDUCTION: Final = Code("induction")
"""The session of an induction that is planned where the sheet says its day alone."""


def tell_accreditation(
    told: Plan, said: ToldAccreditation, person: tuple[str, ...], scene: Scene, submitted: Any
) -> None:
    """Accredited, an outcome of the accreditor's last stage, or an answer that is awaited."""
    programme = scene.programme
    phase = said.phase or _only_phase(programme, getattr(submitted, "phases", ()))
    if said.outcome is not None and programme.accreditor is None:
        told.leave("no_accreditor", "accreditation_outcome", "Nobody accredits in this programme.")
    elif said.outcome is not None and phase is None:
        told.leave("unknown_phase", "accreditation_phase", "It is not said for which phase.")
    else:
        _tell_recorded(told, said, person, Code(phase or ""), programme)
        _tell_outcome(told, said, person, Code(phase or ""), programme)
        _tell_awaited(told, said, person, Code(phase or ""), scene)


def _tell_recorded(
    told: Plan, said: ToldAccreditation, person: tuple[str, ...], phase: Code, programme: Programme
) -> None:
    what = None
    if said.outcome == "accredited" and programme.accreditor is not None:
        source = Code(programme.accreditor.code)
        what = RecordAccreditation(phase=phase, source=source, until=said.until, number=said.number)
    cells = {ON: "accredited_on", "until": "accredited_until", "number": "accreditation_number"}
    if said.phase:
        cells["phase"] = "accreditation_phase"
    told.tell(person, (AccreditationRecorded,), what, said.on, cells, key={"phase": phase}, slot=())


def _tell_outcome(
    told: Plan, said: ToldAccreditation, person: tuple[str, ...], phase: Code, programme: Programme
) -> None:
    what, stage = None, _last_stage(programme, phase)
    if said.outcome in ("not_accredited", "deferred"):
        what = TellOutcome(phase=phase, stage=stage, result=said.outcome)
    told.tell(
        person,
        (OutcomeTold,),
        what,
        said.on,
        {"result": "accreditation_outcome", ON: "accredited_on"},
        key={"phase": phase, "stage": stage, "result": said.outcome},
        slot=(),
        succeeds=True,
    )


def _tell_awaited(
    told: Plan, said: ToldAccreditation, person: tuple[str, ...], phase: Code, scene: Scene
) -> None:
    what = None
    if said.outcome == "awaited":
        what = ExpectAccreditation(phase=phase, expected_by=said.expected_by)
    cells = {"expected_by": "accreditation_expected"}
    on = said.on or scene.today
    told.tell(person, (AccreditationExpected,), what, on, cells, key={"phase": phase}, slot=())


def _only_phase(programme: Programme, asked: Sequence[str]) -> str | None:
    """The phase that is meant where none is told: the only one that was applied for."""
    known = [each.code for each in programme.phases]
    wanted = list(asked) or known
    return wanted[0] if len(wanted) == 1 else None


def _last_stage(programme: Programme, phase: str) -> Code:
    stages = programme.accreditor.stages if programme.accreditor else ()
    gating = [each.code for each in stages if each.gates and phase in each.phases]
    return Code(gating[-1] if gating else "")


def tell_induction(told: Plan, day: dt.date | None, person: tuple[str, ...], today: dt.date) -> None:
    """The induction as attended, or as planned where its day lies ahead."""
    ahead = day is not None and day > today
    attended = AttendInduction() if day is not None and not ahead else None
    told.tell(person, (InductionAttended,), attended, day, {ON: "inducted_on"})
    planned = PlanInduction(session=INDUCTION, sits_on=day) if day is not None and ahead else None
    told.tell(person, (InductionPlanned,), planned, today, {"sits_on": "inducted_on"})


def tell_checks(
    told: Plan, checks: Mapping[str, dt.date], person: tuple[str, ...], programme: Programme
) -> None:
    """Each check that the programme requires, as found clear."""
    for each in programme.requirements:
        day = checks.get(each.code)
        clear = ClearRequirement(requirement=Code(each.code), outcome="clear") if day else None
        told.tell(
            person,
            (RequirementChecked,),
            clear,
            day,
            {ON: f"{CHECK}{each.code}"},
            key={"requirement": each.code},
        )
