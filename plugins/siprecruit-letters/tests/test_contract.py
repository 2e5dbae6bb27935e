from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from siprecruit.testing import NotifierContract, ReferenceChannelContract

import siprecruit_letters


def _waiting(home: Path) -> int:
    return len(list((home / "post" / "to-print").glob("*.json")))


class TestNotifier(NotifierContract):
    """Letters to people keep what any message does."""

    plugin = siprecruit_letters
    http = False

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"folder": "post", "sender": ["Borsetshire County Council"]}

    @pytest.fixture
    def sent(self, tmp_path: Path) -> Callable[[], int]:
        return lambda: _waiting(tmp_path)


class TestChannel(ReferenceChannelContract):
    """So do requests for references."""

    plugin = siprecruit_letters
    http = False
    needs_address = False

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"folder": "post", "signed": ["Clement Rushbrook", "SIP co-ordinator"]}

    @pytest.fixture
    def sent(self, tmp_path: Path) -> Callable[[], int]:
        return lambda: _waiting(tmp_path)
