"""Lays a message down as a letter."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from siprecruit.api import Accepted, Context, Deferred, Notification, Outcome, Recipient, Refused

from siprecruit_letters import folder as kept
from siprecruit_letters.letter import Letter, file_of

_HERE = ZoneInfo("Europe/London")


def send(context: Context, message: Notification) -> Outcome:
    """Lay the message down to be printed. The same key twice is one letter."""
    if message.attachments:
        return Refused(reason="A letter can't enclose files: send this message in another way.")
    if not message.to.address.strip():
        return Refused(reason="There is no postal address to send this letter to.")
    letter = a_letter(context, message.delivery.key, message.to, subject=message.subject, text=message.text)
    return laid_down(context, message.delivery.key, letter)


def forget(context: Context, keys: tuple[str, ...]) -> int:
    """Delete the letters of these keys, from what was printed, too; say how many there were."""
    settings = context.settings
    return kept.forget(context.home / settings.folder, [file_of(key) for key in keys], settings.sender)


def a_letter(context: Context, key: str, to: Recipient, *, subject: str, text: str) -> Letter:
    """A letter of today. An e-mail address is none that a postman finds."""
    now = context.clock()
    lines = [line.strip() for line in to.address.splitlines() if line.strip() and "@" not in line]
    return Letter(
        order=f"{now.isoformat()} {key}",
        day=now.astimezone(_HERE).date().isoformat(),
        name=to.name,
        address=tuple(lines[1:] if lines[:1] == [to.name] else lines),
        subject=subject,
        text=text,
    )


def laid_down(context: Context, key: str, letter: Letter, *, final: bool = True) -> Accepted | Deferred:
    """Keep the letter. ``Deferred`` where the disk doesn't take it: nothing was done then."""
    file = file_of(key)
    try:
        kept.keep(context.home / context.settings.folder, file, letter)
    except OSError as error:
        return Deferred(reason=f"The letter could not be written: {error.strerror}.")
    return Accepted(receipt=file.removesuffix(".json"), final=final)
