"""The command line: a thin edge that reads words and the clock, and prints what the rooms behind it say."""

from __future__ import annotations

from siprecruit.cli.program import main, program

__all__ = ["main", "program"]
