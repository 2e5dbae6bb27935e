"""What comes in as files: a referee's answer, a line about whom the college has asked, the college's list."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from siprecruit.demo.outside import CollegeAsked, Happening, Listed, ListOut, Replied

REPLIES: Final = "references/replies"
TASKS: Final = "college/tasks"
LISTS: Final = "college/accredited-{}.csv"

_HEADINGS: Final = (
    "Accreditation number",
    "Forename",
    "Surname",
    "Phase",
    "Accreditation status",
    "Date accredited",
    "Valid until",
)


def drop(home: Path, happening: Happening) -> None:
    """Put into the installation's folder what comes of it."""
    match happening:
        case Replied(task=task):
            _write(home / REPLIES / f"{task.replace('/', '-')}.json", _json(reply(happening)))
        case CollegeAsked(told=told):
            content = _json(dict(told))
            name = hashlib.sha256(content).hexdigest()[:12]
            _write(home / TASKS / f"{told['asked_on']}-{name}.json", content)
        case ListOut(on=on, lines=lines):
            _write(home / LISTS.format(on.isoformat()), _table(lines))


def reply(replied: Replied) -> dict[str, Any]:
    """The answer, as the channel for files takes it."""
    task = {"task": replied.task}
    if replied.bounced:
        return task | {"bounced": True}
    if replied.declined:
        return task | {"declined": replied.declined}
    return task | {
        "answers": dict(replied.answers),
        "in_confidence": replied.in_confidence,
        "received_at": replied.on.isoformat(),
    }


def _table(lines: Sequence[Listed]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_HEADINGS, *_rows(lines)])
    return text.getvalue().encode()


def _rows(lines: Sequence[Listed]) -> Iterator[tuple[object, ...]]:
    for each in sorted(lines, key=lambda line: (line.number, line.phase)):
        days = (each.accredited_on or "", each.expires_on or "")
        words = str(each.status).replace("_", " ").capitalize()
        yield each.number, each.first_name, each.last_name, each.phase, words, *days


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, indent=1, ensure_ascii=False).encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)
