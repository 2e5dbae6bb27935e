"""``siprecruit-trs-register``: the stand-in on loopback, started by hand."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from siprecruit_trs.register.answering import Asked, Register, answer, shipped


def main(arguments: list[str] | None = None) -> None:
    """Answer until somebody presses Ctrl-C."""
    said = _parser().parse_args(arguments)
    people = json.loads(said.people.read_text("utf-8")) if said.people else shipped()
    register = Register(key=said.key, people=people, allowed=said.allow)
    with server(register, port=said.port) as serving:
        sys.stdout.write(f"http://127.0.0.1:{serving.server_port}\n")
        sys.stdout.flush()
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            sys.stdout.write("ended\n")


def server(register: Register, *, port: int = 0) -> ThreadingHTTPServer:
    """A server on loopback that answers for the register; 0 takes a free port."""
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        """Hands each request on."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Look up one."""
            self._answer()

        def do_POST(self) -> None:
            """Find many."""
            self._answer()

        def log_message(self, *_: object) -> None:
            """Addresses hold numbers and birth dates: nothing is logged."""

        def _answer(self) -> None:
            asked = _asked(self)
            with one_at_a_time:
                said = answer(register, asked)
            content = b"" if said.document is None else json.dumps(said.document).encode()
            self.send_response(said.status)
            headers = {
                "Content-Type": "application/json",
                **said.headers,
                "Content-Length": str(len(content)),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    parts = urlsplit(handler.path)
    length = int(handler.headers.get("Content-Length") or 0)
    return Asked(
        method=handler.command,
        path=parts.path,
        query=parse_qs(parts.query),
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=handler.rfile.read(length),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="siprecruit-trs-register",
        description="Stands in for the Teaching Record System and the register of NPQs, with made-up people.",
    )
    parser.add_argument("--port", type=int, default=8026, help="on 127.0.0.1; 0 takes a free one (8026)")
    parser.add_argument("--key", default="stand-in", help="the key that clients have to send (stand-in)")
    parser.add_argument("--people", type=Path, metavar="FILE", help="JSON like the one that comes along")
    parser.add_argument("--allow", type=int, metavar="N", help="say 429 after so many requests")
    return parser
