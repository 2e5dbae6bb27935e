"""Which references can be asked for, and why the others can't."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain, count
from typing import TYPE_CHECKING, Literal

import attrs

from siprecruit.core.references.state import IN_STATES, References, is_open, standing_referees, task_state

if TYPE_CHECKING:
    from siprecruit.core.ids import Code

WhyNot = Literal["asked_by_others", "declined", "bounced", "expired", "withdrawn", "no_address"]


@attrs.frozen(kw_only=True)
class Wish:
    """A reference that is not there and not awaited from us: of which referee, under which code.

    ``why_not`` is a code where it can't be asked for, None where it can.
    """

    referee: Code
    reference: str
    from_la: bool
    why_not: WhyNot | None = None


def wishes(references: References) -> tuple[Wish, ...]:
    """What could be asked for: every referee who stands and has neither answered nor been asked by us.

    Whoever declined, wasn't reached or let the time pass isn't asked again unasked: another referee, another
    address or a word with them is wanted first. An officer of the authority is known by more than an address.
    """
    found, taken = [], set(references.tasks)
    for code, referee in standing_referees(references).items():
        mine = [task for task in references.tasks.values() if task.referee == code]
        states = [task_state(references, task) for task in mine]
        ours = any(task.asked_by is None and is_open(references, task) for task in mine)
        if ours or any(state in IN_STATES for state in states):
            continue
        why: WhyNot | None = None
        if any(is_open(references, task) for task in mine):
            why = "asked_by_others"
        elif states:
            why = _ended(states)
        elif not (referee.named.email or referee.from_la or referee.person):
            why = "no_address"
        reference = free_code(taken, f"r{code}")
        taken.add(reference)  # type: ignore[arg-type] # a code by its making
        found.append(Wish(referee=code, reference=reference, from_la=referee.from_la, why_not=why))
    return tuple(found)


def free_code(taken: Collection[str], wanted: str) -> str:
    """A code that no reference has yet: the ``wanted`` one, or else with a number."""
    numbered = (f"{wanted}.{number}" for number in count(1))
    return next(code for code in chain((wanted,), numbered) if code not in taken)


def _ended(states: Collection[str]) -> WhyNot:
    ends: tuple[WhyNot, ...] = ("declined", "bounced", "expired")
    return next((end for end in ends if end in states), "withdrawn")
