"""A message is sent at least once and never under two keys, whoever is ended in the middle of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kill.deliverers import Post, deliver_and_kill, posted
from kill.rounds import Installation, made

pytestmark = [
    pytest.mark.kill,
    pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL"),
]

MESSAGES = 1_000


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """A new installation, once on each kind of database, whose server keeps what it promises."""
    home = tmp_path / "home"
    home.mkdir()
    if request.param == "sqlite":
        done = made(home, "sqlite:///siprecruit.db")
        return Installation(home=home, url=f"sqlite:///{done.home / 'siprecruit.db'}")
    return made(home, request.getfixturevalue("durable_postgres_database"))


def finish(post: Post) -> None:
    """One more round, some time later: it is all that anybody has to do."""
    done = post.start()
    _, told = done.communicate(timeout=300)
    assert done.returncode == 0, told
    assert "Traceback" not in told


def test_through_who_recognises_keys_every_message_arrives_once(there: Installation) -> None:
    """Four deliver a thousand messages into files, two are killed: a thousand files, all of them whole."""
    post = posted(there, MESSAGES, counting=False)

    killed = deliver_and_kill(post, f"file-{there.url[:6]}", within=0.5)
    finish(post)

    assert killed
    assert post.statuses() == {"sent": MESSAGES}
    files = list((there.home / "messages-sent").glob("*.eml"))
    assert len(files) == MESSAGES
    assert all(file.read_bytes().rstrip().endswith(b"--") for file in files)
    assert post.tasks() == set()


def test_through_who_does_not_each_is_sent_or_a_task_and_none_twice(there: Installation) -> None:
    """What a killed deliverer had handed over may have arrived: a person asks, and nobody gets it twice."""
    post = posted(there, MESSAGES, counting=True)

    killed = deliver_and_kill(post, f"counter-{there.url[:6]}", within=3.0)
    finish(post)

    assert killed
    arrived, became = post.arrived(), post.by_key()
    assert set(arrived.values()) == {1}
    assert set(became.values()) <= {"sent", "unknown"}
    assert {key for key, status in became.items() if status == "sent"} <= set(arrived)
    unknown = {key for key, status in became.items() if status == "unknown"}
    assert len(unknown) <= killed
    assert post.tasks() == unknown
    assert set(became) - set(arrived) <= unknown
