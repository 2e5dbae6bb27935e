"""What may have been sent by one notifier isn't sent by another unasked; and a stop is a stop at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from deliver.rounds import NORFOLK, Callers, DroppedTheLine, Post, Provider, posting
from siprecruit.deliver.engine import Deliverer, deliver_once
from siprecruit.deliver.office import Choices, Office
from siprecruit.plugins.types import Accepted, Deferred, Notifier
from siprecruit.record import by_hand, switch


@pytest.fixture
def post(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    """An office whose notifier recognises a key, and fails at the first request; who applies isn't told."""
    with posting(sqlite_database, tmp_path) as opened:
        opened.choices = Choices(notifier="post", messages={"response.acknowledged": "nobody"})
        opened.send.answers = [DroppedTheLine(), Accepted(receipt="taken")]
        opened.apply()
        yield opened


def changed(post: Post) -> Provider:
    """The office chooses another notifier."""
    other = Provider()
    post.notifiers["other"] = Notifier(name="other", address="email", send=other)
    post.choices = Choices(notifier="other", messages={"response.acknowledged": "nobody"})
    return other


def without(office: Office, notifier: str) -> Office:
    """The same office, which uses one notifier less."""
    left = {name: one for name, one in office.plugins.notifiers.items() if name != notifier}
    return attrs.evolve(office, plugins=attrs.evolve(office.plugins, notifiers=left))


def test_who_may_have_sent_a_request_sends_it_again(post: Post) -> None:
    """The office changes its notifier between two tries: the first one knows the key, the second doesn't."""
    key = post.ask()
    post.deliver()
    other = changed(post)

    post.clock.advance(hours=1)
    post.deliver()

    assert post.send.keys == [key, key]
    assert other.keys == []
    assert post.row(key).status == "sent"


def test_where_they_are_in_use_no_longer_a_person_decides(post: Post) -> None:
    """The notifier that may have sent it is gone: nobody is asked twice unless somebody says so."""
    key = post.ask()
    post.deliver()
    other = changed(post)
    office = without(post.office, "post")

    post.clock.advance(hours=1)
    deliver_once(office, Callers(office.plugins), deliverer=Deliverer(name="b"))
    assert (post.row(key).status, other.keys) == ("unknown", [])

    with post.record.writing() as writer:
        by_hand.again(writer, key, NORFOLK, post.clock())
    deliver_once(office, Callers(office.plugins), deliverer=Deliverer(name="b"))
    assert (post.row(key).status, other.keys) == ("sent", [key])


def test_what_was_certainly_not_sent_goes_out_through_whoever_is_chosen(post: Post) -> None:
    """The first notifier put it off: nothing was done, and the other one sends it."""
    post.send.answers = [Deferred(reason="Later.")]
    key = post.ask()
    post.deliver()
    other = changed(post)

    post.clock.advance(hours=1)
    post.deliver()

    assert other.keys == [key]


def test_what_may_have_been_sent_is_released_to_another_only_by_a_second_word(post: Post) -> None:
    """The first notifier failed, and knows the key; the other doesn't: whoever releases it is asked first."""
    post.choices = Choices(notifier="post")
    key = "application/A7K4P/1/response.acknowledged"
    post.deliver()
    other = changed(post)
    with post.record.writing() as writer:
        by_hand.release(writer, key, "notifiers/other", NORFOLK, post.clock())

    post.clock.advance(hours=1)
    post.deliver()
    assert (post.row(key).status, other.keys) == ("unknown", [])

    with post.record.writing() as writer:
        by_hand.again(writer, key, NORFOLK, post.clock())
    post.deliver()
    assert (post.row(key).status, other.keys) == ("sent", [key])


def test_a_stop_holds_within_a_parcel(post: Post) -> None:
    """Fifty are claimed at a time: the switch ends that, too, and what was not sent waits for its turn."""
    post.choices = Choices(notifier="post")
    post.send.answers = [Accepted(receipt="taken")]
    for code in ("B7K4P", "C7K4P", "D7K4P"):
        post.apply(code)

    def takes_long() -> None:
        post.clock.advance(seconds=2)
        if len(post.send.seen) == 1:
            with post.record.writing() as writer:
                switch.stop(writer)

    post.before_call = takes_long
    done = post.deliver()

    assert done.stopped
    assert len(post.send.seen) == 2
    assert sorted(post.statuses().values()) == ["queued", "queued", "sent", "sent"]
