"""Asks the authority's own referee for all that is wanted of them in one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from siprecruit.api import Asked, ByMessage, Context, ReferenceChannel, ReferenceTask, hookimpl

siprecruit_api = ">=1,<2"

DIGEST: Final = ByMessage(template="reference.digest")
"""The same for each task: that makes them one message. Requests and reminders stand in it side by side."""


def request(_context: Context, _task: ReferenceTask) -> Asked:
    """A list of one."""
    return DIGEST


def request_many(_context: Context, tasks: tuple[ReferenceTask, ...]) -> Mapping[str, Asked]:
    """One list of them all."""
    return {task.task: DIGEST for task in tasks}


def withdraw(_context: Context, _task: ReferenceTask) -> Asked:
    """The message that one of them is wanted no longer."""
    return ByMessage(template="reference.withdrawn")


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """The channel for ``la_channel``. It does nothing itself, so that it may be asked again."""
    return [
        ReferenceChannel(
            name="la_referee", request=request, request_many=request_many, withdraw=withdraw, idempotent=True
        )
    ]
