"""Backups of a record that are known to be whole, and putting one back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from siprecruit.record import switch
from siprecruit.record.connect import address_of, file_of, make_private, parsed_url, place_of
from siprecruit.record.errors import RecordError, told
from siprecruit.record.in_the_way import refuse_in_the_way
from siprecruit.record.store import Record, open_record
from siprecruit.record.tables import kept_messages, vault, vault_keys
from siprecruit.record.verify import Verified, head, verify


def backup(record: Record, path: Path) -> str:
    """Write a copy of the record to ``path``, while others go on working; the head of what was copied.

    An older backup of that name is only replaced once the copy is whole, verified and on the disk; nothing
    else ever is. Its owner alone may read it. An SQLite record gives an SQLite file, PostgreSQL a dump of
    ``pg_dump``. Raises RecordError: ``damaged`` where what was copied does not verify, ``in_the_way`` where
    ``path`` is anything but a backup, ``no_tool`` where PostgreSQL's programs are not on this machine.
    """
    file = file_of(record.url)
    refuse_in_the_way(path, file)
    part = _new_beside(path)
    try:
        found = _dump(record, part) if file is None else _copied_and_verified(file, part)
        _settle(part, path)
    finally:
        for left in (part, *_beside(part)):
            left.unlink(missing_ok=True)
    return found


def _copied_and_verified(file: Path, part: Path) -> str:
    erased = erasures(file.with_name(f"{file.name}.erasures"))
    copy_file(file, part)
    verified = _verified(part, erased)
    if not verified.ok:
        first = verified.broken[0]
        raise RecordError(
            "damaged", f"{file}: no backup of a record that is not whole: {first.stream} {first.reason}"
        )
    _single_file(part)
    return verified.head


def _new_beside(path: Path) -> Path:
    """An empty file of nobody else's, which its owner alone may read."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise RecordError("cannot_open", f"{path}: it can't be written, {error.strerror}") from error
    os.close(handle)
    return Path(name)


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database with all that was committed to it, also while others write to it."""
    make_private(target)
    with (
        told(str(target)),
        closing(sqlite3.connect(address_of(source), uri=True)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.backup(here)


def _verified(file: Path, erased: frozenset[str] = frozenset()) -> Verified:
    copy = open_record(f"sqlite:///{file}")
    try:
        with copy.reading() as reader:
            return verify(reader, erased=erased)
    finally:
        copy.close()


def _single_file(file: Path) -> None:
    """Leave nothing beside the file: what was written ahead goes into it."""
    with told(str(file)), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _settle(part: Path, path: Path) -> None:
    """Give a finished file its name in such a way that a loss of power leaves the old one or the new one."""
    try:
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise RecordError("cannot_open", f"{path}: it can't be written, {error.strerror}") from error


def erasures(file: Path) -> frozenset[str]:
    """Whose texts have been erased (owners such as ``person/A7K4P``), as noted beside a database."""
    if not file.exists():
        return frozenset()
    return frozenset(line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def restore(path: Path, url: str, *, replace: bool = False, erased_in: Path | None = None) -> Verified:
    """Put the backup at ``path`` in the place of the record at ``url``; what verifying it found.

    Nobody may be using the record meanwhile. Who was erased after the backup stays erased: their texts and
    keys are taken out before the record has its name (``erased_in`` names the file that lists them, for
    SQLite ``<database>.erasures``). With ``replace`` a file that is there is kept as
    ``<database>.replaced-1``. What PostgreSQL holds is replaced, and not kept; who was erased is taken out
    there by a second transaction, right after the one that puts the backup back.

    Raises RecordError: ``no_backup``, ``exists``, ``not_ours``, ``damaged``, ``locked``, ``no_tool``.
    """
    if not path.is_file():
        raise RecordError("no_backup", f"{path}: there is no such backup")
    file = file_of(url)
    noted = erased_in or (file and file.with_name(f"{file.name}.erasures"))
    erased = erasures(noted) if noted else frozenset()
    if file is None:
        return _restore_dump(path, url, erased, replace=replace)
    return _restore_file(path, file, erased, replace=replace)


def _restore_file(path: Path, file: Path, erased: frozenset[str], *, replace: bool) -> Verified:
    part = file.with_name(f"{file.name}.restoring")
    in_place = file.exists() and file.stat().st_size > 0
    if in_place and not replace:
        raise RecordError("exists", f"{file}: there is a record already, say so if it is to be replaced")
    try:
        with _called(path, part):
            copy_file(path, part)
            _make_fit(f"sqlite:///{part}", erased)
            verified = _verified(part, erased)
        if not verified.ok:
            first = verified.broken[0]
            raise RecordError("damaged", f"{path}: this backup is not whole: {first.stream} {first.reason}")
        _single_file(part)
        if in_place:
            _keep(file)
        _settle(part, file)
    finally:
        for left in (part, *_beside(part)):
            left.unlink(missing_ok=True)
    return verified


@contextmanager
def _called(path: Path, part: Path) -> Iterator[None]:
    """Name the backup, which somebody knows, and not the file that it is tried in."""
    try:
        yield
    except RecordError as error:
        raise RecordError(error.code, error.message.replace(str(part), str(path))) from error


def _beside(file: Path) -> tuple[Path, Path]:
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _keep(file: Path) -> None:
    """Keep the file that is replaced under another name, with all that was written ahead."""
    number = 1
    while (kept := file.with_name(f"{file.name}.replaced-{number}")).exists():
        number += 1
    try:
        _single_file(file)
    except RecordError as error:
        if error.code not in ("not_ours", "damaged"):
            raise
    if any(beside.exists() and beside.stat().st_size for beside in _beside(file)):
        raise RecordError("locked", f"{file}: somebody is using the record, end that first")
    kept.hardlink_to(file)  # until the new one takes its place, the old one keeps its name too


def _make_fit(url: str, erased: Iterable[str]) -> None:
    """Delete the texts, letters and keys of who was erased; nothing goes out that may have gone out since."""
    record = open_record(url)
    try:
        with record.writing() as writer:
            for table in (vault, kept_messages, vault_keys):
                for owner in erased:
                    writer.connection.execute(sa.delete(table).where(table.c.owner == owner))
            switch.stop(writer, "restored")
    finally:
        record.close()


# -- PostgreSQL -----------------------------------------------------------------


def _dump(record: Record, part: Path) -> str:
    """Dump one snapshot, and take the head in that same snapshot."""
    with record.reading() as reader:
        found = verify(reader)
        if not found.ok:
            first = found.broken[0]
            raise RecordError(
                "damaged",
                f"{record.place}: no backup of a record that is not whole: {first.stream} {first.reason}",
            )
        snapshot = reader.connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        _run("pg_dump", record.url, "--format=custom", f"--snapshot={snapshot}", f"--file={part}")
        return head(reader)


def _restore_dump(path: Path, url: str, erased: frozenset[str], *, replace: bool) -> Verified:
    if not replace and _has_tables(url):
        raise RecordError(
            "exists", f"{place_of(url)}: there is a record already, say so if it is to be replaced"
        )
    how = ("--single-transaction", "--exit-on-error", "--no-owner", "--clean", "--if-exists")
    _run("pg_restore", url, *how, str(path))
    _make_fit(url, erased)
    record = open_record(url)
    try:
        with record.reading() as reader:
            return verify(reader, erased=erased)
    finally:
        record.close()


def _has_tables(url: str) -> bool:
    try:
        open_record(url).close()
    except RecordError as error:
        if error.code == "no_record":
            return False
        if error.code != "not_ours":
            raise
    return True


def _run(tool: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password is not for everybody's list of processes."""
    program = shutil.which(tool)
    if program is None:
        raise RecordError("no_tool", f"{tool} is not on this machine: install PostgreSQL's client programs")
    address, secret = _address(url)
    run = subprocess.run(  # noqa: S603 - the program of that name, our own words
        [program, *words, f"--dbname={address}"],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        said = (run.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise RecordError("tool_failed", f"{place_of(url)}: {tool} did not succeed: {said}")


def _address(url: str) -> tuple[str, Mapping[str, str]]:
    parsed = parsed_url(url)
    secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    plain = parsed.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False), secret
