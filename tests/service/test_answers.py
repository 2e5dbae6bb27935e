"""The same command again gets its first answer, and one command is one fact, however often it is sent."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import attrs
import pytest

from core.pool import day
from service.office import SCHOOL, Office, answer, apply, make_ready, post_once, record_school
from siprecruit.core.allocation import CoverTemporarily
from siprecruit.core.commands import AddNote, Correct, Undo
from siprecruit.core.files import AttachFile
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.references import AskReference, ReceiveReference
from siprecruit.core.responses import RevisePenPortrait, WithdrawResponse
from siprecruit.service import Result

APPLICATION = "application/A7K4P"
HANDS = 8


def test_the_same_command_again_gets_its_first_answer(office: Office) -> None:
    """A form posted twice is one fact, also when the second post comes after other things have happened."""
    command = office.command(APPLICATION, answer(), "2007-05-20")
    first = office.service.handle(command)
    office.done(APPLICATION, RevisePenPortrait(pen_portrait="Thirteen years a head."))

    assert office.service.handle(command) == first
    assert first.outcome == "done"
    assert [one.command for one in office.history(APPLICATION)].count(command.id) == 3


def test_a_refusal_is_remembered_too(office: Office) -> None:
    """What was refused in May and would be right in June needs a new id: the old post has had its answer."""
    asked = AskReference(reference=Code("r1"), referee=Code("1"))
    command = office.command(APPLICATION, asked, "2007-06-01")
    first = office.service.handle(command)
    apply(office)

    again = office.service.handle(command)
    anew = office.tell(APPLICATION, asked, "2007-06-01")

    assert (first.outcome, first.code) == ("refused", "not_in_record")
    assert again == first
    assert anew.outcome == "done"


def test_an_id_used_for_another_command_is_refused_and_nothing_is_recorded(office: Office) -> None:
    """Two forms under one id are a fault of the sender: the second is not silently taken for the first."""
    first = office.command(APPLICATION, answer(), "2007-05-20", id="form-1")
    office.service.handle(first)

    for other in (
        attrs.evolve(first, what=answer(days_available=3)),
        attrs.evolve(first, on=day("2007-05-21")),
        attrs.evolve(first, stream="application/B7K4P"),
        attrs.evolve(first, by="somebody"),
    ):
        result = office.service.handle(other)
        assert (result.outcome, result.code) == ("refused", "id_used_twice")
        assert "form-1" in result.message
    assert office.history("application/B7K4P") == []
    assert office.service.handle(first).outcome == "done"


def test_a_new_id_that_says_nothing_new_is_unchanged(office: Office) -> None:
    """Told twice is known once: a second secretary who types the same letter changes nothing."""
    apply(office)
    before = office.views(), len(office.history(APPLICATION))

    result = office.tell(APPLICATION, answer(), "2007-05-20")

    assert (result.outcome, result.undo, result.versions) == ("unchanged", None, None)
    assert (office.views(), len(office.history(APPLICATION))) == before


def test_the_same_id_twice_in_one_batch_is_one_command(office: Office) -> None:
    """A list that repeats a line is answered line by line, and recorded once."""
    note = office.command(APPLICATION, AddNote(text="has rung"), id="n1")
    apply(office)

    one, two, three = office.service.handle_all(
        [note, note, attrs.evolve(note, what=AddNote(text="has rung again"))]
    )

    assert one == two
    assert (one.outcome, three.code) == ("done", "id_used_twice")
    assert len(office.history(APPLICATION)) == 4


def test_each_command_of_a_batch_is_judged_on_what_came_before_it(office: Office) -> None:
    """In one transaction too, a reference can be received only after it was asked for."""
    received = ReceiveReference(reference=Code("r1"), answers={"trust": "Yes."})
    commands = [
        office.command(APPLICATION, answer(), "2007-05-20"),
        office.command(APPLICATION, received, "2007-06-02"),
        office.command(APPLICATION, AskReference(reference=Code("r1"), referee=Code("1")), "2007-06-01"),
        office.command(APPLICATION, received, "2007-06-02"),
    ]
    outcomes = [result.outcome for result in office.service.handle_all(commands)]
    assert outcomes == ["done", "refused", "done", "done"]


def test_every_done_command_says_how_it_is_undone(office: Office) -> None:
    """The undo is a whole command in its envelope: sent as it is, it takes back what was done."""
    before = office.views()
    result = apply(office)
    assert result.undo is not None
    assert (result.undo["command"], result.undo["stream"]) == ("undo", APPLICATION)

    undone = office.tell(APPLICATION, Undo(**result.undo["data"]), id=result.undo["id"])

    assert undone.outcome == "done"
    assert office.views() == before


def test_a_command_sent_to_the_wrong_stream_is_refused(office: Office) -> None:
    """A withdrawal is an application's: a person has nothing to withdraw from."""
    result = office.tell("person/ann", WithdrawResponse())
    assert (result.code, "person/ann" in result.message) == ("wrong_stream", True)


