"""CPU of a piece of work, beside that of the bare work where there is one, and the table of it all."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median

import attrs


@attrs.frozen(kw_only=True)
class Figure:
    """One line of the table: what was done, what it took, what the bare work took, and what is aimed at."""

    what: str
    ours: str
    bare: str = ""
    ratio: str = ""
    aim: str = ""


@attrs.frozen(kw_only=True)
class Size:
    """How much is measured. ``pairs`` are the runs of which the median counts."""

    pairs: int
    commands: int
    bulk: int
    responses: int
    applicants: int
    many_applicants: int
    starts: int
    pages: int


QUICK = Size(
    pairs=1, commands=20, bulk=60, responses=60, applicants=60, many_applicants=240, starts=1, pages=1
)
FULL = Size(
    pairs=5,
    commands=300,
    bulk=5_000,
    responses=10_000,
    applicants=10_000,
    many_applicants=100_000,
    starts=9,
    pages=50,
)


def cpu(work: Callable[[], object]) -> float:
    """The seconds of CPU, the kernel's share included, that ``work`` takes."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def cpu_of_children(work: Callable[[], object]) -> float:
    """The seconds of CPU that the processes take which ``work`` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def beside(what: str, count: int, pairs: Sequence[tuple[float, float]], aim: str) -> Figure:
    """A line of a work and the bare work beside it: the medians of each, and that of the pairs' ratios."""
    ours, bare = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return Figure(
        what=what,
        ours=per_one(ours, count),
        bare=per_one(bare, count),
        ratio=f"{median(one / other for one, other in pairs):.2f}",
        aim=aim,
    )


def per_one(seconds: float, count: int) -> str:
    """The CPU of one of so many."""
    return f"{seconds / count * 1e6:,.0f} µs"


def rate(count: int, seconds: float) -> str:
    """How many of them a second of CPU does."""
    return f"{count / seconds:,.0f}/s"


def table(figures: Iterable[Figure]) -> str:
    """The lines as a Markdown table, aligned for a terminal too."""
    head = ("what", "ours", "bare", "ratio", "aim")
    rows = [head, *((one.what, one.ours, one.bare, one.ratio, one.aim) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "| " + " | ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
