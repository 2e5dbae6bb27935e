"""One question to the college's service, and what is known after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
from siprecruit.api import Context, Deferred, Refused

if TYPE_CHECKING:
    import requests

LARGEST: Final = 4_000_000
"""So many bytes of an answer are read; a page of a hundred references has far fewer."""

_LATER: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_PAUSE: Final = dt.timedelta(minutes=1)


class Unclear(Exception):  # noqa: N818 - a state of our knowledge, not a fault
    """Nobody here knows what became of a request: it may have been done. Its text holds no personal data."""


@attrs.frozen(kw_only=True)
class Question:
    """``key`` is the delivery's, where something is to be done; a question without one changes nothing."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: Mapping[str, str] = attrs.field(factory=dict)
    body: Mapping[str, Any] | None = None
    key: str = ""


@attrs.frozen(kw_only=True)
class Said:
    """What the college itself answered: a JSON object; ``code`` names what it has against the question."""

    status: int
    body: Mapping[str, Any] = attrs.field(repr=False)
    code: str = ""


def ask(context: Context, question: Question) -> Said | Deferred | Refused:
    """Ask once. Raises Unclear where something may have been done and it isn't known whether.

    Whatever isn't the college's own answer is an outage: ``Deferred`` where nothing can have been done.
    """
    # Every command loads an enabled plugin, and this takes longer than all the rest of it.
    import requests

    try:
        response = _sent(context, question)
    except requests.RequestException as error:
        if _never_sent(error):
            return Deferred(reason="The college's service can't be reached.")
        return _lost(question, f"The line to the college's service broke ({type(error).__name__}).")
    with response:
        return _read(context, question, response)


def _sent(context: Context, question: Question) -> requests.Response:
    headers = {"Authorization": f"Bearer {context.settings.key}", "Accept": "application/json"}
    if question.key:
        headers["Idempotency-Key"] = question.key
    return context.http.request(
        question.method,
        context.settings.url + question.path,
        params=dict(question.params),
        json=None if question.body is None else dict(question.body),
        headers=headers,
        # The key is for the college alone: no other address gets it.
        allow_redirects=False,
        stream=True,
    )


def _never_sent(error: requests.RequestException) -> bool:
    """Whether there was no line at all, so that nothing can have gone over it."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _read(context: Context, question: Question, response: requests.Response) -> Said | Deferred | Refused:
    status = response.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Refused(reason=f"The college's service refuses our key ({status}): look at `key`.")
    if status in _LATER:
        after = _retry_after(response.headers.get("Retry-After", ""), context.clock())
        return Deferred(reason=f"The college's service asks us to come back later ({status}).", after=after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _lost(question, f"The college's service has a fault ({status}).")
    body = _object_in(response)
    if status < HTTPStatus.MULTIPLE_CHOICES:
        unreadable = "The college's service gave an answer that can't be read."
        return _lost(question, unreadable) if body is None else Said(status=status, body=body)
    code = body.get("code") if body else None
    if body is not None and isinstance(code, str) and code:
        return Said(status=status, body=body, code=code)
    # A page without the college's own code, or one that points elsewhere, stands in the service's place.
    return Deferred(reason=f"Something else than the college's service answered ({status}).")


def _lost(question: Question, reason: str) -> Deferred:
    """Asking changes nothing and may be done again; anything else may have been done."""
    if question.key:
        raise Unclear(reason)
    return Deferred(reason=reason)


def _object_in(response: requests.Response) -> Mapping[str, Any] | None:
    """The JSON object that the answer is, if it is one of a sensible size."""
    import requests

    content = bytearray()
    try:
        for piece in response.iter_content(65_536):
            content += piece
            if len(content) > LARGEST:
                return None
        found = json.loads(content)
    except (requests.RequestException, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _retry_after(told: str, now: dt.datetime) -> dt.timedelta:
    """How long the other side wants to be left alone: seconds, or an instant."""
    if told.isdecimal():
        return dt.timedelta(seconds=min(int(told), 30 * 86_400))
    try:
        then = parsedate_to_datetime(told)
        return max(then - now, _PAUSE)
    except (TypeError, ValueError):
        return _PAUSE
