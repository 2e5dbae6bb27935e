"""The table of the design: what a provider answers, and what then happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from deliver.rounds import HANG, DroppedTheLine, Post, Provider, posting, to
from siprecruit.core.responses import WithdrawResponse
from siprecruit.plugins.types import Accepted, Deferred, Notifier, Refused
from siprecruit.record import by_hand, delivered, switch
from siprecruit.record.delivered import Report
from siprecruit.record.errors import RecordError
from siprecruit.record.store import open_record
from siprecruit.record.tables import attempts, outbox
from siprecruit.reports.todo import Doing, Wanted, listed

POST = "notifiers/post"


@pytest.fixture
def post(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An office that delivers, once on each kind of database."""
    with posting(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def small(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    """The same on SQLite: where the database makes no difference."""
    with posting(sqlite_database, tmp_path) as opened:
        yield opened


def stuck(post: Post) -> list[Doing]:
    """What is to be done about messages."""
    with post.record.reading() as reader:
        found = listed(reader, post.office.programme, Wanted(size=100), post.clock.today())
    return [one for one in found.rows if one.kind.startswith("message_")]


# -- the table ----------------------------------------------------------------


def test_what_is_accepted_is_sent_once(post: Post) -> None:
    """The applicant is thanked; another round has nothing to do."""
    key = post.apply()
    done = post.deliver()
    post.deliver()
    assert (done.became, post.row(key).status) == ({"sent": 1}, "sent")
    assert (post.send.keys, to(post.send.seen)) == ([key], ["a7k4p@example.org"])
    assert post.row(key).receipt == "taken"
    assert post.attempts(key) == [(1, POST, "accepted")]
    assert post.kept(key)["address"] == "a7k4p@example.org"
    assert stuck(post) == []


def test_what_is_not_final_awaits_its_report(small: Post) -> None:
    """A service takes it now and tells later that it came: until then nobody says that it was sent."""
    key = small.apply()
    small.send.answers = [Accepted(receipt="n-17", final=False)]
    small.deliver()
    assert small.row(key).status == "awaiting"
    with small.record.writing() as writer:
        report = [Report(receipt="n-17", status="sent")]
        told = delivered.report(writer, POST, report, small.office.programme, small.clock())
        again = delivered.report(writer, POST, report, small.office.programme, small.clock())
    assert (told, again, small.row(key).status) == ({"n-17": key}, {}, "sent")


def test_what_is_not_heard_of_is_asked_for(small: Post) -> None:
    """After three days somebody has to find out; what is told later all the same settles it."""
    key = small.apply()
    small.send.answers = [Accepted(receipt="n-17", final=False)]
    small.deliver()
    small.clock.advance(days=3)
    assert (small.deliver().overdue, small.row(key).status) == (1, "overdue")
    assert [one.kind for one in stuck(small)] == ["message_overdue"]
    with small.record.writing() as writer:
        report = [Report(receipt="n-17", status="bounced", reason="no such mailbox")]
        delivered.report(writer, POST, report, small.office.programme, small.clock())
    assert [(one.kind, one.reason) for one in stuck(small)] == [("message_bounced", "no such mailbox")]


def test_what_is_deferred_is_tried_again_later_and_later(small: Post) -> None:
    """A service that is down is asked after 1, 2, 4 ... minutes; after the eighth time a person looks."""
    post = small
    key = post.apply()
    post.send.answers = [Deferred(reason="we are closed")]
    waits = []
    for _ in range(7):
        post.deliver()
        waits.append((post.row(key).due_at - post.clock()).total_seconds() / 60)
        post.clock.now = post.row(key).due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    post.deliver()
    assert (post.row(key).status, post.send.keys) == ("failed", [key] * 8)
    (task,) = stuck(post)
    assert task.reason == "it was tried 8 times; the last time: we are closed"


def test_a_deferral_waits_for_as_long_as_it_asks(small: Post) -> None:
    """Told to come back in an hour, we don't come before, and not a minute is lost after it."""
    key = small.apply()
    small.send.answers = [Deferred(reason="busy", after=dt.timedelta(hours=1)), Accepted(receipt="r")]
    small.deliver()
    small.clock.advance(minutes=59)
    assert small.deliver().became == {}
    small.clock.advance(minutes=1)
    assert small.deliver().became == {"sent": 1}
    assert [one.delivery.attempt for one in small.send.seen] == [1, 2]
    assert small.kept(key)["reason"] == ""


def test_what_is_refused_is_not_tried_again(small: Post) -> None:
    """The reason goes to the staff as it was written, and lies nowhere but with the person's texts."""
    key = small.apply()
    small.send.answers = [Refused(reason="Niamh’s mailbox is full")]
    small.deliver()
    small.clock.advance(days=1)
    small.deliver()
    assert (small.row(key).status, small.send.keys) == ("refused", [key])
    (task,) = stuck(small)
    assert (task.kind, task.reason, task.stream) == (
        "message_refused",
        "Niamh’s mailbox is full",
        "application/A7K4P",
    )
    assert task.type[0] == f"messages again {key}"
    with small.record.reading() as reader:
        rows = [*reader.select(sa.select(outbox)), *reader.select(sa.select(attempts))]
    assert "Niamh" not in repr(rows)


def test_an_unknown_outcome_is_a_persons_to_judge(small: Post) -> None:
    """A mail server that drops the line after it has the mail: sent again, it would come twice."""
    faults = [DroppedTheLine(), HANG, "nonsense", 17, None]
    small.idempotent, small.send.answers = False, faults.copy()
    keys = [small.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R", "D3P7S", "E4Q8T")]
    small.deliver()
    small.clock.advance(days=1)
    small.deliver()
    assert {small.row(key).status for key in keys} == {"unknown"}
    assert small.send.keys == keys
    tasks = {one.detail: one for one in stuck(small)}
    assert {one.kind for one in tasks.values()} == {"message_unknown"}
    assert tasks[keys[0]].type == (f"messages settle {keys[0]} --sent", f"messages again {keys[0]}")


def test_who_recognises_a_key_is_given_it_again(small: Post) -> None:
    """The same key, later: what came the first time is not sent twice by such a provider."""
    small.send.answers = [DroppedTheLine(), HANG, "nonsense", Accepted(receipt="r")]
    keys = [small.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R")]
    assert small.deliver().became == {"deferred": 3}
    small.clock.advance(minutes=1)
    assert small.deliver().became == {"sent": 3}
    assert small.send.keys == [*keys, *keys]


def test_what_a_provider_raises_is_named_and_not_told(small: Post) -> None:
    """A traceback may hold an address: the trace says which class and which line."""
    small.send.answers = [DroppedTheLine("niamh@example.org is unknown")]
    key = small.apply()
    small.deliver()
    with small.record.reading() as reader:
        ((answer, code),) = reader.select(sa.select(attempts.c.answer, attempts.c.code))
    assert (answer, code, small.kept(key)["reason"]) == ("raised", "DroppedTheLine provider.py:7", "")


# -- a provider that fails ----------------------------------------------------


def test_after_five_failures_in_a_row_a_provider_rests(small: Post) -> None:
    """Fifteen minutes, in which its messages wait and those of any other one go out."""
    other = Provider()
    small.notifiers = {"other": Notifier(name="other", address="email", send=other, idempotent=True)}
    small.choices = type(small.choices)(notifier="post", messages={"response.withdrawal_confirmed": "other"})
    small.send.answers = [DroppedTheLine()]
    keys = [small.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R", "D3P7S", "E4Q8T", "F5R9U", "G6S2V")]
    small.apply("H7T3W")
    small.done("application/H7T3W", WithdrawResponse(), "2007-06-02")

    done = small.deliver()

    assert (len(small.send.seen), done.held) == (5, {POST: 3})
    assert len(other.seen) == 1
    small.clock.advance(minutes=14)
    assert (small.deliver().became, len(small.send.seen)) == ({}, 5)
    small.send.answers = [Accepted(receipt="r")]
    small.clock.advance(minutes=1)
    assert small.deliver().became == {"sent": 7, "not_wanted": 1}
    assert {small.row(key).status for key in keys} == {"sent"}


def test_failures_count_only_in_a_row(small: Post) -> None:
    """One answer in between, be it a refusal, and the provider is counted as well again."""
    small.send.answers = [
        *[DroppedTheLine()] * 4,
        Refused(reason="no"),
        *[DroppedTheLine()] * 4,
        Refused(reason="no"),
    ]
    for code in ("A7K4P", "B8M5Q", "C2N6R", "D3P7S", "E4Q8T", "F5R9U", "G6S2V", "H7T3W", "J8U4X"):
        small.apply(code)
    small.deliver()
    assert len(small.send.seen) == 9


# -- who is interrupted -------------------------------------------------------


class Killed(BaseException):
    """The process ended in the middle of it, and did nothing more."""


def kill(post: Post, *, at_call: int) -> None:
    """Deliver, and end the deliverer in the middle of its nth call."""
    calls = iter(range(1, 1_000))

    def die() -> None:
        if next(calls) == at_call:
            raise Killed

    post.before_call = die
    with pytest.raises(Killed):
        post.deliver("killed")
    post.before_call = None


def test_what_was_claimed_and_not_handed_over_goes_out_later(post: Post) -> None:
    """Of fifty that a deliverer had claimed when the power failed all go out, under the same keys."""
    keys = [post.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R")]
    kill(post, at_call=2)
    assert post.deliver().became == {}
    post.clock.advance(hours=1)
    assert post.deliver().became == {"sent": 3}
    assert sorted(post.send.keys) == sorted([keys[0], *keys])


def test_what_was_handed_over_when_the_power_failed_may_have_been_sent(post: Post) -> None:
    """By who doesn't recognise a key: one is for a person to judge, all others go out once."""
    post.idempotent = False
    keys = [post.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R")]
    kill(post, at_call=2)
    post.clock.advance(hours=1)
    post.deliver()
    assert sorted(post.statuses().values()) == ["sent", "sent", "unknown"]
    assert len(set(post.send.keys)) == len(post.send.keys) == 2
    assert post.attempts(keys[1])[-1][2] == "lapsed"


def test_whoever_comes_late_settles_what_was_unknown(small: Post) -> None:
    """A deliverer that was asleep for an hour knows what the others could only suspect."""
    small.idempotent = False
    key = small.apply()
    asleep = iter([True, False])

    def sleep() -> None:
        if next(asleep, False):
            small.clock.advance(hours=1)
            small.deliver("other")
            assert small.row(key).status == "unknown"

    small.before_call = sleep
    small.deliver("late")
    assert (small.row(key).status, stuck(small)) == ("sent", [])


def test_no_transaction_is_open_while_a_provider_is_called(post: Post) -> None:
    """A notifier that takes its time keeps nobody in the office from writing."""
    post.apply()
    other = open_record(post.record.url, patience=0.2)

    def write() -> None:
        with other.writing() as writer:
            writer.connection.execute(sa.update(outbox).values(created_at=outbox.c.created_at))

    post.before_call = write
    assert post.deliver().became == {"sent": 1}
    other.close()


# -- what isn't sent ----------------------------------------------------------


def test_what_no_plugin_in_use_sends_waits_and_is_shown(small: Post) -> None:
    """A plugin was switched off: nothing is lost, and by hand it goes out through another one."""
    key = small.apply()
    small.choices = type(small.choices)(notifier="letters")
    assert (small.deliver().held, small.row(key).status) == ({"notifiers/letters": 1}, "queued")
    with small.record.writing() as writer:
        by_hand.release(writer, key, POST, small.office.programme, small.clock())
    assert small.deliver().became == {"sent": 1}


def test_the_switch_stops_everything_at_once(small: Post) -> None:
    """Somebody sees that it goes wrong: what is on its way arrives, and nothing else goes out."""
    small.idempotent = False
    for code in ("A7K4P", "B8M5Q", "C2N6R"):
        small.apply(code)

    def stop() -> None:
        with small.record.writing() as writer:
            switch.stop(writer)

    small.before_call = stop
    done = small.deliver()
    assert (done.stopped, done.became) == ("stopped", {"sent": 1})
    small.before_call = None
    assert small.deliver().became == {}
    with small.record.writing() as writer:
        assert switch.go(writer, None)
    assert small.deliver().became == {"sent": 2}


def test_who_has_no_address_is_told_otherwise(small: Post) -> None:
    """An applicant without an e-mail address: somebody writes a letter."""
    key = small.apply(email="", phone="01603 555 123")
    small.deliver()
    assert (small.row(key).status, small.send.seen) == ("refused", [])
    assert stuck(small)[0].reason == "no e-mail address of the applicant (application/A7K4P) is in the record"


# -- what a person does -------------------------------------------------------


def test_a_task_goes_when_it_is_settled(small: Post) -> None:
    """It came: so says the applicant on the telephone. Or it did not, and it is sent again."""
    small.idempotent, small.send.answers = False, [DroppedTheLine()]
    first, second, third = (small.apply(code) for code in ("A7K4P", "B8M5Q", "C2N6R"))
    small.deliver()
    small.send.answers = [Accepted(receipt="r")]
    programme, now = small.office.programme, small.clock()
    with small.record.writing() as writer:
        by_hand.settle(writer, first, programme, now, sent=True)
        by_hand.settle(writer, second, programme, now, sent=False, reason="told by telephone")
        by_hand.again(writer, third, programme, now)
    assert stuck(small) == []
    small.deliver()
    assert [small.row(key).status for key in (first, second, third)] == ["sent", "settled", "sent"]
    assert small.send.keys[-1] == third


def test_what_was_sent_is_not_sent_again_by_hand(small: Post) -> None:
    """Twice is for a person to decide only where nobody knows; here everybody does."""
    key = small.apply()
    small.deliver()
    with pytest.raises(RecordError, match="is not sent twice"), small.record.writing() as writer:
        by_hand.again(writer, key, small.office.programme, small.clock())


def test_what_came_back_goes_out_under_another_key(small: Post) -> None:
    """The provider has seen the first key, and would take the second letter for the first one."""
    key = small.apply()
    small.deliver()
    with small.record.writing() as writer:
        report = [Report(receipt="taken", status="bounced")]
        delivered.report(writer, POST, report, small.office.programme, small.clock())
        by_hand.again(writer, key, small.office.programme, small.clock())
    small.deliver()
    assert small.send.keys == [key, f"{key}/again/1"]


@pytest.mark.parametrize("together", [True, False])
def test_what_came_back_is_not_delivered_by_a_late_word(small: Post, together: bool) -> None:
    """A service says first that it came back, and then that it came: somebody looks, whatever it says."""
    key = small.apply()
    small.deliver()
    told = [Report(receipt="taken", status="bounced"), Report(receipt="taken", status="sent")]
    with small.record.writing() as writer:
        for some in [told] if together else [told[:1], told[1:]]:
            delivered.report(writer, POST, some, small.office.programme, small.clock())
    assert (small.row(key).status, len(stuck(small))) == ("bounced", 1)
    with small.record.writing() as writer:
        by_hand.settle(writer, key, small.office.programme, small.clock(), sent=True)
    assert small.row(key).status == "sent"


def test_a_message_is_not_given_to_who_delivers_none(small: Post) -> None:
    """A channel asks referees: it can't thank an applicant, and nobody would ever claim the row."""
    key = small.apply()
    with pytest.raises(RecordError, match="one of notifiers"), small.record.writing() as writer:
        by_hand.release(writer, key, "reference_channels/form", small.office.programme, small.clock())
    assert small.row(key).provider is None


def test_a_recalled_message_stays_where_it_is(small: Post) -> None:
    """Within the minutes in which it waits a message can be taken back, and sent after all."""
    key = small.apply()
    with small.record.writing() as writer:
        by_hand.recall(writer, key, small.office.programme, small.clock())
    assert (small.deliver().became, small.row(key).status) == ({}, "recalled")
    with small.record.writing() as writer:
        by_hand.again(writer, key, small.office.programme, small.clock())
    assert small.deliver().became == {"sent": 1}


def test_the_tasks_survive_a_rebuild_of_the_views(post: Post) -> None:
    """What a person has to look at follows from the outbox, and is made anew from it."""
    post.send.answers = [Refused(reason="no")]
    post.apply()
    post.deliver()
    before = stuck(post)
    from siprecruit.record import projection

    with post.record.writing() as writer:
        list(projection.rebuild(writer, post.office.programme, post.clock.today()))
    assert len(before) == 1
    assert stuck(post) == before
