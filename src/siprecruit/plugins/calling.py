"""Calls a plugin's provider in that plugin's own process, with a deadline and a limit of memory."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import attrs

from siprecruit.plugins import frames
from siprecruit.plugins.answers import answer_of, wrong
from siprecruit.plugins.child import Orders
from siprecruit.plugins.finding import Unusable
from siprecruit.plugins.limits import MEMORY_MB
from siprecruit.plugins.running import Running, Start, begin

SECONDS_TO_START: Final = 30.0
"""How long a plugin's process may take until it can be called; the deadline of a call begins after it."""

_EXHAUSTED: Final = ("MemoryError", "RuntimeError")
"""What is raised for want of memory, or of threads: who ran out once is near it again, and begins anew."""


@attrs.frozen(kw_only=True)
class Answered:
    """It answered with a value of a type that it may answer with."""

    value: Any


@attrs.frozen(kw_only=True)
class Raised:
    """It raised, or its process ended. ``kind`` names a class, ``where`` a line; no text of the plugin's.

    Where ``handed_over`` is false the plugin could not be set to work: nothing was done, and ``where`` is a
    sentence that says why.
    """

    kind: str
    where: str
    handed_over: bool = True


@attrs.frozen(kw_only=True)
class TimedOut:
    """It outlasted its deadline, and was ended."""


@attrs.frozen(kw_only=True)
class Nonsense:
    """It answered something else than it may. ``what`` says what is wrong with it, and not what it was."""

    what: str


Outcome = Answered | Raised | TimedOut | Nonsense


class Callers:
    """Calls providers, each plugin's in a process of its own, which is started on demand and kept.

    ``table`` is ``[plugins]`` of ``siprecruit.toml``, ``directory`` that of ``--plugins-dir``; ``now`` gives
    the instant that a plugin's clock shows while it is called; ``database`` is the URL where its own tables
    are. Not to be used by several threads at once. On a system without POSIX's processes, and where
    ``in_process = true``, there is neither deadline nor limit.
    """

    def __init__(
        self,
        *,
        home: Path,
        table: Mapping[str, Any],
        now: Callable[[], dt.datetime],
        directory: Path | None = None,
        environment: Mapping[str, str] | None = None,
        database: str | None = None,
    ) -> None:
        self._home = home.absolute()
        self._table = table
        self._now = now
        self._directory = directory.absolute() if directory else None
        self._environment = dict(os.environ if environment is None else environment)
        self._database = database
        self._here = bool(table.get("in_process")) or os.name != "posix"
        self._running: dict[str, Running] = {}
        self._children: dict[str, _Child] = {}

    def call(
        self, plugin: str, hook: str, provider: str, method: str, *args: object, timeout: float
    ) -> Outcome:
        """Call a function of a provider, such as ``("ncsl", "notifiers", "ncsl", "send", notification)``.

        ``timeout`` is in seconds. What the plugin does wrong is an outcome; nothing of it is raised here.
        """
        hook = hook.removeprefix("siprecruit_")
        may_answer = answer_of(hook, method)
        try:
            said = (self._call_here if self._here else self._call_child)(
                plugin, (hook, provider, method, args, self._now()), timeout
            )
        except Unusable as error:
            return Raised(kind="NotLoaded", where=error.message, handed_over=False)
        return said if not isinstance(said, tuple) else _judged(may_answer, said)

    def close(self) -> None:
        """End all processes, and whatever they have started or left behind."""
        for child in self._children.values():
            child.end()
        self._children.clear()
        self._running.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, plugin: str) -> Start:
        own: Any = self._table.get(plugin, {})
        return Start(
            plugin=plugin,
            directory=self._directory,
            home=self._home,
            table=own,
            database=self._database,
        )

    def _call_here(self, plugin: str, task: tuple[Any, ...], _timeout: float) -> tuple[Any, ...]:
        if plugin not in self._running:
            self._running[plugin] = begin(self._start(plugin), self._environment)
        running = self._running[plugin]
        *what, running.now = task
        said = running.call(*what)
        return said.how, said.value, said.kind, said.where

    def _call_child(self, plugin: str, task: tuple[Any, ...], timeout: float) -> tuple[Any, ...] | Outcome:
        content = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        until = time.monotonic() + timeout
        for again in (True, False):
            if plugin not in self._children:
                self._children[plugin] = self._child(plugin)
                until = time.monotonic() + timeout
            try:
                self._children[plugin].hand_over(content, until)
                break
            except frames.Gone:
                # It ended since the last call, and has not seen this one.
                self._children.pop(plugin).end()
                if not again:
                    return Raised(kind="ProcessEnded", where="before it was called", handed_over=False)
            except TimeoutError:
                self._children.pop(plugin).end()
                return TimedOut()
        return self._awaited(plugin, until)

    def _awaited(self, plugin: str, until: float) -> tuple[Any, ...] | Outcome:
        child = self._children[plugin]
        said: tuple[Any, ...] | Outcome
        try:
            said = child.answer(until)
        except TimeoutError:
            said = TimedOut()
        except frames.TooLarge:
            said = Nonsense(what="what it answers is too large")
        except pickle.UnpicklingError as error:
            said = Nonsense(what=str(error)[:200])
        except frames.Gone:
            said = Raised(kind="ProcessEnded", where=child.ended())
        if not isinstance(said, tuple) or said[2] in _EXHAUSTED:
            self._children.pop(plugin).end()
        return said

    def _child(self, plugin: str) -> _Child:
        orders = Orders(
            start=self._start(plugin),
            path=tuple(sys.path),
            memory_mb=self._table.get("memory_mb", MEMORY_MB),
        )
        return _Child.started(orders, self._environment)


