"""``siprecruit demo``: play a whole round, from the first advert to covered schools, on a simulated clock."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.progress import progress
from siprecruit.cli.session import day_told, print_json, say
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.demo.playing import Played

FOLDER: Final = Path("siprecruit-demo")


@click.command(cls=Command, short_help="Play a whole round on a simulated clock.")
@click.option("--seed", type=int, metavar="N", help="Another story; the same number gives the same record.")
@click.option("--until", metavar="DATE", help="Stop as that day begins; else after 15 July 2008.")
@click.option(
    "--with",
    "plugin",
    type=click.Choice(["siprecruit-ncsl"]),
    help="The college answers over HTTP, by the stand-in of that plugin.",
)
def demo(seed: int | None, until: str | None, plugin: str | None) -> None:
    """Play January 2007 to July 2008 for a made-up authority, in ./siprecruit-demo or the folder of --home.

    References are asked for and answered by files, the college's list is looked up, reminders and messages
    go out as files: all of it lies in the folder. An earlier demo there is replaced; anything else is left.
    """
    from siprecruit.demo.playing import DEFAULT_SEED, days_in, play

    home = everywhere().home if "home" in everywhere().said else FOLDER
    day = day_told(until, "--until")
    with progress("Playing", days_in(day)) as forward:
        played = play(
            home,
            seed=DEFAULT_SEED if seed is None else seed,
            until=day,
            forward=forward,
            online=plugin is not None,
        )
    if everywhere().json:
        print_json(played.as_document())
        return
    _print(played)


def _print(played: Played) -> None:
    say(f"Played a round from January 2007 to {in_words(played.now)}; everybody in it is made up.")
    say()
    say(table(("", "", "homes"), _rows(played)))
    say()
    say(f"The record: {played.database}")
    say(f"Its head:   {played.head}")
    say()
    if played.college:
        say("To let the college's service answer again, beside all that follows:")
        say(f"  {shlex.join(played.college)}")
        say()
    say("What to try next:")
    for words in _next(played):
        say(f"  siprecruit --home {shlex.quote(str(played.home))} {words}")


def _rows(played: Played) -> Iterator[tuple[str, int, str]]:
    found, now, programme = played.figures, in_words(played.now), played.programme
    titles = {each.code: f"{each.title}s" for each in programme.categories}
    yield "schools in scope", found.schools, ""
    yield "responses", found.responses, ""
    yield "appointed and accredited", found.appointed, ""
    for category, number in found.by_category.items():
        homes = found.home_authorities[category].items()
        words = ", ".join(f"{authority} {of}" for authority, of in homes)
        yield f"  {titles.get(category, category)}", number, words
    yield "appointed, awaiting accreditation", found.awaiting_accreditation, ""
    yield f"schools covered on {in_words(programme.statutory_date or played.now)}", found.covered, ""
    yield "  by temporary cover", found.temporary, ""
    yield f"schools introduced by {now}", found.introduced, ""
    yield f"schools that have not heard by {now}", found.not_heard, ""
    yield "events in the record", found.events, ""


def _next(played: Played) -> Iterator[str]:
    day = played.programme.statutory_date or played.now
    yield "applicants"
    if played.example is not None:
        yield f"show {played.example}"
    yield f"coverage --as-at {day}"
    yield f"coverage --as-at {day} --known-at 2008-03-01T00:00:00Z"
    yield "references --all"
    yield "messages list"
    yield "remind --dry-run"
    yield "deliver --once"
    if not played.college:
        yield "lookup --due"
    yield "record verify"
