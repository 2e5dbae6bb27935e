from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from siprecruit.api import LookupQuery
from siprecruit.testing import AccreditationLookupContract, LoopbackServer

import siprecruit_trs
from teachers import BARNABY, ENVIRONMENT, about, ask, settings, stands_in


class TestRecord(AccreditationLookupContract):
    """The Teaching Record System keeps what any lookup promises."""

    plugin = siprecruit_trs
    environment = ENVIRONMENT

    @pytest.fixture
    def settings(self, http: LoopbackServer) -> Mapping[str, Any]:
        stands_in(http)
        return settings(http)

    @pytest.fixture
    def accredited(self) -> LookupQuery:
        return about(BARNABY)

    @pytest.fixture
    def unheard_of(self) -> LookupQuery:
        return ask("9999999", BARNABY[1])


class TestWithHeadship(TestRecord):
    """So it does where the register of NPQs is asked as well."""

    @pytest.fixture
    def settings(self, http: LoopbackServer) -> Mapping[str, Any]:
        stands_in(http)
        return settings(http, npq=True)
