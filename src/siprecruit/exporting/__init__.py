"""The record given back in the form of an officer's own sheet."""

from __future__ import annotations

from siprecruit.exporting.responses import Exported, Like, NotExported, export_responses

__all__ = ["Exported", "Like", "NotExported", "export_responses"]
