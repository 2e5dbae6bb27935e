"""``siprecruit-ncsl-register``: starts the stand-in by hand, and tells it what happens at the college."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from siprecruit_ncsl.register.book import opened
from siprecruit_ncsl.register.serving import Register, server
from siprecruit_ncsl.register.telling import NotTold, tell

_PORT = 8807
_SECRET = "NCSL_CALLBACK_SECRET"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the first line printed is the address. With ``tell``, tell one that serves."""
    said = _parser().parse_args(arguments)
    return _told(said) if said.command == "tell" else _served(said)


def _told(said: argparse.Namespace) -> int:
    try:
        print(json.dumps(tell(said.url, said.what, said.words), ensure_ascii=False))  # noqa: T201
    except NotTold as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _served(said: argparse.Namespace) -> int:
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
    parser.add_argument("--port", type=int, default=_PORT, help=f"which port; 0 takes a free one ({_PORT})")
    parser.add_argument("--state", type=Path, metavar="FILE", help="a JSON file that outlasts the register")
    parser.add_argument("--key", default="", help="answer only who says this key")
    parser.add_argument("--now", metavar="INSTANT", help="a clock that stands, such as 2007-06-04T09:00")
    parser.add_argument("--callback-url", default="", metavar="URL", help=f"signed with ${_SECRET}")
    _add_tell(parser.add_subparsers(dest="command", title="while one runs", metavar="tell"))
    return parser


def _add_tell(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = "tell one that runs what happens at the college"
    parser = commands.add_parser("tell", help=words, description=f"{words.capitalize()}.")
    here = f"http://127.0.0.1:{_PORT}"
    parser.add_argument("--url", default=here, help=f"what it printed when it was started ({here})")
    parser.add_argument(
        "what", nargs="?", default="", help="such as people, or references/answers: see the README"
    )
    parser.add_argument(
        "words", nargs="?", default="", metavar="JSON", help='such as \'{"name": "Ann Lee"}\''
    )


def _clock(told: str | None) -> Callable[[], dt.datetime]:
    """The system's clock, or one that stands."""
    if told is None:
        return lambda: dt.datetime.now(dt.UTC)
    now = dt.datetime.fromisoformat(told)
    fixed = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
    return lambda: fixed


if __name__ == "__main__":
    sys.exit(main())
