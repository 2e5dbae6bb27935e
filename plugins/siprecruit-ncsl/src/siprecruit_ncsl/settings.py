"""What stands in ``[plugins.ncsl]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["url", "key"],
    "properties": {
        "url": {
            "title": "Where the college's service is",
            "type": "string",
            # The key goes along with every request: in clear text only within this machine.
            "pattern": r"^(https://[^/\s]|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$))",
            "x-sentences": {"pattern": "must begin with https:// (http:// only on this machine)"},
        },
        "key": {"title": "The authority's key", "type": "string", "minLength": 1, "writeOnly": True},
        "callback_secret": {
            "title": "What the college signs its callbacks with",
            "type": "string",
            "minLength": 16,
            "writeOnly": True,
        },
        "by_name": {
            "title": "Whether somebody without a number is found by name, where just one has that name",
            "type": "boolean",
        },
    },
}


@attrs.frozen(kw_only=True)
class Settings:
    """``url`` has no slash at its end. Without ``callback_secret`` no callback is believed."""

    url: str
    key: str = attrs.field(repr=False)
    callback_secret: str = attrs.field(default="", repr=False)
    by_name: bool = True


def made(table: Mapping[str, Any]) -> Settings:
    """The settings, of what stands in the table."""
    return Settings(**{**table, "url": str(table["url"]).rstrip("/")})
