"""When two ways to write a name are the same one."""

from __future__ import annotations

import unicodedata
from typing import Final

_TITLES: Final = frozenset(
    {"mr", "mrs", "miss", "ms", "dr", "prof", "professor", "rev", "revd", "sir", "dame"}
)


def folded(name: str) -> tuple[str, ...]:
    """The words of a name, without titles, accents, apostrophes and capitals; a hyphen parts words."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    kept = (each if each.isalnum() else " " if each.isspace() or each == "-" else "" for each in plain)
    return tuple(word for word in "".join(kept).casefold().split() if word not in _TITLES)
