"""What is to be sent because of an event is queued with it, recalled with it, and comes back with it."""

from __future__ import annotations

import attrs
import pytest
import sqlalchemy as sa

from service.office import NORFOLK, Office, answer, apply
from siprecruit.core.commands import Correct, Reverse, Undo
from siprecruit.core.ids import Code
from siprecruit.core.references import AskReference, BounceReference
from siprecruit.record.tables import outbox

APPLICATION = "application/A7K4P"
ACKNOWLEDGED = f"{APPLICATION}/1/response.acknowledged"
ASKED = f"{APPLICATION}/4/reference.asked"


@pytest.fixture
def asked(office: Office) -> Office:
    """An applicant whose first referee was asked, by the command ``ask``."""
    apply(office)
    ask = AskReference(reference=Code("r1"), referee=Code("1"))
    office.done(APPLICATION, ask, "2007-06-01", id="ask")
    return office


def test_each_message_is_queued_once(asked: Office) -> None:
    """The post sent twice, and another that says the same, ask nobody twice."""
    asked.tell(APPLICATION, AskReference(reference=Code("r1"), referee=Code("1")), "2007-06-01", id="ask")
    asked.tell(APPLICATION, AskReference(reference=Code("r1"), referee=Code("1")), "2007-06-01")
    assert asked.messages() == [(ACKNOWLEDGED, "queued"), (ASKED, "queued")]


def test_a_message_holds_ids_and_no_words(asked: Office) -> None:
    """Its text is rendered when it is sent: a name that was put right until then is right."""
    with asked.record.reading() as reader:
        rows = [tuple(row) for row in reader.select(sa.select(outbox))]
    assert "Niamh" not in repr(rows)
    assert [row[5] for row in rows] == ["applicant", "referee"]


def test_a_refused_command_queues_nothing(asked: Office) -> None:
    """Nobody hears of what was not recorded."""
    before = asked.messages()
    refused = asked.tell(APPLICATION, AskReference(reference=Code("r2"), referee=Code("9")))
    assert refused.outcome == "refused"
    assert asked.messages() == before


def test_what_the_programme_leaves_out_is_not_sent(small_office: Office) -> None:
    """An authority that acknowledges by letter switches the message off in its programme."""
    office = small_office
    office.programme = attrs.evolve(
        NORFOLK, messages=tuple(attrs.evolve(each, on=False) for each in NORFOLK.messages)
    )
    apply(office)
    assert office.messages() == []


@pytest.mark.parametrize(
    "how", [Undo(command="ask"), Correct(event=4, reason="slip"), Reverse(event=4, reason="x")]
)
def test_a_message_is_recalled_with_its_event(asked: Office, how: object) -> None:
    """Asked by mistake and taken back before the post went: nobody is asked."""
    asked.done(APPLICATION, how)
    assert asked.messages() == [(ACKNOWLEDGED, "queued"), (ASKED, "recalled")]


def test_it_comes_back_when_the_taking_out_is_undone(asked: Office) -> None:
    """An undo undone leaves all as it was, the post too; as often as minds are changed."""
    asked.done(APPLICATION, Undo(command="ask"), id="u1")
    asked.done(APPLICATION, Undo(command="u1"), id="u2")
    assert asked.messages() == [(ACKNOWLEDGED, "queued"), (ASKED, "queued")]
    asked.done(APPLICATION, Undo(command="u2"), id="u3")
    assert asked.messages() == [(ACKNOWLEDGED, "queued"), (ASKED, "recalled")]


def test_of_two_who_took_it_out_both_have_to_take_that_back(asked: Office) -> None:
    """What one step took out comes back with that step, nothing else does."""
    asked.done(APPLICATION, BounceReference(reference=Code("r1")), id="bounce")
    bounced = f"{APPLICATION}/5/reference.address_failed"
    asked.done(APPLICATION, Correct(event=4, reason="never asked", cascade=True), id="tidy")
    assert dict(asked.messages()) == {ACKNOWLEDGED: "queued", ASKED: "recalled", bounced: "recalled"}

    asked.done(APPLICATION, Undo(command="tidy"))

    assert dict(asked.messages()) == {ACKNOWLEDGED: "queued", ASKED: "queued", bounced: "queued"}


def test_what_has_gone_out_is_not_recalled_and_does_not_go_out_again(asked: Office) -> None:
    """A letter in the post is not taken back; nor is it sent twice because a mind was changed twice."""
    with asked.record.writing() as writer:
        writer.connection.execute(sa.update(outbox).values(status="sent"))
    asked.done(APPLICATION, Undo(command="ask"), id="u1")
    asked.done(APPLICATION, Undo(command="u1"))
    assert asked.messages() == [(ACKNOWLEDGED, "sent"), (ASKED, "sent")]


def test_a_correction_queues_nothing_and_leaves_what_is_queued(asked: Office) -> None:
    """The referee is asked once, with the day as it was put right."""
    asked.done(APPLICATION, Correct(event=4, reason="later", set={"due": "2007-07-20"}), id="c")
    asked.done(APPLICATION, Undo(command="c"))
    assert asked.messages() == [(ACKNOWLEDGED, "queued"), (ASKED, "queued")]


def test_facts_taken_over_from_a_sheet_queue_nothing(office: Office) -> None:
    """Whoever applied in May was answered in May: an import in June writes to nobody, be it undone or not."""
    command = office.command(APPLICATION, answer(), "2007-05-20", id="import")
    (result,) = office.service.handle_all([command], quiet=True)
    office.done(APPLICATION, Undo(command="import"), id="u1")
    office.done(APPLICATION, Undo(command="u1"))
    assert (result.outcome, office.messages()) == ("done", [])
