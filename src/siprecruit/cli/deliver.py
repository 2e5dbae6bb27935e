"""``siprecruit deliver``: sends what is due and takes in what came back, once or from time to time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from siprecruit.cli.delivering import STOPPED, office, this_deliverer
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import as_json, print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.deliver.engine import Delivered
    from siprecruit.deliver.foreseeing import Foreseen
    from siprecruit.deliver.office import Office
    from siprecruit.plugins.calling import Callers
    from siprecruit.record.switch import Why

EVERY: Final = 60
"""How many seconds pass between two rounds of ``--watch``, where nothing else is said."""


@click.command(cls=Command, short_help="Send what is due, and take in what came back.")
@click.option("--once", "how", flag_value="once", default=True, help="One round (so it is anyway).")
@click.option("--watch", "how", flag_value="watch", help="One round after the other, until it is ended.")
@click.option(
    "--every", type=click.IntRange(1, 86_400), default=EVERY, metavar="SECONDS", help="With --watch."
)
@click.option("--dry-run", "how", flag_value="dry-run", help="Say what would go out, and send nothing.")
@click.option("--stop", "how", flag_value="stop", help="Let nothing go out from now on, whoever delivers.")
@click.option("--go", "how", flag_value="go", help="Let messages go out again.")
def deliver(how: str, every: int) -> int:
    """Send what is due, and take in what came back.

    In this order: what inboxes and references bring, reminders that are due, what is overdue, and then
    everything that waits in the outbox and is due. Several may run at the same time; each message goes out
    through one of them. What could not be sent, or may have been, stands in `siprecruit todo`.
    """
    match how:
        case "stop" | "go":
            return _switch(go=how == "go")
        case "dry-run":
            return _dry_run()
        case "watch":
            return _watch(every)
        case _:
            return _once()


def _once() -> int:
    from siprecruit.deliver.engine import deliver_once

    with office() as (opened, ready, callers), _signals() as ending:
        say_clock(opened)
        done = deliver_once(ready, callers, deliverer=this_deliverer(ending.is_set))
    return _print(done)


def _watch(every: int) -> int:
    """Round after round; a signal to end is heeded after the message that is on its way."""
    with office() as (opened, ready, callers), _signals() as ending:
        say_clock(opened)
        stopped: Why | None = None
        while not ending.is_set():
            done = _round(ready, callers, ending)
            # Once, and not in each round, which may come every second.
            if done is not None and done.stopped and done.stopped != stopped:
                tell(STOPPED[done.stopped])
            stopped = done.stopped if done is not None else stopped
            ending.wait(every)
    return DONE


def _round(ready: Office, callers: Callers, ending: threading.Event) -> Delivered | None:
    """One round of a watch: a database that is busy or away for a while ends nothing."""
    from siprecruit.deliver.engine import Delivered, deliver_once
    from siprecruit.record.errors import Conflict, RecordError
    from siprecruit.reports.documents import as_document

    try:
        done = deliver_once(ready, callers, deliverer=this_deliverer(ending.is_set))
    except RecordError as error:
        tell(error.message)
    except Conflict:
        tell("others change the same things all the time: the next round goes on")
    else:
        if done != Delivered() and everywhere().json:
            click.echo(as_json(as_document(done)))
        elif done != Delivered():
            _say(done)
        return done
    return None


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that is set when the process is told to end, instead of being ended in the middle of it."""
    ending = threading.Event()
    # The main thread may hold the event's lock as the signal comes: another thread can wait for it.
    before = signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=ending.set).start())
    try:
        yield ending
    finally:
        signal.signal(signal.SIGTERM, before)


# -- the switch, and the dry run ----------------------------------------------


def _switch(*, go: bool) -> int:
    from siprecruit.record import switch

    with service() as (_, running), running.record.writing() as writer:
        changed = switch.go(writer, switch.place_of(running.record.url)) if go else switch.stop(writer)
    if everywhere().json:
        print_json({"stopped": not go, "changed": changed})
    elif go:
        say("Messages go out again." if changed else "Messages went out anyway.")
        say("To stop them: siprecruit deliver --stop")
    else:
        say("Nothing goes out from now on." if changed else "Nothing went out anyway.")
        say("To let messages go out again: siprecruit deliver --go")
    return DONE


def _dry_run() -> int:
    from siprecruit.deliver.engine import why_stopped
    from siprecruit.deliver.foreseeing import foreseen
    from siprecruit.reports.documents import as_document

    with office() as (opened, ready, _):
        with ready.service.record.reading() as reader:
            found = foreseen(ready, reader)
        say_clock(opened)
        if why := why_stopped(ready):
            tell(STOPPED[why])
    if everywhere().json:
        print_json(as_document(found))
    else:
        _print_foreseen(found)
    return DONE


def _print_foreseen(found: list[Foreseen]) -> None:
    if not found:
        say("Nothing is due to go out.")
        return
    going, later = (sum(one.fate == fate for one in found) for fate in ("goes_out", "queued"))
    say(f"{going:,} of {len(found) - later:,} that are due would go out. Nothing was sent.")
    if later:
        say(f"Reminders that would be queued, and go out in a later round: {later:,}.")
    say()
    headings = ("due", "message", "to", "through", "what happens", "key")
    say(table(headings, [_row(one) for one in found]))


def _row(one: Foreseen) -> tuple[Any, ...]:
    fate = one.fate.replace("_", " ")
    what = f"{fate}: {one.why}" if one.why else fate
    return (f"{one.due_at:%Y-%m-%d %H:%M}", one.message, one.to, one.provider, what, one.key)


# -- what came of it ----------------------------------------------------------


def _print(done: Delivered) -> int:
    from siprecruit.reports.documents import as_document

    if everywhere().json:
        print_json(as_document(done))
    if done.stopped:
        tell(STOPPED[done.stopped])
    if not everywhere().json:
        _say(done)
    return REFUSED if done.stopped else DONE


def _say(done: Delivered) -> None:
    """What one round did, in words."""
    lines = []
    if done.received:
        lines.append(f"Came in: {_counted(done.received)}.")
    lines += done.problems
    if done.reminders:
        lines.append(f"Reminders queued: {len(done.reminders):,}.")
    if done.overdue:
        lines.append(f"Overdue, so that somebody has to ask: {done.overdue:,}.")
    if done.became:
        lines.append(f"Messages: {_counted(done.became)}.")
    lines += (f"Waiting for {name}, which can't send now: {count:,}." for name, count in done.held.items())
    for line in lines or ([] if done.stopped else ["Nothing was due."]):
        say(line)
    if {"refused", "unknown", "failed", "bounced", "overdue"} & {*done.became} or done.overdue:
        say("What somebody has to look at: siprecruit todo")


def _counted(counts: Any) -> str:
    """``12 sent, 1 refused``."""
    return ", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in sorted(counts.items()))