@attrs.frozen(kw_only=True)
class _Child:
    """The process of one plugin, and the channel to it."""

    process: subprocess.Popen[bytes]
    channel: socket.socket

    @classmethod
    def started(cls, orders: Orders, environment: Mapping[str, str]) -> Self:
        """Start a process and have it load its plugin. Raises Unusable."""
        child = cls.begun(environment)
        try:
            until = time.monotonic() + SECONDS_TO_START
            frames.send(child.channel, pickle.dumps(orders, pickle.HIGHEST_PROTOCOL), until)
            how, sentence = child.answer(until)
        except (TimeoutError, frames.Gone, frames.TooLarge, pickle.UnpicklingError):
            how, sentence = "unable", "its process can't be started"
        except BaseException:
            child.end()
            raise
        if how != "ready":
            child.end()
            raise Unusable(sentence)
        return child

    @classmethod
    def begun(cls, environment: Mapping[str, str]) -> Self:
        """Start a process that waits to be told what it is for."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own module, no word of it from outside
                [sys.executable, "-P", "-m", "siprecruit.plugins.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                # Each thread's own heap would set aside 64 megabytes of the limit.
                env={"MALLOC_ARENA_MAX": "2", **environment},
                process_group=0,
            )
        return cls(process=process, channel=ours)

    def hand_over(self, content: bytes, until: float) -> None:
        """Give it something to do. Raises TimeoutError, Gone."""
        frames.send(self.channel, content, until)

    def answer(self, until: float) -> Any:
        """What it says. Raises TimeoutError, TooLarge, Gone, pickle.UnpicklingError."""
        content = frames.receive(self.channel, until=until)
        try:
            return frames.read(content)
        except pickle.UnpicklingError:
            raise
        except Exception as error:
            raise pickle.UnpicklingError("what it answers can't be read") from error

    def ended(self) -> str:
        """How it ended, once it has closed its side."""
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(1)
            return f"it was ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"
        return "it closed its channel"

    def end(self) -> None:
        """End the process, and those that it has started."""
        self.channel.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _judged(may_answer: Any, said: tuple[Any, ...]) -> Outcome:
    how, value, kind, where = said
    if how == "raised":
        return Raised(kind=kind, where=where)
    if how == "nonsense":
        return Nonsense(what=where)
    fault = wrong(value, may_answer)
    return Nonsense(what=f"what it answers {fault}") if fault else Answered(value=value)
