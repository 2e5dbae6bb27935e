"""``siprecruit-ncsl-register``: starts the stand-in by hand."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from siprecruit_ncsl.register.book import opened
from siprecruit_ncsl.register.serving import Register, server

_SECRET = "NCSL_CALLBACK_SECRET"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the first line printed is the address."""
    said = _parser().parse_args(arguments)
    secret = os.environ.get(_SECRET, "")
    if said.callback_url and not secret:
        print(f"Set {_SECRET}: callbacks are signed with it.", file=sys.stderr)  # noqa: T201
        return 2
    try:
        book = opened(said.state, _clock(said.now))
        serving = server(
            Register(book=book, key=said.key, callback_url=said.callback_url, callback_secret=secret),
            said.host,
            said.port,
        )
    except (OSError, ValueError) as error:
        print(f"The register can't be started: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    with serving, suppress(KeyboardInterrupt):
        print(f"http://{said.host}:{serving.server_port}", flush=True)  # noqa: T201
        serving.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="siprecruit-ncsl-register",
        description="A stand-in for the college's register and online references, on this machine.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8807, help="which port; 0 takes a free one (8807)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="a JSON file that outlasts the register")
    parser.add_argument("--key", default="", help="answer only who says this key")
    parser.add_argument("--now", metavar="INSTANT", help="a clock that stands, such as 2007-06-04T09:00")
    parser.add_argument("--callback-url", default="", metavar="URL", help=f"signed with ${_SECRET}")
    return parser


def _clock(told: str | None) -> Callable[[], dt.datetime]:
    """The system's clock, or one that stands."""
    if told is None:
        return lambda: dt.datetime.now(dt.UTC)
    now = dt.datetime.fromisoformat(told)
    fixed = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
    return lambda: fixed


if __name__ == "__main__":
    sys.exit(main())
