"""The contract as a document: whole in itself, and kept by the stand-in's answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import attrs
import pytest
import requests
from jsonschema import Draft202012Validator
from requests import Response
from siprecruit.testing import a_task

from siprecruit_ncsl.register.contract import document, faults

METHODS = ("get", "post", "put", "delete", "patch")
HEADERS = {"Authorization": "Bearer the-authority's-key"}


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def found(pointer: str) -> Any:
    piece: Any = document()
    for part in pointer.removeprefix("#/").split("/"):
        piece = piece[part.replace("~1", "/").replace("~0", "~")]
    return piece


def references(piece: Any) -> Iterator[str]:
    if isinstance(piece, dict):
        if isinstance(piece.get("$ref"), str):
            yield piece["$ref"]
        for one in piece.values():
            yield from references(one)
    elif isinstance(piece, list):
        for one in piece:
            yield from references(one)


def test_no_key_stands_twice_in_the_document():
    """Of a key that stands twice JSON keeps the last one, and nobody sees that the other is gone."""
    text = files("siprecruit_ncsl").joinpath("openapi.json").read_text("utf-8")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    assert json.loads(text, object_pairs_hook=once)["openapi"] == "3.1.0"


def test_every_reference_in_the_document_leads_somewhere():
    """The document is whole in itself."""
    assert all(found(pointer) is not None for pointer in references(document()))


def test_every_schema_is_a_json_schema():
    """OpenAPI 3.1 speaks JSON Schema 2020-12 as it is."""
    for name, schema in document()["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert isinstance(schema.get("type", "one of"), str), name


def test_every_operation_says_what_it_is_and_how_it_may_end():
    """Each has a name of its own, an answer when all is well, and what says that nothing was done."""
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names)) == 6
    for path, _, operation in operations():
        assert {"401", "429", "503"} <= set(operation["responses"]), path
        assert {"200", "201"} & set(operation["responses"]), path
        in_path = {one["name"] for one in operation.get("parameters", ()) if one.get("in") == "path"}
        assert all(f"{{{name}}}" in path for name in in_path)


def test_whatever_changes_something_takes_a_key():
    """A request whose outcome is unknown can be made again: each that does something knows its key."""
    changing = [
        one for path, _, one in operations() if path.startswith("/v1/reference") and "requestBody" in one
    ]
    assert len(changing) == 3
    for operation in changing:
        assert {"$ref": "#/components/parameters/Key"} in operation["parameters"]


# -- the stand-in keeps it ----------------------------------------------------


def kept(response: Response, path: str, method: str) -> bool:
    """Whether an answer is one that the document has for that question."""
    said = document()["paths"][path][method]["responses"][str(response.status_code)]
    said = found(said["$ref"]) if "$ref" in said else said
    kind = response.headers["Content-Type"]
    schema = said["content"][kind]["schema"]["$ref"].rpartition("/")[2]
    return faults(schema, response.json()) == ()


def test_the_register_keeps_the_contract(college: str):
    """Found, not found and many: each answer is as the document says."""
    number = requests.post(f"{college}/stand-in/people", json={"name": "Ada Nunn"}, timeout=5).json()[
        "number"
    ]
    stage = {"phase": "primary", "stage": "residential", "on": "2007-05-14"}
    requests.post(f"{college}/stand-in/people/{number}/stages", json=stage, timeout=5).raise_for_status()
    one = "/v1/accreditations/{number}"
    for sought, status in ((number, 200), ("0099999", 404)):
        response = requests.get(f"{college}/v1/accreditations/{sought}", headers=HEADERS, timeout=5)
        assert response.status_code == status
        assert kept(response, one, "get")
    wrong = requests.get(
        f"{college}/v1/accreditations/{number}", params={"as_at": "soon"}, headers=HEADERS, timeout=5
    )
    assert wrong.status_code == 400
    assert kept(wrong, one, "get")
    people = {"people": [{"key": "a", "number": number}, {"key": "b", "name": "Nobody"}]}
    many = requests.post(f"{college}/v1/accreditations/find", json=people, headers=HEADERS, timeout=5)
    assert [len(result["entries"]) for result in many.json()["results"]] == [1, 0]
    assert kept(many, "/v1/accreditations/find", "post")


@pytest.mark.parametrize(
    ("path", "body", "statuses"),
    [
        ("/v1/references", None, [201, 201]),
        ("/v1/reference-reminders", {"task": "A7K4P/r1", "step": 14}, [404, 201]),
        ("/v1/reference-withdrawals", {"task": "A7K4P/r1"}, [404, 201]),
    ],
)
def test_the_references_keep_the_contract(college: str, path: str, body: Any, statuses: list[int]):
    """Asked for, reminded and withdrawn: of a reference that the college knows, and of one it doesn't."""
    task = attrs.asdict(a_task())
    asked = {name: task[name] for name in ("task", "applicant_name", "from_la", "form")}
    asked |= {"referee": {"name": "R", "email": "r@example.org"}, "due": "2007-07-02"}

    def post(where: str, told: Any, key: str) -> Response:
        headers = {**HEADERS, "Idempotency-Key": key}
        return requests.post(college + where, json=told, headers=headers, timeout=5)

    first = post(path, body or asked, "key-1")
    post("/v1/references", asked, "key-2")
    second = post(path, body or asked, "key-3")
    assert [first.status_code, second.status_code] == statuses
    assert kept(first, path, "post")
    assert kept(second, path, "post")
    assert kept(requests.post(college + path, json={}, timeout=5), path, "post")
    assert kept(post(path, {"task": 7}, "key-4"), path, "post")


def test_replies_keep_the_contract(college: str):
    """Given, declined and bounced, page by page."""
    asked = {"applicant_name": "A", "from_la": True, "form": {}, "due": "2007-07-02"}
    asked["referee"] = {"name": "R", "email": "r@example.org"}
    for number, outcome in enumerate(("given", "declined", "bounced")):
        headers = {**HEADERS, "Idempotency-Key": f"key-{number}"}
        told = {**asked, "task": f"A7K4P/r{number}"}
        requests.post(f"{college}/v1/references", json=told, headers=headers, timeout=5).raise_for_status()
        answer = {"task": told["task"], "outcome": outcome}
        requests.post(f"{college}/stand-in/references/answers", json=answer, timeout=5).raise_for_status()
    params = {"limit": "2"}
    page = requests.get(f"{college}/v1/reference-replies", params=params, headers=HEADERS, timeout=5)
    rest = requests.get(
        f"{college}/v1/reference-replies", params={"after": page.json()["cursor"]}, headers=HEADERS, timeout=5
    )
    outcomes = [reply["outcome"] for reply in [*page.json()["replies"], *rest.json()["replies"]]]
    assert outcomes == ["given", "declined", "bounced"]
    assert kept(page, "/v1/reference-replies", "get")
    assert kept(rest, "/v1/reference-replies", "get")
