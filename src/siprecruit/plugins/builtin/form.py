"""Asks a referee by a link to our own form, which the authority's notifier sends."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import Asked, ByMessage, Context, ReferenceChannel, ReferenceTask, hookimpl

siprecruit_api = ">=1,<2"


def request(_context: Context, _task: ReferenceTask) -> Asked:
    """The message with the link."""
    return ByMessage(template="reference.asked")


def remind(_context: Context, _task: ReferenceTask) -> Asked:
    """The message with the same link."""
    return ByMessage(template="reference.reminded")


def withdraw(_context: Context, _task: ReferenceTask) -> Asked:
    """The message that nothing is wanted any more; the link opens nothing from then on."""
    return ByMessage(template="reference.withdrawn")


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """The channel of a new installation. It does nothing itself, so that it may be asked again."""
    return [ReferenceChannel(name="form", request=request, remind=remind, withdraw=withdraw, idempotent=True)]
