"""A server on loopback that stands in for an outside service, and can be made to fail in every way."""

from __future__ import annotations

import json as json_text
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import attrs

HUGE: Final = 8_000_000
"""How many bytes a huge answer has."""

_NOT_PASSED_ON: Final = frozenset({"host", "connection", "content-length", "accept-encoding"})


@attrs.frozen(kw_only=True)
class Request:
    """What came in: ``path`` without its query, header names in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json_text.loads(self.body)

    def __str__(self) -> str:
        """All of it as one text, to look in for what shouldn't be there."""
        heads = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        query = json_text.dumps(self.query, ensure_ascii=False)
        body = self.body.decode("utf-8", "backslashreplace")
        return f"{self.method} {self.path} {query}\n{heads}\n\n{body}"


@attrs.frozen(kw_only=True)
class Answer:
    """What the server says. ``json``, where it is given, is the body."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)

    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if self.json is None else json_text.dumps(self.json).encode()

    def content_type(self) -> str:
        """What the body says it is."""
        return "text/html; charset=utf-8" if self.json is None else "application/json"


Serving = Callable[[Request], Answer]


@attrs.define(kw_only=True)
class LoopbackServer:
    """The stand-in. ``serve`` or ``answers`` say what it does; what disturbs it lasts until ``recovers``.

    ``url`` has no slash at its end; ``requests`` are all that came in, also what wasn't answered.
    """

    url: str
    requests: list[Request] = attrs.field(factory=list)
    _serving: Serving = attrs.field(default=lambda _: Answer(status=404), alias="serving")
    _trouble: Callable[[BaseHTTPRequestHandler, Request], None] | None = attrs.field(default=None, init=False)
    _over: threading.Event = attrs.field(factory=threading.Event, init=False)
    _leave: Callable[[], None] = attrs.field(default=lambda: None, init=False)

    def serve(self, serving: Serving) -> None:
        """Answer each request by a function, which may remember what came in."""
        self._serving = serving

    def answers(
        self,
        status: int = 200,
        *,
        json: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer every request alike."""
        said = Answer(status=status, json=json, body=body, headers=headers or {})
        self._serving = lambda _: said

    def passes_on(self, url: str) -> None:
        """Pass each request on to a stand-in of your own, which runs at ``url``."""
        self._serving = lambda request: _passed_on(url, request)

    # -- what may go wrong ----------------------------------------------------

    def fails(
        self, status: int, *, json: Any = None, body: bytes = b"no", headers: Mapping[str, str] | None = None
    ) -> None:
        """Refuse every request, without doing anything."""
        said = Answer(status=status, json=json, body=body, headers=headers or {})
        self._trouble = lambda handler, _: _say(handler, said)

    def hangs(self) -> None:
        """Take the request and say nothing."""
        self._trouble = lambda handler, _: self._keep_waiting(handler)

    def drops(self) -> None:
        """Take the request, do nothing, and hang up."""
        self._trouble = lambda *_: None

    def drops_after(self) -> None:
        """Do what was asked, and hang up before saying so."""
        self._trouble = self._serve_in_silence

    def answers_half(self) -> None:
        """Do what was asked, and hang up in the middle of the answer."""
        self._trouble = self._serve_half

    def goes_away(self) -> None:
        """Be no longer there, so that no line can be had; for good."""
        self._leave()

    def recovers(self) -> None:
        """All is well again."""
        self._trouble = None

    # -- from within ----------------------------------------------------------

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one request off the line, and answer it or not."""
        request = _read(handler)
        self.requests.append(request)
        if self._trouble is not None:
            self._trouble(handler, request)
        else:
            _say(handler, self._serving(request))

    def begin(self, leave: Callable[[], None]) -> None:
        """Be told how to close the door."""
        self._leave = leave

    def close(self) -> None:
        """Let go of all who are kept waiting, and close the door."""
        self._over.set()
        self._leave()

    def _keep_waiting(self, handler: BaseHTTPRequestHandler) -> None:
        self._over.wait()
        handler.close_connection = True

    def _serve_in_silence(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        del handler
        self._serving(request)

    def _serve_half(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        said = self._serving(request)
        content = said.content() or b'{"id": "12'
        _begin(handler, said, 2 * len(content))
        handler.wfile.write(content[: len(content) // 2 + 1])


class _Server(ThreadingHTTPServer):
    """Hands requests to a stand-in; says nothing of clients that hang up, as one with a deadline has to."""

    stand_in: LoopbackServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection broke off."""


class _Handler(BaseHTTPRequestHandler):
    """One request to a connection, whatever its method is."""

    server: _Server

    def handle_one_request(self) -> None:
        """Hand it on."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if self.raw_requestline and self.parse_request():
            self.server.stand_in.take(self)
            self.wfile.flush()


@contextmanager
def loopback_server() -> Iterator[LoopbackServer]:
    """A server on a free port of this machine, which ends with the block."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.stand_in = LoopbackServer(url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def leave() -> None:
            server.shutdown()
            thread.join()
            server.server_close()

        server.stand_in.begin(leave)
        try:
            yield server.stand_in
        finally:
            server.stand_in.close()


def _read(handler: BaseHTTPRequestHandler) -> Request:
    parts = urlsplit(handler.path)
    length = int(handler.headers.get("Content-Length") or 0)
    return Request(
        method=handler.command,
        path=parts.path,
        query=parse_qs(parts.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=handler.rfile.read(length),
    )


def _begin(handler: BaseHTTPRequestHandler, said: Answer, length: int) -> None:
    headers = {"Content-Type": said.content_type(), **said.headers}
    handler.send_response_only(said.status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.send_header("Connection", "close")
    handler.end_headers()


def _say(handler: BaseHTTPRequestHandler, said: Answer) -> None:
    content = said.content()
    _begin(handler, said, len(content))
    handler.wfile.write(content)


def _passed_on(url: str, request: Request) -> Answer:
    import requests

    said = requests.request(
        request.method,
        url + request.path,
        params={name: list(values) for name, values in request.query.items()},
        data=request.body,
        headers={name: value for name, value in request.headers.items() if name not in _NOT_PASSED_ON},
        allow_redirects=False,
        timeout=10,
    )
    kept = {name: value for name, value in said.headers.items() if name.lower() in _PASSED_BACK}
    return Answer(status=said.status_code, body=said.content, headers=kept)


_PASSED_BACK: Final = frozenset({"content-type", "location", "retry-after", "etag", "link"})
