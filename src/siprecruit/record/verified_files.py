"""Whether each file in the vault is the one that its event tells of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from siprecruit.core.events import KINDS
from siprecruit.core.files import FileAttached
from siprecruit.record.reading import Reader
from siprecruit.record.tables import events, vault, vault_files

_ATTACHED: Final = KINDS[FileAttached].name

#: Whose texts are gone by right, has no file any more; a correction has none of its own.
_TOLD: Final = (
    sa.select(events.c.stream, events.c.version, events.c.body, vault.c.texts, vault_files.c.file)
    .join(vault, (vault.c.stream == events.c.stream) & (vault.c.version == events.c.version))
    .outerjoin(
        vault_files,
        (vault_files.c.stream == events.c.stream) & (vault_files.c.version == events.c.version),
    )
    .where(events.c.kind == _ATTACHED, events.c.replaces.is_(None))
    .order_by(events.c.stream, events.c.version)
)
_STRAY: Final = sa.select(vault_files.c.stream, vault_files.c.version).where(
    ~sa.exists()
    .select_from(events)
    .where(
        events.c.stream == vault_files.c.stream,
        events.c.version == vault_files.c.version,
        events.c.kind == _ATTACHED,
        events.c.replaces.is_(None),
    )
)


def wrong_files(reader: Reader) -> Iterator[tuple[str, int, str]]:
    """The stream, the event and the reason of each file that is missing, changed, or told of by no event.

    One file at a time is held in memory.
    """
    for stream, version, body, texts, file in reader.select(_TOLD):
        if file is None:
            yield stream, version, "its file is missing, and nobody was erased"
        elif not _is_told(reader, file, body, texts):
            yield stream, version, "its file was changed"
    for stream, version in reader.select(_STRAY):
        yield stream, version, "there is a file, but no event to it"


def _is_told(reader: Reader, file: str, body: Any, texts: Any) -> bool:
    found = reader.file(file)
    if found is None:
        return False
    told, kept = _read(body), _read(texts)
    return told.get("file") == file and kept.get("digest") == sha256(found.content).hexdigest()


def _read(document: Any) -> dict[str, Any]:
    """The object that a text holds; of one in disorder nothing, which the check of the texts tells of."""
    try:
        read = json.loads(document)
    except (TypeError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
