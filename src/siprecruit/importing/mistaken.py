"""Rows that have come to stand beside the code of somebody else: nothing of them may be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from siprecruit.core.ids import ApplicationCode
from siprecruit.core.text import fold, fold_address, fold_telephone
from siprecruit.importing import known
from siprecruit.importing.content import FIELDS, Content, Known
from siprecruit.importing.differences import Changes
from siprecruit.importing.known import Applicant
from siprecruit.record.reading import Reader

WHO: Final = ("first_name", "last_name", "email", "phone")
"""What tells people apart in a sheet."""


def identity(said: Content | Known) -> tuple[str, ...]:
    """Who it is, as far as that is said: names, address and telephone, folded."""
    first, last, email, phone = (said.fields[FIELDS.index(field)] or "" for field in WHO)
    return fold(first), fold(last), fold_address(email), fold_telephone(phone)


def told_by(said: Content) -> tuple[str, ...]:
    """The columns by which a row says who it is: those that its sheet has, and that it fills."""
    return tuple(field for field in WHO if field in said.said and said.fields[FIELDS.index(field)])


def all_other(said: Content, edited: Changes, theirs: Known) -> bool:
    """Whether all that a row says of who it is was edited, and not its writing alone."""
    told = told_by(said)
    mine, there = identity(said), identity(theirs)
    return bool(told) and all(
        field in edited.fields and mine[WHO.index(field)] != there[WHO.index(field)] for field in told
    )


def those_of_others(
    reader: Reader,
    edited: Mapping[ApplicationCode, Content],
    sheet: Mapping[ApplicationCode, tuple[str, ...]],
) -> dict[ApplicationCode, ApplicationCode]:
    """By application whose names, address and telephone its row now has: those of another response.

    ``edited`` are rows in which something of this was edited, ``sheet`` is who stands in the sheet otherwise.
    Whom somebody has called one person may share everything.
    """
    if not edited:
        return {}
    recorded = known.applicants_like(reader, [_applicant(said) for said in edited.values()])
    codes = [one.application for one in recorded if one.application]
    there = {**sheet} | {code: identity(one) for code, one in known.contents(reader, codes) if one}
    pairs = [(code, other) for code, said in edited.items() for other in _like(code, said, there)]
    persons = known.persons(reader, {each for pair in pairs for each in pair})
    joined = known.joined_to(reader, sorted(set(persons.values())))
    who = {code: joined.get(person, person) for code, person in persons.items()}
    return {code: other for code, other in reversed(pairs) if code not in who or who[code] != who.get(other)}


def _like(
    code: ApplicationCode, said: Content, there: Mapping[ApplicationCode, tuple[str, ...]]
) -> Iterator[ApplicationCode]:
    told = [WHO.index(field) for field in told_by(said)]
    mine = identity(said)
    if not any(mine[place] and mine[place] != there[code][place] for place in told):
        # Only its writing was changed, such as a capital letter.
        return
    for other, theirs in there.items():
        if other != code and all(theirs[place] == mine[place] for place in told):
            yield other


def _applicant(said: Content) -> Applicant:
    first, last, email, phone = identity(said)
    day = said.fields[FIELDS.index("received_on")]
    name = fold(f"{first} {last}")
    return Applicant(advert="", received_on=day, address=email, name=name, phone=phone)
