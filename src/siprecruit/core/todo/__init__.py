"""What needs doing: derived from the dated facts of an application, a person or a school, never stored."""

from __future__ import annotations

from siprecruit.core.todo.kinds import KINDS, RANK, Gate, Kind, Task

__all__ = ["KINDS", "RANK", "Gate", "Kind", "Task"]
