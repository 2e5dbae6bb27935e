"""Notify's client, and what its errors mean for us."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from siprecruit.api import Context, Deferred, Refused

if TYPE_CHECKING:
    import requests
    from notifications_python_client.errors import APIError
    from notifications_python_client.notifications import NotificationsAPIClient

_PAUSE: Final = dt.timedelta(minutes=1)
_LONGEST_SAID: Final = 200

# The library logs what Notify says of a failure, and Notify may repeat an address in it.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL + 1)


class Unclear(Exception):  # noqa: N818 - a state of our knowledge, not a fault
    """Nobody here knows what became of a request: it may have been done. Its text holds no personal data."""


def client_of(context: Context) -> NotificationsAPIClient:
    """The library's client on ``context.http``, whose every request ends in time."""
    # Every command loads an enabled plugin, and this takes longer than all the rest of it.
    from notifications_python_client.notifications import NotificationsAPIClient

    made = NotificationsAPIClient(context.settings.api_key, base_url=context.settings.base_url, timeout=None)
    made.request_session = context.http
    return made


def asked(context: Context, ask: Callable[[], Any]) -> Any | Deferred | Refused:
    """What Notify gave. Raises Unclear where it may have done what was asked and it isn't known whether.

    ``Deferred`` and ``Refused`` say that nothing was done.
    """
    import requests
    from notifications_python_client.errors import APIError

    try:
        return ask()
    except APIError as error:
        return _meaning(context, error)
    except (requests.RequestException, RecursionError) as error:
        # Half an answer: the library reads it after it has looked for errors.
        raise Unclear(f"the line broke in the answer ({type(error).__name__})") from None


def _meaning(context: Context, error: APIError) -> Deferred | Refused:
    response = error.response
    if response is None:
        if _never_sent(error.__cause__):
            return Deferred(reason="GOV.UK Notify can't be reached.")
        raise Unclear(f"the line broke ({type(error.__cause__).__name__})") from None
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _later(response, context.clock())
    if not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unclear(f"the answer was {status}") from None
    said = _said(error).replace(context.settings.api_key, "***")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        look = "look at `api_key`, and at this machine's clock"
        return Refused(reason=f"GOV.UK Notify refuses our key ({status}{said}): {look}.")
    return Refused(reason=f"GOV.UK Notify doesn't take it ({status}{said}).")


def _never_sent(error: BaseException | None) -> bool:
    """Whether there was no line at all, so that nothing can have gone over it."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    cause = error.args[0] if error is not None and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _later(response: requests.Response, now: dt.datetime) -> Deferred:
    """More a minute than Notify takes, or more a day: that number begins anew at midnight."""
    told = response.headers.get("Retry-After", "")
    if told.isdecimal():
        return Deferred(
            reason="GOV.UK Notify asks us to wait (429).", after=dt.timedelta(seconds=int(told[:7]))
        )
    if "TooManyRequestsError" in _kinds(response):
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), now.tzinfo)
        reason = "The service's daily limit of messages is reached (429)."
        return Deferred(reason=reason, after=midnight - now + _PAUSE)
    return Deferred(reason="GOV.UK Notify takes no more in this minute (429).", after=_PAUSE)


def _errors(response: requests.Response) -> Iterator[Mapping[str, Any]]:
    import requests

    try:
        told = response.json()
    except (requests.RequestException, ValueError, RecursionError):
        return
    errors = told.get("errors") if isinstance(told, dict) else None
    yield from (one for one in errors if isinstance(one, dict)) if isinstance(errors, list) else ()


def _kinds(response: requests.Response) -> set[str]:
    return {str(one.get("error")) for one in _errors(response)}


def _said(error: APIError) -> str:
    """What Notify has to say of it, on one line, after a comma; empty where it says nothing."""
    assert error.response is not None
    sentences = [str(one.get("message", "")) for one in _errors(error.response)]
    text = " ".join("; ".join(filter(None, sentences)).split())
    return f": {text[:_LONGEST_SAID]}" if text else ""
