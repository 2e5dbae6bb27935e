"""Whether a backup may take a file's name: only an older backup is ever replaced."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from siprecruit.record.errors import RecordError
from siprecruit.record.schema import APPLICATION_ID

#: Where the header of an SQLite file says whose it is (the file format, 1.3).
_OURS: Final = slice(68, 72)
#: Both 1 in a file that is whole by itself; 2 where a record writes ahead, as every record in use does.
_VERSIONS: Final = slice(18, 20)
_HEADER: Final = 100
_SQLITE: Final = b"SQLite format 3\0"
_DUMP: Final = b"PGDMP"
_TABLES: Final = ("alembic_version", "events", "meta", "vault", "vault_keys")


def refuse_in_the_way(path: Path, record: Path | None) -> None:
    """Refuse to write a backup where anything but an older backup is, or where ``record`` keeps its files.

    Raises RecordError ``in_the_way`` or, where its folder is missing, ``cannot_open``.
    """
    if not path.parent.is_dir():
        raise RecordError("cannot_open", f"{path.parent}: there is no such folder")
    if record is not None and path.resolve() in _own_names(record.resolve()):
        raise RecordError("in_the_way", f"{path}: the record itself has this name, give its backup another")
    if path.is_dir():
        raise RecordError("in_the_way", f"{path}: that is a folder, name a file for the backup")
    if path.is_symlink() or path.exists():
        _refuse_other(path)


def _own_names(record: Path) -> frozenset[Path]:
    endings = ("", "-wal", "-shm", "-journal", ".erasures")
    return frozenset(record.with_name(f"{record.name}{ending}") for ending in endings)


def _refuse_other(path: Path) -> None:
    if not (path.is_file() and is_backup(path)):
        raise RecordError(
            "in_the_way",
            f"{path}: there is a file that is no backup of a record, give the backup another name",
        )


def is_backup(path: Path) -> bool:
    """Whether a file is a backup of some record of ours: a closed SQLite file, or a dump of PostgreSQL's."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False
    if header.startswith(_DUMP):
        return _is_our_dump(path)
    return (
        header.startswith(_SQLITE)
        and header[_OURS] == APPLICATION_ID.to_bytes(4)
        and header[_VERSIONS] == b"\1\1"
    )


def _is_our_dump(path: Path) -> bool:
    program = shutil.which("pg_restore")
    if program is None:
        return False
    listing = subprocess.run(  # noqa: S603 - the program of that name, our own words
        [program, "--list", str(path)], capture_output=True, text=True, errors="replace", check=False
    )
    return all(f" TABLE public {table} " in listing.stdout for table in _TABLES)
