"""A file is what its bytes say, whatever it is called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.files import MEDIA_TYPES
from siprecruit.intake.files import BadFile, read_file, type_of


def archive(**parts: bytes) -> bytes:
    """A zip archive; `__` in a name stands for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in parts.items():
            # Of a fixed day: the content names the test, and all workers must find the same tests.
            file.writestr(zipfile.ZipInfo(name.replace("__", "/")), content)
    return made.getvalue()


DOCX = archive(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<document/>"})
MACROS = archive(
    **{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<d/>", "word__vbaProject.bin": b"x"}
)
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<content/>"})
MAIL = b"From: jo@example.org\r\nDate: Tue, 19 Jun 2007 09:00:00 +0100\r\n\r\nDear colleague,\r\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", "pdf"),
        (b"\r\n%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (b"II*\x00\x08\x00", "tiff"),
        (b"MM\x00*\x00\x08", "tiff"),
        (DOCX, "docx"),
        (ODT, "odt"),
        (MAIL, "eml"),
        (b"Dear colleague: I have known her for years.", "txt"),
        ("Müller, “in confidence”".encode("cp1252"), "txt"),
        ("\ufeffMüller".encode(), "txt"),
        ("Müller".encode("utf-16"), "txt"),
        (MACROS, None),
        (archive(readme=b"x"), None),
        (DOCX[:60], None),
        (b"MZ\x90\x00\x03\x00", None),
        (b"\x00\x01\x02", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: str | None) -> None:
    """Scans, letters and saved e-mails are taken; programs, archives and documents with macros are not."""
    assert type_of(content) == kind
    assert kind is None or kind in MEDIA_TYPES


def test_a_name_proves_nothing(tmp_path: Path) -> None:
    """A scanner that calls its PNG a PDF is believed no more than somebody who calls a program a letter."""
    (tmp_path / "scan.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "letter.docx").write_bytes(b"MZ\x90\x00")
    found = read_file(tmp_path / "scan.pdf", 100)
    assert (found.type, found.name) == ("png", "scan.pdf")
    with pytest.raises(BadFile) as refused:
        read_file(tmp_path / "letter.docx", 100)
    assert refused.value.code == "bad_type"
    assert "letter.docx" in refused.value.message


def test_the_limit_is_the_last_size_that_is_taken(tmp_path: Path) -> None:
    """A film in the place of a scan would fill the record and every backup of it."""
    (tmp_path / "scan.txt").write_bytes(b"a" * 2_000_001)
    with pytest.raises(BadFile) as refused:
        read_file(tmp_path / "scan.txt", 2_000_000)
    assert refused.value.code == "too_big"
    assert "2 MB" in refused.value.message
    assert len(read_file(tmp_path / "scan.txt", 2_000_001).content) == 2_000_001


def test_an_empty_file_is_no_scan(tmp_path: Path) -> None:
    """The scanner ran out of paper: somebody should scan it again."""
    (tmp_path / "scan.pdf").touch()
    with pytest.raises(BadFile) as refused:
        read_file(tmp_path / "scan.pdf", 100)
    assert refused.value.code == "empty_file"


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", DOCX[:200], b"From: ", b"%PDF-"]))
def test_any_bytes_are_of_a_type_or_of_none(content: bytes, begins: bytes) -> None:
    """Whatever somebody attaches, the answer is a type or a sentence."""
    found = type_of(begins + content)
    assert found is None or found in MEDIA_TYPES
