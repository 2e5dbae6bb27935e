"""Nobody is reminded of, or let off from, what they never heard of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliver.rounds import NORFOLK, DroppedTheLine, Post, posting
from siprecruit.core.commands import Undo
from siprecruit.core.ids import Code
from siprecruit.core.references import ReplaceReferee
from siprecruit.deliver.office import Choices
from siprecruit.plugins.types import Accepted
from siprecruit.record import by_hand

APPLICATION = "application/A7K4P"


@pytest.fixture
def post(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    """An office that delivers, and somebody who has answered the advert."""
    with posting(sqlite_database, tmp_path) as opened:
        opened.apply()
        yield opened


def told(post: Post, address: str) -> list[str]:
    """What went to an address."""
    return [one.template for one in post.send.seen if one.to.address == address]


def replaced(post: Post) -> None:
    by = ReplaceReferee(referee=Code("1"), by=Code("3"), name="Kay Doe", email="kay@example.org")
    post.done(APPLICATION, by, id_="replaced")


def test_whose_request_was_taken_back_is_not_reminded_of_it(post: Post) -> None:
    """An officer recalled the request: the referee hears nothing, and the applicant no untruth of them."""
    # given
    key = post.ask()
    with post.record.writing() as writer:
        by_hand.recall(writer, key, NORFOLK, post.clock())

    # when
    post.clock.advance(days=20)
    done = post.deliver()

    # then
    assert done.reminders == ()
    assert told(post, "jo@example.org") == []
    assert told(post, "a7k4p@example.org") == ["response.acknowledged"]


def test_whose_request_goes_out_after_all_is_reminded_of_it(post: Post) -> None:
    """It was taken back, and then sent: from then on they are reminded like anybody."""
    key = post.ask()
    with post.record.writing() as writer:
        by_hand.recall(writer, key, NORFOLK, post.clock())
        by_hand.again(writer, key, NORFOLK, post.clock())
    post.deliver()

    post.clock.advance(days=20)
    post.deliver()

    assert told(post, "jo@example.org") == ["reference.asked", "reference.reminded"]


def test_who_was_replaced_before_the_request_went_out_hears_nothing(post: Post) -> None:
    """The request never reached them: then nothing is called off either."""
    post.ask()
    replaced(post)

    post.deliver()
    post.clock.advance(hours=1)
    post.deliver()

    assert told(post, "jo@example.org") == []
    assert {*post.statuses().values()} == {"sent", "not_wanted"}


def test_who_may_have_got_the_request_is_told_that_they_were_replaced(post: Post) -> None:
    """The mail provider failed, and the request may have arrived all the same."""
    post.send.answers = [DroppedTheLine(), Accepted(receipt="taken")]
    post.choices = Choices(notifier="post", messages={"response.acknowledged": "nobody"})
    post.ask()
    post.deliver()
    replaced(post)

    post.clock.advance(hours=1)
    post.deliver()
    post.clock.advance(hours=1)
    post.deliver()

    assert told(post, "jo@example.org") == ["reference.asked", "reference.replaced"]


def test_who_was_replaced_after_the_request_went_out_is_told(post: Post) -> None:
    """They may be at work on it."""
    post.ask()
    post.deliver()
    replaced(post)

    post.deliver()

    assert told(post, "jo@example.org") == ["reference.asked", "reference.replaced"]


def test_who_was_replaced_by_mistake_is_asked_once(post: Post) -> None:
    """The mistake was seen before anything went out, or after: they are asked, and nothing is called off."""
    post.ask()
    replaced(post)
    post.deliver()
    post.done(APPLICATION, Undo(command="replaced"), "2007-06-04")

    post.deliver()

    assert told(post, "jo@example.org") == ["reference.asked"]
