"""A message's text as accessible HTML: paragraphs, lists and links, nothing that has to be looked at."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from typing import Final

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_ITEM: Final = "- "
_BREAK: Final = "<br>\n"


def marked_up(text: str, foreign: Collection[str] = ()) -> str:
    """The text as HTML. Paragraphs are parted by empty lines; lines that begin with ``- `` are a list.

    An address on the web becomes a link, unless it stands in one of the ``foreign`` texts: a name that
    somebody gave themselves leads nowhere.
    """
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n".join(part for block in blocks for part in _block(block, foreign))


def _block(block: str, foreign: Collection[str]) -> Iterator[str]:
    lines: list[str] = []
    items: list[str] = []
    for line in [*block.splitlines(), ""]:
        if line.startswith(_ITEM):
            if lines:
                yield f"<p>{_BREAK.join(lines)}</p>"
            lines = []
            items.append(_linked(line.removeprefix(_ITEM), foreign))
        elif items and line:
            items[-1] += _BREAK + _linked(line.strip(), foreign)
        elif line:
            lines.append(_linked(line, foreign))
    if items:
        yield "<ul>\n" + "\n".join(f"<li>{each}</li>" for each in items) + "\n</ul>"
    if lines:
        yield f"<p>{_BREAK.join(lines)}</p>"


def _linked(line: str, foreign: Collection[str]) -> str:
    made, last = [], 0
    for found in _ADDRESS.finditer(line):
        if any(found[0] in text for text in foreign):
            continue
        shown = html.escape(found[0])
        made += [html.escape(line[last : found.start()]), f'<a href="{shown}">{shown}</a>']
        last = found.end()
    return "".join([*made, html.escape(line[last:])])
