"""Sends messages through a mail server, and says for certain only what the server has said."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, Literal

import attrs

from siprecruit.api import (
    Accepted,
    Context,
    Deferred,
    Notification,
    Notifier,
    Outcome,
    Refused,
    Setting,
    hookimpl,
)
from siprecruit.plugins.builtin.folders import WITHIN, Outside, within
from siprecruit.plugins.builtin.mail import NotMail, address_of, composed

siprecruit_api = ">=1,<2"

Security = Literal["starttls", "tls", "none"]

PORTS: Final[Mapping[str, int]] = {"starttls": 587, "tls": 465, "none": 25}
"""The usual ports (RFC 8314)."""

LEFT: Final = 5.0
"""With fewer seconds than this to the deadline no text is handed over: its end would not be seen."""

_PERMANENT: Final = 500
_TAKEN: Final = 250
_OURSELVES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_TOLD: Final = 200


@attrs.frozen(kw_only=True)
class Settings:
    """The mail server, and who sends. ``ca_file`` is a certificate authority's own, in the installation."""

    host: str
    sender: str
    sender_name: str = ""
    security: Security = "starttls"
    port: int = 0
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    ca_file: str = ""

    @property
    def door(self) -> int:
        """The port."""
        return self.port or PORTS[self.security]


class _Stop(Exception):  # noqa: N818 - what it is for
    """It ends here, with this outcome, and nothing was handed over."""

    def __init__(self, outcome: Deferred | Refused) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@hookimpl
def siprecruit_settings() -> Setting:
    """The server, and who sends."""
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    return Setting(
        schema={
            "type": "object",
            "required": ["host", "sender"],
            "properties": {
                "host": text,
                "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                "security": {"enum": ["starttls", "tls", "none"]},
                "sender": {**text, "pattern": "^[^@\\s]+@[^@\\s]+$"},
                "sender_name": text,
                "user": text,
                "password": {**text, "writeOnly": True},
                "ca_file": WITHIN,
            },
        },
        make=_made,
    )


def _made(table: Mapping[str, Any]) -> Settings:
    made = Settings(**table)
    address_of(made.sender, made.sender_name, "sender's")
    if made.password and made.security == "none" and made.host not in _OURSELVES:
        raise ValueError("a password is sent over an encrypted line alone: set security to starttls or tls")
    return made


def send(context: Context, message: Notification) -> Outcome:
    """Hand one mail to the server. Raises where the line broke once its text was begun: it may be there."""
    settings: Settings = context.settings
    try:
        mail = composed(
            message, sender=settings.sender, sender_name=settings.sender_name, now=context.clock()
        )
        content, receipt = mail.as_bytes(), str(mail["Message-ID"])
        recipient = mail["To"].addresses[0].addr_spec
        with _line(context, message.delivery.deadline) as line:
            with _nothing_done_yet():
                _address(line, settings.sender, recipient)
                _refuse_haste(message.delivery.deadline, context.clock())
            return _hand_over(line, content, receipt)
    except NotMail as error:
        return Refused(reason=f"{error}.")
    except _Stop as stop:
        return stop.outcome


def _hand_over(line: smtplib.SMTP, content: bytes, receipt: str) -> Outcome:
    """Give the text. What the server says after it is certain, be it no; its silence is not, and raises."""
    try:
        code, said = line.data(content)
    except smtplib.SMTPDataError as error:
        # Said before the text was begun.
        return _no(error.smtp_code, error.smtp_error, "does not take the message")
    return Accepted(receipt=receipt) if code == _TAKEN else _no(code, said, "does not take the message")


@contextmanager
def _line(context: Context, deadline: dt.datetime) -> Iterator[smtplib.SMTP]:
    """A line to the server on which one may send; nothing was done where it can't be had."""
    settings: Settings = context.settings
    seconds = max(1.0, (deadline - context.clock()).total_seconds())
    with _nothing_done_yet():
        line = _connected(settings, seconds, _trusted(context))
    try:
        with _nothing_done_yet():
            _begin(line, settings, _trusted(context))
        yield line
    finally:
        # What was said of the message stands, however the goodbye goes.
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
        line.close()


def _connected(settings: Settings, seconds: float, trusted: ssl.SSLContext) -> smtplib.SMTP:
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.door, timeout=seconds, context=trusted)
    return smtplib.SMTP(settings.host, settings.door, timeout=seconds)


def _begin(line: smtplib.SMTP, settings: Settings, trusted: ssl.SSLContext) -> None:
    line.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        line.starttls(context=trusted)
        line.ehlo_or_helo_if_needed()
    if settings.user:
        line.login(settings.user, str.__str__(settings.password))


def _trusted(context: Context) -> ssl.SSLContext:
    path = context.settings.ca_file
    return ssl.create_default_context(cafile=str(within(context.home, path)) if path else None)


def _address(line: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom. Raises _Stop where the server won't have it."""
    code, said = line.mail(sender)
    if code != _TAKEN:
        raise _Stop(_no(code, said, "does not take mail from this sender"))
    code, said = line.rcpt(recipient)
    if code not in (_TAKEN, _TAKEN + 1):
        raise _Stop(_no(code, said, "does not take mail for this address"))


def _refuse_haste(deadline: dt.datetime, now: dt.datetime) -> None:
    if (deadline - now).total_seconds() < LEFT:
        raise _Stop(Deferred(reason="The mail server was too slow for there to be time for the message."))


def _no(code: int, said: bytes | str, what: str) -> Deferred | Refused:
    told = said if isinstance(said, str) else said.decode("utf-8", "replace")
    words = " ".join(told.split())[:_MOST_TOLD]
    reason = f"The mail server {what}: {code} {words}"
    return Refused(reason=reason) if code >= _PERMANENT else Deferred(reason=reason)


@contextmanager
def _nothing_done_yet() -> Iterator[None]:
    """Whatever goes wrong up to the text: nothing was handed over, and it is tried again.

    Also where the server says that it never will, as to a wrong password: that is about the server and not
    about the message, and once it is set right all that waits goes out by itself.
    """
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise _Stop(
            Deferred(reason=f"The mail server doesn't know our password: {error.smtp_code}")
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _Stop(Deferred(reason=f"The mail server is not ready: {error.smtp_code}")) from None
    except smtplib.SMTPException as error:
        raise _Stop(Deferred(reason=f"The mail server is not ready: {type(error).__name__}")) from None
    except ssl.SSLError as error:
        said = f"The line to the mail server can't be encrypted: {error.reason or 'the certificate is wrong'}"
        raise _Stop(Deferred(reason=said)) from None
    except Outside as error:
        raise _Stop(Deferred(reason=f"The certificate can't be read: {error}.")) from None
    except OSError as error:
        said = f"The mail server can't be reached: {error.strerror or type(error).__name__}"
        raise _Stop(Deferred(reason=said)) from None


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """Mail. A server doesn't know a message that it has had before, so that none is repeated unasked."""
    return [Notifier(name="smtp", address="email", send=send, timeout=60.0)]
