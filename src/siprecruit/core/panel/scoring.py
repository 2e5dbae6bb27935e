"""What the members' scores come to, and who may see them when."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel.state import Panel, Scoring

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

HUNDREDTH: Final = Decimal("0.01")


def sitting(panel: Panel) -> Code | None:
    """The code of the panel that saw, or is to see, the applicant last."""
    if panel.interview is not None:
        return panel.interview.panel
    last = max(panel.scores.values(), key=lambda one: one.on, default=None)
    return None if last is None else last.given.panel


def may_score(panel: Panel, member: PersonId, refereed_by: frozenset[PersonId]) -> bool:
    """Whether a member may score this applicant: has no conflict, and is none of those who refereed them.

    Pass an empty set where the programme lets a referee score.
    """
    return member not in panel.conflicts and member not in refereed_by


def counted_scores(panel: Panel) -> Mapping[PersonId, Scoring]:
    """The scores that count, by member: those of the last panel, without members who have a conflict."""
    code = sitting(panel)
    return {
        member: scoring
        for (of, member), scoring in panel.scores.items()
        if of == code and member not in panel.conflicts
    }


def visible_scores(panel: Panel, member: PersonId) -> Mapping[PersonId, Scoring]:
    """The scores that a member may see: none until their own is in, then all that count; a chair too.

    A member who has declared a conflict loses sight of the case.
    """
    counted = counted_scores(panel)
    return counted if member in counted else {}


def weighted_totals(scores: Mapping[PersonId, Scoring], programme: Programme) -> Mapping[PersonId, Decimal]:
    """Each member's sum of points times weight.

    A member whose scores lack a criterion that the programme has by now is left out: it can't be compared.
    """
    criteria = programme.panel.criteria
    return {
        member: sum((Decimal(points[Code(each.code)] * each.weight) for each in criteria), Decimal(0))
        for member, points in ((member, scoring.points) for member, scoring in scores.items())
        if all(each.code in points for each in criteria)
    }


def weighted_total(panel: Panel, programme: Programme) -> Decimal | None:
    """The mean of the members' weighted totals, to the hundredth; None before anybody has scored."""
    totals = weighted_totals(counted_scores(panel), programme).values()
    if not totals:
        return None
    return (sum(totals, Decimal(0)) / len(totals)).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def spread(panel: Panel, programme: Programme) -> Decimal | None:
    """How far the members' weighted totals lie apart; None before anybody has scored."""
    totals = weighted_totals(counted_scores(panel), programme).values()
    return max(totals) - min(totals) if totals else None
