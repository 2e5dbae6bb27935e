"""Bringing a record that an older siprecruit made up to date, and drafting the next step.

``python -m siprecruit.record.migrate "what changes"`` writes a new revision from what the tables have become.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from siprecruit.record.backup import copy_file
from siprecruit.record.connect import engine_of, file_of, place_of
from siprecruit.record.errors import RecordError, told
from siprecruit.record.schema import KNOWN_REVISIONS, revisions
from siprecruit.record.store import WRITERS_BEGIN

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER: Final = Path(__file__).parent / "migrations"


def migrate(url: str) -> tuple[str, ...]:
    """Bring the record at ``url`` to the newest revision, one by one; the revisions that were applied.

    Before each one an SQLite file is copied to ``<file>.before-<revision>``. Each is one transaction. Raises
    RecordError ``newer_version`` where the record is of a revision that this program does not know.
    """
    place, file = place_of(url), file_of(url)
    engine = engine_of(url)
    applied = []
    try:
        with told(place):
            for revision in _pending(engine, place):
                if file is not None and file.exists():
                    copy_file(file, file.with_name(f"{file.name}.before-{revision}"))
                _upgrade(engine, revision)
                applied.append(revision)
    finally:
        engine.dispose()
    return tuple(applied)


def _pending(engine: sa.Engine, place: str) -> tuple[str, ...]:
    with engine.begin() as connection:
        begun = sa.inspect(connection).has_table("alembic_version")
        current = connection.execute(sa.select(revisions.c.version_num)).scalar() if begun else None
    if current is None:
        return KNOWN_REVISIONS
    if current not in KNOWN_REVISIONS:
        raise RecordError("newer_version", f"{place}: a newer siprecruit made this record")
    return KNOWN_REVISIONS[KNOWN_REVISIONS.index(current) + 1 :]


def _upgrade(engine: sa.Engine, revision: str) -> None:
    from alembic import command

    with engine.execution_options(**WRITERS_BEGIN).begin() as connection:
        command.upgrade(_configuration(connection), revision)


def _configuration(connection: sa.Connection) -> Config:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def draft(message: str, folder: Path) -> str:
    """Write the revision that leads from the newest one to the tables as they are now; its path.

    ``folder`` is for a database that is only looked at.
    """
    from alembic import command

    revision = f"{len(list((FOLDER / 'versions').glob('*.py'))) + 1:04d}"
    url = f"sqlite:///{folder / 'draft.db'}"
    engine = engine_of(url)
    with engine.begin() as connection:
        command.upgrade(_configuration(connection), "head")
    with engine.begin() as connection:
        command.revision(_configuration(connection), message, autogenerate=True, rev_id=revision)
    engine.dispose()
    return str(next((FOLDER / "versions").glob(f"{revision}_*.py")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(draft(" ".join(sys.argv[1:]), Path(name)) + "\n")
