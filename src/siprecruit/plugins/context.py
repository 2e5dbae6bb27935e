"""What a plugin is given to work with: its settings, a session for HTTP, a log, the clock of the call."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from siprecruit.plugins.answers import redacted
from siprecruit.plugins.types import Context

if TYPE_CHECKING:
    import sqlalchemy as sa
    from requests import Session
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

HTTP_SECONDS: Final = 10.0
"""How long ``context.http`` waits for a connection, and each piece of an answer, if not told otherwise."""


class Bare:
    """A stream that shows no secret: what a plugin prints, logs or leaves as a traceback goes through it."""

    def __init__(self, stream: TextIO, secrets: tuple[str, ...]) -> None:
        self._stream = stream
        self._secrets = secrets

    def write(self, text: str) -> int:
        """Write a text with asterisks for secrets; those before it that are whole."""
        return self._stream.write(redacted(text, self._secrets))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _OnFirstUse:
    """Stands for something that takes long to import, and is made when a plugin first uses it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        made = self.__dict__.get("_made")
        if made is None:
            made = self.__dict__["_made"] = self._make()
        return getattr(made, name)

    def __enter__(self) -> Any:
        return self.__getattr__("__enter__")()

    def __exit__(self, *raised: object) -> None:
        self.__getattr__("__exit__")(*raised)


def context_of(
    plugin: str,
    *,
    settings: Any,
    home: Path,
    clock: Callable[[], dt.datetime],
    secrets: tuple[str, ...] = (),
    database: str | None = None,
) -> Context:
    """The tools of one plugin; ``secrets`` never stand in what it logs. ``database`` is a URL."""
    return Context(
        plugin=plugin,
        settings=settings,
        http=cast("Session", _OnFirstUse(session)),
        log=cast("FilteringBoundLogger", _OnFirstUse(lambda: _log(plugin, clock, secrets))),
        clock=clock,
        home=home,
        database=_transactions(database) if database else None,
    )


def _transactions(url: str) -> Callable[[], AbstractContextManager[sa.Connection]]:
    """Opens transactions that wait for their turn to write; the database is opened when first asked for."""

    @cache
    def engine() -> sa.Engine:
        from siprecruit.record.connect import engine_of
        from siprecruit.record.store import WRITERS_BEGIN

        return engine_of(url).execution_options(**WRITERS_BEGIN)

    return lambda: engine().begin()


def session(seconds: float = HTTP_SECONDS) -> Session:
    """A session that never waits for ever and never asks twice by itself."""
    from requests import PreparedRequest, Response
    from requests import Session as Plain

    class Timed(Plain):
        """A session whose every request has a timeout."""

        def send(self, request: PreparedRequest, **settings: Any) -> Response:
            if settings.get("timeout") is None:
                settings["timeout"] = seconds
            return super().send(request, **settings)

    return Timed()


def _log(plugin: str, clock: Callable[[], dt.datetime], secrets: tuple[str, ...]) -> FilteringBoundLogger:
    import structlog

    def dated(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"at": clock().isoformat(timespec="seconds"), "plugin": plugin, **event}

    def bare(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: redacted(str(value), secrets) if secrets else value for key, value in event.items()}

    steps: list[Processor] = [
        dated,
        structlog.processors.add_log_level,
        bare,
        structlog.processors.LogfmtRenderer(sort_keys=False),
    ]
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(cast("TextIO", sys.stderr)),
        processors=steps,
        wrapper_class=structlog.BoundLogger,
    )
    return logger


def streams_bare(secrets: tuple[str, ...]) -> None:
    """Let nothing that is printed in this process show a secret."""
    if secrets:
        for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
            setattr(sys, name, Bare(getattr(sys, name), secrets))
