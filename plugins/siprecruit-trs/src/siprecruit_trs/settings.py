"""The plugin's own section of ``siprecruit.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from siprecruit.api import Setting

VERSION: Final = "20260120"
"""The version of the Teaching Record System's API that this plugin was written for."""

_URL: Final = "^https?://[^/?#@ ]+(/[^?# ]*)?$"


@attrs.frozen(kw_only=True)
class Settings:
    """Where the registers are. Without ``npq_url`` the register of NPQs isn't asked.

    Then ``qualified_is_enough`` says that a teacher without a headship qualification will do.
    """

    url: str
    key: str = attrs.field(repr=False)
    version: str = VERSION
    npq_url: str | None = None
    npq_key: str | None = attrs.field(default=None, repr=False)
    qualified_is_enough: bool = False
    suspend_on_alert: bool = False


def settings_of(table: Mapping[str, Any]) -> Settings:
    """The settings, with no slash at the end of an address."""
    return Settings(
        **{name: value.rstrip("/") if name in ("url", "npq_url") else value for name, value in table.items()}
    )


SETTING: Final = Setting(
    schema={
        "type": "object",
        "required": ["url", "key"],
        "anyOf": [
            {"required": ["npq_url"]},
            {"required": ["qualified_is_enough"], "properties": {"qualified_is_enough": {"const": True}}},
        ],
        "x-sentences": {"anyOf": "needs npq_url, or else qualified_is_enough = true"},
        "dependentRequired": {"npq_url": ["npq_key"], "npq_key": ["npq_url"]},
        "properties": {
            "url": {
                "description": "The address of the Teaching Record System, without /v3.",
                "type": "string",
                "pattern": _URL,
            },
            "key": {"description": "The key to it.", "type": "string", "minLength": 1, "writeOnly": True},
            "version": {
                "description": "The version of its API that is asked for, a day.",
                "type": "string",
                "pattern": "^[0-9]{8}$",
            },
            "npq_url": {
                "description": "The address of the register of NPQs: then an NPQH is needed, too.",
                "type": "string",
                "pattern": _URL,
            },
            "npq_key": {
                "description": "The key to the register of NPQs.",
                "type": "string",
                "minLength": 1,
                "writeOnly": True,
            },
            "qualified_is_enough": {
                "description": "Whether somebody counts as accredited without an NPQH.",
                "type": "boolean",
            },
            "suspend_on_alert": {
                "description": "Whether an open alert suspends by itself; otherwise it is put to a person.",
                "type": "boolean",
            },
        },
    },
    make=settings_of,
)
