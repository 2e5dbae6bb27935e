"""An office with a record of its own."""

from __future__ import annotations

from imports.conftest import office

__all__ = ["office"]
