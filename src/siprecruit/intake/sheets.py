"""An officer's file, as it is, to a sheet of rows: csv, tsv or xlsx by what is in it, not by its name."""

from __future__ import annotations

from pathlib import Path

from siprecruit.intake.delimited import read_delimited
from siprecruit.intake.rows import Sheet, SheetRow, UnreadableSheet
from siprecruit.intake.workbooks import read_workbook

__all__ = ["Sheet", "SheetRow", "UnreadableSheet", "read_bytes", "read_sheet", "sheet_of"]

#: the DfE's whole download, the largest file of its kind, has some 60 million
_MOST_BYTES = 128 * 2**20

#: What people attach instead of a sheet, by its first bytes.
_NO_SHEETS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3\0", "a database"),
    (b"\x1f\x8b", "a packed archive"),
    (b"Rar!", "a packed archive"),
    (b"7z\xbc\xaf", "a packed archive"),
)
_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_sheet(path: Path, *, sheet: str | None = None) -> Sheet:
    """The rows of a file; of a workbook the named `sheet`, or the first that has known headings.

    Raises `UnreadableSheet` with a code and one sentence: for the file itself `no_file`, `is_directory`,
    `no_permission`, `empty_file`, `too_large`, `not_a_sheet`, `old_workbook`, `encrypted_workbook`; for what
    is in it see `delimited.py` and `workbooks.py`.
    """
    return sheet_of(path, read_bytes(path), sheet=sheet)


def sheet_of(path: Path, raw: bytes, *, sheet: str | None = None) -> Sheet:
    """The rows of what was read of a file; raises as `read_sheet` does."""
    for start, what in _NO_SHEETS:
        if raw.startswith(start):
            raise UnreadableSheet(
                "not_a_sheet", f"{path.name} is {what} and no sheet; save the sheet as xlsx or csv."
            )
    if raw.startswith(_OLD_OFFICE):
        raise _old_office(path.name, raw)
    if raw.startswith(_ZIP):
        return read_workbook(path.name, raw, sheet)
    if sheet is not None:
        raise UnreadableSheet(
            "no_such_sheet", f"{path.name} is no workbook, so that it has no sheet {sheet}."
        )
    return read_delimited(path.name, raw)


def read_bytes(path: Path) -> bytes:
    """What is in the file; raises as `read_sheet` does where it can't be read, or holds nothing."""
    try:
        if path.is_dir():
            raise UnreadableSheet("is_directory", f"{path} is a folder; name the file in it.")
        if path.is_char_device() or path.is_block_device():
            raise UnreadableSheet("not_a_sheet", f"{path} is a device and no sheet.")
        with path.open("rb") as file:
            # A pipe tells no size, so that the limit is kept while reading.
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableSheet("no_file", f"There is no file {path}.") from error
    except PermissionError as error:
        raise UnreadableSheet("no_permission", f"{path} may not be read by this user.") from error
    except (OSError, ValueError) as error:
        raise UnreadableSheet(
            "no_file", f"{path} can't be read: {getattr(error, 'strerror', error)}."
        ) from error
    if len(raw) > _MOST_BYTES:
        raise UnreadableSheet("too_large", f"{path.name} has more than {_MOST_BYTES:,} bytes.")
    if not raw.strip(b" \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise UnreadableSheet("empty_file", f"{path.name} is empty.")
    return raw


def _old_office(name: str, raw: bytes) -> UnreadableSheet:
    if _ENCRYPTED in raw:
        return UnreadableSheet(
            "encrypted_workbook", f"{name} is protected by a password; save it without one."
        )
    return UnreadableSheet("old_workbook", f"{name} is in the form of Excel 97-2003; save it as xlsx or csv.")
