"""``siprecruit references request``: ask for references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from siprecruit.cli.acting import document, meant, new_id
from siprecruit.cli.delivering import office
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.deliver.office import Office
    from siprecruit.deliver.requesting import Request
    from siprecruit.service import Result


_NO_PAGE_YET: Final = (
    "The link that `form` sends opens nothing before the pages are served, which this version doesn't yet: "
    "until then ask through `email`, `folder` or a plugin's channel (channel in [delivery], or --channel)."
)


@click.command(cls=Command, short_help="Ask for references.")
@click.argument("application", metavar="[APPLICATION]", required=False)
@click.option("--all", "everybody", is_flag=True, help="For every applicant who is on the way.")
@click.option("--channel", metavar="NAME", help="Through this channel, not the one that is chosen.")
@click.option("--dry-run", is_flag=True, help="List who would be asked, and ask nobody.")
def request(application: str | None, channel: str | None, *, everybody: bool, dry_run: bool) -> int:
    """Ask for every reference that can be asked for, of one application or of all.

    Whoever was asked, has answered or was replaced isn't asked; who can't be asked is listed with the
    reason. The requests go out with `siprecruit deliver`, after some minutes in which they can be undone.
    """
    if (application is None) == (not everybody):
        raise click.UsageError("say whose references: an application's code, or --all")
    from siprecruit.deliver.requesting import ask, requests

    with office() as (opened, ready, _):
        with ready.service.record.reading() as reader:
            code = _code(ready, application) if application else None
            found = requests(ready, reader, code, channel)
        run = new_id("request")
        results = [] if dry_run else list(ask(ready, found, run))
        say_clock(opened)
    return _print(found, results, None if dry_run else run)


def _code(ready: Office, told: str) -> str:
    with ready.service.record.reading() as reader:
        kind, _, name = meant(reader, told).partition("/")
    if kind != "application":
        raise click.UsageError(f"{told[:60]} is no application: references are asked for by its code")
    return name


def _print(found: Sequence[Request], results: Sequence[Result], run: str | None) -> int:
    asked = [one for one in found if one.why_not is None]
    left = [one for one in found if one.why_not is not None]
    refused = [one for one in results if one.outcome == "refused"]
    if everywhere().json:
        print_json(_document(asked, left, results, run if results else None))
    else:
        _say(asked, left, len(asked) if run is None else len(results) - len(refused), run)
    for one in refused:
        tell(f"{one.stream}: {one.message}")
    return REFUSED if refused else DONE


def _document(
    asked: Sequence[Request], left: Sequence[Request], results: Sequence[Result], run: str | None
) -> dict[str, Any]:
    from siprecruit.deliver.requesting import WHY_NOT
    from siprecruit.putting_right import typed

    said = [document(one) for one in results] or [{} for _ in asked]
    return {
        "asked": [{**_request(one), **told} for one, told in zip(asked, said, strict=True)],
        "not_asked": [
            {**_request(one), "code": one.why_not, "why": WHY_NOT[str(one.why_not)]} for one in left
        ],
        "undone_by": typed(run) if run else None,
    }


def _request(one: Request) -> dict[str, Any]:
    return {
        "application": one.application,
        "referee": one.referee,
        "reference": one.reference,
        "channel": one.channel,
    }


def _say(asked: Sequence[Request], left: Sequence[Request], number: int, run: str | None) -> None:
    from siprecruit.deliver.requesting import WHY_NOT
    from siprecruit.putting_right import typed

    if asked:
        many = f"{number:,} reference{'' if number == 1 else 's'}"
        say(f"{many} would be asked for; nothing was done." if run is None else f"{many} asked for:")
        say()
        headings = ("application", "referee", "reference", "channel")
        say(table(headings, [(one.application, one.referee, one.reference, one.channel) for one in asked]))
    else:
        say("There is no reference that can be asked for now.")
    if left:
        say()
        say("Not asked for:")
        say()
        rows = [(one.application, one.referee, WHY_NOT[str(one.why_not)]) for one in left]
        say(table(("application", "referee", "why"), rows))
    if asked and run is not None:
        say()
        say("They go out with `siprecruit deliver`.")
        if any(one.channel == "form" for one in asked):
            say(_NO_PAGE_YET)
        say(f"  undone by: {typed(run)}")
