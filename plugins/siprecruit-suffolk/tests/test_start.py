"""Starting another authority: one command, with the plugin switched on from the first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_one_command_makes_a_suffolk_installation(tmp_path: Path) -> None:
    """Given the plugin installed, init knows its programme by name, and the authority is Suffolk."""
    home = tmp_path / "suffolk"
    words = ["init", "--programme", "suffolk-2008", "--plugin", "suffolk", "--json"]
    run = subprocess.run(
        [sys.executable, "-m", "siprecruit", "--home", str(home), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["authority"] == "935"
    assert 'enabled = ["suffolk"]' in (home / "siprecruit.toml").read_text(encoding="utf-8")
