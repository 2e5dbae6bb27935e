"""``siprecruit-govuk-notify-standin``: starts the stand-in by hand."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from siprecruit_govuk_notify.standin.mailroom import Mailroom
from siprecruit_govuk_notify.standin.serving import StandIn, server

KEY: Final = "standin-00000000-0000-4000-8000-000000000001-00000000-0000-4000-8000-000000000002"
"""The stand-in's key where no other is told; it opens nothing."""

_TOKEN: Final = "NOTIFY_CALLBACK_TOKEN"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the first line printed is the address, the second the key."""
    said = _parser().parse_args(arguments)
    token = os.environ.get(_TOKEN, "")
    if said.callback_url and not token:
        print(f"Set {_TOKEN}: callbacks carry it.", file=sys.stderr)  # noqa: T201
        return 2
    try:
        standin = StandIn(
            room=Mailroom(clock=_clock(said.now)),
            key=said.key,
            now=time.time,
            callback_url=said.callback_url,
            callback_token=token,
        )
        serving = server(standin, said.host, said.port)
    except (OSError, ValueError) as error:
        print(f"The stand-in can't be started: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    with serving, suppress(KeyboardInterrupt):
        print(f"http://{said.host}:{serving.server_port}\n{said.key}", flush=True)  # noqa: T201
        serving.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="siprecruit-govuk-notify-standin",
        description="A stand-in for GOV.UK Notify on this machine: it keeps messages and sends none.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8808, help="which port; 0 takes a free one (8808)")
    parser.add_argument("--key", default=KEY, help="the API key that is answered")
    parser.add_argument("--now", metavar="INSTANT", help="a clock that stands, such as 2007-06-04T09:00")
    parser.add_argument("--callback-url", default="", metavar="URL", help=f"called with ${_TOKEN}")
    return parser


def _clock(told: str | None) -> Callable[[], dt.datetime]:
    """The system's clock, or one that stands."""
    if told is None:
        return lambda: dt.datetime.now(dt.UTC)
    now = dt.datetime.fromisoformat(told)
    fixed = now.astimezone(dt.UTC) if now.tzinfo else now.replace(tzinfo=dt.UTC)
    return lambda: fixed


if __name__ == "__main__":
    sys.exit(main())
