"""What the stand-in was given to send, and what became of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import attrs

STATUSES: Final = (
    "created",
    "sending",
    "delivered",
    "permanent-failure",
    "temporary-failure",
    "technical-failure",
)
UNDER_WAY: Final = frozenset({"created", "sending"})
_PLACE: Final = re.compile(r"\(\(([^()]+)\)\)")
_NOTHING_TOLD: Final[Mapping[str, str]] = {"subject": "((subject))", "body": "((body))"}


@attrs.define(kw_only=True)
class Mailroom:
    """``messages`` in the order in which they came; ``templates`` by id, each with its subject and body.

    As long as it was told of no template, each id is one with ((subject)) and ((body)).
    """

    clock: Callable[[], dt.datetime]
    messages: list[dict[str, Any]] = attrs.field(factory=list)
    templates: dict[str, dict[str, str]] = attrs.field(factory=dict)

    def template(self, told: object) -> Mapping[str, str] | None:
        """A template by its id; None where there is none."""
        if not isinstance(told, str) or not is_id(told):
            return None
        return self.templates.get(told) if self.templates else _NOTHING_TOLD

    def find(self, id_: str) -> dict[str, Any] | None:
        """A message by its id."""
        return next((one for one in self.messages if one["id"] == id_), None)


def is_id(told: str) -> bool:
    """Whether it is a UUID."""
    try:
        return str(UUID(told)) == told.lower()
    except ValueError:
        return False


def missing(template: Mapping[str, str], words: Mapping[str, Any]) -> list[str]:
    """The places of a template for which there is no word."""
    places = [name for text in template.values() for name in _PLACE.findall(text)]
    return [name for name in dict.fromkeys(places) if name not in words]


def filled(text: str, words: Mapping[str, Any]) -> str:
    """A template's text with the words in its places."""
    return _PLACE.sub(lambda found: str(words[found[1]]), text)


def take(room: Mailroom, told: Mapping[str, Any], template: Mapping[str, str]) -> dict[str, Any]:
    """Keep a message as Notify shows it later."""
    words = told.get("personalisation") or {}
    message = {
        "id": str(uuid4()),
        "reference": told.get("reference"),
        "email_address": told["email_address"],
        "type": "email",
        "status": "created",
        "template": {"id": told["template_id"], "version": 1, "uri": f"/v2/template/{told['template_id']}"},
        "subject": filled(template["subject"], words),
        "body": filled(template["body"], words),
        "created_at": _instant(room),
        "sent_at": None,
        "completed_at": None,
    }
    room.messages.append(message)
    return message


def becomes(room: Mailroom, message: dict[str, Any], status: str) -> None:
    """Something has become of a message."""
    message["status"] = status
    message["sent_at"] = message["sent_at"] or _instant(room)
    message["completed_at"] = None if status in UNDER_WAY else _instant(room)


def listed(room: Mailroom, wanted: Mapping[str, list[str]], page: int) -> list[dict[str, Any]]:
    """A page of the messages that are asked for, the newest first."""
    found = list(_matching(room, wanted))
    last = wanted.get("older_than", [""])[0]
    if last:
        ids = [one["id"] for one in found]
        found = found[ids.index(last) + 1 :] if last in ids else []
    return found[:page]


def _matching(room: Mailroom, wanted: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    names = {"reference": "reference", "status": "status", "template_type": "type"}
    for one in reversed(room.messages):
        if all(one[field] in wanted[name] for name, field in names.items() if name in wanted):
            yield one


def receipt(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a callback tells of a message."""
    return {
        "id": message["id"],
        "reference": message["reference"],
        "to": message["email_address"],
        "status": message["status"],
        "created_at": message["created_at"],
        "completed_at": message["completed_at"],
        "sent_at": message["sent_at"],
        "notification_type": "email",
        "template_id": message["template"]["id"],
        "template_version": message["template"]["version"],
    }


def _instant(room: Mailroom) -> str:
    return room.clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
