"""Brings the programme of another authority, and a message in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from siprecruit.api import ProgrammePack, hookimpl

siprecruit_api = ">=1,<2"

HERE = Path(__file__).parent


@hookimpl
def siprecruit_programmes() -> Iterable[ProgrammePack]:
    """`programme = "borough-2008"` in siprecruit.toml. The file begins as a copy of one of siprecruit's."""
    return [ProgrammePack(name="borough-2008", file=HERE / "borough-2008.toml", messages=HERE / "borough")]