def test_an_application_stays_with_its_person(office: Office) -> None:
    """Its texts lie under that person's key: under another's name an erasure would not reach them."""
    apply(office, person="ann")
    corrected = office.tell(APPLICATION, Correct(event=1, reason="misread", set={"person": "ben"}))
    office.done(APPLICATION, Undo(command="c1"))
    again = office.tell(APPLICATION, answer("ben"), "2007-05-20")

    assert (corrected.code, again.code) == ("other_person", "other_person")
    assert office.tell(APPLICATION, answer("ann"), "2007-05-21").outcome == "done"


def test_a_command_may_build_on_a_person_of_the_same_batch(small_office: Office) -> None:
    """An import sends who somebody is, and what they are named for, in one go."""
    office = small_office
    record_school(office)
    make_ready(office, "ann")
    cover = CoverTemporarily(person=PersonId("ann"), starts=day("2008-04-01"), reason=Code("absence"))
    (result,) = office.service.handle_all([office.command(SCHOOL, cover)])
    assert result.outcome == "done"


def test_a_files_id_is_its_own(small_office: Office) -> None:
    """Under one id there is one file, also where the first was taken back."""
    office, scan = small_office, b"a scan"
    apply(office)
    record_school(office)
    attach = AttachFile(file=Code("f1"), type=Code("pdf"), digest=Code(sha256(scan).hexdigest()))

    def laid(stream: str) -> Result:
        command = office.command(stream, attach)
        return office.service.handle(attrs.evolve(command, enclosed=scan))

    first = laid(APPLICATION)
    office.done(APPLICATION, Undo(command=first.id))

    assert first.outcome == "done"
    assert {laid(SCHOOL).code, laid(APPLICATION).code} == {"file_id_taken"}


# -- simultaneous posts -------------------------------------------------------


def test_eight_threads_post_one_command(office: Office) -> None:
    """However impatient the sender: one fact, eight equal answers."""
    url, together = office.record.url, Barrier(HANDS)

    def post(_: int) -> Result:
        together.wait()
        return post_once(url)

    with ThreadPoolExecutor(HANDS) as hands:
        results = list(hands.map(post, range(HANDS)))

    assert results == [results[0]] * HANDS
    assert results[0].outcome == "done"
    assert len(office.history(APPLICATION)) == 3


@pytest.mark.slow
def test_eight_processes_post_one_command(office: Office) -> None:
    """Two web workers and two deliverers behave as one: nothing is settled in a process's own memory."""
    with multiprocessing.get_context("spawn").Pool(HANDS) as hands:
        results = hands.starmap(post_once, [(office.record.url,)] * HANDS, chunksize=1)

    assert results == [results[0]] * HANDS
    assert results[0].outcome == "done"
    assert len(office.history(APPLICATION)) == 3
