"""Writes the reference of what needs doing from the kinds of task: `python docs/generate_todo.py`."""  # noqa: INP001

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from siprecruit.core.todo import KINDS, Kind
from siprecruit.programmes import load

DOCUMENT: Final = Path(__file__).resolve().parent / "reference" / "todo.md"

BEGIN: Final = """\
# What needs doing

`siprecruit todo` lists what somebody has to do: what, whose move it is, about whom or which school,
since when, until when, how many schools wait for it, and the command that does it. Nobody keeps this
list: it follows from what is recorded, and a thing leaves it when the fact is told that settles it.
`--for ROLE` shows the tasks of a role, by its code or by the authority's own word for it; `--for PERSON`
shows somebody's own, and those of their roles that are nobody's in particular. `--as-at DATE` lists what it
was on another day, past or to come, by what is known now; so does a clock that `--now` sets back. That list
is read from the events themselves and takes longer; for today it is the same.

## The order

It is the same for everybody and always explained by the row itself:

1. a school that has nobody today although the law wants somebody (from the programme's statutory date
   on);
2. what is due, the soonest day first: so what is overdue longest leads;
3. of one day, what is nearer to a covered school: the order of the table below;
4. what is due on no day, in the order of the table, of one kind the oldest first.

## The days

A task is due on the day that a fact sets (a reference's due date, an interview's, the last day of an
accreditation), or so many days after it arose as the programme says in `[tasks.days]`, whichever comes
first. What the programme counts never falls on a weekend or in a holiday: it moves to the next day on
which schools are open. A school without cover, and the end of an accreditation or a check, are shown
`look_ahead_days` ahead.

*The table is written from the program by `python docs/generate_todo.py`; the days are those of norfolk-2008.*

"""

GATES: Final = {
    "cover": "a covered school",
    "start": "a start at a school",
    "deployment": "being deployed",
    "decision": "the decision",
    "panel": "the panel",
    "record": "the record alone",
}


def todo_reference() -> str:
    """The whole page."""
    heads = ("kind", "what", "whose", "what waits", "days", "command")
    lines = [heads, tuple("---" for _ in heads), *(tuple(_cells(kind)) for kind in KINDS.values())]
    return BEGIN + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + END


END: Final = """
A reference is the LA referee's task where the referee is the authority's own. Anybody else's is theirs
until it is late; then it is the office's to ring. Wherever a task is about a referee, `referee_name` is who
that is.

## Who could cover a school

A school that nobody is responsible for (`cover_missing`, `school_to_allocate`) says since when it has nobody,
or from when on, how many people could cover it, and the first three of them. On the day from which the
school has nobody, or today where that is past, these people

- may be deployed in the school's phase: accredited, appointed, inducted, every check clear;
- have no tie to the school on that day or later, be it their own school or a declared interest;
- are not named for it already, as partner or as development adviser (unless the programme's
  `cda_may_be_sip` lets an adviser be the partner, too);
- have room for one more school.

Somebody's room is what the programme's `[capacity]` makes of the days a year that they give, less the schools
for which they are named today or later; who has not said how many days counts by the limits of their
category alone. Those with room for the most schools come first; of as many by name, and then by id. How far
they would have to travel is not looked at here. With `--json` it stands under `could_cover`:
`people`, and `first` with `person`, `name` and `free`. A person decides: no name is filled into the command.
"""


def _cells(kind: Kind) -> Iterator[str]:
    days = load("norfolk-2008").tasks.days.get(kind.code)
    yield f"`{kind.code}`"
    yield kind.what
    yield kind.role
    yield GATES[kind.gate]
    yield "" if days is None else str(days)
    does = [f"[{name}](commands.md#{name.replace('.', '')})" for name, _ in kind.does]
    # A message is told by its key, whatever else by the name that stands beside the task.
    name = "NAME" if kind.shows == "detail" else "KEY"
    yield ", ".join([*does, *(f"`siprecruit {line.replace('{detail}', name)}`" for line in kind.types)])


if __name__ == "__main__":
    DOCUMENT.write_text(todo_reference(), encoding="utf-8")
