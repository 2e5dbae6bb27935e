"""What a plugin is given, gives, and may answer: frozen values that a type checker can see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from siprecruit.core.verdict import Verdict

if TYPE_CHECKING:
    import sqlalchemy as sa
    from requests import Session
    from structlog.typing import FilteringBoundLogger

# -- what a plugin is given ---------------------------------------------------


@attrs.frozen(kw_only=True)
class Context:
    """One plugin's own tools, made for it once.

    ``settings`` is what its ``Setting.make`` gave, None where it has none. ``http`` always has a timeout and
    never retries by itself. ``log`` takes no personal data: ids and codes alone. ``home`` is the
    installation's folder; write below it only in a folder that your settings name. ``database`` opens a
    transaction for your own tables, None where ``siprecruit_tables`` gives none.
    """

    plugin: str
    settings: Any = attrs.field(repr=False)
    http: Session
    log: FilteringBoundLogger
    clock: Callable[[], dt.datetime]
    home: Path
    database: Callable[[], AbstractContextManager[sa.Connection]] | None = attrs.field(
        default=None, repr=False
    )


@attrs.frozen(kw_only=True)
class Delivery:
    """Carried by every task. ``key`` is the same on every attempt: pass it on.

    ``attempt`` counts from 1; ``deadline`` is the instant (UTC) at which the call is ended.
    """

    key: str
    attempt: int
    deadline: dt.datetime


@attrs.frozen(kw_only=True)
class Recipient:
    """A person, by our id, and the one address that this provider uses, no other."""

    id: str
    name: str
    address: str


@attrs.frozen(kw_only=True)
class Attachment:
    """A file that goes along."""

    filename: str
    media_type: str
    content: bytes = attrs.field(repr=False)


# -- what a plugin answers ----------------------------------------------------


@attrs.frozen(kw_only=True)
class Accepted:
    """It was taken. ``receipt`` is the other side's own reference for it.

    ``final`` is false where a later ``collect`` or ``receive`` says how it ended.
    """

    receipt: str
    final: bool = True


@attrs.frozen(kw_only=True)
class Deferred:
    """Nothing was done. Ask again, not before ``after`` has passed."""

    reason: str
    after: dt.timedelta | None = None


@attrs.frozen(kw_only=True)
class Refused:
    """Asking again can't help: a person has to look. ``reason`` is shown to staff as written."""

    reason: str


@attrs.frozen(kw_only=True)
class ByMessage:
    """A channel's answer that leaves the sending to the authority's notifier, under the same key.

    ``template`` is the message's name (``reference.asked``). Tasks of one ``request_many`` that are given an
    equal ``ByMessage`` are told in one message to their referee: a digest. ``fields`` are added to its own.
    """

    template: str
    fields: Mapping[str, str] = attrs.field(factory=dict)
    attachments: tuple[Attachment, ...] = ()


Outcome = Accepted | Deferred | Refused
Asked = Accepted | Deferred | Refused | ByMessage

# -- notifiers ----------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Notification:
    """One message to one person, as it was written when it was delivered.

    ``template`` is its stable name (``reference.reminded``); ``fields`` are for services that hold templates
    of their own, by name; ``text`` and ``html`` say the same.
    """

    delivery: Delivery
    to: Recipient
    reply_to: str
    template: str
    fields: Mapping[str, str] = attrs.field(repr=False)
    subject: str
    text: str = attrs.field(repr=False)
    html: str = attrs.field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()


@attrs.frozen(kw_only=True)
class DeliveryReport:
    """What became of a message, told later, at an instant (UTC); a bounce asks for another address."""

    receipt: str
    state: Literal["delivered", "bounced", "failed"]
    at: dt.datetime


@attrs.frozen(kw_only=True)
class Reported:
    """The reports since a cursor, and the cursor to ask from next time."""

    reports: tuple[DeliveryReport, ...] = ()
    cursor: str = ""


@attrs.frozen(kw_only=True)
class Notifier:
    """A way to tell people what has happened.

    ``address`` says which address of a person it uses. ``idempotent`` is true where the same key twice is
    sent once: only then is a message repeated whose outcome is unknown. ``forget`` deletes what it keeps of
    those delivery keys and says how much there was. ``timeout`` is in seconds.
    """

    name: str
    address: Literal["email", "sms", "post", "webhook"]
    send: Callable[[Context, Notification], Outcome]
    collect: Callable[[Context, str], Reported] | None = None
    receive: Callable[[Context, bytes, Mapping[str, str]], tuple[DeliveryReport, ...]] | None = None
    forget: Callable[[Context, tuple[str, ...]], int] | None = None
    idempotent: bool = False
    timeout: float = 20.0


# -- reference channels -------------------------------------------------------


@attrs.frozen(kw_only=True)
class ReferenceTask:
    """A reference that is wanted of a referee. No address of the applicant's is in it.

    ``task`` is our id of it (``A7K4P/r1``); ``form`` the JSON Schema of the answers wanted; ``link`` opens
    our own page for it, and is the same on every attempt and in every reminder. ``step`` is 0 for the first
    request, and counts the days since then for a reminder.
    """

    delivery: Delivery
    task: str
    referee: Recipient
    applicant_name: str
    from_la: bool
    form: Mapping[str, object]
    due: dt.date
    link: str = attrs.field(repr=False)
    step: int = 0


@attrs.frozen(kw_only=True)
class ReferenceReply:
    """A referee's answers, which the core checks against the task's ``form``.

    The core drops a second reply with the same ``receipt``.
    """

    task: str
    answers: Mapping[str, object] = attrs.field(repr=False)
    in_confidence: bool | None
    received_at: dt.datetime
    receipt: str


