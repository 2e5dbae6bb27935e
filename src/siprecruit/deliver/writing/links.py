"""A referee's link: derived from the installation's secret, so that nothing which opens it is stored."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import re
from collections.abc import Sequence
from typing import Final, Literal

import attrs

from siprecruit.core.application import Application
from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, standing
from siprecruit.core.ids import Code, stream_id
from siprecruit.core.references import ReferenceAsked, Task, task_state
from siprecruit.core.streams import DECIDERS
from siprecruit.core.text import fold_address
from siprecruit.deliver.office import Office
from siprecruit.record.reading import Reader

BYTES: Final = 18
"""How much of the code stands in a link: 144 bits, which are 24 characters."""

_CHARACTERS: Final = BYTES * 4 // 3
_TOKEN: Final = re.compile(
    rf"(?P<application>[A-Za-z0-9_.:@+]+)-(?P<reference>.+)-(?P<mac>[\w-]{{{_CHARACTERS}}})", re.ASCII
)

Why = Literal["wrong", "expired", "replaced", "withdrawn", "received", "declined"]


@attrs.frozen(kw_only=True)
class Opened:
    """The task that a link opens. It is not used up by it: mail scanners open links, too."""

    application: str
    reference: str


@attrs.frozen(kw_only=True)
class Void:
    """A link that opens nothing: a code, and a sentence for whoever followed it."""

    code: Why
    sentence: str


_WRONG: Final = Void(
    code="wrong",
    sentence="This link does not open anything. Please use the whole link from our latest message to you.",
)
_ENDED: Final[dict[str, Void]] = {
    "received": Void(
        code="received", sentence="We have your reference already. Thank you: nothing is left to do."
    ),
    "declined": Void(code="declined", sentence="You have told us that you will not give this reference."),
    "replaced": Void(
        code="replaced", sentence="This reference is no longer needed. Thank you for your trouble."
    ),
    "withdrawn": Void(
        code="withdrawn", sentence="This reference is no longer needed. Thank you for your trouble."
    ),
    "expired": Void(code="expired", sentence="The time for this reference is over, and the link with it."),
}
_ENDS: Final = {
    "received": "received",
    "received_late": "received",
    "given_elsewhere": "received",
    "declined": "declined",
    "replaced": "replaced",
    "withdrawn": "withdrawn",
    "expired": "expired",
}


def link(office: Office, stream: str, history: Sequence[Recorded], reference: str) -> str | None:
    """The link that opens a task, the same in its request and in every reminder; None where we never asked.

    ``history`` is that of the application, with its texts. A referee's code and address are in it: a link
    that went to a wrong address opens nothing once the address is put right.
    """
    mac = _mac(office.secret, stream, history, reference)
    return None if mac is None else f"{_where(office)}{stream_id(stream)}-{reference}-{mac}"


def _where(office: Office) -> str:
    return f"{office.web.rstrip('/')}/r/"


def is_ours(office: Office, link: str) -> bool:
    """Whether a link leads to our own page for a task, and not to that of a channel's."""
    return link.startswith(_where(office))


def closed(link: str) -> str:
    """The link without its code: it shows which task it was for, and opens nothing."""
    return link[:-_CHARACTERS] + "…"


def opened(office: Office, reader: Reader, token: str, today: dt.date) -> Opened | Void:
    """What the last part of a link opens on a day, or why it opens nothing.

    It is ``wrong`` unless every character is right; only whoever has the link learns what became of the task.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return _WRONG
    application, reference, given = parts["application"], parts["reference"], parts["mac"]
    stream = f"application/{application}"
    history = reader.histories([stream], texts=True)[stream]
    mac = _mac(office.secret, stream, history, reference)
    # Compared also where there is nothing to compare with, so that the time tells nobody what there is.
    right = hmac.compare_digest(given, mac or "." * _CHARACTERS)
    if mac is None or not right:
        return _WRONG
    state: Application = DECIDERS["application"].state(history)
    over = _over(office, state, reference, today)
    return _ENDED[over] if over else Opened(application=application, reference=reference)


def _over(office: Office, state: Application, reference: str, today: dt.date) -> str | None:
    task: Task = state.references.tasks[Code(reference)]
    ended = _ENDS.get(task_state(state.references, task))
    if ended is not None:
        return ended
    if state.response.withdrawn_on is not None and state.response.withdrawn_on <= today:
        return "withdrawn"
    last = task.asked_on + dt.timedelta(days=office.programme.references.link_days)
    return "expired" if today > max(last, task.due or last) else None


def _mac(secret: bytes, stream: str, history: Sequence[Recorded], reference: str) -> str | None:
    told = _asked(history, reference)
    if told is None:
        return None
    references = DECIDERS["application"].state(history).references
    if reference not in references.tasks:
        return None
    referee = references.referees[told.event.referee].named
    key = f"{stream}/{place(told)}/reference.asked"
    words = ("reference-link", key, reference, referee.referee, fold_address(referee.email or ""))
    digest = hmac.digest(secret, "|".join(words).encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:BYTES]).decode()


def _asked(history: Sequence[Recorded], reference: str) -> Recorded | None:
    """The event by which we asked for a reference; of several, the latest."""
    asked = [
        one
        for one in standing(history)
        if isinstance(one.event, ReferenceAsked) and one.event.reference == reference
    ]
    return asked[-1] if asked else None
