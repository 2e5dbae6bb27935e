"""Fewer walks of the garbage collector through a sheet that is held as a whole anyway."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (100_000, 50, 100)
"""Python's own thresholds cost a sixth of an import: its rows are no garbage, however often one looks."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect garbage that goes round in circles seldom; everything else is freed at once as always."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
