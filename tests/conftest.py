"""What every test stands on: no settings from outside, the same examples each time, both databases."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Slowness is no fault: the tests share their cores. `derandomize` makes today's run and tomorrow's the same;
# SIPRECRUIT_TEST_HYPOTHESIS=explore looks further, at random.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("gate", derandomize=True, max_examples=25, print_blob=True, **PATIENT)
settings.register_profile("explore", derandomize=False, max_examples=2_000, print_blob=True, **PATIENT)
settings.load_profile(os.environ.get("SIPRECRUIT_TEST_HYPOTHESIS", "gate"))

# What a shell starts in the background ignores Ctrl-C, and so would the programs that tests start and stop.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own installation, clock or plugins change no test."""
    for name in list(os.environ):
        if name.startswith("SIPRECRUIT_") and not name.startswith("SIPRECRUIT_TEST_"):
            monkeypatch.delenv(name)
    # Nor does the width of a terminal, which pytest-xdist hands on.
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def shared_data(pytestconfig: pytest.Config) -> Path:
    """The folder of sheets beside the project; a test that needs it is skipped where it is absent."""
    folder = pytestconfig.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data: it is kept beside the project, not in it")
    return folder


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """The URL of an SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'siprecruit.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url
