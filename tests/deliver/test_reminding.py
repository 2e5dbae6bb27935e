"""Reminders: none lost, none doubled, none to the wrong person."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from deliver.rounds import NORFOLK, Post, posting
from deliver.schedulers import remind_at
from service.office import answer
from siprecruit.core.commands import Command, Correct, Rejected, Undo
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.programme import Message
from siprecruit.core.references import AskReference, BeginReferenceOutside, ReceiveReference, ReplaceReferee
from siprecruit.core.responses import DecideEligibility, NamedReferee, WithdrawResponse
from siprecruit.deliver.reminders import reminding
from siprecruit.deliver.reminders.queued import gets
from siprecruit.record import by_hand
from siprecruit.record.tables import outbox

ASKED = "2007-06-04"
TOLD = Message(name="reference.still_awaited", when="reminder", to="applicant", on=True)


@pytest.fixture
def post(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An office whose applicant's two referees were asked on 4 June, and whose requests went out."""
    with posting(database_url, tmp_path) as made:
        asked(made)
        yield made


@pytest.fixture
def small_post(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    """The same on SQLite: where the database makes no difference."""
    with posting(sqlite_database, tmp_path) as made:
        asked(made)
        yield made


def asked(post: Post, *codes: str) -> None:
    for code in codes or ("A7K4P",):
        post.apply(code)
        for number in ("1", "2"):
            what = AskReference(reference=Code(f"r{number}"), referee=Code(number))
            post.done(f"application/{code}", what, ASKED)
    went_out(post)


def went_out(post: Post) -> None:
    """The requests went out at once."""
    with post.record.writing() as writer:
        at = post.clock().isoformat(timespec="microseconds").replace("+00:00", "Z")
        writer.connection.execute(sa.update(outbox).values(status="sent", settled_at=at))


def queued(post: Post, wanted: str = "referees") -> list[tuple[str, int]]:
    """What a run queues: of which reference, and which step."""
    return [(f"{one.application}/{one.reference}", one.step) for one in reminding.queue(post.office, wanted)]


def listed(post: Post) -> list[reminding.Reminder]:
    """What a dry run lists."""
    with post.record.reading() as reader:
        return list(reminding.due(reader, NORFOLK, post.clock(), post.clock.today()))


def test_each_step_is_queued_once(post: Post) -> None:
    """A week after asking both referees are reminded, however often the run comes; a week later again."""
    assert queued(post) == []
    post.clock.advance(days=7)
    assert queued(post) == [("A7K4P/r1", 7), ("A7K4P/r2", 7)]
    post.clock.advance(hours=5)
    assert queued(post) == []
    post.clock.advance(days=7)
    assert queued(post) == [("A7K4P/r1", 14), ("A7K4P/r2", 14)]


def test_a_dry_run_lists_what_the_run_then_queues(post: Post) -> None:
    """The same objects, in the same order, and a dry run queues nothing."""
    post.clock.advance(days=8)
    dry = listed(post)
    assert [one.key for one in dry] == ["application/A7K4P/4/reminder/7", "application/A7K4P/5/reminder/7"]
    assert not any("/reminder/" in key for key in post.statuses())
    assert list(reminding.queue(post.office)) == dry
    assert [post.row(one.key).status for one in dry] == ["queued", "queued"]


def test_a_week_without_a_run_costs_one_reminder_the_latest(post: Post) -> None:
    """Whoever was away for weeks catches up with one message to each, not with four."""
    post.clock.advance(days=23)
    assert queued(post) == [("A7K4P/r1", 21), ("A7K4P/r2", 21)]


def test_what_the_referee_gets_is_for_them(post: Post) -> None:
    """Each reminder says in the listing who gets it, and the row has their request's channel."""
    post.clock.advance(days=7)
    found = listed(post)
    with post.record.reading() as reader:
        to = gets(post.office, reader, found)
    documents = [reminding.as_document(one, to) for one in found]
    assert documents == [
        {"key": "application/A7K4P/4/reminder/7", "application": "A7K4P", "referee": "1", "step": 7,
         "to": "Jo Doe <jo@example.org>"},
        {"key": "application/A7K4P/5/reminder/7", "application": "A7K4P", "referee": "2", "step": 7,
         "to": "Max Roe <max@example.org>"},
    ]  # fmt: skip
    assert {one.message.provider for one in found} == {"reference_channels/form"}


ENDS = {
    "withdrew": WithdrawResponse(),
    "not eligible": DecideEligibility(eligible=False, reason="not a head"),
    "taken out": Undo(command="c2"),
}


@pytest.mark.parametrize("end", ENDS)
def test_nobody_is_reminded_for_an_application_that_is_over(small_post: Post, end: str) -> None:
    """Withdrawn, not eligible, or asked by mistake: the referees are left alone."""
    small_post.clock.advance(days=6)
    cause = ENDS[end]
    small_post.done("application/A7K4P", cause, "2007-06-10")
    small_post.clock.advance(days=1)
    left = [("A7K4P/r2", 7)] if isinstance(cause, Undo) else []
    assert queued(small_post) == left


def test_only_who_still_owes_it_is_reminded(small_post: Post) -> None:
    """One has answered, one was replaced, and the college asked a third: of ours nothing is due."""
    stream = "application/A7K4P"
    small_post.clock.advance(days=7)
    small_post.done(stream, ReceiveReference(reference=Code("r1"), answers={"a": "b"}), "2007-06-10")
    small_post.done(stream, ReplaceReferee(referee=Code("2"), by=Code("3"), name="A third"), "2007-06-10")
    begun = BeginReferenceOutside(reference=Code("r3"), referee=Code("3"), asked_by=Code("ncsl"))
    small_post.done(stream, begun, ASKED)
    assert queued(small_post) == []


def test_a_reminder_never_overtakes_its_request(small_post: Post) -> None:
    """The request still waits when the reminder falls due: it goes first, and two days lie between them."""
    with small_post.record.writing() as writer:
        writer.connection.execute(sa.update(outbox).values(status="queued", settled_at=None))
    small_post.clock.advance(days=7)
    (one, _) = reminding.queue(small_post.office)
    assert small_post.row(one.key).due_at == small_post.clock() + dt.timedelta(hours=48)


def test_who_heard_from_us_yesterday_is_not_reminded_today(small_post: Post) -> None:
    """A request that went out late, or a reminder by hand, puts the next step off for two days."""
    small_post.clock.advance(days=6, hours=12)
    went_out(small_post)
    small_post.clock.advance(hours=12)
    assert queued(small_post) == []
    small_post.clock.advance(hours=36)
    assert queued(small_post) == [("A7K4P/r1", 7), ("A7K4P/r2", 7)]


@pytest.mark.parametrize("end", ["not_sent", "refused", "failed", "bounced"])
def test_nobody_is_reminded_of_what_they_never_heard_of(small_post: Post, end: str) -> None:
    """The request was not sent, or couldn't be: neither step is queued, nor the applicant told."""
    key = "application/A7K4P/4/reference.asked"
    became = "unknown" if end == "not_sent" else end
    with small_post.record.writing() as writer:
        at_key = sa.update(outbox).where(outbox.c.key == key)
        writer.connection.execute(at_key.values(status=became, attempts=1))
        if end == "not_sent":
            by_hand.settle(writer, key, NORFOLK, small_post.clock(), sent=False)
    small_post.clock.advance(days=7)
    assert [one.reference for one in listed(small_post)] == ["r2"]
    with pytest.raises(Rejected, match="has not gone out"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r1")


def test_a_reminder_that_waits_does_not_go_out_once_the_request_was_not_sent(small_post: Post) -> None:
    """It was queued while nobody knew; then somebody finds out that the referee never got the request."""
    small_post.clock.advance(days=7)
    key = "application/A7K4P/4/reference.asked"
    with small_post.record.writing() as writer:
        unknown = sa.update(outbox).where(outbox.c.key == key)
        writer.connection.execute(unknown.values(status="unknown", attempts=1))
    (one, other) = reminding.queue(small_post.office)
    with small_post.record.writing() as writer:
        by_hand.settle(writer, key, NORFOLK, small_post.clock(), sent=False)
    small_post.clock.advance(days=3)
    small_post.deliver()
    assert [small_post.row(each.key).status for each in (one, other)] == ["not_wanted", "sent"]
    small_post.clock.advance(days=7)
    assert [one.reference for one in listed(small_post)] == ["r2"]


def test_a_correction_of_what_was_asked_keeps_the_ledger(small_post: Post) -> None:
    """Another day to answer by makes it no other reference: the step was told."""
    small_post.clock.advance(days=7)
    queued(small_post)
    put_right = Correct(event=4, reason="a slip", set={"due": "2007-07-20"})
    small_post.done("application/A7K4P", put_right, "2007-06-10")
    assert queued(small_post) == []


def test_a_reminder_can_be_recalled_for_some_minutes(small_post: Post) -> None:
    """A batch waits as long as any other message, so that it can be taken back."""
    small_post.clock.advance(days=7)
    office = small_post.office
    office = attrs.evolve(office, service=attrs.evolve(office.service, recall=dt.timedelta(minutes=5)))
    (one, _) = reminding.queue(office)
    assert small_post.row(one.key).due_at == small_post.clock() + dt.timedelta(minutes=5)


def test_the_programme_may_remind_nobody(small_post: Post) -> None:
    """An authority that rings its referees switches the message off."""
    off = Message(name="reference.reminded", when="reminder", to="referee", on=False)
    small_post.clock.advance(days=7)
    with small_post.record.reading() as reader:
        rest = (each for each in NORFOLK.messages if each.name != off.name)
        programme = attrs.evolve(NORFOLK, messages=(*rest, off))
        assert reminding.due(reader, programme, small_post.clock(), small_post.clock.today()) == ()


# -- by hand ------------------------------------------------------------------


def test_a_programme_may_call_its_reminder_as_it_likes(small_post: Post) -> None:
    """An authority names its own messages: its words go out, and not those that come along."""
    small_post.clock.advance(days=7)
    own = Message(name="reference.nudged", when="reminder", to="referee", on=True)
    rest = (each for each in NORFOLK.messages if each.name != "reference.reminded")
    programme = attrs.evolve(NORFOLK, messages=(*rest, own))
    with small_post.record.reading() as reader:
        found = reminding.due(reader, programme, small_post.clock(), small_post.clock.today())
    assert [one.message.template for one in found] == ["reference.nudged"] * 2


def test_somebody_reminds_by_hand(small_post: Post) -> None:
    """On a day of their own choice; the programme's step before that day is told with it."""
    small_post.clock.advance(days=10)
    found = reminding.queue_by_hand(small_post.office, "A7K4P", "r1")
    assert (found.key, found.step) == ("application/A7K4P/4/reminder/10", 10)
    assert queued(small_post) == [("A7K4P/r2", 7)]
    with pytest.raises(Rejected, match="less than 48 hours ago"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r1")
    small_post.clock.advance(days=3)
    assert reminding.queue_by_hand(small_post.office, "A7K4P", "r1").step == 13


def test_nobody_is_reminded_by_hand_too_soon_or_in_vain(small_post: Post) -> None:
    """Not within two days of asking, not before the request went out, not once the application is over."""
    small_post.clock.advance(hours=47)
    with pytest.raises(Rejected, match="less than 48 hours ago"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r1")
    with pytest.raises(Rejected, match="not in the record"):
        reminding.queue_by_hand(small_post.office, "B8M5Q", "r1")
    with pytest.raises(Rejected, match="was not asked for"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r9")
    small_post.clock.advance(days=3)
    small_post.done("application/A7K4P", WithdrawResponse(), "2007-06-07")
    with pytest.raises(Rejected, match="is over"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r1")


def test_a_request_that_waits_is_not_reminded_of_by_hand(small_post: Post) -> None:
    """What has not gone out need not be repeated."""
    with small_post.record.writing() as writer:
        writer.connection.execute(sa.update(outbox).values(status="queued", settled_at=None))
    small_post.clock.advance(days=3)
    with pytest.raises(Rejected, match="has not gone out"):
        reminding.queue_by_hand(small_post.office, "A7K4P", "r1")


# -- the applicant ------------------------------------------------------------


def outstanding(post: Post) -> list[tuple[str, int]]:
    """What applicants are told by a run, in a programme that tells them."""
    office = post.office
    messages = (*(one for one in NORFOLK.messages if one.when != "reminder"), TOLD)
    programme = attrs.evolve(NORFOLK, messages=messages)
    office = attrs.evolve(office, service=attrs.evolve(office.service, programme=programme))
    return [(one.key, one.step) for one in reminding.queue(office, "applicants")]


def test_the_applicant_hears_once_of_all_that_is_outstanding(small_post: Post) -> None:
    """After 9 days, 16 and 30: one message for both references that were asked for on one day."""
    small_post.clock.advance(days=9)
    assert outstanding(small_post) == [("application/A7K4P/outstanding/2007-06-04/9", 9)]
    assert outstanding(small_post) == []
    small_post.done("application/A7K4P", ReceiveReference(reference=Code("r1")), "2007-06-13")
    assert outstanding(small_post) == []
    small_post.clock.advance(days=8)
    assert outstanding(small_post) == [("application/A7K4P/outstanding/2007-06-04/16", 16)]
    small_post.done("application/A7K4P", ReceiveReference(reference=Code("r2")), "2007-06-21")
    small_post.clock.advance(days=14)
    assert outstanding(small_post) == []


def test_an_applicant_is_not_told_of_what_has_come_meanwhile(small_post: Post) -> None:
    """Both references come in while the message waits: it says what is so no longer, and stays at home."""
    small_post.clock.advance(days=9)
    (told,) = reminding.queue(small_post.office, "applicants")
    for code in ("r1", "r2"):
        small_post.done("application/A7K4P", ReceiveReference(reference=Code(code)), "2007-06-13")
    small_post.deliver()
    assert small_post.row(told.key).status == "not_wanted"


# -- many ---------------------------------------------------------------------


def many(post: Post, number: int) -> list[str]:
    """So many applicants with a referee asked each."""
    codes = [f"A{n:04}".translate(str.maketrans("01", "YZ")) for n in range(number)]
    office, commands = post.office, []
    for code in codes:
        commands.append(answered(code))
        what = AskReference(reference=Code("r1"), referee=Code("1"))
        commands.append(
            Command(id=f"ask-{code}", stream=f"application/{code}", on=dt.date(2007, 6, 4), what=what)
        )
    assert {one.outcome for one in office.service.handle_all(commands)} == {"done"}
    return codes


def answered(code: str) -> Command:
    """Somebody's answer to the advert."""
    referee = NamedReferee(name="Jo Doe", email="jo@example.org", from_la=True)
    what = answer(person=None, email=f"{code.lower()}@example.org", referees=(referee,))
    what = attrs.evolve(what, person=PersonId(code))
    return Command(id=f"answer-{code}", stream=f"application/{code}", on=dt.date(2007, 5, 20), what=what)


@pytest.mark.slow
def test_four_schedulers_at_once_remind_each_referee_once(database_url: str, tmp_path: Path) -> None:
    """Started at one instant on 500 references: 500 reminders, where a well-known service sent 2,000."""
    with posting(database_url, tmp_path) as post:
        many(post, 500)
    ready = tmp_path / "ready"
    words = (database_url, str(tmp_path), "2007-06-12T09:00:00+00:00", str(ready))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=4, mp_context=spawn) as pool:
        runs = [pool.submit(remind_at, *words) for _ in range(4)]
        ready.touch()
        assert sum(run.result(timeout=120) for run in runs) == 500


@pytest.mark.parametrize("number", [2, 12])
def test_what_is_due_is_found_by_as_many_statements_for_many_as_for_few(
    sqlite_database: str, tmp_path: Path, number: int
) -> None:
    """The views, the ledger, the streams: three statements, however many references are open."""
    with posting(sqlite_database, tmp_path) as post:
        many(post, number)
        post.clock.advance(days=7)
        with post.record.reading() as reader:
            said: list[str] = []
            reader._driver.set_trace_callback(said.append)
            found = reminding.due(reader, NORFOLK, post.clock(), post.clock.today())
            reader._driver.set_trace_callback(None)
        assert (len(found), len(said)) == (number, 3)


def test_after_a_week_without_a_deliverer_the_request_comes_first(
    sqlite_database: str, tmp_path: Path
) -> None:
    """Both are due in the same round: the referee gets the request, and the reminder two days later."""
    with posting(sqlite_database, tmp_path) as post:
        asked(post)
        with post.record.writing() as writer:
            writer.connection.execute(sa.update(outbox).values(status="queued", settled_at=None))
        post.clock.advance(days=7)
        (one, _) = reminding.queue(post.office)
        post.clock.advance(days=3)
        post.deliver()
        assert (post.row(f"{one.message.stream}/4/reference.asked").status, post.row(one.key).status) == (
            "sent",
            "queued",
        )
        post.clock.advance(days=2)
        post.deliver()
        assert post.row(one.key).status == "sent"
