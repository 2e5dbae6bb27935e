"""A plugin's own process: it loads one plugin, and calls its providers as it is told."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import signal
import socket
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Final

import attrs

from siprecruit.plugins import frames
from siprecruit.plugins.context import streams_bare
from siprecruit.plugins.finding import Unusable, place_in
from siprecruit.plugins.limits import MEGABYTE
from siprecruit.plugins.running import Running, Said, Start, begin
from siprecruit.plugins.settings import secrets_in

THREAD_STACK: Final = MEGABYTE
"""Bytes that a thread sets aside: the usual eight megabytes would use up the limit for nothing."""


@attrs.frozen(kw_only=True)
class Orders:
    """The first thing that the process is told. ``path`` is where the program looks for modules."""

    start: Start
    path: tuple[str, ...]
    memory_mb: int


def main() -> None:
    """Do what the channel says, whose number is the only argument, until it ends."""
    _print_beside()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which ends this process
    channel = socket.socket(fileno=int(sys.argv[1]))
    orders: Orders = pickle.loads(frames.receive(channel, largest=None))  # noqa: S301 - from the program itself
    sys.path[:] = orders.path
    _limit(orders.memory_mb)
    threading.stack_size(THREAD_STACK)
    _tell_in_a_line(orders.start.plugin)
    told: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(channel, told), daemon=True).start()
    streams_bare(secrets_in(orders.start.table, orders.start.home, os.environ))
    try:
        running = begin(orders.start, os.environ)
    except Unusable as error:
        frames.send(channel, frames.written(("unable", error.message)))
        return
    frames.send(channel, frames.written(("ready", "")))
    while True:
        frames.send(channel, _answer(running, told.get()))


def _print_beside() -> None:
    """Let what a plugin prints stand with the program's errors, and not with its output.

    What goes past Python's own streams, of a library in C or of a program that the plugin starts, can't be
    kept from showing a secret: it goes nowhere.
    """
    beside = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = beside  # type: ignore[misc]


def _tell_in_a_line(plugin: str) -> None:
    """Let what ends a plugin's thread, or a finaliser, be told in a line: its text could hold a name."""

    def told(one: Any) -> None:
        where = place_in(one.exc_value, None) if one.exc_value is not None else ""
        place = f" in {where}" if where else ""
        sys.stderr.write(f"the plugin {plugin}: {one.exc_type.__name__}{place}, where nobody waits for it\n")

    threading.excepthook = told
    sys.unraisablehook = told


def _listen(channel: socket.socket, told: SimpleQueue[bytes]) -> None:
    """Take in what is told, also while a provider hangs; when nobody is there any more, end everything."""
    listening = socket.socket(fileno=os.dup(channel.fileno()))
    try:
        with suppress(frames.Gone):
            while True:
                told.put(frames.receive(listening, largest=None))
    finally:
        os.killpg(0, signal.SIGKILL)


def _limit(megabytes: int) -> None:
    import resource

    with suppress(ValueError, OSError):  # not every system can limit the room for addresses
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    # What a process leaves on the disk when it breaks down would hold a person's data.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(running: Running, task: bytes) -> bytes:
    hook, provider, method, args, now = _task(task)
    running.now = now
    said = running.call(hook, provider, method, args)
    try:
        content = frames.written((said.how, said.value, said.kind, said.where))
    except Exception as error:  # noqa: BLE001 - a value may refuse to be written in any way it likes
        return _nonsense(f"what it answers can't be written down ({type(error).__name__})")
    return content if len(content) <= frames.LARGEST else _nonsense("what it answers is too large")


def _task(task: bytes) -> tuple[str, str, str, tuple[Any, ...], dt.datetime]:
    read: tuple[str, str, str, tuple[Any, ...], dt.datetime] = pickle.loads(task)  # noqa: S301 - as above
    return read


def _nonsense(where: str) -> bytes:
    said = Said(how="nonsense", where=where)
    return frames.written((said.how, None, "", said.where))


if __name__ == "__main__":
    main()
