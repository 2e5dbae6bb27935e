"""References: a channel asks a referee, reminds them, and calls it off, or leaves that to a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.deliver.calling import Provider
from siprecruit.deliver.outgoing.keys import Going, key_of_all
from siprecruit.deliver.outgoing.noting import Ended
from siprecruit.deliver.outgoing.outcomes import Held, Lost, NotSent
from siprecruit.deliver.outgoing.parcels import Letter, Work, post, sent_under, unsent
from siprecruit.deliver.outgoing.watching import end_of
from siprecruit.deliver.reminders.ledger import Ledger, ledger_of, was_asked
from siprecruit.deliver.writing.addressing import recipient
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.forms import UnfitForm, form_of
from siprecruit.deliver.writing.links import link
from siprecruit.deliver.writing.rendering import Undeliverable, write, write_together
from siprecruit.deliver.writing.somebody import applicant
from siprecruit.deliver.writing.wanted import why_not_wanted
from siprecruit.plugins.types import ByMessage, Recipient, ReferenceTask
from siprecruit.record.delivered import Attempt
from siprecruit.record.outbox import Row

METHODS: Final[Mapping[str, str]] = {"request": "request", "reminder": "remind", "withdrawal": "withdraw"}
"""The function of a channel that deals with a row of a kind."""

FOLLOWS: Final = ("reminder", "withdrawal")
"""The kinds of rows that say something only to who has heard of the request."""

_MISSED: Final = Lost(how="nonsense", code="it says nothing of this task")


@attrs.frozen(kw_only=True)
class Wanted:
    """A reference that a referee is to be asked for, reminded of, or no longer asked for."""

    row: Row
    case: Case
    task: ReferenceTask
    overdue_at: dt.datetime | None


def ask(work: Work) -> Iterator[tuple[Ended, ...]]:
    """Deal with the rows of a parcel, each by itself, or all together; what is not told of was not tried."""
    with work.office.service.record.reading() as reader:
        found = cases(work.office, reader, work.parcel.rows)
        ledger = ledger_of(reader, {one.stream for one in work.parcel.rows if one.kind in FOLLOWS})
        prepared = [too_early(case, ledger) or prepare(work, case) for case in found]
    for one in prepared:
        if isinstance(one, Undeliverable):
            yield (unsent(one.row, one),)
        elif isinstance(one, Ended):
            yield (one,)
    wanted = [one for one in prepared if isinstance(one, Wanted)]
    if work.parcel.digest is not None:
        yield from _all_at_once(work, wanted)
        return
    work.note(work.parcel.provider, (_going(work, one) for one in wanted))
    for each in wanted:
        ended = _one(work, each)
        if ended is None:
            return
        yield ended


def too_early(case: Case, ledger: Ledger) -> Ended | Undeliverable | None:
    """Why nothing is called off or reminded of (yet): the referee never heard of it, or it is on its way."""
    if case.row.kind not in FOLLOWS or case.task is None:
        return None
    told = ledger.by_reference(case.row.stream, case.task.reference)
    if not was_asked(told):
        return Undeliverable(row=case.row, sentence="they never heard of the request", wanted=False)
    if told.waits and case.row.kind == "withdrawal":
        return Ended(row=case.row, answer=Held(reason="the request is settled first"), idempotent=True)
    return None


def prepare(work: Work, case: Case) -> Wanted | Undeliverable:
    """What a channel is told of a row; judged once more, so that nobody is asked in vain."""
    why = why_not_wanted(case)
    if why is not None:
        return Undeliverable(row=case.row, sentence=why, wanted=False)
    task, referee = case.task, case.referee
    address = link(work.office, case.row.stream, case.desk.histories[case.row.stream], _code(case))
    if task is None or referee is None or address is None:
        return Undeliverable(row=case.row, sentence="we never asked for this reference", wanted=False)
    try:
        form = form_of(work.office.programme)
    except UnfitForm as error:
        return Undeliverable(row=case.row, sentence=str(error))
    who = applicant(case)
    asked = ReferenceTask(
        delivery=work.delivery(work.parcel.provider, case.row),
        task=f"{case.id}/{task.reference}",
        referee=_referee(case),
        applicant_name=who.name if who else "",
        from_la=referee.from_la,
        form=form,
        due=task.due or case.desk.today,
        link=address,
        step=case.row.step,
    )
    return Wanted(row=case.row, case=case, task=asked, overdue_at=end_of(task, work.office))


def _code(case: Case) -> str:
    return str(case.task.reference) if case.task else ""


def _referee(case: Case) -> Recipient:
    """The referee with their e-mail address; without one where none is known: a letter may reach them."""
    found = recipient(case, "email")
    if isinstance(found, Recipient):
        return found
    nameless = recipient(case, "webhook")
    return nameless if isinstance(nameless, Recipient) else Recipient(id=case.row.key, name="", address="")


# -- one by one ---------------------------------------------------------------


def _one(work: Work, wanted: Wanted) -> tuple[Ended, ...] | None:
    """Deal with one row; None where there is no time for it, or it is ours no longer."""
    channel = work.parcel.provider
    method = METHODS[wanted.row.kind]
    if method == "remind" and not channel.gives("remind"):
        method = "request"
    if not channel.gives(method):
        why = Undeliverable(
            row=wanted.row, sentence=f"{channel.name} has no way to tell a referee", wanted=False
        )
        return (unsent(wanted.row, why),)
    going = _going(work, wanted)
    if not work.may_call(channel) or not work.may_go(channel, going):
        return None
    if not work.hand_over(channel, [wanted.row]):
        return None
    task = attrs.evolve(wanted.task, delivery=work.delivery(channel, wanted.row, going.under.key))
    done = work.call(channel, method, task)
    if isinstance(done.value, ByMessage):
        posted = _by_message(work, (wanted,), done.value, done.attempt)
        return posted and tuple(_as_it_was(one, going) for one in posted)
    (row,) = sent_under([wanted.row], going.under)
    kept = {"to": task.referee.name, "address": task.referee.address, **going.under.kept}
    ended = _ended(attrs.evolve(wanted, row=row), done.value, channel, (done.attempt,))
    return (attrs.evolve(ended, kept=kept),)


def _as_it_was(ended: Ended, going: Going) -> Ended:
    """What was left to a notifier that did not try it either is kept as if nobody had been about to."""
    untried = isinstance(ended.answer, Held | NotSent)
    return attrs.evolve(ended, kept=going.under.kept) if untried else ended


def _going(work: Work, wanted: Wanted) -> Going:
    """A row as it goes to its referee: a channel, too, may recognise a key, and do nothing more under it."""
    return work.going([wanted.row], wanted.task.referee)


def _ended(wanted: Wanted, answer: Any, by: Provider, attempts: tuple[Attempt, ...]) -> Ended:
    return Ended(
        row=wanted.row,
        answer=answer,
        idempotent=by.idempotent,
        attempts=attempts,
        overdue_at=wanted.overdue_at,
    )


# -- all of one referee together ----------------------------------------------


def _all_at_once(work: Work, wanted: Sequence[Wanted]) -> Iterator[tuple[Ended, ...]]:
    """Ask a referee for everything at a time; what is told by an equal message is told in one."""
    channel, rows = work.parcel.provider, [one.row for one in wanted]
    if not wanted or not work.may_call(channel) or not work.hand_over(channel, rows):
        return
    done = work.call(channel, "request_many", tuple(one.task for one in wanted))
    answers: Mapping[str, Any] = done.value if isinstance(done.value, Mapping) else {}
    failed = None if isinstance(done.value, Mapping) else done.value
    messages: list[tuple[ByMessage, list[Wanted]]] = []
    plain: list[Ended] = []
    for one in wanted:
        answer = failed or answers.get(one.task.task, _MISSED)
        if not isinstance(answer, ByMessage):
            plain.append(_ended(one, answer, channel, (done.attempt,)))
        elif (same := next((each for message, each in messages if message == answer), None)) is not None:
            same.append(one)
        else:
            messages.append((answer, [one]))
    if plain:
        yield tuple(plain)
    for message, together in messages:
        # A channel that tells of some tasks otherwise makes two messages of it, each under a key of its own.
        rows = [one.row for one in together]
        digest = work.parcel.digest if len(messages) == 1 else key_of_all(rows)
        ended = _by_message(work, tuple(together), message, done.attempt, digest=digest)
        if ended is None:
            return
        yield ended


def _by_message(
    work: Work, wanted: tuple[Wanted, ...], message: ByMessage, attempt: Attempt, *, digest: str | None = None
) -> tuple[Ended, ...] | None:
    """Have the authority's notifier send what a channel leaves to it: one message, whatever it tells of."""
    rows = tuple(one.row for one in wanted)
    notifier = work.notifier(message.template, rows)
    if isinstance(notifier, Held):
        return tuple(_ended(one, notifier, work.parcel.provider, (attempt,)) for one in wanted)
    if isinstance(notifier, Lost):
        return tuple(Ended(row=row, answer=notifier, idempotent=False, attempts=(attempt,)) for row in rows)
    told = _write(wanted, notifier, message)
    if isinstance(told, Undeliverable):
        return tuple(unsent(row, told, (attempt,)) for row in rows)
    letter = Letter(
        rows=rows, message=told, attachments=message.attachments, before=(attempt,), digest=digest
    )
    ended = post(work, notifier, letter)
    late = {one.row.key: one.overdue_at for one in wanted}
    return ended and tuple(attrs.evolve(one, overdue_at=late[one.row.key]) for one in ended)


def _write(wanted: tuple[Wanted, ...], notifier: Provider, message: ByMessage) -> Any:
    found = [one.case for one in wanted]
    kind = notifier.given.provider.address
    if len(found) == 1:
        return write(found[0], kind=kind, template=message.template, more=message.fields)
    return write_together(found, kind=kind, template=message.template, more=message.fields)
