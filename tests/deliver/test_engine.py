"""The table of the design: what a provider answers, and what then happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliver.rounds import Post, posting, to


@pytest.fixture
def post(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An office that delivers, once on each kind of database."""
    with posting(database_url, tmp_path) as opened:
        yield opened


def test_what_is_accepted_is_sent_once(post: Post) -> None:
    """The applicant is thanked; another round has nothing to do."""
    key = post.apply()
    done = post.deliver()
    post.deliver()
    assert (done.became, post.row(key).status) == ({"sent": 1}, "sent")
    assert (post.send.keys, to(post.send.seen)) == ([key], ["a7k4p@example.org"])
    assert post.row(key).receipt == "taken"
    assert post.attempts(key) == [(1, "notifiers/post", "accepted")]
    assert post.kept(key)["address"] == "a7k4p@example.org"
