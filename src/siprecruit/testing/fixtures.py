"""The fixtures: a clock, a server on loopback, an installation that delivers, and sentences to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from siprecruit.testing.clock import Clock
from siprecruit.testing.serving import LoopbackServer, loopback_server

if TYPE_CHECKING:
    from siprecruit.testing.app import App, Outbox
    from siprecruit.testing.given import Given


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until the test moves it."""
    return Clock()


@pytest.fixture
def http() -> Iterator[LoopbackServer]:
    """A server on loopback, whose answers the test scripts."""
    with loopback_server() as server:
        yield server


@pytest.fixture
def configuration() -> Mapping[str, Any]:
    """What siprecruit.toml says, as tables; a test gives its own to enable the plugin that it is about."""
    return {}


@pytest.fixture
def plugins_dir() -> Path | None:
    """The folder of plugins that are mere files; a test gives its own."""
    return None


@pytest.fixture
def environment() -> Mapping[str, str]:
    """Where plugins find their secrets; a test gives its own."""
    return {}


@pytest.fixture
def app(
    tmp_path: Path,
    clock: Clock,
    configuration: Mapping[str, Any],
    plugins_dir: Path | None,
    environment: Mapping[str, str],
) -> Iterator[App]:
    """An installation in a folder of its own, which delivers when it is told to."""
    # Loaded here, as a suite of one provider needs none of it.
    from siprecruit.testing.app import an_app

    with an_app(
        tmp_path / "home",
        clock,
        configuration=configuration,
        plugins_dir=plugins_dir,
        environment=environment,
    ) as made:
        yield made


@pytest.fixture
def outbox(app: App) -> Outbox:
    """What the installation has sent."""
    from siprecruit.testing.app import Outbox

    return Outbox(app=app)


@pytest.fixture
def given(app: App) -> Given:
    """Sentences to begin with."""
    from siprecruit.testing.given import Given

    return Given(app=app)
