"""A dry run shows what the round then does: also the reminders that it queues first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from deliver.rounds import Callers, Post, posting
from siprecruit.deliver.engine import Delivered, Deliverer, deliver_once
from siprecruit.deliver.foreseeing import Foreseen, foreseen
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders import reminding
from siprecruit.record import by_hand


@pytest.fixture
def post(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    """An office whose applicant's first referee is to be asked; the applicant was thanked."""
    with posting(sqlite_database, tmp_path) as opened:
        opened.apply()
        opened.deliver()
        opened.ask()
        yield opened


def dry_run(office: Office) -> dict[str, Foreseen]:
    """What would be done now; nothing is."""
    with office.service.record.reading() as reader:
        return {one.key: one for one in foreseen(office, reader)}


def one_round(office: Office) -> Delivered:
    """What is done."""
    return deliver_once(office, Callers(office.plugins), deliverer=Deliverer(name="a"))


def test_what_the_round_queues_and_sends_is_foreseen(post: Post) -> None:
    """Nobody has run it for two weeks: reminders stand in no outbox yet, and would go out all the same."""
    post.deliver()
    post.send.seen.clear()
    post.clock.advance(days=16)
    before = post.statuses()

    found = dry_run(post.office)
    assert post.statuses() == before
    done = post.deliver()

    assert {one.fate for one in found.values()} == {"goes_out"}
    assert {one.message for one in found.values()} == {"reference.reminded", "reference.still_awaited"}
    assert {*found} == {*done.reminders}
    assert sorted(f"<{one.to.address}>" for one in post.send.seen) == sorted(
        one.to.rpartition(" ")[2] for one in found.values()
    )
    assert dry_run(post.office) == {}


def test_what_can_be_recalled_for_some_minutes_is_queued_and_not_sent(post: Post) -> None:
    """The office has given itself half an hour to think better of a batch."""
    post.deliver()
    post.clock.advance(days=8)
    recall = dt.timedelta(minutes=30)
    office = attrs.evolve(post.office, service=attrs.evolve(post.office.service, recall=recall))

    found = dry_run(office)
    done = one_round(office)

    assert {(one.fate, one.due_at) for one in found.values()} == {("queued", post.clock() + recall)}
    assert ({*done.reminders}, done.became) == ({*found}, {})
    assert dry_run(office) == {}


def test_a_reminder_waits_for_its_request(post: Post) -> None:
    """Both are due after a standstill: the request goes out, its reminder is put off by two days."""
    post.clock.advance(days=8)
    (queued,) = reminding.queue(post.office)
    post.clock.advance(days=3)

    found = dry_run(post.office)
    post.deliver()

    request = next(one for one in found.values() if one.kind == "request")
    assert (request.fate, post.row(request.key).status) == ("goes_out", "sent")
    assert (found[queued.key].fate, post.row(queued.key).status) == ("held", "queued")


def test_nobody_would_be_reminded_of_what_they_never_heard_of(post: Post) -> None:
    """The request was taken back while the reminder waited."""
    (request,) = dry_run(post.office)
    post.deliver()
    post.clock.advance(days=8)
    (queued,) = reminding.queue(post.office)
    with post.record.writing() as writer:
        by_hand.again(writer, queued.key, post.office.programme, post.clock())
        writer.connection.exec_driver_sql("UPDATE outbox SET status = 'bounced' WHERE key = ?", (request,))

    found = dry_run(post.office)
    post.deliver()

    assert (found[queued.key].fate, post.row(queued.key).status) == ("not_wanted", "not_wanted")
