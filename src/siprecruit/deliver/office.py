"""What delivering needs of one installation: its service, its plugins, and who delivers what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import msgspec

from siprecruit.core.programme import Programme
from siprecruit.plugins.loader import Loaded
from siprecruit.service import Service

THIS_MACHINE: Final = "http://127.0.0.1:8000"
"""Where links lead, where ``siprecruit.toml`` names no address: the pages will be served there."""


@attrs.frozen(kw_only=True)
class Choices:
    """Who delivers what, by the names of providers (the table ``[delivery]``)."""

    notifier: str = "file"
    messages: Mapping[str, str] = attrs.field(factory=dict)
    channel: str = "form"
    la_channel: str | None = None
    lookup: str = "register_file"
    inboxes: tuple[str, ...] | None = None

    def notifier_of(self, message: str) -> str:
        """Who sends the message of that name."""
        return self.messages.get(message, self.notifier)

    def channel_of(self, *, from_la: bool) -> str:
        """How a referee is asked; the authority's own may be asked otherwise."""
        return (self.la_channel or self.channel) if from_la else self.channel


@attrs.frozen(kw_only=True)
class Letterhead:
    """What stands on messages and letters, and where answers go (the table ``[office]``)."""

    name: str
    address: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""
    signatory: str = ""
    signatory_title: str = ""


@attrs.frozen(kw_only=True)
class Office:
    """One installation, ready to deliver. ``secret`` is what links are made of; it is told to nobody."""

    home: Path
    service: Service
    plugins: Loaded
    choices: Choices
    letterhead: Letterhead
    web: str
    secret: bytes = attrs.field(repr=False)

    @property
    def programme(self) -> Programme:
        """The authority's programme."""
        return self.service.programme


def choices_of(table: Mapping[str, Any]) -> Choices:
    """Who delivers what, by the table ``[delivery]``, which its schema has checked."""
    return msgspec.convert(dict(table), Choices)


def letterhead_of(table: Mapping[str, Any], programme: Programme) -> Letterhead:
    """What stands on messages, by the table ``[office]``; the authority's name where it says none."""
    return msgspec.convert({"name": programme.authority_name, **table}, Letterhead)
