"""A batch as one accessible PDF (PDF/UA-1), where the extra ``pdf`` is installed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from siprecruit_letters.html import in_full, title_of
from siprecruit_letters.letter import Letter, blocks


def possible() -> bool:
    """Whether typst is there to make it."""
    return find_spec("typst") is not None


def as_pdf(letters: Sequence[Letter], sender: Sequence[str] = ()) -> bytes | None:
    """The file, tagged, with a title and a language; None where typst isn't installed."""
    if not possible():
        return None
    import typst

    told = {"title": title_of(letters), "sender": list(sender), "letters": [_told(each) for each in letters]}
    template = (files(__package__) / "templates" / "batch.typ").read_bytes()
    made: bytes = typst.compile(
        template, format="pdf", pdf_standards=["ua-1"], sys_inputs={"told": json.dumps(told)}
    )
    return made


def _told(letter: Letter) -> Mapping[str, Any]:
    return {
        "name": letter.name,
        "address": list(letter.address),
        "day": in_full(letter.day),
        "subject": letter.subject,
        "task": letter.task,
        "blocks": list(blocks(letter.text)),
        "questions": [{"text": each.text, "choices": list(each.choices)} for each in letter.questions],
    }
