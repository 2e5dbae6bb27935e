"""The cells of one row as they are read: what each means, and what has to be mended first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.programme import Programme
from siprecruit.intake.cells import BadCell, is_nothing, read_date, read_urns, read_whole

Thing = TypeVar("Thing")


class Titled(Protocol):
    """Anything that a programme gives a title."""

    @property
    def title(self) -> str:
        """What people read."""


@attrs.frozen(kw_only=True)
class Fault:
    """Why a row, or a cell of it, can't be recorded: a stable code, the field, and one sentence."""

    code: str
    field: str
    message: str


@attrs.define(kw_only=True)
class Reading:
    """One row under its headings. ``present`` are the fields that the sheet has a column for.

    What can't be taken for what its column holds is noted among the ``faults``, and reads as nothing.
    """

    number: int
    texts: Mapping[str, str]
    present: frozenset[str]
    programme: Programme
    today: dt.date
    faults: list[Fault] = attrs.field(factory=list)

    def text(self, field: str) -> str:
        """What is written there; "" for a blank cell, a dash and "n/a"."""
        written = self.texts.get(field, "")
        return "" if is_nothing(written) else written

    def day(self, field: str, *, ahead: bool = False) -> dt.date | None:
        """A day, which has come unless it may lie ahead."""
        if not self.text(field):
            return None
        try:
            found = read_date(self.text(field))
        except BadCell as bad:
            self.fault("bad_date", field, str(bad))
            return None
        if found > self.today and not ahead:
            self.fault("bad_date", field, f"{in_words(found)} has not come yet.")
            return None
        return found

    def named(
        self, field: str, look: Callable[[str], Thing | None], what: str, known: Iterable[Titled] = ()
    ) -> Thing | None:
        """One of the programme's things, by any of its names; those that are ``known`` are told."""
        if not self.text(field):
            return None
        found = look(self.text(field))
        if found is None:
            titles = ", ".join(each.title for each in known)
            meant = f": one of {titles} is meant" if titles else ""
            message = f'There is no {what} "{self.text(field)}"{meant}.'
            self.fault(f"unknown_{what.replace(' ', '_')}", field, message)
        return found

    def whole(self, field: str, *, lowest: int, highest: int) -> int | None:
        """A whole number within bounds."""
        if not self.text(field):
            return None
        found = read_whole(self.text(field), lowest=lowest, highest=highest)
        if found is None:
            wanted = f"a whole number from {lowest} to {highest}"
            self.fault("bad_value", field, f'"{self.text(field)}" is not {wanted}.')
        return found

    def urns(self, field: str) -> tuple[str, ...]:
        """The schools of a list, by URN."""
        found, clear = read_urns(self.text(field))
        if not clear:
            self.fault("bad_urn", field, f'"{self.text(field)}" holds something that is no URN.')
        return found

    def fault(self, code: str, field: str, message: str) -> None:
        """Note what has to be mended."""
        self.faults.append(Fault(code=code, field=field, message=message))

    def name(self) -> tuple[str, str]:
        """First and last name: of two columns, or of one ("Ann Lee", "Lee, Ann")."""
        first, last = self.text("first_name"), self.text("last_name")
        if first or last:
            return first, last
        return split_name(self.text("name"))


def split_name(whole: str) -> tuple[str, str]:
    """First and last name of a name in one cell; with a comma the last name stands first."""
    last, comma, first = whole.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = whole.strip().rpartition(" ")
    return first.strip(), last
