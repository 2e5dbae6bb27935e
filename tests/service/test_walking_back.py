"""Whoever undoes the last thing again and again comes back to where they began."""

from __future__ import annotations

import datetime as dt
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.anything import ENCLOSED, STREAMS, anything, people
from service.office import Clock, Office, opened, record_school
from siprecruit.core.adverts import OpenRound
from siprecruit.core.commands import AddNote, Correct, Rejected, Reverse
from siprecruit.core.files import AttachFile
from siprecruit.core.ids import Code
from siprecruit.putting_right import Wish, last_that_counts, undo
from siprecruit.record.verify import verify

END = dt.datetime(2008, 8, 1, 9, tzinfo=dt.UTC)
EVERYTHING = [stream for streams in STREAMS.values() for stream in streams]
PUTTING_RIGHT = st.tuples(
    st.sampled_from(EVERYTHING),
    st.one_of(
        st.builds(Correct, event=st.integers(1, 12), reason=st.just("wrong"), cascade=st.booleans()),
        st.builds(Reverse, event=st.integers(1, 12), reason=st.just("changed"), cascade=st.booleans()),
    ),
    st.just(END.date()),
)
STEPS = st.lists(st.one_of(anything(), anything(), PUTTING_RIGHT), min_size=5, max_size=20)


def a_world(office: Office) -> set[str]:
    """Schools, a round and people; the ids of the commands that told of them."""
    for urn in ("120777", "120781"):
        record_school(office, urn)
    office.done("round/w4", OpenRound(wave=Code("4")), "2007-01-10")
    people(office)
    return {f"c{number}" for number in range(1, office.sent + 1)}


def send(office: Office, stream: str, what: Any, on: dt.date) -> None:
    """Send a command, with its file where it has one."""
    command = office.command(stream, what, on)
    if isinstance(what, AttachFile):
        command = attrs.evolve(command, enclosed=ENCLOSED)
    office.service.handle(command)


def walk_back(office: Office, begun: set[str]) -> int:
    """Undo the last one until only what was there at the beginning is left; how many steps it took."""
    steps = 0
    while True:
        with office.record.reading() as reader:
            last = last_that_counts(reader)
        if last is None or last.id in begun:
            return steps
        (outcome,) = undo(office.service, "LAST", Wish(reason="back", alone=True))
        assert [one.outcome for one in outcome.results] == ["done"], (last, outcome)
        steps += 1


@settings(max_examples=settings().max_examples // 3)
@given(told=STEPS)
def test_any_steps_walked_back_leave_the_views_as_they_were(told: list[tuple[str, Any, dt.date]]) -> None:
    """Facts, notes, files, corrections and reversals, in any order: nothing is left of them but history."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'r.db'}"
        with opened(url, create=True, clock=Clock(now=END)) as office:
            begun = a_world(office)
            before = office.views()
            for stream, what, on in told:
                send(office, stream, what, on)
            walk_back(office, begun)
            assert office.views() == before
            with office.record.reading() as reader:
                assert verify(reader).ok


def test_a_note_and_a_file_are_steps_like_any_other(office: Office) -> None:
    """They are the last things that were done, and are taken back before all else, newest first."""
    begun = a_world(office)
    scan = AttachFile(file=Code("F1"), type=Code("pdf"), digest=Code(sha256(ENCLOSED).hexdigest()))
    send(office, "person/ann", AddNote(text="has rung"), dt.date(2008, 3, 1))
    send(office, "person/ann", scan, dt.date(2008, 3, 1))
    with office.record.reading() as reader:
        last = last_that_counts(reader)
        assert last is not None
        assert last.name == "file.attach"
        kept = reader.file("F1")
        assert kept is not None
        assert kept.content == ENCLOSED
    assert walk_back(office, begun) == 2


def test_what_rests_on_an_accreditation_goes_when_asked_and_comes_back(office: Office) -> None:
    """The cover that rested on it is taken back first; undoing both in turn brings everything back."""
    a_world(office)
    before = office.views()
    told = [
        past for past in office.history("person/ann") if type(past.event).__name__ == "AccreditationRecorded"
    ]

    (refused,) = undo(office.service, told[0].command, Wish(reason="by mistake"))
    assert refused.refused
    assert [each.event for each in refused.hangs_on_it.rests_on_it] == ["temporary.named"]
    assert office.views() == before

    (done,) = undo(office.service, told[0].command, Wish(reason="by mistake", with_what_followed=True))
    assert [one.outcome for one in done.results] == ["done", "done"]
    assert office.views() != before
    for result in reversed(done.results):
        (again,) = undo(office.service, result.id, Wish(reason="after all"))
        assert not again.refused
    assert office.views() == before


@pytest.mark.parametrize("told", ["LAST", "c999", "import-NOSUCHRUN"])
def test_there_may_be_nothing_to_undo(small_office: Office, told: str) -> None:
    """An empty record, an id that nobody sent, an import that never was: a reason, and no success."""
    with pytest.raises(Rejected) as refusal:
        list(undo(small_office.service, told, Wish(reason="x")))
    assert refusal.value.code == "no_such_command"
