"""What it costs to start: the help, and commands that do little on a new installation."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measuring import Figure, Size, cpu_of_children

PROGRAM = (str(Path(sys.executable).with_name("siprecruit")),)
COMMANDS = ("record head", "todo", "show 2007-05", "plugins list", "deliver --once")


def of_program(size: Size, folder: Path) -> Iterator[Figure]:
    """The help, and the least that a command which opens the record does."""
    yield _timed("python -c pass", (sys.executable, "-c", "pass"), size, folder)
    yield _timed("siprecruit --help", (*PROGRAM, "--help"), size, folder, "150 ms")
    home = folder / "started"
    if not home.exists():
        subprocess.run([*PROGRAM, "--home", str(home), "init"], check=True, stdout=subprocess.DEVNULL)
    for words in COMMANDS:
        yield _timed(f"siprecruit {words}", (*PROGRAM, "--home", str(home), *words.split()), size, folder)


def _timed(what: str, words: tuple[str, ...], size: Size, folder: Path, aim: str = "") -> Figure:
    def start() -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    start()
    spent, waited = [], []
    for _ in range(size.starts):
        before = time.perf_counter()
        spent.append(cpu_of_children(start))
        waited.append(time.perf_counter() - before)
    return Figure(
        what=f"{what}: {median(waited) * 1e3:.0f} ms by the clock",
        ours=f"{median(spent) * 1e3:.0f} ms",
        aim=aim,
    )
