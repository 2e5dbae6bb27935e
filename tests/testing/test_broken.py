from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path

import pytest

from testing.broken import BROKEN, suite_of

# Every suite is run on every broken provider, in a process of its own.
pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CASES = [(kind, plugin, fails) for kind, each in BROKEN.items() for plugin, fails in each]


def run(folder: Path) -> dict[str, dict[str, set[str]]]:
    """Which tests of which suites passed and failed, without their parameters."""
    told = folder / "told.xml"
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", "-p", "no:warnings"]
    subprocess.run(
        [*command, f"--junitxml={told}", "--tb=no", str(HERE / "broken.py")],
        cwd=HERE.parents[1],
        check=False,
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
    )
    outcomes = {"passed": defaultdict(set), "failed": defaultdict(set)}
    for case in ET.parse(told).iter("testcase"):  # noqa: S314 - our own run wrote it
        suite = case.attrib["classname"].rpartition(".")[2]
        ended = "passed" if len(case) == 0 else "failed"
        outcomes[ended][suite].add(case.attrib["name"].partition("[")[0])
    return outcomes


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    return run(tmp_path_factory.mktemp("broken"))


@pytest.mark.parametrize(
    ("kind", "plugin", "fails"), CASES, ids=[suite_of(kind, plugin) for kind, plugin, _ in CASES]
)
def test_a_broken_promise_is_caught(outcomes, kind, plugin, fails):
    """Each promise has a plugin that breaks it: its tests catch that, and no other finds fault."""
    assert outcomes["failed"][suite_of(kind, plugin)] == fails
