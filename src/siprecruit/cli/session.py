"""What a command works with: the installation, the clock, the output."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.options import everywhere
from siprecruit.cli.telling import tell
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.service import Service


def system_clock() -> dt.datetime:
    """The instant in UTC, by the machine's clock: this is the only place that reads it."""
    return dt.datetime.now(dt.UTC)


def installation() -> Installation:
    """The installation that the command works on. Raises InstallationError, BadProgramme."""
    from siprecruit.installation import open_installation

    said = everywhere()
    return open_installation(
        said.home,
        clock=system_clock,
        now=said.now,
        environment=os.environ,
        plugins_dir=said.plugins_dir,
        no_plugins=said.no_plugins,
    )


@contextmanager
def service() -> Iterator[tuple[Installation, Service]]:
    """The installation and the service on its record, which is closed at the end."""
    opened = installation()
    for plugin in opened.loaded.plugins if opened.loaded else ():
        if plugin.state == "failed":
            tell(f"The plugin {plugin.name} is left out: {plugin.error}")
    with opened.service() as running:
        for fault in opened.faults:
            tell(fault)
        yield opened, running


def print_json(value: Any) -> None:
    """Print a value as JSON, alone on standard output."""
    click.echo(as_json(value, indent=2))


def as_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON; letters beyond ASCII are written as such where the output can take them."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return json.dumps(value, ensure_ascii=not encoding.startswith("utf"), indent=indent)


def say(text: str = "") -> None:
    """Print a line for people: on standard output, or beside it where JSON stands there."""
    click.echo(text, err=everywhere().json)


def say_clock(opened: Installation) -> None:
    """Say at the head of a listing that the clock is simulated, where it is.

    Beside JSON only where somebody might not know: whoever gives ``--now`` does.
    """
    said = everywhere()
    if opened.now is None or (said.json and said.now):
        return
    by = "--now" if said.now else "siprecruit.toml"
    say(f"The clock is simulated: it is {in_words(opened.today())} (by {by}).")


def day_told(text: str | None, name: str) -> dt.date | None:
    """The day that an option gives. Raises click.BadParameter."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{name} must be a day such as 2008-04-01, not {text[:40]!r}") from None


def known_at_told(text: str | None, opened: Installation) -> dt.datetime | None:
    """The instant that ``--known-at`` gives; of a day its end. Raises InstallationError."""
    from siprecruit.installation import instant_told

    if text is None:
        return None
    noon = instant_told(text, opened.programme.timezone)
    return noon if "T" in text or " " in text else noon + dt.timedelta(hours=12, microseconds=-1)


def day_asked(
    as_at: str | None, known_at: str | None, opened: Installation
) -> tuple[dt.date | None, dt.datetime | None]:
    """The day and the instant that a listing is asked for; with an instant alone, its day. None: today."""
    day, instant = day_told(as_at, "--as-at"), known_at_told(known_at, opened)
    return (opened.day_of(instant) if day is None and instant is not None else day), instant


__all__ = [
    "as_json",
    "day_asked",
    "day_told",
    "installation",
    "known_at_told",
    "print_json",
    "say",
    "say_clock",
    "service",
    "system_clock",
    "tell",
]
