"""A section of siprecruit.toml of its own, with a secret, for a notifier that posts each message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from siprecruit.api import Accepted, Context, Notification, Notifier, Setting, hookimpl

siprecruit_api = ">=1,<2"


@attrs.frozen(kw_only=True)
class Settings:
    """Where the service is, and what opens it: kept out of every `repr`."""

    url: str
    token: str = attrs.field(repr=False)


def make(table: Mapping[str, Any]) -> Settings:
    """What the provider works with; the schema has been checked, and the secret looked up."""
    return Settings(**table)


def send(context: Context, message: Notification) -> Accepted:
    """Post it. Whatever is raised here leaves the outcome unknown; the key is repeated with care."""
    answer = context.http.post(
        context.settings.url,
        json={"id": message.delivery.key, "to": message.to.address, "text": message.text},
        headers={"Authorization": f"Bearer {context.settings.token}"},
    )
    answer.raise_for_status()
    return Accepted(receipt=message.delivery.key)


@hookimpl
def siprecruit_settings() -> Setting:
    """`[plugins.settings]` holds `url`, and `token = {env = "NAME"}` or `{file = "PATH"}`."""
    properties = {
        "url": {"type": "string", "format": "uri", "description": "Where messages are posted."},
        "token": {"type": "string", "writeOnly": True, "description": "What opens the service."},
    }
    return Setting(
        schema={"type": "object", "properties": properties, "required": ["url", "token"]}, make=make
    )


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """The one that uses them."""
    return [Notifier(name="posts", address="email", send=send)]
