"""What all listings print around their rows: the clock, how many there are, and how to see more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from siprecruit.cli.session import print_json, say

if TYPE_CHECKING:
    from siprecruit.reports.listing import Page

Function = TypeVar("Function", bound=Callable[..., Any])

LARGEST: Final = 1000
"""The most rows that a page may have."""

LAST: Final = 1_000_000
"""The last page that can be asked for: a number of more digits than a database counts with is a slip."""

_PAGE: Final = click.option(
    "--page", metavar="N", type=click.IntRange(min=1, max=LAST), default=1, help="Which page (1)."
)
_SIZE: Final = click.option(
    "--size", metavar="N", type=click.IntRange(min=1, max=LARGEST), default=25, help="Rows on a page (25)."
)


def paged(function: Function) -> Function:
    """Give a command the options ``--page`` and ``--size``."""
    return _PAGE(_SIZE(function))


def how_many(page: Page[Any], one: str, many: str) -> str:
    """``26 to 50 of 373 applicants``, in words that also fit one, no page, and more than were counted."""
    if not page.rows:
        return f"There is no page {page.page}: {page.total:,} {one if page.total == 1 else many} in all,"
    if page.total == 1:
        return f"1 {one}"
    total = f"more than {page.total:,}" if page.more_than else f"{page.total:,}"
    if page.page == 1 and page.last:
        return f"{total} {many}"
    first = (page.page - 1) * page.size + 1
    last = first + len(page.rows) - 1
    if page.more_than and last > page.total:
        # Only so many are counted, and this page lies beyond them.
        total = f"at least {last:,}"
    return f"{first:,} to {last:,} of {total} {many}"


def print_page(name: str, page: Page[Any], more: dict[str, Any]) -> None:
    """Print a page as JSON: its rows under ``name``, and where it stands in the list."""
    from siprecruit.reports.documents import as_document

    rows = as_document(page.rows)
    about = {"page": page.page, "size": page.size, "total": page.total, "more_than_total": page.more_than}
    print_json({**more, name: rows, **about})


def say_more(page: Page[Any]) -> None:
    """Say how to see the next page, where there is one."""
    if not page.last:
        say(f"More: add --page {page.page + 1}, or --size {LARGEST} for a longer page.")
