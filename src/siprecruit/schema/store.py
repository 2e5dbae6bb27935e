"""Finds our schemas, installed or editable, and makes each one's validator once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import DRAFT202012

from siprecruit.schema.formats import FORMATS

#: what every `$id` of ours begins with
BASE: Final = "https://siprecruit.example/schemas/"


class NoSchema(Exception):  # noqa: N818 - says what it is
    """There is no schema of that name. `code` is `no_schema`."""

    code = "no_schema"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no schema called {name}.")
        self.message = str(self)


@cache
def folder() -> Path:
    """Where the schemas are: inside the package when installed, at the repository's root when editable."""
    shipped = Path(__file__).parents[1] / "schemas"
    return shipped if shipped.is_dir() else Path(__file__).parents[3] / "schemas"


def names() -> tuple[str, ...]:
    """The names of all schemas, such as `programme.v1` or `commands/reference.receive.v1`."""
    found = (path.relative_to(folder()).as_posix().removesuffix(".json") for path in folder().rglob("*.json"))
    return tuple(sorted(found))


@cache
def schema(name: str) -> Mapping[str, Any]:
    """The schema of that name. Raises NoSchema."""
    path = folder() / f"{name}.json"
    # A name may come from outside: it never leads out of the folder.
    if ".." in name or "\0" in name or name.startswith("/") or not path.is_file():
        raise NoSchema(name)
    read: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return read


@cache
def validator(name: str) -> Draft202012Validator:
    """A validator for the schema of that name, made once, as making it costs much more than a check.

    Raises NoSchema.
    """
    return Draft202012Validator(schema(name), format_checker=FORMATS, registry=_REGISTRY)


def validator_of(foreign: Mapping[str, Any]) -> Draft202012Validator:
    """A validator for a schema that isn't ours; what it refers to must lie within it.

    Raises ValueError where it is no JSON Schema.
    """
    try:
        Draft202012Validator.check_schema(foreign)
    except SchemaError as error:
        raise ValueError(f"it is no JSON Schema at {error.json_path}") from None
    return Draft202012Validator(foreign, format_checker=FORMATS, registry=_REGISTRY)


def _find(uri: str) -> Resource[Any]:
    if not uri.startswith(BASE):
        raise NoSuchResource(ref=uri)  # type: ignore[call-arg] # mypy can't see its attrs fields
    return DRAFT202012.create_resource(schema(uri.removeprefix(BASE).removesuffix(".json")))


_REGISTRY: Final[Registry[Any]] = Registry(retrieve=_find)  # type: ignore[call-arg] # as above
