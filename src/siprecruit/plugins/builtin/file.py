"""Writes each message as a mail file into a folder of the installation, where it can be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from siprecruit.api import (
    Accepted,
    Context,
    Deferred,
    Notification,
    Notifier,
    Outcome,
    Refused,
    Setting,
    hookimpl,
)
from siprecruit.plugins.builtin.folders import WITHIN, Outside, folder_within, name_for, within, write_whole
from siprecruit.plugins.builtin.mail import NotMail, composed

siprecruit_api = ">=1,<2"

FOLDER: Final = "messages-sent"
"""Where messages are written where nothing else is set."""

_NOBODY: Final = "office@siprecruit.invalid"
"""Who sends a mail that goes nowhere, where the office has no address."""


@attrs.frozen(kw_only=True)
class Settings:
    """``folder`` is where messages are written, counted from the installation's."""

    folder: str = FOLDER


@hookimpl
def siprecruit_settings() -> Setting:
    """The folder."""
    return Setting(
        schema={"type": "object", "properties": {"folder": WITHIN}},
        make=lambda table: Settings(**table),
    )


def send(context: Context, message: Notification) -> Outcome:
    """Write the message under a name that its key gives; what is there already is left as it is."""
    name = name_for(message.delivery.key, ".eml")
    try:
        path = folder_within(context.home, context.settings.folder) / name
        if not path.exists():
            sender = message.reply_to or _NOBODY
            mail = composed(message, sender=sender, sender_name="", now=context.clock())
            write_whole(path, mail.as_bytes())
    except (NotMail, Outside) as error:
        return Refused(reason=f"{error}.")
    except OSError as error:
        return Deferred(reason=f"The message could not be written: {error.strerror}.")
    return Accepted(receipt=name)


def forget(context: Context, keys: tuple[str, ...]) -> int:
    """Delete the files of these keys, and say how many there were."""
    folder = within(context.home, context.settings.folder)
    there = [path for key in keys if (path := folder / name_for(key, ".eml")).exists()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """The notifier of a new installation: nothing leaves the house."""
    return [Notifier(name="file", address="email", send=send, forget=forget, idempotent=True)]
