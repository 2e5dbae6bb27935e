"""``siprecruit plugins try``: let a plugin do one thing, for oneself."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from typing import TYPE_CHECKING, Any

import attrs
import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, system_clock
from siprecruit.cli.telling import DONE, REFUSED

if TYPE_CHECKING:
    from siprecruit.plugins.calling import Outcome
    from siprecruit.plugins.loader import Given, Loaded

_TEXT = "This message was sent by `siprecruit plugins try`. Nothing has happened, and nothing needs doing."


@attrs.frozen(kw_only=True)
class Try:
    """One call: whose function it is, and with what. ``found`` is the hook and what a plugin gives for it."""

    hook: str
    found: Given[Any]
    method: str
    task: Any


@click.command("try", cls=Command)
@click.argument("plugin", metavar="NAME")
@click.option(
    "--to", "address", metavar="ADDRESS", help="Your own address: a message or a request is sent there."
)
@click.option("--number", metavar="NUMBER", help="Whom a lookup is to find, by the accreditor's number.")
def try_it(plugin: str, address: str | None, number: str | None) -> int:
    """Send one message to yourself, ask yourself for a reference, or look one number up.

    It goes through the plugin's process, as deliveries do. NAME is a plugin's, or a provider's. Nothing of it
    is recorded here; a service of somebody else's may keep what it was asked, as of somebody called Nobody.
    """
    from siprecruit.cli.plugins import loaded_here
    from siprecruit.plugins.calling import Callers
    from siprecruit.plugins.settings import secrets_in

    settings, loaded = loaded_here()
    said = everywhere()
    now = _now(said.now or settings.now)
    tried = _chosen(plugin, loaded, address, number, now)
    with Callers(
        home=said.home,
        table=settings.plugins,
        now=lambda: now,
        directory=said.plugins_dir,
        environment=os.environ,
    ) as callers:
        given, provider = tried.found.plugin, tried.found.provider
        outcome = callers.call(
            given, tried.hook, provider.name, tried.method, tried.task, timeout=provider.timeout
        )
    secrets_of_it = secrets_in(settings.plugins.get(given, {}), said.home, os.environ)
    return _told(tried, outcome, secrets_of_it)


def _now(told: str | None) -> dt.datetime:
    from siprecruit.installation import instant_told

    return instant_told(told, "UTC") if told else system_clock()


def _chosen(name: str, loaded: Loaded, address: str | None, number: str | None, now: dt.datetime) -> Try:
    notifier, channel = _given(name, loaded.notifiers), _given(name, loaded.channels)
    lookup = _given(name, loaded.lookups)
    if (notifier or channel) and (address or lookup is None):
        if not address:
            raise click.UsageError("say with --to where the message is to go", click.get_current_context())
        if notifier is not None:
            return Try(hook="notifiers", found=notifier, method="send", task=_message(address, now))
        task = _reference(address, now)
        return Try(hook="reference_channels", found=channel, method="request", task=task)
    if lookup is not None:
        if not number:
            raise click.UsageError("say with --number who is to be found", click.get_current_context())
        task = _query(number, now)
        return Try(hook="accreditation_lookups", found=lookup, method="find", task=task)
    why = next((f": {each.error}" for each in loaded.plugins if each.name == name and each.error), "")
    raise click.UsageError(
        f"{name} gives nothing that sends a message, asks for a reference or looks somebody up{why}",
        click.get_current_context(),
    )


def _given(name: str, given: Any) -> Any:
    """The provider of that name, or else the first of that plugin."""
    return given.get(name) or next((each for each in given.values() if each.plugin == name), None)


def _delivery(now: dt.datetime) -> Any:
    from siprecruit.plugins.types import Delivery

    key = f"try/{secrets.token_hex(6)}"
    return Delivery(key=key, attempt=1, deadline=now + dt.timedelta(minutes=10))


def _message(address: str, now: dt.datetime) -> Any:
    from siprecruit.plugins.types import Notification, Recipient

    return Notification(
        delivery=_delivery(now),
        to=Recipient(id="try", name="Yourself", address=address),
        reply_to=address if "@" in address else "",
        template="plugins.try",
        fields={},
        subject="A message to try out siprecruit",
        text=f"{_TEXT}\n",
        html=f'<!doctype html><html lang="en"><title>siprecruit</title><p>{_TEXT}</p></html>',
    )


def _reference(address: str, now: dt.datetime) -> Any:
    from siprecruit.plugins.types import Recipient, ReferenceTask

    return ReferenceTask(
        delivery=_delivery(now),
        task="try/r1",
        referee=Recipient(id="try", name="Yourself", address=address),
        applicant_name="Nobody",
        from_la=False,
        form={"type": "object", "title": _TEXT, "properties": {}},
        due=now.date() + dt.timedelta(days=14),
        link="",
    )


def _query(number: str, now: dt.datetime) -> Any:
    from siprecruit.plugins.types import LookupQuery

    return LookupQuery(
        delivery=_delivery(now),
        person="try",
        name="",
        number=number,
        born=None,
        phase="secondary",
        as_at=now.date(),
    )


def _told(tried: Try, outcome: Outcome, hidden: tuple[str, ...]) -> int:
    from siprecruit.plugins.calling import Answered
    from siprecruit.plugins.types import Accepted, ByMessage, Finding

    value: Any = outcome.value if isinstance(outcome, Answered) else outcome
    word = type(value).__name__
    said_of_it = {each.name: _plain(getattr(value, each.name), hidden) for each in attrs.fields(type(value))}
    what = {name: said for name, said in said_of_it.items() if said not in (None, "", [])}
    if everywhere().json:
        print_json(
            {"plugin": tried.found.plugin, "provider": tried.found.provider.name, "answer": word, **what}
        )
    else:
        told = ", ".join([word, *(f"{name} {text}" for name, text in what.items())])
        say(f"{tried.found.plugin} ({tried.hook}/{tried.found.provider.name}): {told}")
    return DONE if isinstance(value, (Accepted, ByMessage, Finding)) else REFUSED


def _plain(value: Any, hidden: tuple[str, ...]) -> Any:
    """A value for people; a receipt, say, is the plugin's own text, and may hold what nobody is to see."""
    from siprecruit.plugins.answers import redacted

    match value:
        case frozenset():
            return [redacted(str(each), hidden) for each in sorted(value)]
        case None | bool() | int():
            return value
        case _:
            return redacted(str(value), hidden)
