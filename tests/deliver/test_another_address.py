"""An address put right between two tries: the right one is written to, and nobody is twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliver.rounds import NORFOLK, DroppedTheLine, Post, posting, to
from siprecruit.core.commands import Correct
from siprecruit.core.particulars import RecordPerson
from siprecruit.plugins.types import Accepted, Deferred, Notification, ReferenceChannel, ReferenceTask
from siprecruit.record import by_hand, delivered, switch
from siprecruit.record.delivered import Report

WRONG, RIGHT, THIRD = "a7k4p@example.org", "right@example.org", "third@example.org"


class Carrier:
    """A service that recognises a key: what it has sent under one it says was taken, and sends nothing."""

    def __init__(self) -> None:
        self.arrived: dict[str, str] = {}

    def __call__(self, told: Notification) -> Any:
        """Take it, once under each key."""
        self.arrived.setdefault(told.delivery.key, told.to.address)
        return Accepted(receipt=told.delivery.key)

    def and_drops_the_line(self, told: Notification) -> Any:
        """Take it, and be heard of no more."""
        self(told)
        raise DroppedTheLine


@pytest.fixture
def carrier() -> Carrier:
    """A service that recognises a key."""
    return Carrier()


@pytest.fixture
def post(sqlite_database: str, tmp_path: Path, carrier: Carrier) -> Iterator[Post]:
    """An office whose first message was taken, and the line dropped before that was said."""
    with posting(sqlite_database, tmp_path) as opened:
        opened.send.answers = [carrier.and_drops_the_line, carrier]
        opened.apply()
        yield opened


KEY = "application/A7K4P/1/response.acknowledged"


def put_right(post: Post, address: str) -> None:
    """The office learns where the applicant is really reached."""
    with post.record.reading() as reader:
        history = reader.histories(["application/A7K4P"])["application/A7K4P"]
    post.clock.advance(hours=3)
    told = RecordPerson(first_name="Niamh", last_name="O’Brien", email=address)
    post.done(f"person/{history[0].event.person}", told)


def test_whoever_is_reached_elsewhere_gets_it(post: Post, carrier: Carrier) -> None:
    """The service has sent the first key to the wrong address: under it the right one would get nothing."""
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()

    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/1": RIGHT}
    assert post.row(KEY).status == "sent"
    assert post.row(KEY).sent_as == f"{KEY}/again/1"


def test_both_addresses_are_kept(post: Post) -> None:
    """The first try may have reached somebody else: whoever looks at the message sees that it may."""
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()

    kept = post.kept(KEY)
    assert kept["address"] == RIGHT
    assert [(one["address"], one["as"]) for one in kept["before"]] == [(WRONG, KEY)]


def test_who_got_it_under_a_key_is_not_written_to_under_another(post: Post, carrier: Carrier) -> None:
    """The correction was the mistake, and is taken back: the first address has it already."""
    post.send.answers = [carrier.and_drops_the_line, carrier.and_drops_the_line, carrier]
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()
    put_right(post, WRONG)
    post.deliver()

    assert post.send.keys == [KEY, f"{KEY}/again/1", KEY]
    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/1": RIGHT}


@pytest.mark.parametrize("second", [DroppedTheLine(), Deferred(reason="busy")])
def test_the_new_key_stays_the_same(post: Post, carrier: Carrier, second: Any) -> None:
    """Its own tries are repeats of each other, also where nothing was done meanwhile."""
    post.send.answers = [carrier.and_drops_the_line, second, carrier]
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()
    post.clock.advance(hours=1)
    post.deliver()

    assert post.send.keys == [KEY, f"{KEY}/again/1", f"{KEY}/again/1"]


def test_a_key_that_may_have_been_used_is_kept_where_nothing_was_done_since(
    post: Post, carrier: Carrier
) -> None:
    """Tried, dropped, put off, tried: the right address gets it once."""
    post.send.answers = [*[carrier.and_drops_the_line] * 2, Deferred(reason="busy"), carrier]
    post.deliver()
    put_right(post, RIGHT)
    for _ in range(3):
        post.deliver()
        post.clock.advance(hours=1)

    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/1": RIGHT}
    assert post.send.keys[1:] == [f"{KEY}/again/1"] * 3


class Killed(BaseException):
    """The process ended in the middle of it, and did nothing more."""


def test_whoever_is_killed_under_the_new_key_has_used_it(post: Post, carrier: Carrier) -> None:
    """The power failed while it went to the right address: it goes there again under that key."""
    post.deliver()
    put_right(post, RIGHT)

    def die(told: Notification) -> Any:
        carrier(told)
        raise Killed

    post.send.answers = [die, carrier]
    with pytest.raises(Killed):
        post.deliver("killed")
    post.clock.advance(hours=1)
    post.deliver()

    assert post.send.keys == [KEY, f"{KEY}/again/1", f"{KEY}/again/1"]
    assert post.row(KEY).status == "sent"


def test_each_further_address_has_a_key_of_its_own(post: Post, carrier: Carrier) -> None:
    """Put right twice: three addresses, three keys."""
    post.send.answers = [*[carrier.and_drops_the_line] * 2, carrier]
    post.deliver()
    for address in (RIGHT, THIRD):
        put_right(post, address)
        post.deliver()

    assert list(carrier.arrived.values()) == [WRONG, RIGHT, THIRD]


def test_what_came_back_goes_to_the_new_address_under_one_new_key(post: Post, carrier: Carrier) -> None:
    """The mailbox isn't there, the address is put right, and somebody has it sent anew."""
    post.send.answers = [carrier]
    post.deliver()
    with post.record.writing() as writer:
        report = [Report(receipt=KEY, status="bounced")]
        delivered.report(writer, "notifiers/post", report, NORFOLK, post.clock())
    put_right(post, RIGHT)
    with post.record.writing() as writer:
        by_hand.again(writer, KEY, NORFOLK, post.clock())
    post.deliver()

    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/1": RIGHT}


