"""What needs doing: derived from the dated facts of an application, a person or a school, never stored."""

from __future__ import annotations

from siprecruit.core.todo.applications import Subject, tasks_of_application
from siprecruit.core.todo.covering import Available, available, could_cover, ready_for, room
from siprecruit.core.todo.kinds import KINDS, RANK, Gate, Kind, Task
from siprecruit.core.todo.people import Candidate, tasks_of_person
from siprecruit.core.todo.schools import INTRODUCTION, introductions_overdue, late_after, tasks_of_school

__all__ = [
    "INTRODUCTION",
    "KINDS",
    "RANK",
    "Available",
    "Candidate",
    "Gate",
    "Kind",
    "Subject",
    "Task",
    "available",
    "could_cover",
    "introductions_overdue",
    "late_after",
    "ready_for",
    "room",
    "tasks_of_application",
    "tasks_of_person",
    "tasks_of_school",
]
