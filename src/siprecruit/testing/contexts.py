"""Makes a plugin's context as the host does, with a log that a test can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import structlog
from requests import Session
from structlog.testing import LogCapture

from siprecruit.api import Context, Setting
from siprecruit.plugins.context import session
from siprecruit.plugins.finding import Unusable
from siprecruit.plugins.settings import made, refuse_bad

SECONDS: Final = 5.0
"""How long ``context.http`` waits for an answer in a test; the host takes the provider's own timeout."""


def impatient(seconds: float = SECONDS) -> Session:
    """What ``context.http`` is, for so many seconds: every request has an end, and none is repeated."""
    made_session = session(seconds)
    made_session.trust_env = False  # no proxy stands between this machine and itself
    return made_session


def setting_of(plugin: object) -> Setting | None:
    """The plugin's own section of ``siprecruit.toml``; None where it has none."""
    gives: Callable[[], Setting | None] | None = getattr(plugin, "siprecruit_settings", None)
    return gives() if gives else None


def refused_settings(plugin: object, table: Mapping[str, Any]) -> str | None:
    """The sentence with which the host refuses what stands in ``[plugins.NAME]``; None where it doesn't."""
    try:
        refuse_bad(setting_of(plugin), table, name_of(plugin))
    except Unusable as error:
        return str(error)
    return None


def name_of(plugin: object) -> str:
    """What the plugin is called in a test: as its module."""
    return str(getattr(plugin, "__name__", type(plugin).__name__)).rpartition(".")[2]


_EVERY_LEVEL: Final = structlog.make_filtering_bound_logger(0)


@attrs.frozen(kw_only=True)
class Heard:
    """A context, and all that was told to its log."""

    context: Context
    _lines: LogCapture = attrs.field(alias="lines")

    @property
    def text(self) -> str:
        """The log as one text."""
        return "\n".join(map(repr, self._lines.entries))


def a_context(
    plugin: object,
    *,
    home: Path,
    clock: Callable[[], dt.datetime],
    settings: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Heard:
    """A plugin's own tools in the folder ``home``, made of its settings as they stand in ``siprecruit.toml``.

    A secret stands there as ``{"env": "NAME"}``, and is taken from ``environment``. Raises AssertionError
    where the settings are refused.
    """
    table = settings or {}
    refused = refused_settings(plugin, table)
    assert refused is None, f"the settings of this test are refused: {refused}"
    lines = LogCapture()
    made_context = Context(
        plugin=name_of(plugin),
        settings=made(setting_of(plugin), table, home, environment or {}),
        http=impatient(),
        log=structlog.wrap_logger(None, processors=[lines], wrapper_class=_EVERY_LEVEL),
        clock=clock,
        home=home,
    )
    return Heard(context=made_context, lines=lines)
