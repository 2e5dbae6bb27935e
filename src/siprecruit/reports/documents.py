"""Typed rows to what JSON can hold: objects in the order of their fields, days and instants as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs


def as_document(value: Any) -> Any:
    """A value, and all that is in it, as JSON has it; an instant is in UTC and ends in Z."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case Mapping():
            return {key: as_document(one) for key, one in value.items()}
        case tuple() | list():
            return [as_document(one) for one in value]
        case _ if attrs.has(type(value)):
            return {
                field.name: as_document(getattr(value, field.name)) for field in attrs.fields(type(value))
            }
        case _:
            return value
