"""Our headteachers who apply to other authorities: the college asks the officer who is their referee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

from siprecruit.core.ids import Code
from siprecruit.core.references import GiveReferenceElsewhere
from siprecruit.demo.authority import Setting
from siprecruit.demo.diary import days_after
from siprecruit.demo.outside import COLLEGE
from siprecruit.demo.references import DUE_IN, as_officer, college_asks

APPLY_ELSEWHERE: Final = 8
ASK_LAST: Final = (dt.date(2008, 6, 11), dt.date(2008, 6, 30), dt.date(2008, 7, 9))
_ELSEWHERE: Final = ("suffolk", "lincolnshire", "cambridgeshire")


def tell(setting: Setting, random: Random, people: Iterator[tuple[str, str]]) -> None:
    """Our headteachers who apply to other authorities: the college asks our officer, in the same queue.

    The last three ask in the summer of 2008: their references are still awaited when the story ends.
    """
    asked = [days_after(dt.date(2007, 2, 1), random.randint(0, 120)) for _ in range(APPLY_ELSEWHERE)]
    for number, began in enumerate([*asked, *ASK_LAST]):
        first_name, last_name = next(people)
        named = as_officer(Code("1"), setting.authority.la_referee)[1]
        line = {
            "first_name": first_name,
            "last_name": last_name,
            "authority": random.choice(_ELSEWHERE),
            "referee_name": named.name,
            "referee_email": named.email,
            "referee_person": str(named.person),
            "asked_on": began.isoformat(),
            "due": days_after(began, DUE_IN).isoformat(),
        }
        receipt, reference = college_asks(setting.diary, line, began)
        if number < APPLY_ELSEWHERE:
            given = GiveReferenceElsewhere(reference=reference, where=COLLEGE)
            setting.diary.enter_of(receipt, given, days_after(began, 3 + 2 * number))
