"""What ``undo``, ``correct`` and ``reverse`` have in common: their options, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from siprecruit.cli.acting import finish
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import say

if TYPE_CHECKING:
    from siprecruit.putting_right import Outcome

Function = TypeVar("Function", bound=Callable[..., Any])

_FOLLOWED: Final = click.option(
    "--with-what-followed",
    is_flag=True,
    help="Also what has followed from it, and what rests on it elsewhere.",
)
_ALONE: Final = click.option(
    "--alone", is_flag=True, help="Leave what rests on it elsewhere, such as a placement, as it was told."
)


def cascading(function: Function) -> Function:
    """Give a command the options that say what becomes of what hangs on a fact."""
    return _FOLLOWED(_ALONE(function))


def why(_context: click.Context, _option: click.Parameter, told: str) -> str:
    """The reason that ``--reason`` gives. Raises click.UsageError where it says nothing."""
    if not told.strip():
        raise click.UsageError("--reason says nothing: nothing is put right without a reason, so say why")
    return told.strip()


def conclude(outcomes: Sequence[Outcome]) -> int:
    """Print what became of it, what hung on it, and how it goes too; the exit code."""
    from siprecruit.reports.documents import as_document

    results = [result for one in outcomes for result in one.results]
    followed = [each for one in outcomes for each in one.hangs_on_it.followed]
    resting = [each for one in outcomes for each in one.hangs_on_it.rests_on_it]
    code = finish(results, followed=as_document(followed), rests_on_it=as_document(resting))
    codes = {result.code for result in results}
    if not everywhere().json and codes & {"has_followed", "rests_on_it"}:
        say("Nothing of this was done. Add --with-what-followed, and that goes too.")
        if "rests_on_it" in codes:
            say("Or add --alone: what rests on it elsewhere stays told, and counts as the rules let it.")
    return code
