"""Four deliverers at once, two of them ended with SIGKILL: what arrived, and what the record says of it."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import attrs
import sqlalchemy as sa

from kill.rounds import Installation
from siprecruit.core.ids import ALPHABET, CODE_LENGTH
from siprecruit.record import outbox
from siprecruit.record.views import todo

DELIVERERS = 4
KILLED = 2
PATIENCE = 300.0
LATER = "2008-03-04"

#: A notifier that doesn't recognise a key: it writes down each message that it is given, whatever was before.
COUNTER = '''
"""Writes each message down, in one line."""

import os

from siprecruit.api import Accepted, Notifier, hookimpl

siprecruit_api = ">=1,<2"


def send(context, notification):
    handle = os.open(context.home / "arrived.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{notification.delivery.key}\\n".encode())
    os.close(handle)
    return Accepted(receipt=notification.delivery.key)


@hookimpl
def siprecruit_notifiers():
    return [Notifier(name="counter", address="email", send=send)]
'''


@attrs.frozen(kw_only=True)
class Post:
    """An installation in which ``messages`` wait, and the words that deliver them."""

    there: Installation
    messages: int
    plugins: Path | None = None

    def words(self) -> list[str]:
        """The program that delivers one round, a day after the messages were queued."""
        words = [*self.there.words("deliver", "--once"), "--now", LATER]
        return [*words, "--plugins-dir", str(self.plugins)] if self.plugins else words

    def start(self) -> subprocess.Popen[str]:
        """A deliverer."""
        return subprocess.Popen(self.words(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def statuses(self) -> Counter[str]:
        """How many messages there are of each status."""
        return Counter(self.by_key().values())

    def by_key(self) -> dict[str, str]:
        """The status of each message."""
        with self.there.record() as record, record.reading() as reader:
            return {one.key: one.status for one in outbox.rows(reader)}

    def arrived(self) -> Counter[str]:
        """How often each key arrived at the notifier that counts."""
        told = self.there.home / "arrived.txt"
        return Counter(told.read_text("utf-8").split() if told.exists() else ())

    def tasks(self) -> set[str]:
        """The keys of the messages about which a person has to do something."""
        about = sa.select(todo.c.detail).where(todo.c.kind.startswith("message_"))
        with self.there.record() as record, record.reading() as reader:
            return {key for (key,) in reader.select(about)}


def posted(there: Installation, messages: int, *, counting: bool) -> Post:
    """So many applicants are to be thanked; through the notifier that counts, or into files."""
    done = there.run("do", "-", stdin="".join(_lines(messages)))
    assert done.returncode == 0, done.stderr
    if not counting:
        return Post(there=there, messages=messages)
    plugins = there.home / "own"
    plugins.mkdir()
    (plugins / "counter.py").write_text(COUNTER, "utf-8")
    with (there.home / "siprecruit.toml").open("a", encoding="utf-8") as file:
        file.write('\n[delivery]\nnotifier = "counter"\n')
    return Post(there=there, messages=messages, plugins=plugins)


def _lines(messages: int) -> Iterator[str]:
    for number in range(messages):
        code = code_of(number)
        data = {
            "advert": "tes-2007-05",
            "first_name": "Ann",
            "last_name": f"Roe {number}",
            "email": f"roe.{number}@example.org",
            "category": "headteacher",
        }
        envelope = {"command": "response.submit", "id": f"r{number}", "stream": f"application/{code}"}
        yield json.dumps({**envelope, "on": "2007-05-20", "data": data}) + "\n"


def code_of(number: int) -> str:
    """An application's code of its own for each number."""
    digits = (number // len(ALPHABET) ** place % len(ALPHABET) for place in range(CODE_LENGTH))
    return "".join(ALPHABET[each] for each in digits)


def deliver_and_kill(post: Post, seed: str, within: float) -> int:
    """Start the deliverers, end two of them at random; how many really were ended in the middle of it."""
    random = Random(seed)
    running = [post.start() for _ in range(DELIVERERS)]
    wait_for_the_first(post, running)
    killed = 0
    for one in running[:KILLED]:
        time.sleep(random.random() * within)
        killed += one.poll() is None
        one.kill()
    for one in running:
        one.communicate(timeout=PATIENCE)
    return killed


def wait_for_the_first(post: Post, running: list[subprocess.Popen[str]]) -> None:
    """Return when a message has gone out, or nobody delivers any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(one.poll() is None for one in running):
        if post.statuses()["sent"]:
            return
        time.sleep(0.02)
