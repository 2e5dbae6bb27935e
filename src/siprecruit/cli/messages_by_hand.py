"""``siprecruit messages recall``, ``again``, ``settle``, ``release``: what a person does about a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, service

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.record.outbox import Row
    from siprecruit.record.writing import Writer
    from siprecruit.service import Service


@click.command(cls=Command)
@click.argument("key", metavar="KEY")
def recall(key: str) -> None:
    """Take back a message that waits. `messages again KEY` queues it once more."""
    from siprecruit.record import by_hand

    _do(
        key,
        lambda writer, running: by_hand.recall(writer, key, running.programme, running.clock()),
        "is recalled and won't be sent",
        f"To send it after all: siprecruit messages again {key}",
    )


@click.command(cls=Command)
@click.argument("key", metavar="KEY")
def again(key: str) -> None:
    """Have a message tried anew, at once, under the same key. `messages recall KEY` takes that back.

    Where it may have been sent already this is your decision that it may come twice.
    """
    from siprecruit.record import by_hand

    _do(
        key,
        lambda writer, running: by_hand.again(writer, key, running.programme, running.clock()),
        "is queued again and goes out with the next `siprecruit deliver`",
        f"To take it back while it waits: siprecruit messages recall {key}",
    )


@click.command(cls=Command)
@click.argument("key", metavar="KEY")
@click.option("--sent/--not-sent", "sent", default=None, help="It reached them, or it did not and won't.")
@click.option("--reason", metavar="TEXT", default="", help="How you know: kept beside the message.")
def settle(key: str, *, sent: bool | None, reason: str) -> None:
    """Say what became of a message where the program can't know, or that something not taken was seen to.

    `messages again KEY` takes --not-sent back. Nothing takes --sent back: nobody is written to twice by it.
    """
    from siprecruit.record import by_hand, notices

    if sent is None:
        raise click.UsageError("say --sent or --not-sent", click.get_current_context())

    def act(writer: Writer, running: Service) -> None:
        # What an inbox brought and was not taken is no message, and is settled by the same word.
        if not notices.take_away(writer, "item_refused", key):
            by_hand.settle(writer, key, running.programme, running.clock(), sent=sent, reason=reason)

    if key.startswith("item-"):
        _do(key, act, "is seen to, and stands in the list no longer", "")
        return
    undo = "" if sent else f"To send it after all: siprecruit messages again {key}"
    _do(key, act, "is settled: it was sent" if sent else "is settled: it was not sent and won't be", undo)


@click.command(cls=Command)
@click.argument("key", metavar="KEY")
@click.option("--to", "provider", metavar="PROVIDER", required=True, help="Who delivers it, such as file.")
def release(key: str, provider: str) -> None:
    """Let another provider deliver a message that waits, or could not be sent. The same command undoes it.

    One that could not be sent is then tried anew by `messages again KEY`.
    """
    from siprecruit.record import by_hand

    with service() as (opened, running), running.record.writing() as writer:
        row = by_hand.found(writer, key)
        name = _full_name(row, provider, opened)
        now = by_hand.release(writer, key, name, running.programme, running.clock())
    was = (row.provider or "").partition("/")[2]
    undo = f"To undo it: siprecruit messages release {key} --to {was}" if was else ""
    said = f"is {provider}'s to deliver now"
    if now.status == "unknown":
        said += f"; as it may have been sent before, only after: siprecruit messages again {key}"
    _say(key, said, undo)


def _full_name(row: Row, provider: str, opened: Installation) -> str:
    """A provider as the outbox names it. Raises click.BadParameter for one that there is not."""
    from siprecruit.record.outbox import HOOKS

    hook, plugins = HOOKS[row.kind], opened.plugins
    known = plugins.notifiers.keys() if hook == "notifiers" else plugins.channels.keys()
    short = provider.removeprefix(f"{hook}/")
    if short not in known:
        there = ", ".join(sorted(known)) or "none"
        raise click.BadParameter(f"--to: no {short[:60]} is in use that can deliver it, but {there}")
    return f"{hook}/{short}"


def _do(key: str, act: Callable[[Writer, Service], object], said: str, undo: str) -> None:
    with service() as (_, running), running.record.writing() as writer:
        act(writer, running)
    _say(key, said, undo)


def _say(key: str, said: str, undo: str) -> None:
    if everywhere().json:
        print_json({"key": key, "done": said, "undo": undo or None})
        return
    say(f"{key} {said}.")
    if undo:
        say(undo)
