"""The words and numbers of the DfE's register of schools, as codes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import attrs

from siprecruit.core.text import fold


@attrs.frozen(kw_only=True)
class Vocabulary:
    """What one column of the register may say."""

    by_number: Mapping[str, str]
    by_words: Mapping[str, str]

    def code(self, number: str, words: str) -> str | None:
        """Our code by the register's number or, failing that, by its words; None where neither is known."""
        return self.by_number.get(number.lstrip("0") or "0" if number else "") or self.by_words.get(
            fold(words)
        )


@cache
def vocabulary(column: str) -> Vocabulary:
    """What the column `status`, `phase`, `group` or `type` may say."""
    entries: Mapping[str, list[str]] = _register()[column]
    words = {fold(title): code for code, title in entries.values()}
    plain = _register().get(f"plain_{column}", {})
    words |= {fold(title): code for code, titles in plain.items() for title in titles}
    return Vocabulary(by_number={number: code for number, (code, _) in entries.items()}, by_words=words)


def group_of(type_code: str) -> str:
    """The group that a type of school belongs to, for a file that doesn't say; "other" for unknown types."""
    if type_code.startswith(("academy", "free_school")):
        return "academy"
    groups: Mapping[str, list[str]] = _register()["group_of_type"]
    return next((group for group, types in groups.items() if type_code in types), "other")


@cache
def _register() -> Mapping[str, Mapping[str, list[str]]]:
    text = resources.files(__package__).joinpath("register.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
