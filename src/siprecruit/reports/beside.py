"""What lies beside a stream: the office's notes, and the files that were attached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from siprecruit.core.corrections import place
from siprecruit.core.events import NoteAdded, Recorded, standing
from siprecruit.core.files import MEDIA_TYPES, FileAttached
from siprecruit.putting_right.sent import typed


@attrs.frozen(kw_only=True)
class Note:
    """A note that stands. ``text`` is None once the person has been erased."""

    stream: str
    version: int
    on: dt.date
    by: str
    about: str | None
    text: str | None
    undone_by: str


@attrs.frozen(kw_only=True)
class File:
    """A file that stands. ``size`` is in bytes; ``name`` and ``title`` are None once the person is erased."""

    stream: str
    version: int
    on: dt.date
    by: str
    about: str | None
    file: str
    type: str
    media_type: str
    size: int
    name: str | None
    title: str | None
    undone_by: str


def notes(histories: Mapping[str, Sequence[Recorded]]) -> tuple[Note, ...]:
    """The notes beside these streams, texts included where the histories have them."""
    return tuple(
        Note(
            stream=one.stream,
            version=place(one),
            on=one.on,
            by=one.by,
            about=one.event.about,
            text=one.event.text,
            undone_by=typed(one.command),
        )
        for one in _standing(histories, NoteAdded)
    )


def files(histories: Mapping[str, Sequence[Recorded]]) -> tuple[File, ...]:
    """The files beside these streams."""
    return tuple(
        File(
            stream=one.stream,
            version=place(one),
            on=one.on,
            by=one.by,
            about=one.event.about,
            file=one.event.file,
            type=one.event.type,
            media_type=MEDIA_TYPES.get(one.event.type, "application/octet-stream"),
            size=one.event.size,
            name=one.event.name,
            title=one.event.title,
            undone_by=typed(one.command),
        )
        for one in _standing(histories, FileAttached)
    )


def _standing(histories: Mapping[str, Sequence[Recorded]], kind: type[Any]) -> Iterator[Recorded]:
    for stream in sorted(histories):
        for recorded in standing(histories[stream]):
            if isinstance(recorded.event, kind):
                yield recorded
