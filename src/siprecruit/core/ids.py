"""The kinds of identifier and text that commands and events are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Annotated, Final, NewType

Code = NewType("Code", str)
"""A short name from a programme or a list (``"ncsl"``, ``"primary"``, ``"tes-2007-05"``): never free text."""

Urn = NewType("Urn", str)
"""A school's unique reference number in the DfE's register: digits, kept as text."""

PersonId = NewType("PersonId", str)
"""Who a person is: the ``<id>`` of the stream ``person/<id>``."""

ApplicationCode = NewType("ApplicationCode", str)
"""An application's code, the ``<code>`` of ``application/<code>``: no look-alike characters."""

RoundId = NewType("RoundId", str)
"""Which round: the ``<id>`` of ``round/<id>``."""

KEPT: Final = "kept in the vault"
"""Marks an event's field that is personal or free text: it is stored in the vault, never in the event."""

Kept = Annotated[str | None, KEPT]
"""A text kept in the vault. ``None`` where nothing was said, or once the person has been erased."""

KeptTexts = Annotated[Mapping[str, str] | None, KEPT]
"""Several texts by name (a form's answers), kept in the vault like ``Kept``."""

KeptRemarks = Annotated[tuple[str, ...] | None, KEPT]
"""Several texts in order, kept in the vault like ``Kept``."""

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}")
"""What a code or an id looks like. A sentence, with its blanks, is neither."""

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Characters of an application's code: without I, L, O, 0 and 1, which people misread and mishear."""

CODE_LENGTH: Final = 5


def new_code(random: Random) -> ApplicationCode:
    """A fresh application code such as ``A7K4P``; the caller sees to it that it is not taken."""
    return ApplicationCode("".join(random.choices(ALPHABET, k=CODE_LENGTH)))


def stream_kind(stream: str) -> str:
    """``"application"`` for ``"application/A7K4P"``."""
    return stream.partition("/")[0]


def stream_id(stream: str) -> str:
    """``"A7K4P"`` for ``"application/A7K4P"``."""
    return stream.partition("/")[2]
