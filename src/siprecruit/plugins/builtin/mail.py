"""A message as a mail: text, HTML, attachments, and an id that its key gives."""

from __future__ import annotations

import datetime as dt
import hashlib
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from siprecruit.api import Attachment, Notification


class NotMail(ValueError):  # noqa: N818 - says what it is
    """Something can't stand in a mail; its text says what, and repeats nothing of it."""


def composed(message: Notification, *, sender: str, sender_name: str, now: dt.datetime) -> EmailMessage:
    """The mail, the same for the same key but for its date. Raises NotMail."""
    mail = EmailMessage(policy=policy.SMTP)
    from_whom = address_of(sender, sender_name, "sender's")
    try:
        mail["From"] = from_whom
        mail["To"] = address_of(message.to.address, message.to.name, "recipient's")
        if message.reply_to and message.reply_to != sender:
            mail["Reply-To"] = address_of(message.reply_to, "", "reply")
        mail["Subject"] = message.subject
    except (ValueError, MessageError) as error:
        raise error if isinstance(error, NotMail) else NotMail("the subject can't stand in a mail") from None
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(message.delivery.key, from_whom.domain)
    # An answering machine should not answer a program.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for each in message.attachments:
        _attach(mail, each)
    return mail


def address_of(address: str, name: str, whose: str) -> Address:
    """The one address, and the name before it. Raises NotMail where it isn't one, or is several."""
    try:
        found = Address(display_name=" ".join(name.split()), addr_spec=address.strip())
        host = found.domain.encode("idna").decode()
        found.username.encode("ascii")
    except (ValueError, IndexError, MessageError):
        raise NotMail(f"the {whose} address is not an e-mail address that a mail server takes") from None
    if not found.username or not host:
        raise NotMail(f"the {whose} address is not an e-mail address")
    return Address(display_name=found.display_name, username=found.username, domain=host)


def message_id(key: str, domain: str) -> str:
    """The same for each attempt, so that a mail which came twice is known as one."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _attach(mail: EmailMessage, each: Attachment) -> None:
    main, _, sub = each.media_type.partition("/")
    if not sub or main in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    mail.add_attachment(each.content, maintype=main, subtype=sub, filename=each.filename)
