"""What delivering needs of one installation: its service, its plugins, and who delivers what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import attrs
import msgspec

from siprecruit.core.programme import Programme
from siprecruit.plugins.loader import Loaded
from siprecruit.record import switch
from siprecruit.record.reading import Reader
from siprecruit.record.switch import Why
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

    @property
    def place(self) -> str | None:
        """Which file its record is, where it is one."""
        return switch.place_of(self.service.record.url)

    def why_stopped(self, reader: Reader) -> Why | None:
        """Why nothing goes out of it; None where it does."""
        return switch.why_stopped(reader, self.place)


class Tables(Protocol):
    """The tables of ``siprecruit.toml`` that say how an office delivers, each checked by its schema."""

    @property
    def delivery(self) -> Mapping[str, Any]:
        """Who delivers what."""

    @property
    def office(self) -> Mapping[str, Any]:
        """What stands on messages."""

    @property
    def web(self) -> Mapping[str, Any]:
        """Where the pages are."""


class Opened(Protocol):
    """An installation that was opened: only its shape is known here, as who opens it stands beside."""

    @property
    def home(self) -> Path:
        """Its folder."""

    @property
    def settings(self) -> Tables:
        """What its file says."""

    @property
    def plugins(self) -> Loaded:
        """Those in use."""


def office_of(opened: Opened, service: Service, secret: bytes = b"") -> Office:
    """The office of an installation; without its secret it can look at messages, and make no link."""
    told = opened.settings
    return Office(
        home=opened.home,
        service=service,
        plugins=opened.plugins,
        choices=msgspec.convert(dict(told.delivery), Choices),
        # The authority's own name, where the table says none.
        letterhead=msgspec.convert({"name": service.programme.authority_name, **told.office}, Letterhead),
        web=told.web.get("address", THIS_MACHINE),
        secret=secret,
    )
