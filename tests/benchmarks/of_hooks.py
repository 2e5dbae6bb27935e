"""Why the core calls and pluggy registers: the cost of a call, and what a bad plugin does to the others."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pluggy
from measuring import Figure, Size
from of_plugins import NOW

from siprecruit.plugins.calling import Answered, Callers, Outcome
from siprecruit.testing import a_notification

GOOD = """
    from siprecruit.api import Accepted, Notifier, hookimpl

    siprecruit_api = ">=1,<2"

    def send(context, message):
        {does}
        return Accepted(receipt=message.delivery.key)

    @hookimpl
    def siprecruit_notifiers():
        return [Notifier(name="{name}", address="email", send=send)]
"""
DOES = {
    "first": "pass",
    "raises": "raise ValueError",
    "hangs": "import time; time.sleep(3600)",
    "last": "pass",
}
DEADLINE = 1.0
OURS = pluggy.HookspecMarker("ours")
MARK = pluggy.HookimplMarker("ours")


class Spec:
    """A hook that sends by itself, as one would do it with pluggy alone."""

    @OURS
    def send(self, message: object) -> str:
        """Send it."""
        raise NotImplementedError(message)


class Sends:
    """One that does."""

    @MARK
    def send(self, message: object) -> str:
        """Send it."""
        return str(message)[:1]


class Raises:
    """One that doesn't."""

    @MARK
    def send(self, message: object) -> str:
        """Raise."""
        raise ValueError(str(message)[:1])


def of_calling(size: Size, folder: Path) -> Iterator[Figure]:
    """The cost of a call each way, then four notifiers of which one raises and one hangs."""
    plugins = folder / "four"
    plugins.mkdir(exist_ok=True)
    for name, does in DOES.items():
        (plugins / f"{name}.py").write_text(textwrap.dedent(GOOD.format(name=name, does=does)), "utf-8")
    calls, message = 40 * size.starts, a_notification()
    yield _figure("a call through pluggy's hook", _each(_hooks([Sends()]).hook.send, calls, message=message))
    for told, table in (("in the core's process", {"in_process": True}), ("in the plugin's process", {})):
        with Callers(home=folder, table=table, now=lambda: NOW, directory=plugins) as callers:
            yield _figure(f"a call of a provider {told}", _each(_caller(callers, "first"), calls))
    yield Figure(
        what="pluggy's hook, 1 of 3 raises: called", ours=f"{_called_beside_one_that_raises()} of 2 good"
    )
    with Callers(home=folder, table={}, now=lambda: NOW, directory=plugins) as callers:
        begun = time.perf_counter()
        said = [_caller(callers, name)() for name in DOES]
        waited = time.perf_counter() - begun
    good = sum(isinstance(one, Answered) for one in said)
    yield Figure(what="providers, 1 of 4 raises, 1 hangs: called", ours=f"{good} of 2 good")
    yield Figure(what=f"all four, deadline {DEADLINE:g} s, 4 processes started", ours=f"{waited:.1f} s")


def _hooks(plugins: Sequence[object]) -> pluggy.PluginManager:
    manager = pluggy.PluginManager("ours")
    manager.add_hookspecs(Spec)
    for each in plugins:
        manager.register(each)
    return manager


def _called_beside_one_that_raises() -> int:
    """How many of two good ones are called; the one that raises was registered between them."""
    called: list[str] = []

    class Counted(Sends):
        @MARK
        def send(self, message: object) -> str:
            called.append(str(message))
            return ""

    manager = _hooks([Counted(), Raises(), Counted()])
    try:
        manager.hook.send(message="hello")
    except ValueError:
        return len(called)
    raise AssertionError("pluggy lets an exception pass")


def _caller(callers: Callers, name: str) -> Callable[[], Outcome]:
    message = a_notification()
    return lambda: callers.call(name, "notifiers", name, "send", message, timeout=DEADLINE)


def _each(call: Callable[..., Any], calls: int, **words: object) -> float:
    """Seconds a call by the clock, after a first one that isn't counted."""
    call(**words)
    begun = time.perf_counter()
    for _ in range(calls):
        call(**words)
    return (time.perf_counter() - begun) / calls


def _figure(what: str, seconds: float) -> Figure:
    return Figure(what=f"{what}, by the clock", ours=f"{seconds * 1e6:.1f} µs")
