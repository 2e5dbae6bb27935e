"""What a plugin prints in the program's own process stands with the errors, beside the program's answer."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

OUTPUT, ERRORS = 1, 2


@contextmanager
def printing_beside() -> Iterator[None]:
    """Let what is printed below go to standard error, also what a library writes past Python's own stream.

    The latter only in the main thread: the output is the whole process's.
    """
    with redirect_stdout(sys.stderr):
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        try:
            kept = os.dup(OUTPUT)
            os.dup2(ERRORS, OUTPUT)
        except OSError:  # the program was started without them
            yield
            return
        try:
            yield
        finally:
            os.dup2(kept, OUTPUT)
            os.close(kept)
