"""The stand-in on a port of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import attrs
import requests

from siprecruit_govuk_notify.standin.answering import PREFIX, Answer, Asked, against, answer, stage
from siprecruit_govuk_notify.standin.mailroom import UNDER_WAY, Mailroom, receipt

_LARGEST: Final = 4_000_000
_SECONDS: Final = 5.0


@attrs.define(kw_only=True)
class StandIn:
    """The stand-in. ``trouble`` is a status that is answered to every question of Notify's, None if none.

    ``key`` is the API key that tokens have to be signed with. Callbacks go to ``callback_url`` with
    ``callback_token``, where it is set. ``now`` is the true time, which the client's tokens are made by.
    """

    room: Mailroom
    key: str = attrs.field(repr=False)
    now: Callable[[], float]
    callback_url: str = ""
    callback_token: str = attrs.field(default="", repr=False)
    trouble: int | None = None
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def take(self, asked: Asked) -> Answer:
        """Answer one question, one after the other."""
        if asked.path == f"{PREFIX}/trouble" and asked.method == "PUT":
            return self._troubled(asked.json())
        with self._lock:
            if not asked.path.startswith(PREFIX):
                return self._closed() or answer(self.room, asked, self.key, self.now)
            said, message = stage(self.room, asked)
        if message is None or not self.callback_url or message["status"] in UNDER_WAY:
            return said
        return attrs.evolve(said, body={**said.body, "callback": self._told(message)})

    def _troubled(self, told: Any) -> Answer:
        status = told.get("status") if isinstance(told, dict) else None
        if status is not None and (not isinstance(status, int) or status not in set(HTTPStatus)):
            return Answer(status=400, body={"title": "A trouble is a status such as 500, or null for none."})
        self.trouble = status
        return Answer(status=200, body={"status": status})

    def _closed(self) -> Answer | None:
        if self.trouble is None:
            return None
        kind = "RateLimitError" if self.trouble == HTTPStatus.TOO_MANY_REQUESTS else "Exception"
        return against(self.trouble, kind, "The stand-in was told to be in trouble")

    def _told(self, message: Mapping[str, Any]) -> int | None:
        """Tell the authority at once, and what it answered; None where it wasn't there."""
        headers = {"Authorization": f"Bearer {self.callback_token}"}
        try:
            with requests.post(
                self.callback_url, json=receipt(message), headers=headers, timeout=_SECONDS
            ) as response:
                return response.status_code
        except requests.RequestException:
            return None


class Serving(ThreadingHTTPServer):
    """A server that knows whom it serves."""

    standin: StandIn


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Serving

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST:
            self._say(against(413, "BadRequestError", "This is too long"))
            return
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._say(self.server.standin.take(asked))

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names that the standard library calls

    def _say(self, said: Answer) -> None:
        content = json.dumps(said.body).encode()
        self.send_response(said.status)
        for name, value in {"Content-Type": "application/json", **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: a path may hold somebody's address."""


def server(standin: StandIn, host: str, port: int) -> Serving:
    """A server that isn't answering yet: let it ``serve_forever``."""
    made = Serving((host, port), _Handler)
    made.standin = standin
    return made


@contextmanager
def running(standin: StandIn) -> Iterator[str]:
    """The stand-in on a free port of this machine until the block ends; its address, without a slash."""
    with server(standin, "127.0.0.1", 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()
            thread.join()
