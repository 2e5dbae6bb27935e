"""What it costs every command that the plugin is enabled."""

from __future__ import annotations

import subprocess
import sys

_LOADED = """
import sys, siprecruit_govuk_notify
print(*(name for name in ("requests", "urllib3") if name in sys.modules))
"""


def test_what_asks_over_http_is_loaded_when_somebody_asks() -> None:
    """The library takes longer to load than finding all plugins may: a listing doesn't wait for it."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
