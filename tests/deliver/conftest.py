"""An office that writes letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliver.letters import Letters
from service.office import opened


@pytest.fixture
def letters(sqlite_database: str, tmp_path: Path) -> Iterator[Letters]:
    """An office over an empty record, on 4 June 2007."""
    with opened(sqlite_database, create=True) as desk:
        made = Letters(desk=desk, home=tmp_path)
        made.on("2007-06-04")
        yield made
