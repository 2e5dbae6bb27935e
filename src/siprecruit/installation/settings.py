"""What an installation's ``siprecruit.toml`` says: reading, checking and writing it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit import schema

CONFIGURATION: Final = "siprecruit.toml"
DEFAULT_PROGRAMME: Final = "norfolk-2008"
DEFAULT_DATABASE: Final = "sqlite:///siprecruit.db"

#: The settings that the environment may give instead of the file, each as ``SIPRECRUIT_<NAME>``.
FROM_OUTSIDE: Final = ("authority", "programme", "database")
_PLACE: Final = re.compile(r"\(at (?P<place>line \d+, column \d+|end of document)\)$")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


class InstallationError(Exception):
    """A folder can't be used as an installation. ``message`` is one sentence for people.

    ``code``: ``not_an_installation``, ``exists``, ``in_use``, ``bad_home``, ``bad_configuration`` or
    ``bad_now``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@attrs.frozen(kw_only=True)
class Settings:
    """What ``siprecruit.toml`` says.

    ``now`` is a day or an instant at which the clock stands, None where it runs; ``demo`` is true for a
    folder that the demo made, and may replace. ``largest_file_mb`` is how many megabytes a file may have that
    is attached, None for the usual ones. ``delivery``, ``office``, ``web`` and ``plugins`` are its tables, as
    they stand there.
    """

    programme: str = DEFAULT_PROGRAMME
    authority: str | None = None
    database: str = DEFAULT_DATABASE
    now: str | None = None
    demo: bool = False
    largest_file_mb: int | None = None
    delivery: Mapping[str, Any] = attrs.field(factory=dict)
    office: Mapping[str, Any] = attrs.field(factory=dict)
    web: Mapping[str, Any] = attrs.field(factory=dict)
    plugins: Mapping[str, Any] = attrs.field(factory=dict)


def settings_in(home: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """What the folder's file says, or the environment (``SIPRECRUIT_DATABASE`` ...) in its place.

    Raises InstallationError.
    """
    path = home / CONFIGURATION
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        hint = "`siprecruit --home DIR init` makes an installation"
        raise InstallationError(
            "not_an_installation", f"{home}: there is no {CONFIGURATION} here; {hint}"
        ) from None
    except UnicodeDecodeError:
        raise InstallationError("bad_configuration", f"{path}: this is not text in UTF-8") from None
    return overridden(_checked(_parsed(text, path), path), environment)


def overridden(settings: Settings, environment: Mapping[str, str] | None) -> Settings:
    """The settings with what the environment says in their place."""
    outside = environment or {}
    said = {name: value for name in FROM_OUTSIDE if (value := outside.get(f"SIPRECRUIT_{name.upper()}"))}
    return Settings(**(attrs.asdict(settings, recurse=False) | said))


def write_settings(home: Path, settings: Settings) -> None:
    """Write the folder's file anew, whole or not at all.

    Raises InstallationError for what may not stand in it.
    """
    path = home / CONFIGURATION
    text = as_toml(settings)
    _checked(_parsed(text, path), path)
    beside = path.with_name(f".{CONFIGURATION}.new")
    # A database's URL may hold a password: others on the machine need not read it.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def as_toml(settings: Settings) -> str:
    """The settings as the file holds them; what is as it would be anyway is left out."""
    said = attrs.asdict(settings, recurse=False)
    plain = {key: value for key, value in said.items() if not isinstance(value, Mapping)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items() if value not in (None, False)]
    tables = [
        line for key, value in said.items() if isinstance(value, Mapping) for line in _tables(key, value)
    ]
    return "\n".join([*lines, *tables]) + "\n"


def refuse_bad(settings: Settings) -> None:
    """Raise InstallationError where ``settings`` may not stand in a file, before anything is made."""
    _checked(tomllib.loads(as_toml(settings)), Path(CONFIGURATION))


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = _PLACE.search(str(error))
        where = f", it can't be read at {found['place']}" if found else ""
        raise InstallationError("bad_configuration", f"{path}: this is not TOML{where}") from None


def _checked(said: Mapping[str, Any], path: Path) -> Settings:
    values: dict[str, Any] = {
        key: value.isoformat() if isinstance(value, dt.date) else value for key, value in said.items()
    }
    wrong = schema.problems("configuration.v1", values)
    if wrong:
        raise InstallationError("bad_configuration", f"{path}: {wrong[0].sentence}")
    return Settings(**values)


def _tables(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """A table and those in it, each under its own heading."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if plain:
        yield f"\n[{name}]"
        yield from (f"{_key(key)} = {_value(value)}" for key, value in plain.items())
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _tables(f"{name}.{_key(key)}", value) if value else (f"\n[{name}.{_key(key)}]",)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    match value:
        case dt.date() | dt.time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
        case _:
            # A string, a number or a truth value is written in TOML as it is in JSON.
            return json.dumps(value)
