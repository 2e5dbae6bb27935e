"""An import that is stopped halfway leaves whole rows, and goes on when it is started again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NoReturn

import pytest

from siprecruit.importing import ImportStopped
from siprecruit.record.errors import RecordError
from siprecruit.service import BULK

ROWS = [{"email": f"p{number}@example.org", "last_name": f"Kett {number}"} for number in range(BULK + 200)]


def stopping_after(count, error):
    """A watcher that ends the import when so many rows are done."""
    done = 0

    def forward(rows: int) -> None:
        nonlocal done
        done += rows
        if done == count:
            raise error

    return lambda _length: forward


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RecordError("disk_full", "the disk is full")])
def test_stopped_import_says_how_far_it_came_and_goes_on(office, error):
    """Given an import stopped after its first commit, when it is started again, the rest goes in, once."""
    path = office.file(*ROWS)
    with pytest.raises(ImportStopped) as stopped:
        office.take(path, progress=stopping_after(700, error))
    assert "at least 700 of 1200 rows are in" in stopped.value.message
    again = office.take(path)
    assert (again.accepted, again.unchanged, again.changed) == (200, BULK, ())
    assert len(set(again.applications.values())) == len(ROWS)


def test_database_that_fails_at_once_is_told_as_it_is(office, monkeypatch):
    """Where nothing is in, there is nothing to say but what is wrong with the database."""
    path = office.file({})

    def full(*_words: object, **_more: object) -> NoReturn:
        raise RecordError("disk_full", "the disk is full")

    monkeypatch.setattr("siprecruit.service.Sitting.settle", full)
    with pytest.raises(RecordError) as failed:
        office.take(path)
    assert failed.value.message == "the disk is full"
    assert office.events() == 0


def test_changes_stopped_halfway_go_on(office):
    """Given changes in several rows, when it is stopped between them, the next import does the rest."""
    office.take_rows({}, {"email": "p@example.org"})
    changed = ({"phone": "1", "note": "rang"}, {"email": "p@example.org", "phone": "2", "note": "wrote"})
    path = office.file(*changed)
    with pytest.raises(ImportStopped):
        office.take(path, progress=stopping_after(1, KeyboardInterrupt()))
    again = office.take(path)
    assert (len(again.changed), again.unchanged) == (1, 1)
    assert office.take(path).unchanged == 2


def test_two_imports_of_one_sheet_at_once_record_each_response_once(both_offices):
    """Given two officers who start the same import, then each response is in the record once."""
    path = both_offices.file(*ROWS[:50])
    barrier, taken = threading.Barrier(2, timeout=60), []

    def wait(_length: int) -> Callable[[int], None]:
        barrier.wait()
        return lambda _rows: None

    threads = [
        threading.Thread(target=lambda: taken.append(both_offices.take(path, progress=wait)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted((one.accepted, one.unchanged) for one in taken) == [(0, 50), (50, 0)]
    assert taken[0].applications == taken[1].applications
    (late,) = [one for one in taken if not one.accepted]
    assert "somebody else recorded the response" in late.notes[0]
    assert both_offices.take(path).unchanged == 50
