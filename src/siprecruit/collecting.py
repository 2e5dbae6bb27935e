"""Fewer walks of the garbage collector through what a bulk of work holds as a whole anyway."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (100_000, 50, 100)
"""Python's own thresholds cost a tenth of a bulk, a sixth of an import, and find nothing there."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect garbage that goes round in circles seldom; everything else is freed at once as always."""
    before = gc.get_threshold()
    if before == SELDOM:  # within another bulk, which will put back what was before
        yield
        return
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
