"""A message that somebody sends to themselves, to see it as others will: through whoever would send it."""

from __future__ import annotations

import secrets

import attrs

from siprecruit.deliver.calling import Callers, called, provider_named
from siprecruit.deliver.office import Office
from siprecruit.deliver.writing.rendering import Written
from siprecruit.plugins.types import Delivery


class NotSent(Exception):  # noqa: N818 - says what it is
    """Nobody sends it. ``code``: ``no_notifier``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = "no_notifier"
        self.message = message


@attrs.frozen(kw_only=True)
class Answer:
    """Who was called, and what they answered in a word, as it stands in ``attempts``."""

    provider: str
    answer: str


def send(office: Office, callers: Callers, message: Written) -> Answer:
    """Have a message sent to the address that it holds. Nothing is recorded. Raises NotSent."""
    name = f"notifiers/{office.choices.notifier_of(message.template)}"
    notifier = provider_named(office, name)
    if notifier is None:
        raise NotSent(f"nothing that is in use is called {name}: see siprecruit plugins list")
    delivery = Delivery(
        # A key of its own each time: whoever sends it twice wants to see it twice.
        key=f"preview/{message.template}/{secrets.token_hex(6)}",
        attempt=1,
        deadline=office.service.clock() + notifier.timeout,
    )
    done = called(office, callers, notifier, "send", message.notification(delivery))
    return Answer(provider=name, answer=done.attempt.answer)
