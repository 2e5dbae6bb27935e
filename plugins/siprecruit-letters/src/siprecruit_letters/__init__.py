"""Letters on paper: messages to people, and requests for references, a batch of them as one file to print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from siprecruit.api import Notifier, ReferenceChannel, Setting, hookimpl

from siprecruit_letters.asking import remind, request, withdraw
from siprecruit_letters.sending import forget, send
from siprecruit_letters.settings import SETTING

if TYPE_CHECKING:
    import click

siprecruit_api = ">=1,<2"


@hookimpl
def siprecruit_settings() -> Setting:
    """Where letters are kept, and who they are from."""
    return SETTING


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """Messages as letters, to those of whom a postal address is known."""
    return (Notifier(name="letter", address="post", send=send, forget=forget, idempotent=True),)


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """References by post, with a sheet for the answers; the office enters what comes back."""
    return (
        ReferenceChannel(
            name="letter",
            request=request,
            remind=remind,
            withdraw=withdraw,
            forget=forget,
            idempotent=True,
        ),
    )


@hookimpl
def siprecruit_commands() -> Iterable[click.Command]:
    """``siprecruit letters print`` and ``list``."""
    from siprecruit_letters.commands import list_, print_

    return (print_, list_)
