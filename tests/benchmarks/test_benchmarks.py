from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")


@pytest.mark.slow
def test_quick_prints_a_table(tmp_path):
    """The benchmarks run and print their lines as a table; how fast it is, no test says."""
    words = [sys.executable, str(RUN), "--quick", "--cache", str(tmp_path)]

    run = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 0, run.stderr
    head, rule, *lines = run.stdout.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == ["what", "ours", "bare", "ratio", "aim"]
    assert set(rule) == {"|", "-"}
    assert len(lines) >= 10
