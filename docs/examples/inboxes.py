"""Takes in notes of telephone calls, which the switchboard writes into a file."""

from __future__ import annotations

import json
from collections.abc import Iterable

from siprecruit.api import Context, Inbox, Item, Polled, hookimpl

siprecruit_api = ">=1,<2"


def poll(context: Context, cursor: str) -> Polled:
    """The lines behind the cursor. Each is an application's code, a day and a text: one command."""
    file = context.home / "calls.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    read = int(cursor or 0)
    calls = [json.loads(line) for line in lines[read:]]
    items = tuple(
        Item(
            receipt=f"call-{number}",
            commands=(
                {
                    "command": "note.add",
                    "stream": f"application/{call['application']}",
                    "on": call["on"],
                    "data": {"text": call["text"]},
                },
            ),
        )
        for number, call in enumerate(calls, start=read + 1)
    )
    return Polled(items=items, cursor=str(len(lines)))


@hookimpl
def siprecruit_inboxes() -> Iterable[Inbox]:
    """Asked at the beginning of each `deliver`."""
    return [Inbox(name="switchboard", poll=poll)]
