"""A scheduler in a process of its own: started by a test, several at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from deliver.rounds import Clock, Post
from siprecruit.deliver.reminders import reminding
from siprecruit.record.store import open_record


def remind_at(url: str, home: str, now: str, ready: str) -> int:
    """Queue what is due as soon as the file ``ready`` is there; how many reminders that were."""
    clock = Clock(now=dt.datetime.fromisoformat(now))
    post = Post(record=open_record(url), home=Path(home), clock=clock)
    try:
        while not Path(ready).exists():
            pass
        return len(reminding.queue(post.office))
    finally:
        post.record.close()
