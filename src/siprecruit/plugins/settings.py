"""A plugin's section of ``siprecruit.toml``: checked by its schema, its secrets fetched when it is called."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final
from urllib.parse import quote, quote_plus

from siprecruit import schema
from siprecruit.plugins.finding import Registered, Unusable, loaded_within
from siprecruit.plugins.types import Setting

SHORTEST: Final = 4
"""A secret with fewer characters isn't looked for in what is shown: it stands in any word.

It isn't refused, since a stand-in on one's own machine may be told ``x``. How long a real one has to be, the
service that it opens knows, and the plugin's schema says (``minLength``).
"""

LONG_ENOUGH: Final = 6
"""How many characters of base64 are looked for: fewer stand in many a word."""

_FOR_ADDRESSES: Final = str.maketrans("+/", "-_")

_REFERENCE: Final[Mapping[str, Any]] = {
    "type": "object",
    "oneOf": [
        {"properties": {name: {"type": "string", "minLength": 1}}, "required": [name], "maxProperties": 1}
        for name in ("env", "file")
    ],
    "x-sentences": dict.fromkeys(
        ("type", "oneOf"), 'must be {env = "NAME"} or {file = "PATH"}, not the secret itself'
    ),
}


class Secret(str):
    """A secret's text, which works like any other but doesn't show itself in a listing of values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def setting_of(plugin: Registered) -> Setting | None:
    """What the plugin says of its section; None where it has none. Raises Unusable."""
    said = loaded_within(plugin.manager.hook.siprecruit_settings, "siprecruit_settings fails", plugin.folder)
    given = [one for one in said if one is not None]
    if not given:
        return None
    if not isinstance(given[0], Setting) or not callable(given[0].make):
        raise Unusable(
            "siprecruit_settings doesn't give a Setting with its schema and a function that makes it"
        )
    return given[0]


def refuse_bad(setting: Setting | None, table: Mapping[str, Any], name: str) -> None:
    """Raise Unusable where what stands in ``[plugins.NAME]`` is not as the plugin's schema says."""
    if setting is None:
        if table:
            raise Unusable(f"it has no settings, and there are some in [plugins.{name}]")
        return
    in_file = _with_references(_closed(setting.schema))
    if _holds_a_secret(in_file):
        raise Unusable(
            "the schema of its settings marks a secret that is no property: it can't be kept from view"
        )
    _refuse(in_file, table, name)


def wanting(setting: Setting | None, name: str) -> str | None:
    """What has to be set before a plugin can do anything; None where it works without."""
    required = setting.schema.get("required") if setting else None
    if not isinstance(required, (list, tuple)) or not required:
        return None
    return f"not in use: it needs {' and '.join(map(str, required))} in [plugins.{name}]"


def made(
    setting: Setting | None, table: Mapping[str, Any], home: Path, environment: Mapping[str, str]
) -> Any:
    """The plugin's own value of its settings, with the secrets in it.

    Raises Unusable, and whatever the plugin raises.
    """
    if setting is None:
        return None
    closed = _closed(setting.schema)
    filled = _filled(closed, table, home, environment)
    _refuse(closed, filled, "")
    return setting.make(filled)


