"""Which record delivers: the one that did, and no copy of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from siprecruit.record import switch
from siprecruit.record.store import Record
from siprecruit.record.tables import meta

HERE = json.dumps([17, "county", "/srv/sip/siprecruit.db"])


def place(number: int = 17, machine: str = "county", path: str = "/srv/sip/siprecruit.db") -> str:
    return json.dumps([number, machine, path])


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (place(), None),
        (place(path="/srv/moved/siprecruit.db"), None),
        (place(machine="container-2"), None),
        (place(number=18), None),
        (place(number=18, path="/home/it/test/siprecruit.db"), "copied"),
        (place(number=18, machine="laptop"), "copied"),
    ],
    ids=["the same", "moved", "a new container", "put back by hand", "a copy beside", "a copy on a laptop"],
)
def test_a_copy_is_told_from_what_was_moved(story: Record, now: str, why: str | None) -> None:
    """Two records that both deliver send everything twice; one that was moved goes on by itself."""
    with story.writing() as writer:
        switch.deliver_from(writer, HERE)
        assert switch.why_stopped(writer, now) == why
        switch.go(writer, now)
        assert switch.why_stopped(writer, now) is None


def test_postgresql_is_delivered_from_many_machines(story: Record) -> None:
    """A server's database isn't a file of ours: whoever reaches it delivers from one and the same."""
    assert switch.place_of("postgresql+psycopg://county@db.example.org/sip") is None
    with story.writing() as writer:
        switch.deliver_from(writer, None)
        assert not switch.is_known(writer)
        assert switch.why_stopped(writer, None) is None


def test_a_record_has_a_place_once_it_is_there(tmp_path: Path) -> None:
    """A database that isn't made yet is no copy of anything."""
    assert switch.place_of(f"sqlite:///{tmp_path / 'siprecruit.db'}") is None
    (tmp_path / "siprecruit.db").touch()
    assert "siprecruit.db" in str(switch.place_of(f"sqlite:///{tmp_path / 'siprecruit.db'}"))


def test_what_was_stopped_by_an_earlier_version_stays_so(story: Record) -> None:
    """It noted since when under the same key: a newer version doesn't let anything go out by itself."""
    with story.writing() as writer:
        since = sa.insert(meta).values(key="delivery_stopped_at", value="2007-06-30T09:00:00.000000Z")
        writer.connection.execute(since)
        assert switch.why_stopped(writer, None) == "stopped"
        assert switch.go(writer, None)
        assert switch.why_stopped(writer, None) is None


def test_the_graver_reason_is_the_one_that_is_told(story: Record) -> None:
    """Delivery was stopped when the backup was made: whoever turns it on learns that it was put back."""
    with story.writing() as writer:
        assert switch.stop(writer)
        assert not switch.stop(writer, "restored")
        assert switch.why_stopped(writer, None) == "restored"
        assert not switch.stop(writer)
        assert switch.why_stopped(writer, None) == "restored"
        assert switch.go(writer, None)
