"""A batch as one page of HTML: a letter a sheet, with its address where the window of an envelope is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import jinja2

from siprecruit_letters.letter import Letter, blocks


def as_html(letters: Sequence[Letter], sender: Sequence[str] = ()) -> bytes:
    """The page, for a printer and for a screen."""
    page = _environment().get_template("batch.html")
    return page.render(letters=letters, sender=sender, title=title_of(letters)).encode()


def title_of(letters: Sequence[Letter]) -> str:
    """What a batch is called: by its first day, and how many it holds."""
    count = f"{len(letters)} letters" if len(letters) > 1 else "A letter"
    return f"{count} of {in_full(letters[0].day)}"


def in_full(day: str) -> str:
    """A day as a letter says it: ``4 June 2007``."""
    found = dt.date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("siprecruit_letters"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"blocks": blocks, "in_full": in_full}
    return made
