"""Asks for references by files in one folder, and takes the answers from another."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit.api import (
    Accepted,
    Asked,
    Collected,
    Context,
    Deferred,
    ReferenceBounced,
    ReferenceChannel,
    ReferenceDeclined,
    ReferenceReply,
    ReferenceTask,
    Refused,
    Reply,
    Setting,
    hookimpl,
)
from siprecruit.plugins.builtin.dropped import (
    Unreadable,
    content_of,
    files_within,
    json_in,
    next_batch,
    read_each,
    receipt_of,
    unread,
)
from siprecruit.plugins.builtin.folders import WITHIN, Outside, folder_within, name_for, within, write_whole

siprecruit_api = ">=1,<2"

_TASK: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}")
_KNOWN: Final = frozenset({"task", "answers", "declined", "bounced", "in_confidence", "received_at"})


@attrs.frozen(kw_only=True)
class Settings:
    """Where requests are written, and where replies are dropped, counted from the installation's folder."""

    requests: str = "references/requests"
    replies: str = "references/replies"


@hookimpl
def siprecruit_settings() -> Setting:
    """The two folders."""
    return Setting(
        schema={"type": "object", "properties": {"requests": WITHIN, "replies": WITHIN}},
        make=lambda table: Settings(**table),
    )


def request(context: Context, task: ReferenceTask) -> Asked:
    """Write what is asked for, or asked for again, into a file that its key names."""
    told = {
        "task": task.task,
        "reminder": task.step or None,
        "referee": {"name": task.referee.name, "email": task.referee.address or None},
        "applicant": task.applicant_name,
        "from_la": task.from_la,
        "due": task.due.isoformat(),
        "form": task.form,
        "link": task.link,
    }
    return _write(context, task, told)


def withdraw(context: Context, task: ReferenceTask) -> Asked:
    """Write that nothing is wanted any more: nobody answers that."""
    said = _write(context, task, {"task": task.task, "withdrawn": True})
    return attrs.evolve(said, final=True) if isinstance(said, Accepted) else said


def _write(context: Context, task: ReferenceTask, told: Mapping[str, Any]) -> Asked:
    name = name_for(task.delivery.key, ".json")
    try:
        path = folder_within(context.home, context.settings.requests) / name
        folder_within(context.home, context.settings.replies)
        if not path.exists():
            write_whole(path, json.dumps(told, indent=2, ensure_ascii=False).encode())
    except Outside as error:
        return Refused(reason=f"{error}.")
    except OSError as error:
        return Deferred(reason=f"The request could not be written: {error.strerror}.")
    return Accepted(receipt=name, final=False)


def collect(context: Context, cursor: str) -> Collected:
    """Read the replies that were dropped; what can't be read is set aside, with a sentence beside it."""
    folder = folder_within(context.home, context.settings.replies)
    batch = next_batch(folder, cursor, (".json",))
    replies = tuple(read_each(folder, batch, lambda path: reply_in(content_of(path), context.clock())))
    return Collected(replies=replies, cursor=batch.cursor, unread=unread(folder))


def reply_in(content: bytes, now: dt.datetime) -> Reply:
    """The reply that a file tells. Raises Unreadable."""
    told, receipt = json_in(content), receipt_of(content)
    if (
        not isinstance(told, dict)
        or not isinstance(task := told.get("task"), str)
        or not _TASK.fullmatch(task)
    ):
        raise Unreadable('The file must name its task, such as "task": "A7K4P/r1".')
    if strange := sorted(told.keys() - _KNOWN):
        raise Unreadable(f"The file tells {strange[0][:40]}, which is none of {', '.join(sorted(_KNOWN))}.")
    ways = [way for way in ("answers", "declined", "bounced") if told.get(way) not in (None, False)]
    match ways:
        case ["answers"] if isinstance(told["answers"], dict) and told["answers"]:
            return _answered(task, told, receipt, now)
        case ["declined"] if isinstance(told["declined"], str | bool):
            return ReferenceDeclined(task=task, reason=_words(told["declined"]), receipt=receipt)
        case ["bounced"] if told["bounced"] is True:
            return ReferenceBounced(task=task, receipt=receipt)
    raise Unreadable('The file must tell one of "answers": {...}, "declined": "why", "bounced": true.')


def _answered(task: str, told: Mapping[str, Any], receipt: str, now: dt.datetime) -> ReferenceReply:
    in_confidence = told.get("in_confidence")
    if not isinstance(in_confidence, bool | None):
        raise Unreadable("In the file, in_confidence must be true, false or null.")
    return ReferenceReply(
        task=task,
        answers=told["answers"],
        in_confidence=in_confidence,
        received_at=_instant(told.get("received_at"), now),
        receipt=receipt,
    )


def _words(reason: str | bool) -> str:
    return reason if isinstance(reason, str) else ""


def _instant(told: object, now: dt.datetime) -> dt.datetime:
    """When it was received: as told, an instant or a day, whose noon it is; else now."""
    if told is None:
        return now
    try:
        found = dt.datetime.fromisoformat(str(told))
    except ValueError:
        raise Unreadable(
            "In the file, received_at must be such as 2007-06-20 or 2007-06-20T10:00:00Z."
        ) from None
    if found.tzinfo is not None:
        return found.astimezone(dt.UTC)
    return found.replace(hour=found.hour or 12, tzinfo=dt.UTC)


def forget(context: Context, keys: tuple[str, ...]) -> int:
    """Delete what was written under these keys, and replies to their tasks that lie about."""
    folder = within(context.home, context.settings.requests)
    there = [path for key in keys if (path := folder / name_for(key, ".json")).exists()]
    tasks = {task for path in there if (task := _task_in(path))}
    replies = [
        each
        for each in files_within(within(context.home, context.settings.replies))
        if _task_in(each) in tasks
    ]
    for path in (*there, *replies):
        path.unlink(missing_ok=True)
    return len(there) + len(replies)


def _task_in(path: Path) -> str | None:
    try:
        told = json_in(content_of(path))
    except (Unreadable, OSError):
        return None
    return told.get("task") if isinstance(told, dict) else None


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """The channel for another program on this machine, and for a try."""
    return [
        ReferenceChannel(
            name="folder",
            request=request,
            withdraw=withdraw,
            collect=collect,
            forget=forget,
            idempotent=True,
        )
    ]