def secrets_in(table: Mapping[str, Any], home: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """All secrets that a table refers to and that are there, the longest first, to keep them from output.

    Each also as it stands in an address, in JSON, in base64, in hexadecimal digits, or in what Python shows:
    so an error's text holds it.
    """
    found: set[str] = set()
    for reference in _references(table):
        try:
            secret = _fetched(reference, "", home, environment)
        except Unusable:
            continue
        if len(secret) >= SHORTEST:
            found |= _forms(secret)
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _forms(secret: str) -> set[str]:
    in_json = {json.dumps(secret, ensure_ascii=plain)[1:-1] for plain in (True, False)}
    # The environment may hold bytes that are no text.
    raw = os.fsencode(secret)
    quoted = {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    return {secret, repr(secret)[1:-1], raw.hex(), raw.hex().upper(), *in_json, *quoted, *_in_base64(raw)}


def _in_base64(secret: bytes) -> Iterator[str]:
    """The secret as it stands within something longer in base64, such as a header's ``NAME:PASSWORD``.

    What stands before it shifts it by none, one or two bytes; characters that hold a part of it are left.
    """
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode("ascii").rstrip("=")
        whole = encoded[-(-before * 4 // 3) : (before + len(secret)) * 4 // 3]
        if len(whole) >= LONG_ENOUGH:
            yield whole
            yield whole.translate(_FOR_ADDRESSES)


def missing(
    setting: Setting | None, table: Mapping[str, Any], home: Path, environment: Mapping[str, str]
) -> str | None:
    """A sentence about the first secret that can't be fetched here; None where all can be."""
    try:
        if setting is not None:
            _filled(_closed(setting.schema), table, home, environment)
    except Unusable as error:
        return error.message
    return None


def _refuse(piece: Mapping[str, Any], table: Mapping[str, Any], name: str) -> None:
    try:
        found = schema.problems_by(schema.validator_of(piece), _plain(table))
    except ValueError as error:
        raise Unusable(f"the schema of its settings can't be used: {error}") from None
    if found:
        where = f"in [plugins.{name}] " if name else ""
        raise Unusable(f"{where}{_small(found[0].sentence)}")


def _small(sentence: str) -> str:
    """A sentence as the end of another."""
    plain = sentence.removesuffix(".")
    return plain[0].lower() + plain[1:] if plain.startswith(("In ", "The document")) else plain


def _plain(value: Any) -> Any:
    """What TOML gives, as JSON knows it: a day is a text."""
    match value:
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else value


def _closed(piece: Any) -> Any:
    """The schema with no room for keys that it doesn't know, unless it says of what form they are."""
    if not isinstance(piece, Mapping):
        return piece
    inner = {key: _closed(one) for key, one in piece.get("properties", {}).items()}
    closed = {**piece, **({"properties": inner} if inner else {})}
    if inner or piece.get("type") == "object":
        others = piece.get("additionalProperties")
        closed["additionalProperties"] = others if isinstance(others, Mapping) else False
    return closed


def _with_references(piece: Any) -> Any:
    """The schema as it holds for the file: where a secret is wanted, a reference to it."""
    if not isinstance(piece, Mapping):
        return piece
    if piece.get("writeOnly") is True:
        return _REFERENCE
    inner = {key: _with_references(one) for key, one in piece.get("properties", {}).items()}
    return {**piece, **({"properties": inner} if inner else {})}


def _holds_a_secret(piece: Any) -> bool:
    """Whether a secret is marked that no reference stands for: in a list, say, or one of several forms."""
    match piece:
        case Mapping():
            return piece.get("writeOnly") is True or any(map(_holds_a_secret, piece.values()))
        case list() | tuple():
            return any(map(_holds_a_secret, piece))
        case _:
            return False


def _filled(piece: Any, table: Any, home: Path, environment: Mapping[str, str], name: str = "") -> Any:
    """The table with each secret in the place of the reference to it. Raises Unusable."""
    if not isinstance(piece, Mapping) or not isinstance(table, Mapping):
        return table
    if piece.get("writeOnly") is True:
        return Secret(_fetched(table, name, home, environment))
    inner = piece.get("properties", {})
    return {key: _filled(inner.get(key), one, home, environment, key) for key, one in table.items()}


def _fetched(reference: Mapping[str, Any], name: str, home: Path, environment: Mapping[str, str]) -> str:
    """The secret that a setting refers to. Raises Unusable, naming the place and never the secret."""
    if "env" in reference:
        value = environment.get(str(reference["env"]), "")
        if not value:
            raise Unusable(f"{name} is to come from the environment, where {reference['env']} is not set")
        return value
    path = str(reference.get("file", ""))
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or ".." in Path(path).parts:
        raise Unusable(f"{name} names the file {path}, which must lie in the installation's folder")
    try:
        value = (home / path).read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise Unusable(f"{name} is to come from the file {path}, which can't be read") from None
    if not value:
        raise Unusable(f"{name} is to come from the file {path}, which is empty")
    return value


def _references(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever in a table has the form of a reference."""
    for value in table.values():
        if isinstance(value, Mapping):
            if (
                len(value) == 1
                and set(value) <= {"env", "file"}
                and isinstance(next(iter(value.values())), str)
            ):
                yield value
            yield from _references(value)
