"""Files beside a stream: a scan of a paper reference, the college's letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import attrs

from siprecruit.core.commands import AddNote, Command, Rejected, command
from siprecruit.core.events import NoteAdded, Recorded, event, standing
from siprecruit.core.ids import Code, Kept, stream_kind

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
    "eml": "message/rfc822",
}
"""The types of file that are taken, each with its media type (IANA's register)."""

IN_APPLICATIONS: Final = ("referee", "reference")
"""What a note or a file in an application may be about, by a code after a colon: ``reference:r1``."""


@command("file.attach", "round", "person", "application", "placement")
@attrs.frozen(kw_only=True)
class AttachFile:
    """A file is laid beside a person, an application, a school or a round.

    ``file`` is its id, which the caller chooses; ``type`` one of ``MEDIA_TYPES``, by its content; ``digest``
    the SHA-256 of the bytes, in hexadecimal, which come along with the envelope. ``name`` is what the file
    was called, ``title`` what it is. ``about`` is as in a note.
    """

    file: Code
    type: Code
    digest: Code
    name: str = ""
    title: str = ""
    about: Code | None = None


@event("file.attached", dated=False)
@attrs.frozen(kw_only=True)
class FileAttached:
    """A file was laid beside a stream; its bytes are in the vault, bound to the event by their digest."""

    file: Code
    type: Code
    size: int
    about: Code | None = None
    digest: Kept = None
    name: Kept = None
    title: Kept = None


def laid_beside(sent: Command, history: Sequence[Recorded]) -> NoteAdded | FileAttached | None:
    """The note or the file of a command; None where that very file is there already. Raises Rejected."""
    what: AddNote | AttachFile = sent.what
    kind, colon, _ = (what.about or "").partition(":")
    if colon and (kind not in IN_APPLICATIONS or stream_kind(sent.stream) != "application"):
        raise Rejected(
            "unknown_about",
            f"{what.about} is nothing in {sent.stream}: only applications have referees and references",
        )
    if isinstance(what, AddNote):
        return NoteAdded(text=what.text, about=what.about)
    attached = _attached(what, sent.enclosed)
    same = (attached.digest, attached.about)
    laid = (past.event for past in standing(history) if isinstance(past.event, FileAttached))
    return None if any((one.digest, one.about) == same for one in laid) else attached


def _attached(what: AttachFile, content: bytes | None) -> FileAttached:
    if content is None:
        raise Rejected("no_content", "an envelope holds no file: `siprecruit attach` sends one along with it")
    if what.type not in MEDIA_TYPES:
        raise Rejected("unknown_type", f"{what.type} is no type of file: they are {', '.join(MEDIA_TYPES)}")
    if not content:
        raise Rejected("empty_file", "there is nothing in the file")
    if sha256(content).hexdigest() != what.digest:
        raise Rejected("other_content", "the digest is that of another file")
    return FileAttached(
        file=what.file,
        type=what.type,
        size=len(content),
        about=what.about,
        digest=what.digest,
        name=what.name.strip() or None,
        title=what.title.strip() or None,
    )


def refuse_other_file(was: Any, now: Any) -> None:
    """Raise Rejected where a correction would let an event tell of another file than the one it came with."""
    if not isinstance(was, FileAttached):
        return
    if any(getattr(was, name) != getattr(now, name) for name in ("file", "type", "size", "digest")):
        raise Rejected(
            "bad_value", "a file can't be made into another one: take it out, and attach the right one"
        )
