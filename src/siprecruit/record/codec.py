"""An event to what the record stores of it, and back: a canonical body, and apart from it the kept texts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final, get_type_hints

import attrs
import msgspec

from siprecruit.core.commands import Rejected, is_kept
from siprecruit.core.corrections import Decided
from siprecruit.core.events import EVENTS, KINDS
from siprecruit.core.ids import WELL_FORMED
from siprecruit.record.errors import RecordError

REASON: Final = "@reason"
"""Under which name the envelope's reason stands among an event's kept texts: no field can be called so."""

Turn = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Final[dict[tuple[str, int], Turn]] = {}

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_decode_document: Final = msgspec.json.Decoder(dict[str, Any]).decode


@attrs.frozen(kw_only=True)
class Written:
    """What is stored of an event: its name, the version of its shape, its body, and its texts (or none)."""

    kind: str
    kind_version: int
    body: str
    texts: str | None


@attrs.frozen(kw_only=True)
class Shape:
    """What the codec knows of an event class: the type of each field, its default, and which are kept."""

    types: Mapping[str, Any]
    defaults: Mapping[str, Any]
    kept: frozenset[str]


AS_THEY_ARE: Final = frozenset((type(None), bool, int, dt.date, dt.datetime))
"""What can hold no text."""

SHAPES: Final[dict[type, Shape]] = {}
"""Each class is looked through once."""


def upcaster(name: str, from_version: int) -> Callable[[Turn], Turn]:
    """Register how a body of event ``name`` in an old shape is turned into the next one (a dict into a dict).

    The kept texts that were asked for stand in the dict too. Raises ValueError when there is one already.
    """

    def register(turn: Turn) -> Turn:
        if (name, from_version) in UPCASTERS:
            raise ValueError(f"{name} v{from_version} is turned into the next version twice")
        UPCASTERS[name, from_version] = turn
        reader.cache_clear()
        return turn

    return register


def shape(cls: type) -> Shape:
    """The fields of an attrs class, its annotations resolved."""
    if cls not in SHAPES:
        types = get_type_hints(cls, include_extras=True)
        fields = attrs.fields(cls)
        SHAPES[cls] = Shape(
            types={field.name: types[field.name] for field in fields},
            defaults={field.name: field.default for field in fields},
            kept=frozenset(field.name for field in fields if is_kept(types[field.name])),
        )
    return SHAPES[cls]


def kept_fields(cls: type) -> frozenset[str]:
    """The fields of an event class that go to the vault."""
    return shape(cls).kept


def written(decided: Decided) -> Written:
    """What is stored of an event. The same event always gives the same bytes.

    A field that is ``None`` or ``()`` and has that as its default is left out, so that such a field can be
    added to an event later. Raises ValueError for a text that is no code or id in a field that is not kept.
    """
    happened = decided.event
    cls = type(happened)
    kind, kept = KINDS[cls], shape(cls).kept
    body = _encode(_fields(happened, kept)).decode()
    texts = {name: text for name in kept if (text := getattr(happened, name)) is not None}
    if decided.reason is not None:
        texts[REASON] = decided.reason
    return Written(
        kind=kind.name,
        kind_version=kind.version,
        body=body,
        texts=_encode(texts).decode() if texts else None,
    )


@lru_cache(maxsize=20_000)
def _is_code(text: str) -> bool:
    return WELL_FORMED.fullmatch(text) is not None


def _plain(value: Any) -> Any:
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, str):
        if not _is_code(value):
            raise ValueError("a text that is no code or id belongs in a kept field")
        return value
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {_plain(key): _plain(one) for key, one in value.items()}
    if attrs.has(type(value)):
        return _fields(value, frozenset())
    return value


def _fields(value: Any, kept: frozenset[str]) -> dict[str, Any]:
    said = {}
    for name, default in shape(type(value)).defaults.items():
        if name in kept:
            continue
        one = getattr(value, name)
        if (one is None and default is None) or (one == () and default == ()):
            continue
        try:
            said[name] = _plain(one)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return said


@cache
def reader(kind: str, kind_version: int) -> Callable[[str], Any]:
    """How a stored body of that kind becomes an event, its kept fields ``None``.

    Raises RecordError ``unknown_event`` where this version of the program does not know the event.
    """
    cls, turns = _newest(kind, kind_version)
    if not turns:
        return msgspec.json.Decoder(cls).decode
    return lambda body: msgspec.convert(_turned(_decode_document(body), turns), cls)


def revived(kind: str, kind_version: int, body: str, texts: Mapping[str, Any]) -> Any:
    """The event of a stored body, with the kept texts that there are."""
    cls, turns = _newest(kind, kind_version)
    document = _decode_document(body) | {name: text for name, text in texts.items() if name != REASON}
    return msgspec.convert(_turned(document, turns), cls)


def read_texts(texts: str) -> dict[str, Any]:
    """The kept texts of one event by field, the envelope's reason under ``REASON``."""
    return _decode_document(texts)


def _newest(kind: str, kind_version: int) -> tuple[type, tuple[Turn, ...]]:
    turns: list[Turn] = []
    while turn := UPCASTERS.get((kind, kind_version)):
        turns.append(turn)
        kind_version += 1
    if (kind, kind_version) not in EVENTS:
        raise RecordError(
            "unknown_event",
            f"the record holds the event {kind} v{kind_version}, which this siprecruit does not know",
        )
    return EVENTS[kind, kind_version], tuple(turns)


def _turned(document: dict[str, Any], turns: tuple[Turn, ...]) -> dict[str, Any]:
    for turn in turns:
        document = turn(document)
    return document


def restate(happened: Any, values: Mapping[str, Any]) -> Any:
    """The event with other values in some fields, as a correction gives them (JSON values by field).

    Raises Rejected ``bad_value``, naming the field: there is none of that name, or it can't hold that value.
    """
    cls = type(happened)
    name, known = KINDS[cls].name, shape(cls)
    other = {}
    for field, value in values.items():
        if field not in known.types:
            has = ", ".join(known.types) or "no field"
            raise Rejected("bad_value", f"{name} has no field {_shown(field)}: it has {has}")
        other[field] = _converted(value, known.types[field], f"{name}, {field}", kept=field in known.kept)
    try:
        return attrs.evolve(happened, **other)
    except (TypeError, ValueError) as error:
        raise Rejected("bad_value", f"{name} can't hold these values together: {error}") from error


def _converted(value: Any, wanted: Any, where: str, *, kept: bool) -> Any:
    try:
        converted = msgspec.convert(value, wanted)
        if not kept:
            _plain(converted)
    except msgspec.ValidationError as error:
        raise Rejected("bad_value", f"{where}: {_told(error)}") from error
    except ValueError as error:
        raise Rejected("bad_value", f"{where}: a code or an id is meant, not a text") from error
    return converted


_A_DAY: Final = "a day such as 2007-06-01"
_CALLED: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "date": _A_DAY,
    "array": "a list",
    "object": "an object with names and values",
    "null": "nothing",
}
_EXPECTED: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")


def _told(error: msgspec.ValidationError) -> str:
    """``Expected `int | null`, got `str```, in words; without the value itself: it may be a name."""
    said = str(error)
    if said.startswith("Invalid RFC3339 encoded date"):
        return f"{_A_DAY} is meant"
    found = _EXPECTED.match(said)
    if found is None:
        return "it can't hold this value"
    wanted = " or ".join(_CALLED.get(each, each) for each in found[1].split(" | "))
    return f"{wanted} is meant, not {_CALLED.get(found[2], found[2])}"


def _shown(field: str) -> str:
    return field if WELL_FORMED.fullmatch(field) else "of that name"
