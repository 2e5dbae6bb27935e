"""The stand-in on a port of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import attrs
import requests

from siprecruit_ncsl.register.answering import Answer, Asked, answer, problem
from siprecruit_ncsl.register.book import Book
from siprecruit_ncsl.register.staging import PREFIX, Callback, stage
from siprecruit_ncsl.signing import signed

_LARGEST: Final = 4_000_000
_SECONDS: Final = 5.0


@attrs.define(kw_only=True)
class Register:
    """The stand-in. ``trouble`` is a status that is answered to every question of the contract, None if none.

    Callbacks go to ``callback_url``, signed with ``callback_secret``, where both are set.
    """

    book: Book
    key: str = ""
    callback_url: str = ""
    callback_secret: str = attrs.field(default="", repr=False)
    trouble: int | None = None
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def take(self, asked: Asked) -> Answer:
        """Answer one question, one after the other: of two with one key the second sees the first."""
        if asked.path.partition("?")[0] == f"{PREFIX}/trouble" and asked.method == "PUT":
            return self._troubled(asked.json())
        with self._lock:
            if not asked.path.startswith(PREFIX):
                return self._closed() or answer(self.book, asked, self.key)
            said, reply = stage(self.book, asked)
        if reply is None or not self.callback_url:
            return said
        return attrs.evolve(said, body={**said.body, "callback": self._told(reply)})

    def _troubled(self, told: Any) -> Answer:
        status = told.get("status") if isinstance(told, dict) else None
        if status is not None and (not isinstance(status, int) or status not in set(HTTPStatus)):
            return Answer(status=400, body={"title": "A trouble is a status such as 503, or null for none."})
        self.trouble = status
        return Answer(status=200, body={"status": status})

    def _closed(self) -> Answer | None:
        if self.trouble is None:
            return None
        code = "too_many_requests" if self.trouble == HTTPStatus.TOO_MANY_REQUESTS else "closed"
        said = problem(self.trouble, code, "The stand-in was told to be in trouble.")
        return attrs.evolve(said, headers={"Retry-After": "60"})

    def _told(self, reply: Callback) -> int | None:
        """Tell the authority at once, and what it answered; None where it wasn't there."""
        body = json.dumps(reply.body).encode()
        headers = {
            "Content-Type": "application/json",
            **signed(self.callback_secret, self.book.clock(), body),
        }
        try:
            with requests.post(self.callback_url, data=body, headers=headers, timeout=_SECONDS) as response:
                return response.status_code
        except requests.RequestException:
            return None


class Serving(ThreadingHTTPServer):
    """A server that knows whom it serves."""

    register: Register


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Serving

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST:
            self._say(problem(413, "not_as_agreed", "This is too long."))
            return
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._say(self.server.register.take(asked))

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names that the standard library calls

    def _say(self, said: Answer) -> None:
        content = json.dumps(said.body).encode()
        kind = "application/json" if said.status < HTTPStatus.BAD_REQUEST else "application/problem+json"
        self.send_response(said.status)
        for name, value in {"Content-Type": kind, **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: a path holds somebody's number."""


def server(register: Register, host: str, port: int) -> Serving:
    """A server that isn't answering yet: let it ``serve_forever``."""
    made = Serving((host, port), _Handler)
    made.register = register
    return made


@contextmanager
def running(register: Register) -> Iterator[str]:
    """The stand-in on a free port of this machine until the block ends; its address, without a slash."""
    with server(register, "127.0.0.1", 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()
            thread.join()
