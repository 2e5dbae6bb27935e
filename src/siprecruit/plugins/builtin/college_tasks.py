"""Takes lists of references that the college has asked our referees for, as csv, xlsx or JSON files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit.api import Context, Inbox, Item, Polled, Setting, hookimpl
from siprecruit.plugins.builtin.dropped import (
    Unreadable,
    content_of,
    json_in,
    next_batch,
    note_beside,
    read_each,
    receipt_of,
    unread,
)
from siprecruit.plugins.builtin.folders import WITHIN, folder_within
from siprecruit.plugins.builtin.tables import BadTable, day_in, folded, rows_in

siprecruit_api = ">=1,<2"

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "application": ("Application code", "Our code", "Our reference"),
    "first_name": ("Forename", "Forenames", "Applicant first name", "Applicant's first name"),
    "last_name": ("Surname", "Applicant last name", "Applicant's surname", "Applicant surname"),
    "authority": ("Applied to", "Authority applied to", "LA", "Local authority"),
    "employer_urn": ("URN", "School URN", "Headteacher of"),
    "referee": ("Referee code", "Referee number", "Which referee"),
    "referee_name": ("Name of referee", "Referee's name"),
    "referee_email": ("Referee e-mail", "Referee's e-mail", "E-mail of referee"),
    "referee_person": ("Officer", "Officer's id"),
    "asked_by": ("Body",),
    "asked_on": ("Asked", "Date asked", "Requested", "Date requested", "Requested on"),
    "due": ("Due by", "Due on", "Deadline", "Wanted by", "Due date"),
}
"""What a list may say, and the usual headings of a sheet. JSON says it by these names."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}")
_URN: Final = re.compile(r"[0-9]{1,10}")
_THEIR_REFEREE: Final = "1"
_LONGEST: Final = 200


@attrs.frozen(kw_only=True)
class Settings:
    """Where the files are dropped, and who asks where a list doesn't say."""

    folder: str = "college/tasks"
    asked_by: str = "ncsl"


@hookimpl
def siprecruit_settings() -> Setting:
    """The folder, and the college's code."""
    code = {"type": "string", "pattern": f"^{_CODE.pattern}$"}
    return Setting(
        schema={"type": "object", "properties": {"folder": WITHIN, "asked_by": code}},
        make=lambda table: Settings(**table),
    )


def poll(context: Context, cursor: str) -> Polled:
    """Read the files that were dropped; of a list with a bad line, all others go in."""
    settings: Settings = context.settings
    folder = folder_within(context.home, settings.folder)
    batch = next_batch(folder, cursor, (".csv", ".xlsx", ".json"))
    read = [
        each
        for items in read_each(folder, batch, lambda path: _items(folder, path, settings))
        for each in items
    ]
    # The same line in two lists of a batch is one task.
    items = {item.receipt: item for item in read}
    return Polled(items=tuple(items.values()), cursor=batch.cursor, unread=unread(folder))


def _items(folder: Path, path: Path, settings: Settings) -> list[Item]:
    """The tasks of a file. Raises Unreadable where there is none that can be read."""
    found: list[Item] = []
    faults: list[str] = []
    for place, told in _told(path):
        try:
            found.append(item(_texts(told), settings.asked_by))
        except Unreadable as bad:
            faults.append(f"{place}: {bad}")
    if faults and not found:
        raise Unreadable("\n".join(faults))
    if faults:
        note_beside(folder, path, "\n".join(faults))
    return found


def _told(path: Path) -> Iterator[tuple[str, object]]:
    """What a file tells of each task, and where. Raises Unreadable."""
    content = content_of(path)
    if path.suffix.lower() == ".json":
        tasks = json_in(content)
        for number, told in enumerate(tasks if isinstance(tasks, list) else [tasks], start=1):
            yield f"Task {number}", told
        return
    try:
        rows = rows_in(content, HEADINGS, ("asked_on",))
    except BadTable as bad:
        raise Unreadable(f"In the file, {bad}.") from None
    for row in rows:
        yield f"Line {row.number}", row.texts


def _texts(told: object) -> Mapping[str, str]:
    if not isinstance(told, Mapping) or not all(isinstance(one, str | None) for one in told.values()):
        raise Unreadable("a task must be an object of texts")
    if strange := sorted(told.keys() - HEADINGS.keys()):
        raise Unreadable(f"{strange[0][:40]} is none of {', '.join(HEADINGS)}")
    return {name: text.strip() for name, text in told.items() if text}


def item(told: Mapping[str, str], asked_by: str) -> Item:
    """The commands that record one task, whose receipt is all that it says. Raises Unreadable."""
    said = {name: text for name, text in told.items() if text}
    receipt = receipt_of(json.dumps(said, sort_keys=True).encode())
    whose = _ours(said) if "application" in said else _elsewhere(said)
    body = _code(said, "asked_by", asked_by)
    task = {
        "reference": f"{body[:40]}-{receipt[:6]}",
        "referee": _code(said, "referee", _THEIR_REFEREE),
        "asked_by": body,
        **({"due": _day(said, "due")} if "due" in said else {}),
    }
    on = _day(said, "asked_on")
    commands = (*whose[1], ("reference.begin_outside", task))
    return Item(
        receipt=receipt,
        commands=tuple(
            {"command": name, "stream": whose[0], "on": on, "data": data} for name, data in commands
        ),
    )


Commands = list[tuple[str, Mapping[str, Any]]]


def _ours(said: Mapping[str, str]) -> tuple[str, Commands]:
    """An applicant of ours: the referee is known by a code."""
    if "referee" not in said:
        raise Unreadable("which referee of the application it is must be said, by their code such as 1")
    return f"application/{_code(said, 'application')}", []


def _elsewhere(said: Mapping[str, str]) -> tuple[str, Commands]:
    """One of our headteachers who applies elsewhere: no applicant of ours, but our referee's work."""
    for name in ("first_name", "last_name", "referee_name"):
        if name not in said:
            raise Unreadable(
                f"{name.replace('_', ' ')} is missing, and so is the code of an application of ours"
            )
    applicant = {name: said[name][:_LONGEST] for name in ("first_name", "last_name")}
    if "authority" in said:
        applicant["authority"] = folded(said["authority"]).replace(" ", "-")[:64] or _bad("authority")
    if "employer_urn" in said:
        urn = said["employer_urn"]
        applicant["employer_urn"] = urn if _URN.fullmatch(urn) else _bad("employer_urn")
    referee: dict[str, Any] = {
        "referee": _code(said, "referee", _THEIR_REFEREE),
        "name": said["referee_name"][:_LONGEST],
        "from_la": True,
        **({"email": said["referee_email"][:_LONGEST]} if "referee_email" in said else {}),
        **({"person": _code(said, "referee_person")} if "referee_person" in said else {}),
    }
    return "application/new", [("application.elsewhere", applicant), ("referee.name", referee)]


def _code(said: Mapping[str, str], name: str, otherwise: str = "") -> str:
    found = said.get(name, otherwise)
    return found if _CODE.fullmatch(found) else _bad(name)


def _day(said: Mapping[str, str], name: str) -> str:
    if name not in said:
        raise Unreadable(f"the day in {name} is missing")
    try:
        return day_in(said[name]).isoformat()
    except ValueError:
        return _bad(name)


def _bad(name: str) -> str:
    raise Unreadable(f"what stands in {name} can't be taken for one")


@hookimpl
def siprecruit_inboxes() -> Iterable[Inbox]:
    """The college's requests stand in one queue with ours."""
    return [Inbox(name="college_tasks", poll=poll)]
