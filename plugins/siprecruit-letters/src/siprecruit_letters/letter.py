"""A letter, and its text as the paragraphs and lists that it is printed as."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import attrs

_CLOSES: Final = (["Yours sincerely"], ["Yours faithfully"])


@attrs.frozen(kw_only=True)
class Question:
    """One question of an answer sheet, with what can be ticked; room to write where that is nothing."""

    text: str
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Letter:
    """What goes into one envelope. ``day`` is its date in ISO form; ``order`` is its place in a batch.

    ``address`` are the lines below the name, none where it has to be written by hand. ``task`` names the
    reference that it is about, and ``questions`` make its answer sheet.
    """

    order: str
    day: str
    name: str
    address: tuple[str, ...]
    subject: str
    text: str
    task: str = ""
    questions: tuple[Question, ...] = ()


def file_of(key: str) -> str:
    """The name of the file that keeps the letter of a delivery key."""
    return f"{sha256(key.encode()).hexdigest()[:32]}.json"


def as_json(letter: Letter) -> bytes:
    """The letter as it is kept."""
    return json.dumps(attrs.asdict(letter), ensure_ascii=False).encode()


def from_json(content: bytes) -> Letter:
    """The letter that was kept."""
    told: dict[str, Any] = json.loads(content)
    asked = tuple(
        Question(text=each["text"], choices=tuple(each["choices"])) for each in told.pop("questions")
    )
    return Letter(**{**told, "address": tuple(told["address"])}, questions=asked)


def blocks(text: str) -> Iterator[Mapping[str, object]]:
    """The text as paragraphs of lines, parted by empty lines, and lists of lines that begin with ``- ``.

    ``Yours sincerely`` is a ``close``, below which somebody signs.
    """
    for part in re.split(r"\n[ \t]*\n", text.strip()):
        lines: list[str] = []
        items: list[str] = []
        for line in part.splitlines():
            if line.startswith("- "):
                items.append(line[2:].strip())
            elif items:
                items[-1] += f" {line.strip()}"
            else:
                lines.append(line.strip())
        if lines:
            yield {"kind": "close" if lines in _CLOSES else "paragraph", "lines": lines}
        if items:
            yield {"kind": "list", "lines": items}
