"""Several deliverers at the same moment: what goes to one referee together is claimed by one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import sqlalchemy as sa

from deliver.rounds import Post, posting
from siprecruit.core.ids import ALPHABET
from siprecruit.core.responses import NamedReferee
from siprecruit.deliver.outgoing.claiming import Parcel, next_parcel
from siprecruit.plugins.types import ByMessage, Deferred, ReferenceChannel
from siprecruit.record.store import open_record
from siprecruit.record.tables import outbox

OFFICER = NamedReferee(name="The officer", email="officer@example.org", from_la=True)
CLAIMERS = 4
TASKS = 24
BLINK = 0.05


@pytest.fixture
def post(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An office whose officer is asked for everything in one message, once on each kind of database."""
    message = ByMessage(template="reference.digest")
    officer = ReferenceChannel(
        name="officer",
        request=lambda *_: Deferred(reason="all at once"),
        request_many=lambda _context, tasks: {one.task: message for one in tasks},
        idempotent=True,
    )
    with posting(database_url, tmp_path, channels={"officer": officer}) as opened:
        yield opened


def asked(post: Post, number: int) -> set[str]:
    """So many applicants have the officer as their referee; the keys of the requests, which alone are due."""
    codes = [f"{letter}7K4P" for letter in ALPHABET][:number]
    for code in codes:
        post.apply(code, referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    post.deliver()
    return {post.ask(code, channel="officer") for code in codes}


def claimed_at_once(post: Post, url: str) -> list[Parcel]:
    """What several deliverers claim, each with a connection of its own, who begin at one moment."""
    begin = threading.Barrier(CLAIMERS)

    def claim(number: int) -> Parcel | None:
        record = open_record(url)
        try:
            office = Post(record=record, home=post.home, clock=post.clock, channels=post.channels).office
            begin.wait()
            return next_parcel(office, f"claimer-{number}/0")
        finally:
            record.close()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        return [one for one in pool.map(claim, range(CLAIMERS)) if one is not None]


def test_one_of_several_deliverers_claims_all_of_a_referee(
    post: Post, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four look at one moment what is due: the officer gets one message, not a part of it from each."""
    keys = asked(post, TASKS)
    looking: set[int] = set()
    at_once: list[int] = []

    def looks(*_: object) -> int:
        # Whoever looks gives the others time to look too, as a busy machine would.
        looking.add(threading.get_ident())
        threading.Event().wait(BLINK)
        at_once.append(len(looking))
        looking.discard(threading.get_ident())
        return 0

    monkeypatch.setattr("siprecruit.deliver.outgoing.claiming.keep_distance", looks)
    parcels = claimed_at_once(post, database_url)

    assert [{row.key for row in one.rows} for one in parcels] == [keys]
    assert at_once == [1] * CLAIMERS


def test_what_a_deliverer_left_is_claimed_together_again(post: Post, database_url: str) -> None:
    """Four find at one moment that nobody hears of the fifth any more: its message goes out as it was."""
    keys = asked(post, TASKS)
    assert next_parcel(post.office, "gone/0") is not None
    post.clock.advance(hours=3)

    parcels = claimed_at_once(post, database_url)

    assert [{row.key for row in one.rows} for one in parcels] == [keys]


def test_a_request_that_is_just_being_written_is_not_left_behind(post: Post) -> None:
    """Somebody writes one of the rows as they are claimed: it is waited for, and goes out with the others."""
    keys = asked(post, 3)
    second = sorted(keys)[1]
    with ThreadPoolExecutor(1) as pool:
        with post.record.writing() as writer:
            writer.connection.execute(sa.update(outbox).where(outbox.c.key == second).values(step=0))
            claiming = pool.submit(next_parcel, post.office, "claimer/0")
            wait([claiming], timeout=5 * BLINK)
        parcel = claiming.result(timeout=30)

    assert parcel is not None
    assert {row.key for row in parcel.rows} == keys
