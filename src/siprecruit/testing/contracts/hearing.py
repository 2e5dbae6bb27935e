"""What a provider lets others read: its log, what it prints, what its values and errors show."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from siprecruit.testing.calling import Ended
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


def assert_no_secret(heard: Heard, ended: Ended, said: str, secrets: Iterable[str]) -> None:
    """No secret of the settings is shown by the plugin's tools, by how a call ended or by what was said."""
    shown = {
        "repr(context)": repr(heard.context),
        "repr(settings): mark it attrs.field(repr=False)": repr(heard.context.settings),
        "the answer, or the error": str(ended),
        "the log": said,
    }
    for secret in secrets:
        for where, text in shown.items():
            assert secret not in text, f"a secret of the settings stands in {where}"
