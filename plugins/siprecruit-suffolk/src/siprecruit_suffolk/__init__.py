"""Suffolk's School Improvement Partners: what differs from the programme that ships, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from siprecruit.api import Command, Inbox, Objection, ProgrammePack, Requirement, Setting, hookimpl

from siprecruit_suffolk.responses import SETTING, poll
from siprecruit_suffolk.rules import DISCLOSURE, objections

siprecruit_api = ">=1,<2"

FOLDER: Final = Path(__file__).parent
PROGRAMME: Final = FOLDER / "suffolk-2008.toml"
"""The programme as a file, for ``siprecruit init --programme``."""


@hookimpl
def siprecruit_settings() -> Setting:
    """Where responses are dropped, and how long they lie there."""
    return SETTING


@hookimpl
def siprecruit_programmes() -> Iterable[ProgrammePack]:
    """The county's programme, with its own words where they differ."""
    return (ProgrammePack(name="suffolk-2008", file=PROGRAMME, messages=FOLDER / "messages"),)


@hookimpl
def siprecruit_requirements() -> Iterable[Requirement]:
    """Nobody sits in the induction, which takes place in schools, before their disclosure is clear."""
    return (Requirement(code=DISCLOSURE, title="Enhanced disclosure", gate="induction"),)


@hookimpl
def siprecruit_rules(command: Command, state: Any, on: dt.date) -> Iterable[Objection]:
    """What the county's own rules have against a command."""
    del on  # each of them counts from the day of the fact
    return objections(command, state)


@hookimpl
def siprecruit_inboxes() -> Iterable[Inbox]:
    """The folder into which the county's web form drops responses."""
    return (Inbox(name="suffolk_responses", poll=poll),)
