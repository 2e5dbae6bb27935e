"""What a provider lets others read: its log, what it prints, what its values and errors show."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from siprecruit.testing.contexts import Heard
from siprecruit.testing.tasks import PERSONAL


def overheard(heard: Heard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> str:
    """All that was logged or printed, by the plugin or by what it uses."""
    printed = capfd.readouterr()
    return f"{heard.text}\n{caplog.text}\n{printed.out}\n{printed.err}"


def assert_nothing_personal(said: str, also: Iterable[str] = ()) -> None:
    """No name, address, text or link of anybody's is in what was said."""
    for piece in (*PERSONAL, *also):
        assert piece not in said, f"the log holds personal data, such as {piece!r}: log ids and codes alone"


def assert_no_secret(said: str, secrets: Iterable[str], where: str) -> None:
    """No secret of the settings is in what was said."""
    for secret in secrets:
        assert secret not in said, f"a secret of the settings stands in {where}"
