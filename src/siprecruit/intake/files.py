"""Reads a file that is to be laid beside something: what it is, by its content and never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

import attrs

MEGABYTE: Final = 1_000_000

#: How a file of that type begins (their specifications); a PDF may have something before its first line.
_BEGINNINGS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "tiff": (b"II*\x00", b"MM\x00*"),
}
_PDF_WITHIN: Final = 1024
_ODT: Final = b"application/vnd.oasis.opendocument.text"
_HEADER: Final = re.compile(rb"[!-9;-~]+:[ \t]*\S")
_HEADERS: Final = ("from", "date")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


class BadFile(Exception):  # noqa: N818 - says what it is
    """A file can't be taken, and ``message`` says why.

    ``code`` is ``too_big``, ``empty_file`` or ``bad_type``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@attrs.frozen(kw_only=True)
class ReadFile:
    """A file's bytes, its type (a code of ``core.files.MEDIA_TYPES``), and what it was called."""

    content: bytes = attrs.field(repr=False)
    type: str
    name: str


def read_file(path: Path, largest: int) -> ReadFile:
    """The file at ``path``, of at most ``largest`` bytes. Raises BadFile, and OSError where there is none."""
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        limit = f"{largest / MEGABYTE:g} MB"
        raise BadFile("too_big", f"{path.name}: it is larger than {limit}, which siprecruit.toml may allow")
    if not content:
        raise BadFile("empty_file", f"{path.name}: there is nothing in it")
    found = type_of(content)
    if found is None:
        raise BadFile(
            "bad_type",
            f"{path.name}: by its content it is none of pdf, png, jpeg, tiff, docx, odt, txt and eml",
        )
    return ReadFile(content=content, type=found, name=path.name)


def type_of(content: bytes) -> str | None:
    """What a file is, by its bytes alone; None where it is nothing that is taken."""
    for kind, beginnings in _BEGINNINGS.items():
        if content.startswith(beginnings):
            return kind
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    if not _is_text(content):
        return None
    return "eml" if _is_message(content) else "txt"


def _document(content: bytes) -> str | None:
    """Which word processor's document a zip archive is; one that carries programs is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return None if any(name.endswith("vbaProject.bin") for name in names) else "docx"
            if "mimetype" in names and archive.getinfo("mimetype").file_size == len(_ODT):
                return "odt" if archive.read("mimetype") == _ODT else None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    """Whether it can be read as text: in UTF-8, in UTF-16 with its mark, or in the Windows encoding."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return _CONTROLS.search(content.decode(encoding)) is None
        except UnicodeDecodeError:
            continue
    return False


def _is_message(content: bytes) -> bool:
    """Whether it is an e-mail as mail programs save it (RFC 5322), headers first."""
    if not _HEADER.match(content):
        return False
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
    return all(headers.get(name) for name in _HEADERS)
