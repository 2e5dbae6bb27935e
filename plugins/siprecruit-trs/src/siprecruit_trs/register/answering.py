"""What the registers answer, as a function of what they hold and of what they are asked.

After the DfE's Teaching Record System, version 20260120, and its register of NPQs, as far as the plugin asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import attrs

VERSIONS: Final = ("20260120",)
MOST: Final = 500
SECTIONS: Final = {"Induction": "induction", "Alerts": "alerts"}
_ALWAYS: Final = ("trn", "firstName", "lastName", "dateOfBirth", "qts")
_PERSON: Final = re.compile("/v3/persons/([^/]+)")
_NPQ: Final = re.compile("/api/teacher-record-service/v1/qualifications/([^/]+)")


@attrs.frozen(kw_only=True)
class Asked:
    """A request: header names in small letters."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""


@attrs.frozen(kw_only=True)
class Told:
    """An answer; ``document`` becomes JSON."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)


def shipped() -> tuple[Mapping[str, Any], ...]:
    """The made-up people that come along."""
    return tuple(json.loads((files(__package__) / "people.json").read_text("utf-8")))


@attrs.define(kw_only=True)
class Register:
    """What a stand-in holds. It answers ``allowed`` requests and says 429 to more; None: there is no end."""

    key: str
    people: Sequence[Mapping[str, Any]] = attrs.field(factory=shipped)
    allowed: int | None = None
    retry_after: int = 60


def answer(register: Register, asked: Asked) -> Told:
    """What both registers say to a request."""
    if asked.headers.get("authorization") != f"Bearer {register.key}":
        return Told(status=401, document={"title": "Unauthorized", "status": 401})
    if register.allowed is not None:
        if register.allowed <= 0:
            return Told(status=429, headers={"Retry-After": str(register.retry_after)})
        register.allowed -= 1
    npq = _NPQ.fullmatch(asked.path)
    return _qualifications(register, npq[1]) if npq else _of_teachers(register, asked)


def _of_teachers(register: Register, asked: Asked) -> Told:
    version = asked.headers.get("x-api-version")
    if version is not None and version not in VERSIONS:
        return Told(status=404)  # as a page that there isn't
    if asked.path == "/v3/persons/find" and asked.method == "POST":
        return _found(register, asked.body)
    found = _PERSON.fullmatch(asked.path)
    if found is None or asked.method != "GET":
        return Told(status=404)
    said = _person(register, found[1], asked)
    return said if version else _of_old(said)


def _person(register: Register, trn: str, asked: Asked) -> Told:
    born = next(iter(asked.query.get("dateOfBirth", ())), None)
    held = next((each for each in register.people if each["trn"] == trn), None)
    if held is None:
        return _problem(404, "Person not found.", 10001)
    if into := held.get("mergedInto"):
        return Told(status=308, headers={"Location": f"/v3/persons/{into}"})
    if held.get("deactivated"):
        return _problem(410, "Person is deactivated.", 10058)
    if born is not None and born != held["dateOfBirth"]:
        return _problem(404, "Person not found.", 10001)
    wanted = ",".join(asked.query.get("include", ())).split(",")
    return Told(status=200, document=_sections(held, wanted))


def _found(register: Register, body: bytes) -> Told:
    told = json.loads(body)["persons"]
    if len(told) > MOST:
        return _problem(400, f"At most {MOST} persons can be found.", 10002)
    wanted = {(each["trn"], each["dateOfBirth"]) for each in told}
    held = [each for each in register.people if (each["trn"], each.get("dateOfBirth")) in wanted]
    results = [_sections(each, SECTIONS) for each in held]
    return Told(status=200, document={"total": len(results), "results": results})


def _qualifications(register: Register, trn: str) -> Told:
    held = next((each for each in register.people if each["trn"] == trn), None)
    if held is None:
        return Told(status=404)
    return Told(status=200, document={"data": {"trn": trn, "qualifications": held.get("npqs", [])}})


def _sections(held: Mapping[str, Any], wanted: Any) -> dict[str, Any]:
    named = [ours for theirs, ours in SECTIONS.items() if theirs in wanted]
    before = {"previousNames": held["previousNames"]} if "previousNames" in held else {}
    return {**{name: held[name] for name in (*_ALWAYS, *named)}, **before}


def _of_old(said: Told) -> Told:
    """Who forgets to say the version is served an old one, in which things had other names."""
    if said.status != 200:  # noqa: PLR2004 - all is well
        return said
    document = {name: value for name, value in said.document.items() if name not in ("alerts", "induction")}
    awarded = (document["qts"] or {}).get("holdsFrom")
    return attrs.evolve(said, document={**document, "qts": {"awarded": awarded}, "sanctions": []})


def _problem(status: int, title: str, code: int) -> Told:
    return Told(
        status=status,
        document={"title": title, "status": status, "errorCode": code},
        headers={"Content-Type": "application/problem+json"},
    )
