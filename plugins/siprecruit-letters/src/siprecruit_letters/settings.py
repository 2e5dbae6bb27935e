"""The plugin's own section of ``siprecruit.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from siprecruit.api import Setting


@attrs.frozen(kw_only=True)
class Settings:
    """``sender`` are the lines of the letterhead; ``signed`` those below a request for a reference."""

    folder: str = "letters"
    sender: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    role: str = "School Improvement Partner"


def settings_of(table: Mapping[str, Any]) -> Settings:
    """The settings, with what is a list in the file as a tuple."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return Settings(**told)


def _lines(what: str) -> Mapping[str, object]:
    return {
        "description": what,
        "type": "array",
        "items": {"type": "string", "maxLength": 80},
        "maxItems": 8,
    }


SETTING: Final = Setting(
    schema={
        "type": "object",
        "properties": {
            "folder": {
                "description": "The folder below the installation's in which letters are kept.",
                "type": "string",
                "pattern": r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
            },
            "sender": _lines("The letterhead: name, address, telephone."),
            "signed": _lines("Who signs a request for a reference, and as what."),
            "role": {
                "description": "What people apply to be, in a request for a reference.",
                "type": "string",
                "minLength": 1,
                "maxLength": 80,
            },
        },
    },
    make=settings_of,
)
