"""What a thousand messages cost through the notifier that a new installation has."""

from __future__ import annotations

import datetime as dt
import resource
import time
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from deliver.rounds import posting
from service.office import answer
from siprecruit.core.commands import Command
from siprecruit.core.ids import ALPHABET
from siprecruit.deliver.engine import Deliverer, deliver_once
from siprecruit.deliver.office import Choices
from siprecruit.plugins.calling import Callers
from siprecruit.plugins.loader import load

MESSAGES = 1_000
COMMITS = 100
SECONDS = 5.0


def cpu() -> float:
    """Seconds of this process and of those that it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.mark.slow
def test_a_thousand_messages_into_files(sqlite_database: str, tmp_path: Path) -> None:
    """At most a hundred commits and five seconds of CPU, the plugin's own process included."""
    with posting(sqlite_database, tmp_path, choices=Choices(notifier="file")) as post:
        codes = [f"{a}{b}{c}4P" for a in ALPHABET for b in ALPHABET for c in ALPHABET][:MESSAGES]
        commands = [
            Command(
                id=f"r{code}",
                stream=f"application/{code}",
                on=dt.date(2007, 5, 20),
                what=answer(email=f"{code.lower()}@example.org", last_name=f"Roe {code}"),
            )
            for code in codes
        ]
        assert {one.outcome for one in post.office.service.handle_all(commands)} == {"done"}
        loaded = load(home=tmp_path, plugins={}, directory=None, without=True, environment={})
        office = attrs.evolve(post.office, plugins=loaded)
        commits: list[object] = []
        sa.event.listen(post.record._engine, "commit", commits.append)
        begun = cpu()
        with Callers(home=tmp_path, table={}, now=post.clock) as callers:
            became = deliver_once(office, callers, deliverer=Deliverer(name="a")).became
        spent = cpu() - begun

    assert became == {"sent": MESSAGES}
    assert len(list((tmp_path / "messages-sent").glob("*.eml"))) == MESSAGES
    print(f"{len(commits)} commits, {spent:.2f} s of CPU")  # noqa: T201 - what it is measured for
    assert len(commits) <= COMMITS
    assert spent <= SECONDS
