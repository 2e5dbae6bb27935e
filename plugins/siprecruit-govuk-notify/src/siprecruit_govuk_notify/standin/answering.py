"""What Notify answers, and how the stand-in is told what becomes of messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import jwt

from siprecruit_govuk_notify.standin.mailroom import STATUSES, Mailroom, becomes, is_id, listed, missing, take

PREFIX: Final = "/stand-in"
PAGE: Final = 250
_SECONDS_OFF: Final = 30


@attrs.frozen(kw_only=True)
class Asked:
    """A question as it came in; header names in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body, None where it isn't JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@attrs.frozen(kw_only=True)
class Answer:
    """What is said."""

    status: int
    body: Any
    headers: Mapping[str, str] = attrs.field(factory=dict)


def against(status: int, kind: str, *messages: str) -> Answer:
    """What Notify has against a question, in its own form."""
    errors = [{"error": kind, "message": message} for message in messages]
    return Answer(status=status, body={"status_code": status, "errors": errors})


def answer(room: Mailroom, asked: Asked, key: str, now: Callable[[], float]) -> Answer:
    """Answer one question, if its token is signed with the key. ``now`` in seconds since 1970."""
    if said := _wrong_token(asked.headers.get("authorization", ""), key, now()):
        return against(403, "AuthError", said)
    parts = [part for part in asked.path.split("/") if part]
    match asked.method, parts:
        case "POST", ["v2", "notifications", "email"]:
            return _email(room, asked.json())
        case "GET", ["v2", "notifications"]:
            return _list(room, asked)
        case "GET", ["v2", "notifications", id_]:
            found = room.find(id_)
            return Answer(status=200, body=found) if found else _no_result()
        case _:
            return against(404, "NotFound", "The requested URL was not found on the server.")


def _no_result() -> Answer:
    return against(404, "NoResultFound", "No result found")


def _wrong_token(header: str, key: str, now: float) -> str:
    """What is wrong with a JSON Web Token: HS256, issued by the service in the last half minute."""
    service, secret = key[-73:-37], key[-36:]
    try:
        claims = jwt.decode(
            header.removeprefix("Bearer "), secret, algorithms=["HS256"], options={"verify_iat": False}
        )
    except jwt.InvalidTokenError:
        return "Invalid token: signature, api token not found"
    if claims.get("iss") != service:
        return "Invalid token: service not found"
    issued = claims.get("iat")
    if not isinstance(issued, int) or abs(now - issued) > _SECONDS_OFF:
        return "Error: Your system clock must be accurate to within 30 seconds"
    return ""


def _email(room: Mailroom, told: Any) -> Answer:
    if not isinstance(told, dict):
        return against(400, "BadRequestError", "Invalid JSON supplied in POST data")
    if "@" not in str(told.get("email_address", "")):
        return against(400, "ValidationError", "email_address Not a valid email address")
    if not is_id(str(told.get("template_id"))):
        return against(400, "ValidationError", "template_id is not a valid UUID")
    template = room.template(told["template_id"])
    if template is None:
        return against(400, "BadRequestError", "Template not found")
    words = told.get("personalisation") or {}
    if gaps := missing(template, words):
        return against(400, "BadRequestError", f"Missing personalisation: {', '.join(gaps)}")
    message = take(room, told, template)
    content = {"subject": message["subject"], "body": message["body"], "from_email": "standin@example.org"}
    said = {name: message[name] for name in ("id", "reference", "template")}
    return Answer(status=201, body={**said, "content": content, "uri": f"/v2/notifications/{message['id']}"})


def _list(room: Mailroom, asked: Asked) -> Answer:
    unknown = set(asked.query) - {"reference", "status", "template_type", "older_than", "include_jobs"}
    if unknown:
        return against(400, "ValidationError", f"Additional properties: {', '.join(unknown)}")
    found = listed(room, asked.query, PAGE)
    links = {"current": "/v2/notifications"}
    if found:
        links["next"] = f"/v2/notifications?older_than={found[-1]['id']}"
    return Answer(status=200, body={"notifications": found, "links": links})


# -- what happens -------------------------------------------------------------


def stage(room: Mailroom, asked: Asked) -> tuple[Answer, dict[str, Any] | None]:
    """Do as told; the message comes along to which something has happened. No part of Notify's protocol."""
    told = asked.json() if asked.body else {}
    parts = [part for part in asked.path.removeprefix(PREFIX).split("/") if part]
    match asked.method, parts:
        case "GET", []:
            return Answer(status=200, body={"messages": room.messages, "templates": room.templates}), None
        case "PUT", ["templates", id_] if is_id(id_) and _is_template(told):
            room.templates[id_] = {"subject": told["subject"], "body": told["body"]}
            return Answer(status=200, body={"id": id_}), None
        case "POST", ["notifications", id_, "status"]:
            return _becomes(room, id_, told)
        case _:
            said = "Say a template's `subject` and `body` under its id, or a message's `status`."
            return Answer(status=400, body={"title": said}), None


def _is_template(told: Any) -> bool:
    return isinstance(told, dict) and all(isinstance(told.get(name), str) for name in ("subject", "body"))


def _becomes(room: Mailroom, id_: str, told: Any) -> tuple[Answer, dict[str, Any] | None]:
    message, status = room.find(id_), told.get("status") if isinstance(told, dict) else None
    if message is None:
        return Answer(status=404, body={"title": "There is no such message."}), None
    if status not in STATUSES:
        return Answer(status=400, body={"title": f"A status is one of {', '.join(STATUSES)}."}), None
    becomes(room, message, status)
    return Answer(status=200, body={"id": id_, "status": status}), message
