"""``siprecruit doctor``: look whether everything that the work stands on is in order."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import installation, print_json, say
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.reports.health import Finding
    from siprecruit.service import Service

SQLITE_AT_LEAST: Final = (3, 37)
"""The first SQLite with STRICT tables."""

ROOM_AT_LEAST: Final = 200 * 2**20
"""Bytes that should be free beside a record: a backup before an upgrade needs them."""


@click.command(cls=Command, short_help="Look whether everything is in order.")
def doctor() -> int:
    """Look at Python, SQLite, the disk, the configuration, plugins, the programme, record and views."""
    from siprecruit.reports.documents import as_document

    findings = list(_findings())
    well = all(each.ok for each in findings)
    if everywhere().json:
        print_json({"ok": well, "findings": as_document(findings)})
    else:
        rows = [("ok" if each.ok else "WRONG", each.name, each.message) for each in findings]
        say(table(("", "what", "finding"), rows))
        say("Everything is in order." if well else "Something is wrong: see above.")
    return DONE if well else REFUSED


def _findings() -> Iterator[Finding]:
    home = everywhere().home
    yield from _machine(home)
    opened: list[Installation] = []
    yield _tried("installation", lambda: _installation(opened))
    for one in opened:
        yield _of_plugins(one)
        yield from _of_record(one)


def _machine(home: Path) -> Iterator[Finding]:
    from siprecruit.reports.health import Finding

    yield Finding(name="python", ok=True, message=platform.python_version())
    version = sqlite3.sqlite_version
    enough = sqlite3.sqlite_version_info >= SQLITE_AT_LEAST
    yield Finding(
        name="sqlite", ok=enough, message=version if enough else f"{version} is too old: 3.37 or later"
    )
    free = shutil.disk_usage(home if home.is_dir() else ".").free
    message = f"{free // 2**20:,} MB free"
    yield Finding(name="disk", ok=free >= ROOM_AT_LEAST, message=message)


def _installation(opened: list[Installation]) -> str:
    found = installation()
    opened.append(found)
    clock = f", its clock stands at {found.now:%Y-%m-%d %H:%M}Z" if found.now else ""
    return f"{found.programme.title}, authority {found.authority}{clock}"


def _of_plugins(opened: Installation) -> Finding:
    from siprecruit.reports.health import Finding

    plugins = opened.plugins.plugins
    wrong = [f"{each.name}: {each.error}" for each in plugins if each.state in ("failed", "warned")]
    used = ", ".join(each.name for each in plugins if each.state == "enabled")
    return Finding(name="plugins", ok=not wrong, message="; ".join(wrong) or f"in use: {used}")


def _of_messages(opened: Installation, service: Service) -> Finding:
    from siprecruit.cli.delivering import STOPPED
    from siprecruit.deliver.engine import why_stopped
    from siprecruit.deliver.office import office_of
    from siprecruit.deliver.writing.previewing import wrong_words
    from siprecruit.reports.health import Finding

    office = office_of(opened, service)
    why = why_stopped(office)
    wrong = [*wrong_words(office), *([f"{STOPPED[why]}."] if why else [])]
    sent = sum(each.on for each in opened.programme.messages)
    return Finding(name="messages", ok=not wrong, message=" ".join(wrong) or f"{sent} have their words")


def _of_record(opened: Installation) -> Iterator[Finding]:
    from siprecruit.reports.freshness import views_hold
    from siprecruit.reports.health import Finding, record_is_whole, views_follow

    try:
        with opened.service() as service:
            yield _of_messages(opened, service)
            yield record_is_whole(service.record)
            if views_hold(service.record, opened.programme, opened.clock()):
                yield views_follow(service)
            else:
                message = "not compared: events were recorded after the day at which the clock stands"
                yield Finding(name="views", ok=True, message=message)
    except Exception as error:  # noqa: BLE001 - what is wrong is the finding
        yield _wrong("record", error)


def _tried(name: str, look: Callable[[], str]) -> Finding:
    from siprecruit.reports.health import Finding

    try:
        return Finding(name=name, ok=True, message=look())
    except Exception as error:  # noqa: BLE001 - what is wrong is the finding
        return _wrong(name, error)


def _wrong(name: str, error: Exception) -> Finding:
    from siprecruit.reports.health import Finding

    message = getattr(error, "message", None)
    if isinstance(error, OSError):
        message = f"{error.filename}: {(error.strerror or 'it cannot be used').lower()}"
    if not isinstance(message, str):
        raise error
    return Finding(name=name, ok=False, message=message)
