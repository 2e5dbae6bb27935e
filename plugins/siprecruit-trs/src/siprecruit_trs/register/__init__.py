"""A stand-in for both registers, with made-up people, for tests and for trying things out by hand."""

from __future__ import annotations

from siprecruit_trs.register.answering import Asked, Register, Told, answer

__all__ = ["Asked", "Register", "Told", "answer"]
