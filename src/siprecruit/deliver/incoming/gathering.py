"""What comes in: replies to references, reports on messages, and whatever inboxes find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.commands import Command, Rejected
from siprecruit.deliver.attempting import note_attempt, note_call, note_once_in_a_while
from siprecruit.deliver.calling import Called, Callers, Provider, called, provider_named
from siprecruit.deliver.incoming import items, replies, told_later, unread
from siprecruit.deliver.office import Office
from siprecruit.plugins.types import Collected, Polled, Reported
from siprecruit.record import outbox
from siprecruit.record.reading import Reader
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import outbox as rows
from siprecruit.record.tables import providers
from siprecruit.record.writing import Writer

ROUNDS: Final = 100
"""How often one source is asked in a run, so that none keeps the others waiting for ever."""

_OPEN: Final = ("awaiting", "sent", *outbox.LOOK)


@attrs.frozen(kw_only=True)
class Gathered:
    """What came in. ``taken`` counts what became of it; ``problems`` are sentences for people."""

    taken: Mapping[str, int] = attrs.field(factory=dict)
    problems: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class _Came:
    """What a source gave: the commands that follow, and what is written in their transaction.

    ``write`` gives sentences about what could not be taken.
    """

    commands: Sequence[Command]
    write: Callable[[Writer], Sequence[str]]
    number: int


def gather(office: Office, callers: Callers) -> Gathered:
    """Ask every source from where it was left, until it has nothing new; what fails costs its own work.

    Each answer becomes commands in one transaction with the cursor behind it.
    """
    taken: Counter[str] = Counter()
    problems: list[str] = []
    with office.service.record.reading() as reader:
        resting = outbox.resting(reader, office.service.clock())
        sources = _sources(office, reader)
    unread.forget_others(office, sources)
    for name in sources:
        if name in resting:
            continue
        provider = provider_named(office, name)
        if provider is not None:
            _ask(office, callers, provider, taken, problems)
    return Gathered(taken=dict(taken), problems=tuple(problems))


def received(
    office: Office, callers: Callers, name: str, body: bytes, headers: Mapping[str, str]
) -> Gathered:
    """Take what somebody has sent to a provider (``reference_channels/ncsl``); the plugin verifies it.

    A replay is harmless. Raises Rejected: ``no_such_provider``, ``not_verified`` for a wrong signature or
    whatever the plugin won't take, ``not_taken`` where it failed.
    """
    provider = provider_named(office, name)
    if provider is None or not provider.gives("receive"):
        raise Rejected("no_such_provider", f"nobody takes what is sent to {name[:80]}")
    said = called(office, callers, provider, "receive", body, dict(headers))
    if not isinstance(said.value, tuple):
        # Anybody can send what a plugin won't take or stumbles over: that is no failure of the provider's.
        note_once_in_a_while(office, said)
        if _is_unverified(said):
            raise Rejected("not_verified", f"{name} does not vouch for what was sent to it")
        raise Rejected("not_taken", f"{name} failed to read what was sent to it")
    came = _came(office, provider, said.value)
    taken: Counter[str] = Counter()
    problems = _take(office, provider, said, came, None, taken)
    return Gathered(taken=dict(taken), problems=tuple(problems))


def _is_unverified(said: Called) -> bool:
    return said.attempt.answer == "raised" and (said.attempt.code or "").startswith("ValueError")


# -- asking -------------------------------------------------------------------


def _sources(office: Office, reader: Reader) -> list[str]:
    """Who is asked: channels and notifiers that have or are to have something of ours, and the inboxes."""
    has = sa.select(rows.c.provider).where(rows.c.provider.is_not(None), rows.c.status.in_(_OPEN)).distinct()
    chosen = {
        f"reference_channels/{office.choices.channel_of(from_la=True)}",
        f"reference_channels/{office.choices.channel_of(from_la=False)}",
        f"notifiers/{office.choices.notifier}",
        *(f"notifiers/{one}" for one in office.choices.messages.values()),
    }
    asked = sorted({*(name for (name,) in reader.select(has)), *chosen})
    found = [(name, provider_named(office, name)) for name in asked]
    collecting = [name for name, provider in found if provider is not None and provider.gives("collect")]
    inboxes = office.plugins.inboxes if office.choices.inboxes is None else office.choices.inboxes
    return [*collecting, *(f"inboxes/{name}" for name in sorted(inboxes))]


def _ask(
    office: Office, callers: Callers, provider: Provider, taken: Counter[str], problems: list[str]
) -> None:
    method = "poll" if provider.hook == "inboxes" else "collect"
    for _ in range(ROUNDS):
        with office.service.record.reading() as reader:
            cursor = _cursor(reader, provider.name)
        said = called(office, callers, provider, method, cursor)
        if not isinstance(said.value, (Collected, Reported, Polled)):
            note_call(office, provider, said, failed=True)
            problems.append(f"{provider.name} could not be asked for what came in: {said.why}")
            return
        if not isinstance(said.value, Reported) and said.value.unread is not None:
            problems += unread.tell(office, provider.name, said.value.unread)
        came = _came(office, provider, _content(said.value))
        if not came.number and said.value.cursor == cursor:
            return
        problems += _take(office, provider, said, came, said.value.cursor, taken)
        if not came.number:
            return


def _content(value: Collected | Reported | Polled) -> Sequence[Any]:
    match value:
        case Collected():
            return value.replies
        case Reported():
            return value.reports
        case Polled():
            return value.items


def _came(office: Office, provider: Provider, content: Sequence[Any]) -> _Came:
    with office.service.record.reading() as reader:
        match provider.hook:
            case "reference_channels":
                return _replies(office, reader, provider, content)
            case "notifiers":
                return _reports(office, reader, provider, content)
            case _:
                return _items(office, reader, provider, content)


def _replies(office: Office, reader: Reader, provider: Provider, content: Sequence[Any]) -> _Came:
    name = provider.name.partition("/")[2]
    heard = replies.heard(office, reader, provider.given.plugin, name, content)

    def write(writer: Writer) -> Sequence[str]:
        return replies.note_refused(office, writer, name, heard, office.service.clock())

    commands = [one.command for one in heard if one.command is not None]
    return _Came(commands=commands, write=write, number=len(content))


def _reports(office: Office, reader: Reader, provider: Provider, content: Sequence[Any]) -> _Came:
    followed = told_later.bounces(office, reader, provider.name, content)

    def write(writer: Writer) -> Sequence[str]:
        now = office.service.clock()
        told_later.write_down(office, writer, provider.name, content, followed, now)
        return ()

    return _Came(commands=[one.command for one in followed], write=write, number=len(content))


def _items(office: Office, reader: Reader, provider: Provider, content: Sequence[Any]) -> _Came:
    brought = items.brought(reader, provider.given.plugin, content)
    commands = [one.command for one in brought if one.command is not None]

    def write(writer: Writer) -> Sequence[str]:
        answers = writer.answers([one.id for one in commands])
        refused = [one for one in answers.values() if one.answer.get("outcome") == "refused"]
        said = {one.id: one.why_not for one in brought if one.why_not}
        said |= {one.id: str(one.answer["message"]) for one in refused}
        unread.tell_refused(office, writer, provider.name, said, answers.keys() - said.keys())
        return [f"{provider.name}: {id_} was not taken: {why}" for id_, why in said.items()]

    return _Came(commands=commands, write=write, number=len(content))


# -- taking -------------------------------------------------------------------


def _take(
    office: Office,
    provider: Provider,
    said: Called,
    came: _Came,
    cursor: str | None,
    taken: Counter[str],
) -> list[str]:
    """Settle what came, with the cursor behind it, in one transaction; sentences about what was not taken."""
    problems: list[str] = []

    def alongside(writer: Writer) -> None:
        problems[:] = came.write(writer)
        if cursor is not None:
            _set_cursor(writer, provider.name, cursor)
        note_attempt(writer, provider, said, office.service.clock(), failed=False)

    results = office.service.handle_all(came.commands, needless=_answered, alongside=alongside)
    taken.update(one.outcome for one in results)
    return problems


def _answered(writer: Writer, commands: Sequence[Command]) -> Collection[str]:
    """The commands that were answered before, whatever they say now: their receipts are known."""
    return writer.answers([one.id for one in commands]).keys()


def _cursor(reader: Reader, provider: str) -> str:
    found = reader.select(sa.select(providers.c.cursor).where(providers.c.provider == provider))
    return str(found[0][0] or "") if found else ""


def _set_cursor(writer: Writer, provider: str, cursor: str) -> None:
    put = insert_into(providers, writer.dialect).values(provider=provider, cursor=cursor, failures=0)
    writer.connection.execute(
        put.on_conflict_do_update(index_elements=["provider"], set_={"cursor": put.excluded.cursor})
    )
