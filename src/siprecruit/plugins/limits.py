"""How long a plugin may run in the program's own process, and how much memory it may take there."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

MEMORY_MB: Final = 512
"""How many megabytes a plugin may take, in a process of its own or on top of the program's."""

MEGABYTE: Final = 2**20


class TookTooLong(BaseException):
    """Raised within a plugin that takes too long; no ``except Exception`` of its own catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what runs below after so many seconds, or where it takes more than MEMORY_MB, as far as can be.

    In any thread but the main one, on a system without POSIX's signals, and within a C function that doesn't
    return, nothing is ended; memory is limited on Linux. Raises TookTooLong, also where the code below caught
    it and went on, and MemoryError.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    with _in_memory(MEMORY_MB * MEGABYTE), _in_time(seconds):
        yield


@contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    late = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal late
        late = True
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        # It may go off until it is stopped.
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:
            signal.signal(signal.SIGALRM, before)
    if late:
        raise TookTooLong


@contextmanager
def _in_memory(more: int) -> Iterator[None]:
    """Leave the process no room for addresses but ``more`` bytes, unless it has less already."""
    import resource

    taken = Path("/proc/self/statm")
    if not taken.exists():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(taken.read_text("ascii").split()[0]) * resource.getpagesize() + more
    if soft != resource.RLIM_INFINITY and soft <= limit:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
