"""A progress bar for long work, on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Forward = Callable[[int], None]
"""Goes that many steps on."""


@contextmanager
def progress(label: str, length: int) -> Iterator[Forward]:
    """A bar of ``length`` steps; where nobody watches, nothing is printed."""
    if not sys.stderr.isatty() or length <= 0:
        yield lambda _steps: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update