@attrs.frozen(kw_only=True)
class ReferenceDeclined:
    """The referee won't give it."""

    task: str
    reason: str
    receipt: str


@attrs.frozen(kw_only=True)
class ReferenceBounced:
    """The request could not be delivered to the referee."""

    task: str
    receipt: str


Reply = ReferenceReply | ReferenceDeclined | ReferenceBounced


@attrs.frozen(kw_only=True)
class Collected:
    """What came in since a cursor; the new cursor is stored with the replies, in one transaction.

    ``unread`` is all that lies there and can't be read, as sentences by name: each is a task for staff until
    it is missing here. None says nothing of it.
    """

    replies: tuple[Reply, ...] = ()
    cursor: str = ""
    unread: Mapping[str, str] | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class ReferenceChannel:
    """A way to ask a referee for a reference, and to bring the answer back.

    Where there is no ``remind``, a reminder goes through ``request`` with the task's ``step``.
    ``request_many`` is called with all tasks that one referee has to be asked for at that time, and answers
    each by its ``task``.
    ``receive`` takes a callback's body and headers, and raises ValueError for a wrong signature.
    """

    name: str
    request: Callable[[Context, ReferenceTask], Asked]
    remind: Callable[[Context, ReferenceTask], Asked] | None = None
    withdraw: Callable[[Context, ReferenceTask], Asked] | None = None
    collect: Callable[[Context, str], Collected] | None = None
    receive: Callable[[Context, bytes, Mapping[str, str]], tuple[Reply, ...]] | None = None
    request_many: Callable[[Context, tuple[ReferenceTask, ...]], Mapping[str, Asked]] | None = None
    forget: Callable[[Context, tuple[str, ...]], int] | None = None
    idempotent: bool = False
    timeout: float = 20.0


# -- accreditation lookups ----------------------------------------------------


@attrs.frozen(kw_only=True)
class LookupQuery:
    """Whose accreditation is asked after, and for which phase on which day.

    ``person`` is our id; ``number`` the accreditor's number or a TRN, as text with its zeros; ``born`` is
    given only to a lookup that says it needs it.
    """

    delivery: Delivery
    person: str
    name: str
    number: str | None
    born: dt.date | None
    phase: str
    as_at: dt.date


@attrs.frozen(kw_only=True)
class Finding:
    """What the outside register says. Evidence for a decision; never a decision.

    ``unknown`` and ``ambiguous`` decide nothing, nor does a failure. ``evidence`` is short, and is kept.
    """

    verdict: Verdict
    source: str
    phases: frozenset[str] = frozenset()
    number: str | None = None
    accredited_on: dt.date | None = None
    expires_on: dt.date | None = None
    seen_at: dt.datetime | None = None
    evidence: str = ""


Found = Finding | Deferred | Refused


@attrs.frozen(kw_only=True)
class AccreditationLookup:
    """An outside record which says whether a person is accredited.

    ``find_many`` answers by person. What was found is not asked for again within ``fresh_for``.
    """

    name: str
    find: Callable[[Context, LookupQuery], Found]
    find_many: Callable[[Context, tuple[LookupQuery, ...]], Mapping[str, Found]] | None = None
    needs_birth_date: bool = False
    timeout: float = 20.0
    fresh_for: dt.timedelta = dt.timedelta(days=1)


# -- inboxes ------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Item:
    """Something that came in, as commands in their envelopes (``siprecruit do`` takes the same).

    The core gives the commands their ids, from ``receipt``: an item that comes twice is taken once. A new
    application is told to the stream ``application/new``, a new person to ``person/new``.
    """

    receipt: str
    commands: tuple[Mapping[str, object], ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Polled:
    """What came in since a cursor; the new cursor is stored with it, in one transaction.

    ``unread`` is all that lies there and can't be read, as sentences by name: each is a task for staff until
    it is missing here. None says nothing of it.
    """

    items: tuple[Item, ...] = ()
    cursor: str = ""
    unread: Mapping[str, str] | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Inbox:
    """A source that is asked from time to time: responses, tasks that the college began, notices."""

    name: str
    poll: Callable[[Context, str], Polled]
    timeout: float = 60.0


# -- the rest -----------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Setting:
    """A plugin's own section of ``siprecruit.toml``: its JSON Schema, and what is made of what stands there.

    ``"writeOnly": true`` marks a secret, which the file gives as ``{env = "NAME"}`` or ``{file = "PATH"}``.
    """

    schema: Mapping[str, object]
    make: Callable[[Mapping[str, Any]], object]


@attrs.frozen(kw_only=True)
class Objection:
    """What speaks against a command, in a sentence for people; it stops it only where it ``blocks``."""

    code: str
    message: str
    blocks: bool = True


@attrs.frozen(kw_only=True)
class ProgrammePack:
    """A programme of another authority: its TOML file, and a folder of messages that replace ours by name."""

    name: str
    file: Path
    messages: Path | None = None


@attrs.frozen(kw_only=True)
class Table:
    """A table of the plugin's own, named ``plugin_<plugin>_...``.

    ``erase`` deletes what it keeps of one person and says how many rows that were; ``export`` gives it.
    ``migrations`` is a folder of SQL files, run in the order of their names (``0001_...sql``).
    """

    table: sa.Table
    migrations: Path
    erase: Callable[[sa.Connection, str], int]
    export: Callable[[sa.Connection, str], Mapping[str, object]]
