"""An installation in a folder of the test's own, with plugins in it, that delivers when it is told to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.api import Command
from siprecruit.core.ids import stream_kind
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.engine import Delivered, Deliverer, deliver_once
from siprecruit.deliver.office import Office, office_of
from siprecruit.deliver.secret import secret_of
from siprecruit.installation import Installation, Settings, create, open_installation
from siprecruit.intake.commands import as_command
from siprecruit.plugins.calling import Callers
from siprecruit.plugins.loader import Loaded
from siprecruit.record.delivered import kept
from siprecruit.record.tables import outbox
from siprecruit.service import Result, Service
from siprecruit.testing.clock import Clock
from siprecruit.testing.contracts.rule import Case


@attrs.frozen(kw_only=True)
class Sent:
    """A message of the outbox, and what was sent of it; ``status`` as the outbox has it (``sent`` ...)."""

    key: str
    template: str
    status: str
    provider: str | None
    receipt: str | None
    to: str = ""
    address: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    reason: str = ""


@attrs.define(kw_only=True)
class App:
    """The installation. ``deliver`` delivers what is due; ``tell`` and ``do`` record something."""

    installation: Installation
    office: Office
    clock: Clock
    callers: Callers
    told: int = 0

    @property
    def home(self) -> Path:
        """Its folder."""
        return self.installation.home

    @property
    def service(self) -> Service:
        """The only writer."""
        return self.office.service

    @property
    def plugins(self) -> Loaded:
        """Its plugins, and what became of each."""
        return self.office.plugins

    def tell(self, stream: str, what: Any, on: dt.date | None = None) -> Result:
        """Record what a command class tells, today where no day is given. It must not be refused."""
        self.told += 1
        command = Command(id=f"test-{self.told}", stream=stream, on=on or self.service.today(), what=what)
        return self._done(command)

    def do(self, envelope: Mapping[str, Any]) -> Result:
        """Record what a command in its envelope tells, as ``siprecruit do`` does. It must not be refused."""
        return self._done(as_command(envelope))

    def refused(self, envelope: Mapping[str, Any]) -> Result:
        """What a command in its envelope is refused with: its ``code``, and its ``message`` for people."""
        result = self.service.handle(as_command(envelope))
        assert result.outcome == "refused", f"{envelope['command']} is not refused, it is {result.outcome}"
        return result

    def case(self, envelope: Mapping[str, Any]) -> Case:
        """What a rule is asked of a command: the command itself, the state of its stream now, and today."""
        command = as_command(envelope)
        with self.service.record.reading() as reader:
            history = reader.histories([command.stream])[command.stream]
        state = DECIDERS[stream_kind(command.stream)].state(history)
        return command, state, self.service.today()

    def judge(self, stream: str, what: Any, on: dt.date | None = None) -> Result:
        """Record what a command class tells, or be refused, by a rule for instance: the result says which."""
        self.told += 1
        command = Command(id=f"test-{self.told}", stream=stream, on=on or self.service.today(), what=what)
        return self.service.handle(command)

    def deliver(self) -> Delivered:
        """One round: what came in, reminders, and all that is due by the clock."""
        return deliver_once(self.office, self.callers, deliverer=Deliverer(name="test"))

    def outbox(self) -> list[Sent]:
        """All messages, as they were queued, with what was sent of each."""
        columns = (outbox.c.key, outbox.c.template, outbox.c.status, outbox.c.provider, outbox.c.receipt)
        with self.service.record.reading() as reader:
            rows = reader.select(sa.select(*columns).order_by(outbox.c.created_at, outbox.c.key))
            texts = kept(reader, [row.key for row in rows])
        known = {field.name for field in attrs.fields(Sent)}
        return [
            Sent(
                key=row.key,
                template=row.template,
                status=row.status,
                provider=row.provider,
                receipt=row.receipt,
                **{name: text for name, text in texts.get(row.key, {}).items() if name in known},
            )
            for row in rows
        ]

    def _done(self, command: Command) -> Result:
        result = self.service.handle(command)
        assert result.outcome != "refused", f"{command.name} is refused: {result.message}"
        return result


@attrs.frozen(kw_only=True)
class Outbox:
    """What an installation has sent, to look at in a test."""

    app: App

    @property
    def sent(self) -> list[Sent]:
        """What went out, in the order in which it was queued."""
        return [one for one in self.app.outbox() if one.status in ("sent", "awaiting", "delivered")]

    def to(self, address: str) -> list[Sent]:
        """What went to an address."""
        return [one for one in self.sent if one.address == address]

    def waiting(self) -> list[Sent]:
        """What has not gone out."""
        return [one for one in self.app.outbox() if one not in self.sent]


@contextmanager
def an_app(
    home: Path,
    clock: Clock,
    *,
    configuration: Mapping[str, Any] | None = None,
    plugins_dir: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[App]:
    """An installation in the new folder ``home``; ``configuration`` is what its siprecruit.toml says.

    Messages wait for nobody's recall, and plugins are called in the test's own process, unless it says
    otherwise (``{"plugins": {"in_process": False}}``). Plugins are those that are enabled, and the files of
    ``plugins_dir``. ``environment`` is where their secrets are.
    """
    create(home, _settings(configuration or {}), clock=clock)
    installation = open_installation(
        home, clock=clock, environment=environment or {}, plugins_dir=plugins_dir
    )
    with installation.service() as service, installation.callers() as callers:
        office = office_of(installation, service, secret_of(installation.home))
        yield App(installation=installation, office=office, clock=clock, callers=callers)


def _settings(configuration: Mapping[str, Any]) -> Settings:
    told = {"programme": "norfolk-2008", **configuration}
    told["delivery"] = {"recall_minutes": 0, **told.get("delivery", {})}
    told["plugins"] = {"in_process": True, **told.get("plugins", {})}
    told["office"] = {"email": "sip@example.org", **told.get("office", {})}
    return msgspec.convert(told, Settings)
