"""Brings in the fixtures that siprecruit lends to plugin authors."""

from __future__ import annotations

pytest_plugins = ["siprecruit.testing"]
