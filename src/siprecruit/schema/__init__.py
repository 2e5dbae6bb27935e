"""Checks documents against our JSON Schemas and says in plain sentences what is wrong with them."""

from __future__ import annotations

from siprecruit.schema.sentences import Problem, problems, problems_by
from siprecruit.schema.store import NoSchema, folder, names, schema, validator, validator_of
from siprecruit.schema.strict_json import BadJson, loads_strict

__all__ = [
    "BadJson",
    "NoSchema",
    "Problem",
    "folder",
    "loads_strict",
    "names",
    "problems",
    "problems_by",
    "schema",
    "validator",
    "validator_of",
]