def test_another_spelling_of_an_address_is_the_same_one(post: Post, carrier: Carrier) -> None:
    """Capitals make no other mailbox: it is a repeat, and comes once."""
    post.deliver()
    put_right(post, WRONG.upper())
    post.deliver()

    assert to(post.send.seen) == [WRONG, WRONG.upper()]
    assert carrier.arrived == {KEY: WRONG}


# -- the very first try -------------------------------------------------------


def killed(post: Post, carrier: Carrier) -> None:
    """The power failed in the next try, after the service had taken the message."""

    def die(told: Notification) -> Any:
        carrier(told)
        raise Killed

    post.send.answers = [die, carrier]
    with pytest.raises(Killed):
        post.deliver("killed")
    post.clock.advance(hours=1)


def test_whoever_is_killed_in_the_first_try_may_have_reached_the_wrong_address(
    post: Post, carrier: Carrier
) -> None:
    """Nothing came back of it: that it went to somebody was noted before, so that the right one gets it."""
    killed(post, carrier)
    assert "address" not in post.kept(KEY)

    put_right(post, RIGHT)
    post.deliver()

    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/1": RIGHT}
    kept = post.kept(KEY)
    assert kept["address"] == RIGHT
    assert [(one["address"], one["as"]) for one in kept["before"]] == [(WRONG, KEY)]
    assert "trying" not in kept


def test_whoever_is_killed_in_the_first_try_goes_on_under_its_key(post: Post, carrier: Carrier) -> None:
    """The address was right: it is a repeat, and comes once."""
    killed(post, carrier)
    post.deliver()

    assert (post.send.keys, carrier.arrived) == ([KEY, KEY], {KEY: WRONG})
    assert "before" not in post.kept(KEY)


def test_that_it_was_put_off_since_makes_nobody_forget_the_first_try(post: Post, carrier: Carrier) -> None:
    """Killed, put off, put right: the wrong address may have got it all the same."""
    killed(post, carrier)
    post.send.answers = [Deferred(reason="busy"), carrier]
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()

    assert post.send.keys == [KEY, KEY, f"{KEY}/again/2"]
    assert carrier.arrived == {KEY: WRONG, f"{KEY}/again/2": RIGHT}


def test_what_was_only_put_off_has_reached_nobody(post: Post, carrier: Carrier) -> None:
    """Nothing was done at the first try: the right address gets it under the first key, and alone."""
    post.send.answers = [Deferred(reason="busy"), carrier]
    post.deliver()
    put_right(post, RIGHT)
    post.deliver()

    assert carrier.arrived == {KEY: RIGHT}
    assert not {"before", "trying"} & {*post.kept(KEY)}


def test_what_was_claimed_and_not_tried_has_reached_nobody(post: Post, carrier: Carrier) -> None:
    """The deliverer was told to end before this message's turn came."""
    post.apply("B8M5Q")
    other = "application/B8M5Q/1/response.acknowledged"

    def end(told: Notification) -> Any:
        with post.record.writing() as writer:
            switch.stop(writer)
        post.clock.advance(seconds=2)
        return carrier(told)

    post.send.answers = [end, carrier]
    post.deliver()
    with post.record.writing() as writer:
        switch.go(writer, None)

    waits = KEY if post.row(KEY).status == "queued" else other
    assert post.row(waits).status == "queued"
    assert post.kept(waits).get("trying") is None


def test_a_channel_that_asks_by_itself_is_told_of_another_address_under_another_key(post: Post) -> None:
    """The college takes a request and the line drops: under its key the right referee would not be asked."""
    asked: dict[str, str] = {}

    def request(_context: Any, task: ReferenceTask) -> Any:
        first = not asked
        asked.setdefault(task.delivery.key, task.referee.address)
        if first:
            raise DroppedTheLine
        return Accepted(receipt="taken", final=False)

    post.channels = {"ncsl": ReferenceChannel(name="ncsl", request=request, idempotent=True)}
    key = post.ask(channel="ncsl")
    post.deliver()
    post.clock.advance(hours=1)
    told = Correct(event=2, reason="the wrong address", set={"email": RIGHT})
    post.done("application/A7K4P", told)
    post.deliver()

    assert asked == {key: "jo@example.org", f"{key}/again/1": RIGHT}
    assert [one["address"] for one in post.kept(key)["before"]] == ["jo@example.org"]
    assert post.row(key).status == "awaiting"


def test_a_form_whose_first_message_was_killed_goes_to_the_right_referee(
    post: Post, carrier: Carrier
) -> None:
    """A channel that leaves the sending to the notifier is no other case."""
    post.deliver()
    post.clock.advance(hours=1)
    post.deliver()
    key = post.ask()
    killed(post, carrier)
    told = Correct(event=2, reason="the wrong address", set={"email": RIGHT})
    post.done("application/A7K4P", told)
    post.deliver()

    assert (carrier.arrived[key], carrier.arrived[f"{key}/again/1"]) == ("jo@example.org", RIGHT)
