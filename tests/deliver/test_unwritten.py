"""A template that can't be used is one task, and costs nobody their message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliver.rounds import NORFOLK, Post, posting
from siprecruit.record.projection import rebuild
from siprecruit.reports.todo import Doing, Wanted, listed
from siprecruit.reports.todo_as_at import listed_as_at

NAME = "response.acknowledged"
BROKEN = "Subject: Thank you\n\nDear {{ to_nmae }},\n"
MENDED = "Subject: Thank you\n\nDear {{ to_name }},\n"


@pytest.fixture
def post(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An office that has misspelt a field in a template of its own; three have answered the advert."""
    with posting(database_url, tmp_path) as opened:
        write(opened, BROKEN)
        for code in ("A7K4P", "B8M5Q", "C2N6R"):
            opened.apply(code)
        yield opened


def write(post: Post, text: str) -> None:
    """Write the office's own template."""
    place = post.home / "messages" / f"{NAME}.txt"
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")


def waiting(post: Post) -> list[Doing]:
    """What there is to do about messages."""
    with post.record.reading() as reader:
        found = listed(reader, NORFOLK, Wanted(size=100), post.clock.today())
    return [one for one in found.rows if one.kind.startswith("message_")]


def test_it_is_one_task_however_many_wait(post: Post) -> None:
    """Where and what is wrong, and how many wait: nobody settles each of them."""
    done = post.deliver()

    (task,) = waiting(post)
    assert (task.kind, task.detail, task.stream) == ("message_unwritten", NAME, "")
    assert task.reason is not None
    assert task.reason.startswith(f"messages/{NAME}.txt")
    assert "to_nmae" in task.reason
    assert task.reason.endswith("3 wait")
    assert {*post.statuses().values()} == {"queued"}
    assert done.problems == (f"The message {NAME} can't be written: {task.reason}.",)
    assert post.send.seen == []


def test_once_it_is_mended_the_next_round_sends_them_all(post: Post) -> None:
    """Nothing has to be tried anew by hand, nor waited for; the task is done by that."""
    post.deliver()
    write(post, MENDED)
    post.deliver()

    assert {*post.statuses().values()} == {"sent"}
    assert [one.text.split()[0] for one in post.send.seen] == ["Dear"] * 3
    assert waiting(post) == []


def test_the_others_go_out_meanwhile(post: Post) -> None:
    """One broken template costs its own messages alone, and none of their tries."""
    key = post.ask()
    for _ in range(10):
        post.deliver()
        post.clock.advance(hours=1)

    assert post.row(key).status == "sent"
    assert {post.row(f"application/{code}/1/{NAME}").attempts for code in ("A7K4P", "B8M5Q", "C2N6R")} == {0}


def test_the_task_stands_in_a_list_that_is_made_anew(post: Post) -> None:
    """Also in that of another day: it is read from what is kept, with the day on which it arose."""
    post.deliver()
    before = waiting(post)
    post.clock.advance(days=1)
    with post.record.writing() as writer:
        list(rebuild(writer, NORFOLK, post.clock.today()))
    with post.record.reading() as reader:
        as_at = listed_as_at(reader, NORFOLK, Wanted(size=100), post.clock.today())

    assert waiting(post) == before
    assert [(one.detail, one.reason, one.since) for one in as_at.rows if one.kind == "message_unwritten"] == [
        (one.detail, one.reason, one.since) for one in before
    ]
