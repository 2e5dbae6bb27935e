"""Writes each message into the day book of the office, for those who have no e-mail."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import Accepted, Context, Deferred, Notification, Notifier, hookimpl

siprecruit_api = ">=1,<2"


def send(context: Context, message: Notification) -> Accepted | Deferred:
    """Write it down once: the same key comes again where nobody knows what became of the first attempt."""
    book = context.home / "day-book.txt"
    try:
        there = book.read_text("utf-8") if book.exists() else ""
        if f"[{message.delivery.key}]" not in there:
            with book.open("a", encoding="utf-8") as file:
                file.write(f"[{message.delivery.key}] to {message.to.name}: {message.subject}\n")
    except OSError as error:
        return Deferred(reason=f"The day book could not be written: {error.strerror}.")
    return Accepted(receipt=message.delivery.key)


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """Recognises a key, so that whatever is in doubt may be given to it again."""
    return [Notifier(name="day_book", address="email", send=send, idempotent=True)]
