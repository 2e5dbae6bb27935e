"""What ``undo``, ``correct`` and ``reverse`` have in common: their options, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from siprecruit.cli.acting import finish
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import say
from siprecruit.cli.telling import DONE, REFUSED, tell
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.putting_right import Outcome
    from siprecruit.service import Service

Function = TypeVar("Function", bound=Callable[..., Any])

_FOLLOWED: Final = click.option(
    "--with-what-followed",
    is_flag=True,
    help="Also what has followed from it, and what rests on it elsewhere.",
)
_ALONE: Final = click.option(
    "--alone", is_flag=True, help="Leave what rests on it elsewhere, such as a placement, as it was told."
)

_SHOWN: Final = 10
"""How many refusals of one import are shown."""


def cascading(function: Function) -> Function:
    """Give a command the options that say what becomes of what hangs on a fact."""
    return _FOLLOWED(_ALONE(function))


def why(_context: click.Context, _option: click.Parameter, told: str) -> str:
    """The reason that ``--reason`` gives. Raises click.UsageError where it says nothing."""
    if not told.strip():
        raise click.UsageError("--reason says nothing: nothing is put right without a reason, so say why")
    return told.strip()


def conclude_undo(running: Service, told: str, outcomes: Sequence[Outcome]) -> int:
    """Print what an undo took back, or of a whole import how many of its commands; the exit code."""
    from siprecruit.putting_right import of_run, run_of, taken_back
    from siprecruit.reports.documents import as_document

    results = [result for one in outcomes for result in one.results]
    run = run_of(results[-1].id)
    with running.record.reading() as reader:
        facts = taken_back(reader, results)
        size = len(of_run(reader, run)) if run else 0
    if len(outcomes) > 1 and not everywhere().json:
        return _sum_up(told, outcomes)
    code = conclude(outcomes, taken_back=as_document(facts))
    if not everywhere().json:
        for fact in facts:
            word = "counts again" if fact.again else "taken back"
            what = f"the correction of {fact.event}" if fact.correction else fact.event
            say(f"  {word}: {what} of {in_words(fact.on)} ({fact.stream})")
        if code == DONE and size > 1 and told != run:
            say(f"This was one of {size:,} of {run}: `siprecruit undo {run}` takes back all.")
    return code


def _sum_up(told: str, outcomes: Sequence[Outcome]) -> int:
    """One line for a whole import, and the first of what was refused."""
    refused = [result for one in outcomes for result in one.results if result.outcome == "refused"]
    before = sum(one.results[-1].outcome == "unchanged" for one in outcomes)
    kept = sum(one.refused for one in outcomes)
    done = len(outcomes) - before - kept
    already = f", {before:,} had been before" if before else ""
    say(f"{done:,} of the {len(outcomes):,} commands of {told} are taken back{already}; {kept:,} refused.")
    for result in refused[:_SHOWN]:
        tell(f"{result.stream}: {result.message}")
    if len(refused) > _SHOWN:
        say(f"{len(refused) - _SHOWN:,} more were refused: --json lists each, with its reason.")
    if {result.code for result in refused} & {"has_followed", "rests_on_it"}:
        say("--with-what-followed takes back what hangs on these facts too, --alone leaves it.")
    if done:
        say("Each is told again by a line of its own: --json lists them.")
    return REFUSED if refused else DONE


def conclude(outcomes: Sequence[Outcome], **more: Any) -> int:
    """Print what became of it, with ``more``, what hung on it, and how it goes too; the exit code."""
    from siprecruit.reports.documents import as_document

    results = [result for one in outcomes for result in one.results]
    followed = [each for one in outcomes for each in one.hangs_on_it.followed]
    resting = [each for one in outcomes for each in one.hangs_on_it.rests_on_it]
    code = finish(results, followed=as_document(followed), rests_on_it=as_document(resting), **more)
    codes = {result.code for result in results}
    if not everywhere().json and codes & {"has_followed", "rests_on_it"}:
        say("Nothing of this was done. Add --with-what-followed, and that goes too.")
        if "rests_on_it" in codes:
            say("Or add --alone: what rests on it elsewhere stays told, and counts as the rules let it.")
    return code
