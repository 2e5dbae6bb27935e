"""A service over HTTP and a plugin for it that keeps every contract, to hold the suites against."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any, ClassVar

import attrs
import requests

from siprecruit.api import (
    Accepted,
    AccreditationLookup,
    Collected,
    Deferred,
    DeliveryReport,
    Finding,
    Inbox,
    Item,
    Notifier,
    Objection,
    Polled,
    ReferenceChannel,
    ReferenceDeclined,
    Refused,
    Reported,
    Setting,
    hookimpl,
)
from siprecruit.testing import Answer, Request

KEY = "s3cr3t-key-of-the-service"


# -- the other side -----------------------------------------------------------


@attrs.define
class Service:
    """Takes messages and requests by key, keeps answers and a register."""

    messages: dict[str, Any] = attrs.field(factory=dict)
    log: list[Any] = attrs.field(factory=list)
    register: ClassVar[dict[str, str]] = {"0012345": "accredited"}

    def __call__(self, request: Request) -> Answer:
        """One request."""
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Answer(status=401, json={"error": "who are you?"})
        match request.method, request.path:
            case "POST", "/messages":
                key = request.headers["idempotency-key"]
                self.messages.setdefault(key, request.json())
                return Answer(status=201, json={"id": hashlib.sha256(key.encode()).hexdigest()[:12]})
            case "DELETE", "/messages":
                gone = self.messages.pop(request.headers["idempotency-key"], None)
                return Answer(json={"deleted": int(gone is not None)})
            case "GET", "/log":
                start = int(request.query.get("after", ["0"])[0] or 0)
                return Answer(json={"entries": self.log[start:], "next": str(len(self.log))})
            case "POST", "/people":
                people = [self.person(number) for number in request.json()["numbers"]]
                return Answer(json={"people": people})
        return Answer(status=404, json={"error": "not here"})

    def person(self, number: str) -> dict[str, str]:
        """What the register says of a number."""
        return {"number": number, "status": self.register.get(number, "unknown")}


def signed(body: bytes) -> dict[str, str]:
    """The headers of a callback."""
    return {"Content-Type": "application/json", "X-Signature": _mac(body)}


def _mac(body: bytes) -> str:
    return hmac.new(KEY.encode(), body, "sha256").hexdigest()


# -- the plugin ---------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Settings:
    """Where the service is, and what opens it."""

    url: str
    key: str = attrs.field(repr=False)


def ask(context: Any, method: str, path: str, *, json: Any = None, key: str = "", **params: str) -> Any:
    """One request; what is known to have done nothing is an answer, all else raises."""
    headers = {"Authorization": f"Bearer {context.settings.key}", "Idempotency-Key": key}
    url = context.settings.url + path
    said = context.http.request(method, url, json=json, params=params, headers=headers)
    if said.status_code == 429:
        return Deferred(
            reason="too many", after=dt.timedelta(seconds=int(said.headers.get("Retry-After", 60)))
        )
    if 400 <= said.status_code < 500:
        return Refused(reason=f"the service says {said.status_code}")
    said.raise_for_status()
    return said.json()


class Plugin:
    """All its providers, each of which a broken one can replace."""

    siprecruit_api = ">=1,<2"
    __name__ = "service"

    @hookimpl
    def siprecruit_settings(self) -> Setting:
        """Address and key."""
        properties = {"url": {"type": "string"}, "key": {"type": "string", "writeOnly": True}}
        return Setting(
            schema={"type": "object", "properties": properties}, make=lambda table: Settings(**table)
        )

    @hookimpl
    def siprecruit_notifiers(self) -> Iterable[Notifier]:
        """Messages."""
        return [
            Notifier(
                name="service",
                address="email",
                send=self.send,
                collect=self.collect_reports,
                receive=self.receive_reports,
                forget=self.forget,
                idempotent=True,
            )
        ]

    @hookimpl
    def siprecruit_reference_channels(self) -> Iterable[ReferenceChannel]:
        """References."""
        return [
            ReferenceChannel(
                name="service",
                request=self.request,
                collect=self.collect,
                receive=self.receive,
                request_many=self.request_many,
                withdraw=self.withdraw,
                idempotent=True,
            )
        ]

    @hookimpl
    def siprecruit_accreditation_lookups(self) -> Iterable[AccreditationLookup]:
        """Accreditations."""
        return [AccreditationLookup(name="service", find=self.find, find_many=self.find_many)]

    @hookimpl
    def siprecruit_inboxes(self) -> Iterable[Inbox]:
        """Applications made elsewhere."""
        return [Inbox(name="service", poll=self.poll)]

    def post(self, context: Any, key: str, told: Any) -> Any:
        """Leave something with the service."""
        said = ask(context, "POST", "/messages", json=told, key=key)
        return said if isinstance(said, Deferred | Refused) else Accepted(receipt=said["id"])

    def send(self, context, message):
        """A message."""
        return self.post(context, message.delivery.key, {"to": message.to.address, "text": message.text})

    def forget(self, context, keys):
        """Nothing is kept of these."""
        return sum(ask(context, "DELETE", "/messages", key=key)["deleted"] for key in keys)

    def request(self, context, task):
        """A request."""
        return self.post(context, task.delivery.key, {"to": task.referee.address, "link": task.link})

    def withdraw(self, context, task):
        """Nothing is wanted any more."""
        return self.post(context, task.delivery.key, {"withdrawn": task.task})

    def request_many(self, context, tasks):
        """Several at once."""
        return {task.task: self.request(context, task) for task in tasks}

    def entries(self, context, cursor):
        """What came in since."""
        said = ask(context, "GET", "/log", after=cursor)
        if isinstance(said, Deferred | Refused):
            raise requests.RequestException(said.reason)
        return said["entries"], said["next"]

    def collect_reports(self, context, cursor):
        """Reports."""
        entries, cursor = self.entries(context, cursor)
        at = dt.datetime(2007, 6, 4, tzinfo=dt.UTC)
        reports = tuple(DeliveryReport(receipt=one["id"], state="delivered", at=at) for one in entries)
        return Reported(reports=reports, cursor=cursor)

    def receive_reports(self, context, body, headers):
        """A report by callback."""
        self.check(context, body, headers)
        at = dt.datetime(2007, 6, 4, tzinfo=dt.UTC)
        return (DeliveryReport(receipt=json.loads(body)["id"], state="bounced", at=at),)

    def collect(self, context, cursor):
        """Answers."""
        entries, cursor = self.entries(context, cursor)
        replies = tuple(self.reply(one, number) for number, one in enumerate(entries))
        return Collected(replies=replies, cursor=cursor)

    def reply(self, entry, number):
        """One answer."""
        del number
        return ReferenceDeclined(task=entry["task"], reason="no", receipt=entry["id"])

    def receive(self, context, body, headers):
        """An answer by callback."""
        self.check(context, body, headers)
        return (self.reply(json.loads(body), 0),)

    def check(self, context, body, headers):
        """Whether the service signed it."""
        mac = hmac.new(context.settings.key.encode(), body, "sha256").hexdigest()
        if not hmac.compare_digest(mac, headers.get("X-Signature", "")):
            raise ValueError("the signature is wrong")

    def people(self, context, numbers):
        """What the register says of numbers."""
        said = ask(context, "POST", "/people", json={"numbers": numbers})
        if isinstance(said, Deferred | Refused):
            return said
        return {one["number"]: self.finding(one) for one in said["people"]}

    def finding(self, person):
        """What it says of one."""
        return Finding(
            verdict=person["status"], source="service", number=person["number"], phases=frozenset({"primary"})
        )

    def find(self, context, query):
        """One person."""
        found = self.people(context, [query.number])
        return found if isinstance(found, Deferred | Refused) else found[query.number]

    def find_many(self, context, queries):
        """Several at once."""
        found = self.people(context, [query.number for query in queries])
        if isinstance(found, Deferred | Refused):
            return {query.person: found for query in queries}
        return {query.person: found[query.number] for query in queries}

    def poll(self, context, cursor):
        """What came in."""
        entries, cursor = self.entries(context, cursor)
        return Polled(items=tuple(map(self.item, filter(self.can_be_read, entries))), cursor=cursor)

    def can_be_read(self, entry):
        """Whether it says who it is about."""
        return "name" in entry

    def item(self, entry):
        """One thing that came in."""
        command = {
            "command": "application.elsewhere",
            "stream": "application/new",
            "on": "2007-06-04",
            "data": {"first_name": "Colin", "last_name": entry["name"]},
        }
        return Item(receipt=entry["id"], commands=(command,))

    @hookimpl
    def siprecruit_rules(self, command):
        """Nobody from Suffolk."""
        if getattr(command.what, "home_authority", None) == "suffolk":
            yield Objection(code="from_suffolk", message="People from Suffolk serve in Suffolk.")


def unreached(error: Exception) -> bool:
    """Whether no line could be had at all."""
    return isinstance(error, requests.ConnectionError) and "NewConnectionError" in repr(error)
