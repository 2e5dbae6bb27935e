"""What stands in ``[plugins.govuk-notify]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TEMPLATE: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": f"^{_UUID}$",
    "x-sentences": {"pattern": "must be an id as GOV.UK Notify shows it"},
}

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["api_key"],
    "properties": {
        "api_key": {
            "title": "The key, as Notify showed it: its name, the service's id and the secret",
            "type": "string",
            "pattern": f"(^|-){_UUID}-{_UUID}$",
            "x-sentences": {"pattern": "must be the whole key, which ends in two ids"},
            "writeOnly": True,
        },
        "callback_token": {
            "title": "The bearer token that Notify sends with its callbacks",
            "type": "string",
            "minLength": 10,
            "writeOnly": True,
        },
        "templates": {
            "title": "Which template of yours is for which message, by its name",
            "type": "object",
            "additionalProperties": _TEMPLATE,
        },
        "fallback_template": {
            "title": "A template with ((subject)) and ((body)), for all other messages",
            **_TEMPLATE,
        },
        "email_reply_to_id": {"title": "Which of your reply-to addresses Notify is to use", **_TEMPLATE},
        "base_url": {
            "title": "Where Notify is",
            "type": "string",
            "pattern": r"^(https://[^/\s]|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$))",
            "x-sentences": {"pattern": "must begin with https:// (http:// only on this machine)"},
        },
        "folder": {
            "title": "Where it notes what it is sending, counted from the installation's folder",
            "type": "string",
            "pattern": r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
            "x-sentences": {"pattern": "must be a folder below the installation's, such as govuk-notify"},
        },
        "remembered_days": {
            "title": "For how many days Notify keeps your messages (its data retention for e-mails)",
            "type": "integer",
            "minimum": 3,
            "maximum": 90,
        },
    },
}


@attrs.frozen(kw_only=True)
class Settings:
    """``templates`` by the message's name. Without ``callback_token`` no callback is believed."""

    api_key: str = attrs.field(repr=False)
    callback_token: str = attrs.field(default="", repr=False)
    templates: Mapping[str, str] = attrs.field(factory=dict)
    fallback_template: str = ""
    email_reply_to_id: str = ""
    base_url: str = "https://api.notifications.service.gov.uk"
    folder: str = "govuk-notify"
    remembered_days: int = 7


def made(table: Mapping[str, Any]) -> Settings:
    """The settings, of what stands in the table."""
    return Settings(**table)
