"""What it costs to find plugins, and to call one in its own process."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measuring import Figure, Size, cpu_of_children

from siprecruit.plugins.calling import Answered, Callers
from siprecruit.testing import a_notification

NOW = dt.datetime(2007, 6, 4, 12, tzinfo=dt.UTC)
PLUGIN = """
    from siprecruit.api import Accepted, Notifier, hookimpl

    siprecruit_api = ">=1,<2"

    def send(context, message):
        return Accepted(receipt=message.delivery.key)

    @hookimpl
    def siprecruit_notifiers():
        return [Notifier(name="even", address="email", send=send)]
"""
ENABLED = """
[plugins]
enabled = ["suffolk", "ncsl"]

[plugins.ncsl]
url = "http://127.0.0.1:9"
key = {file = "siprecruit.toml"}
"""
PROGRAM = str(Path(sys.executable).with_name("siprecruit"))


def of_loading_and_calling(size: Size, folder: Path) -> Iterator[Figure]:
    """A command that opens the record, with a plugin enabled and without; then calls, one after the other."""
    plugins = folder / "plugins"
    plugins.mkdir(exist_ok=True)
    (plugins / "even.py").write_text(textwrap.dedent(PLUGIN), encoding="utf-8")
    home = folder / "extended"
    if not home.exists():
        subprocess.run([PROGRAM, "--home", str(home), "init"], check=True, stdout=subprocess.DEVNULL)
    words = [PROGRAM, "--home", str(home), "record", "head"]
    more = _more(words, [*words, "--plugins-dir", str(plugins)], size)
    yield Figure(what="loading a plugin of one file, more", ours=f"{more * 1e3:.0f} ms", aim="60 ms")
    yield from _of_distributions(home, folder / "distributions", size)
    yield _called(home, plugins, 20 * size.starts)


def _of_distributions(home: Path, beside: Path, size: Size) -> Iterator[Figure]:
    """Two of our own that are installed by themselves, where they are."""
    if not all(importlib.util.find_spec(f"siprecruit_{name}") for name in ("suffolk", "ncsl")):
        return
    if not beside.exists():
        shutil.copytree(home, beside)
        with (beside / "siprecruit.toml").open("a", encoding="utf-8") as file:
            file.write(ENABLED)
    for words in (["record", "head"], ["plugins", "list"]):
        without, having = ([PROGRAM, "--home", str(each), *words] for each in (home, beside))
        more = _more(without, having, size)
        what = f"suffolk and ncsl enabled, {' '.join(words)}, more"
        yield Figure(what=what, ours=f"{more * 1e3:.0f} ms", aim="60 ms" if words[0] == "record" else "")


def _more(words: list[str], others: list[str], size: Size) -> float:
    """How many seconds more the others take: by turns, so that a busy machine is as busy for both."""

    def start(these: list[str]) -> float:
        return cpu_of_children(lambda: subprocess.run(these, check=True, stdout=subprocess.DEVNULL))

    return median(start(others) - start(words) for _ in range(2 * size.starts))


def _called(home: Path, plugins: Path, calls: int) -> Figure:
    message = a_notification()
    with Callers(home=home, table={}, now=lambda: NOW, directory=plugins) as callers:

        def call() -> None:
            said = callers.call("even", "notifiers", "even", "send", message, timeout=20)
            assert isinstance(said, Answered), said

        call()
        waited, spent = time.perf_counter(), time.process_time()
        for _ in range(calls):
            call()
        waited, spent = time.perf_counter() - waited, time.process_time() - spent
    what = f"a call of a provider in its process: {waited / calls * 1e6:.0f} µs by the clock"
    return Figure(what=what, ours=f"{spent / calls * 1e6:.0f} µs")
