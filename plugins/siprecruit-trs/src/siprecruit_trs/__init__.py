"""Looks people up in the DfE's Teaching Record System and, where it is wanted, in the register of NPQs."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import AccreditationLookup, Setting, hookimpl

from siprecruit_trs.looking_up import find, find_many
from siprecruit_trs.settings import SETTING

siprecruit_api = ">=1,<2"


@hookimpl
def siprecruit_settings() -> Setting:
    """Where the two registers are, and the keys to them."""
    return SETTING


@hookimpl
def siprecruit_accreditation_lookups() -> Iterable[AccreditationLookup]:
    """One lookup: qualified, inducted and without an open alert, and with an NPQH where that is wanted."""
    return (
        AccreditationLookup(name="trs", find=find, find_many=find_many, needs_birth_date=True, timeout=120.0),
    )
