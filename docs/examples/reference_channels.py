"""Asks for references on slips of paper, which somebody takes along; what comes back is typed into a file."""

from __future__ import annotations

import json
from collections.abc import Iterable

from siprecruit.api import (
    Accepted,
    Collected,
    Context,
    ReferenceChannel,
    ReferenceReply,
    ReferenceTask,
    hookimpl,
)

siprecruit_api = ">=1,<2"


def request(context: Context, task: ReferenceTask) -> Accepted:
    """Write a slip. It isn't answered by that: `collect` brings the answer."""
    slips = context.home / "slips"
    slips.mkdir(exist_ok=True)
    name = task.task.replace("/", "-")
    wanted = f"please give a reference for {task.applicant_name} by {task.due.isoformat()}"
    slip = slips / f"{name}-{task.step}.txt"
    slip.write_text(f"{task.referee.name}: {wanted}.\n", encoding="utf-8")
    return Accepted(receipt=name, final=False)


def collect(context: Context, cursor: str) -> Collected:
    """The lines of `answers.jsonl` behind the cursor, which is how many of them have been read."""
    file = context.home / "answers.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    read = int(cursor or 0)
    replies = tuple(
        ReferenceReply(
            receipt=f"line-{number}",
            received_at=context.clock(),
            in_confidence=None,
            **json.loads(line),  # its task, and the answers
        )
        for number, line in enumerate(lines[read:], start=read + 1)
    )
    return Collected(replies=replies, cursor=str(len(lines)))


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """A reminder goes through `request` as well, with the days since then as its `step`."""
    return [ReferenceChannel(name="slips", request=request, collect=collect, idempotent=True)]
