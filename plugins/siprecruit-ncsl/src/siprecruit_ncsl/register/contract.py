"""The contract, as what questions and answers are held against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator


@cache
def document() -> Mapping[str, Any]:
    """The OpenAPI document."""
    found: Mapping[str, Any] = json.loads(files("siprecruit_ncsl").joinpath("openapi.json").read_bytes())
    return found


@cache
def _validator(name: str) -> Draft202012Validator:
    # The document as a whole, so that its references to itself are found.
    held = {**document(), "$ref": f"#/components/schemas/{name}"}
    return Draft202012Validator(held, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(name: str, value: object) -> tuple[str, ...]:
    """Where a value isn't as the schema of that name says: JSON pointers; none where it is."""
    return tuple(
        "/" + "/".join(map(str, error.absolute_path)) for error in _validator(name).iter_errors(value)
    )
