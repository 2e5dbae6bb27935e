"""What a suite is told of a provider, and which of its tests are about such a one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, cast

import attrs
from packaging.specifiers import SpecifierSet

from siprecruit.api import API_VERSION
from siprecruit.plugins.answers import answer_of, wrong
from siprecruit.plugins.finding import NAME

Test = TypeVar("Test", bound=Callable[..., object])

_NEEDS: Final = "__contract_needs__"
_SAID: Final = ("http", "reads_json", "by_message", "garbles_some")
"""What a suite may say of its provider, besides what the provider says of itself."""
LONGEST_RECEIPT: Final = 255
"""How many characters a receipt, a cursor or a number of the other side's may have."""
LONGEST_TEXT: Final = 2000
"""How many characters a reason or a piece of evidence may have."""
MOST_PAGES: Final = 20
"""After so many pages of a handful of things a cursor is taken to stand still."""
LONGEST_WAIT: Final = 600
"""How many seconds a provider may ask for."""


def needs(*features: str) -> Callable[[Test], Test]:
    """This test is about providers with all of these features; ``"not idempotent"`` for those without."""

    def mark(test: Test) -> Test:
        setattr(test, _NEEDS, frozenset(features))
        return test

    return mark


def leave_out(suite: type, features: Iterable[str]) -> None:
    """Take out of a suite the tests about other providers: they aren't skipped, they aren't there."""
    there = frozenset(features)
    for name in dir(suite):
        # A suite may be subclassed once more, for another provider: what was left out there may belong here.
        defined = [vars(each)[name] for each in suite.__mro__ if vars(each).get(name) is not None]
        wanted = getattr(defined[0], _NEEDS, None) if defined else None
        if wanted is not None:
            setattr(suite, name, defined[0] if _all_there(wanted, there) else None)


def _all_there(wanted: frozenset[str], there: frozenset[str]) -> bool:
    return all(
        (feature.removeprefix("not ") in there) is not feature.startswith("not ") for feature in wanted
    )


def features_of(provider: Any, suite: Any) -> set[str]:
    """What a provider can do, and what its suite says of it."""
    found = {each.name for each in attrs.fields(type(provider)) if getattr(provider, each.name)}
    found |= {word for word in _SAID if getattr(suite, word, False)}
    if suite.environment:
        found.add("secrets")
    if not getattr(suite, "needs_address", True):
        found.add("no address")
    return found


def provider_of(plugin: object, hook: str, name: str) -> Any:
    """The provider of that name which the plugin gives by a hook; the only one where no name is told."""
    gives = getattr(plugin, f"siprecruit_{hook}", None)
    if gives is None:
        raise TypeError(f"{plugin!r} has no siprecruit_{hook}: set `plugin` to your module")
    given = [one for one in gives() if name in ("", one.name)]
    if len(given) != 1:
        raise TypeError(f"{plugin!r} gives {len(given)} {hook} by that name: set `name` to one that it gives")
    return given[0]


def assert_usable(plugin: object, provider: Any) -> None:
    """The host can load the plugin and use the provider."""
    told = getattr(plugin, "siprecruit_api", None)
    assert isinstance(told, str), 'say siprecruit_api = ">=1,<2" in the plugin'
    assert SpecifierSet(told).contains(str(API_VERSION)), (
        f"siprecruit_api is {told}, and this is {API_VERSION}"
    )
    assert NAME.fullmatch(provider.name), f"{provider.name!r} is no name: small letters, digits, - and _"
    fault = wrong(provider, type(provider))
    assert fault is None, f"the provider {provider.name} {fault}"
    assert 0 < provider.timeout <= LONGEST_WAIT, "a timeout lies between nought and ten minutes"


def assert_answer(value: object, hook: str, method: str) -> None:
    """The host takes this answer: it is of the declared type, and of a size that can be kept."""
    fault = wrong(value, answer_of(hook, method))
    assert fault is None, f"what {method} answers {fault}"
    for place, text in _texts(value):
        limit = LONGEST_TEXT if place in ("reason", "evidence") else LONGEST_RECEIPT
        if place in _LIMITED:
            assert len(text) <= limit, f"{place} has {len(text)} characters, and may have {limit}"


_LIMITED: Final = frozenset({"reason", "evidence", "receipt", "cursor", "number", "source"})


def _texts(value: object, place: str = "") -> Iterable[tuple[str, str]]:
    match value:
        case str():
            yield place, value
        case tuple() | list() | frozenset():
            for one in value:
                yield from _texts(one, place)
        case Mapping():
            for one in value.values():
                yield from _texts(one, place)
        case _ if attrs.has(type(value)):
            for field in attrs.fields(cast("Any", type(value))):
                yield from _texts(getattr(value, field.name), field.name)
