"""Requests, reminders and withdrawals go through a channel, or as messages that it leaves to the notifier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from deliver.rounds import DroppedTheLine, Post, Provider, form, posting, to
from service.office import NORFOLK
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code
from siprecruit.core.references import ReceiveReference, ReplaceReferee
from siprecruit.core.responses import NamedReferee, WithdrawResponse
from siprecruit.plugins.types import Accepted, ByMessage, Deferred, ReferenceChannel, ReferenceTask
from siprecruit.record import by_hand

OFFICER = NamedReferee(name="The officer", email="officer@example.org", from_la=True)


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


def asked(post: Post, code: str = "A7K4P", channel: str = "form") -> str:
    """An applicant whose first referee is to be asked; what thanks the applicant has gone out."""
    post.apply(code)
    post.deliver()
    post.send.seen.clear()
    return post.ask(code, channel=channel)


def test_what_a_channel_leaves_to_the_notifier_goes_out_under_the_same_key(small: Post) -> None:
    """The form is a page of ours: its link comes by the authority's own mail."""
    key = asked(small)
    assert small.deliver().became == {"sent": 1}
    (sent,) = small.send.seen
    assert (sent.delivery.key, sent.to.address, sent.template) == (key, "jo@example.org", "reference.asked")
    assert "https://sip.example.org/r/A7K4P-r1-" in sent.text
    assert small.attempts(key) == [
        (1, "reference_channels/form", "answered"),
        (1, "notifiers/post", "accepted"),
    ]
    assert small.row(key).provider == "reference_channels/form"


def test_a_channel_is_told_what_it_needs_and_nothing_of_the_applicants_addresses(small: Post) -> None:
    """It gets the task, the form, the link and the referee; the applicant is a name."""
    request = Provider()
    small.channels = {"ncsl": ReferenceChannel(name="ncsl", request=request, idempotent=True)}
    key = asked(small, channel="ncsl")
    small.deliver()
    (task,) = request.seen
    assert (task.delivery.key, task.task, task.step) == (key, "A7K4P/r1", 0)
    assert (task.referee.name, task.referee.address, task.from_la) == ("Jo Doe", "jo@example.org", True)
    assert task.applicant_name == "Niamh O’Brien"
    assert "a7k4p@example.org" not in repr(task)
    assert task.form["type"] == "object"


def test_the_request_and_every_attempt_carry_one_link(small: Post) -> None:
    """A referee who keeps the first mail opens the same page with it."""
    asked(small)
    small.send.answers = [Deferred(reason="closed"), Accepted(receipt="r")]
    small.deliver()
    small.clock.advance(minutes=1)
    small.deliver()
    first, second = (one.text for one in small.send.seen)
    assert first == second


def test_a_message_that_a_plugin_logs_shows_no_link(small: Post) -> None:
    """Whoever reads a log must not be able to answer in the referee's place."""
    asked(small)
    small.deliver()
    (sent,) = small.send.seen
    assert "/r/" in sent.text
    assert "/r/" not in repr(sent)


def test_nobody_is_asked_for_somebody_who_has_withdrawn(small: Post) -> None:
    """The applicant withdrew in the minutes in which the request waited."""
    key = asked(small)
    small.done("application/A7K4P", WithdrawResponse(), "2007-06-02", "w")
    small.deliver()
    assert small.row(key).status == "not_wanted"
    assert "jo@example.org" not in to(small.send.seen)


def test_who_withdrew_by_mistake_has_their_referee_asked_after_all(post: Post) -> None:
    """Their withdrawal was undone: what was not wanted is wanted again, and goes out."""
    key = asked(post)
    post.done("application/A7K4P", WithdrawResponse(), "2007-06-02", "w")
    post.deliver()
    post.done("application/A7K4P", Undo(command="w"), "2007-06-03")
    post.deliver()
    assert (post.row(key).status, post.send.keys[-1]) == ("sent", key)


def test_nobody_is_asked_for_what_has_come(small: Post) -> None:
    """The reference came by telephone while the request waited."""
    key = asked(small)
    small.done("application/A7K4P", ReceiveReference(reference=Code("r1")), "2007-06-03")
    small.deliver()
    assert small.row(key).status == "not_wanted"


def test_what_a_channel_awaits_is_overdue_with_the_reference(small: Post) -> None:
    """Its own task says so: the request's row makes no second one of it."""
    request = Provider([Accepted(receipt="n", final=False)])
    small.channels = {"ncsl": ReferenceChannel(name="ncsl", request=request, idempotent=True)}
    key = asked(small, channel="ncsl")
    small.deliver()
    assert small.row(key).status == "awaiting"
    small.clock.advance(days=60)
    assert (small.deliver().overdue, small.row(key).status) == (1, "overdue")
    from deliver.test_engine import stuck

    assert [one for one in stuck(small) if one.detail == key] == []


def test_what_was_awaited_and_has_come_is_done(small: Post) -> None:
    """A reference that was received closes the request for it."""
    request = Provider([Accepted(receipt="n", final=False)])
    small.channels = {"ncsl": ReferenceChannel(name="ncsl", request=request, idempotent=True)}
    key = asked(small, channel="ncsl")
    small.deliver()
    small.done("application/A7K4P", ReceiveReference(reference=Code("r1")), "2007-06-04")
    small.clock.advance(days=60)
    small.deliver()
    assert small.row(key).status == "sent"


def test_what_got_stuck_is_nobodys_task_once_the_reference_has_come(small: Post) -> None:
    """Whether the request was sent is of no interest any more: they have answered it."""
    small.idempotent = False
    key = asked(small)
    small.send.answers = [DroppedTheLine(), Accepted(receipt="r")]
    small.deliver()
    assert small.row(key).status == "unknown"
    small.done("application/A7K4P", ReceiveReference(reference=Code("r1")), "2007-06-04")
    small.deliver()
    assert small.row(key).status == "settled"


def test_a_channel_that_fails_costs_its_own_requests_alone(small: Post) -> None:
    """The college's server is down: the authority's own referee gets the form all the same."""
    request = Provider([DroppedTheLine()])
    small.channels = {"ncsl": ReferenceChannel(name="ncsl", request=request, idempotent=True)}
    ncsl, form = asked(small, channel="ncsl"), small.ask(reference="r2", referee="2")
    small.deliver()
    assert (small.row(ncsl).status, small.row(form).status) == ("queued", "sent")


def test_a_replaced_referee_is_told_through_the_channel_that_asked(small: Post) -> None:
    """They needn't give it any more; who was never asked hears nothing."""
    key = asked(small)
    small.deliver()
    small.send.seen.clear()
    small.done(
        "application/A7K4P",
        ReplaceReferee(referee=Code("1"), by=Code("3"), name="New Roe", email="new@example.org"),
        "2007-06-04",
    )
    small.deliver()
    withdrawn = [one for one in small.statuses() if "replaced" in one and key not in one]
    assert [small.row(one).provider for one in withdrawn] == ["reference_channels/form"]
    assert to(small.send.seen) == ["jo@example.org"]


# -- digests ------------------------------------------------------------------


def digest(*answers: Any) -> tuple[ReferenceChannel, list[tuple[str, ...]]]:
    """A channel that asks a referee for everything at once, and which tasks it was called with."""
    seen: list[tuple[str, ...]] = []
    said = list(answers) or [ByMessage(template="reference.digest")]

    def request_many(_context: Any, tasks: tuple[ReferenceTask, ...]) -> Mapping[str, Any]:
        seen.append(tuple(sorted(one.task for one in tasks)))
        answer = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(answer, BaseException):
            raise answer
        return {one.task: answer for one in tasks}

    channel = ReferenceChannel(
        name="officer",
        request=lambda *_: Deferred(reason="all at once"),
        request_many=request_many,
        idempotent=True,
    )
    return channel, seen


def three_asked(post: Post) -> list[str]:
    """Three applicants have the authority's officer as their referee."""
    codes = ("A7K4P", "B8M5Q", "C2N6R")
    for code in codes:
        post.apply(code, referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    post.deliver()
    post.send.seen.clear()
    return [post.ask(code, channel="officer") for code in codes]


def test_one_officer_is_asked_for_everything_in_one_message(small: Post) -> None:
    """Three open tasks make one mail, which names all three."""
    channel, seen = digest()
    small.channels = {"officer": channel}
    keys = three_asked(small)
    assert small.deliver().became == {"sent": 3}
    assert seen == [("A7K4P/r1", "B8M5Q/r1", "C2N6R/r1")]
    (sent,) = small.send.seen
    assert sent.to.address == "officer@example.org"
    assert sent.delivery.key.startswith(f"{keys[0]}/with/")
    assert {small.kept(key)["subject"] for key in keys} == {sent.subject}


def test_another_referee_of_the_same_channel_has_a_message_of_their_own(small: Post) -> None:
    """Nobody reads in a mail of what others are asked."""
    channel, seen = digest()
    small.channels = {"officer": channel}
    three_asked(small)
    small.ask("B8M5Q", "r2", "2", channel="officer")
    small.deliver()
    assert sorted(to(small.send.seen)) == ["max@example.org", "officer@example.org"]
    assert ("B8M5Q/r2",) in seen


def test_a_digest_that_may_have_come_is_repeated_as_it_was(post: Post) -> None:
    """The same tasks under the same key: what was asked for meanwhile is not hidden in it."""
    channel, seen = digest()
    post.channels = {"officer": channel}
    keys = three_asked(post)
    post.send.answers = [DroppedTheLine(), Accepted(receipt="r")]
    post.deliver()
    post.apply("D3P7S", referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    later = post.ask("D3P7S", channel="officer")
    post.clock.advance(minutes=1)
    post.deliver()
    digests = [one for one in post.send.seen if one.to.address == "officer@example.org"]
    first, second, again = (one.delivery.key for one in digests)
    assert (first, second) == (again, later)
    assert first.startswith(f"{keys[0]}/with/")
    assert digests[0].text == digests[2].text
    assert {post.row(key).status for key in (*keys, later)} == {"sent"}
    assert ("D3P7S/r1",) in seen


@pytest.mark.parametrize("between", [None, Deferred(reason="closed")])
def test_whose_address_is_put_right_reads_nothing_of_the_others(small: Post, between: Any) -> None:
    """A digest may have come; one task was another officer's: to them alone, and under a key not used yet."""
    channel, _ = digest()
    small.channels = {"officer": channel}
    keys = three_asked(small)
    small.send.answers = [DroppedTheLine(), *([between] * 2 if between else ()), Accepted(receipt="r")]
    small.deliver()
    told = Correct(event=2, reason="the wrong officer", set={"email": "other@example.org"})
    small.done("application/B8M5Q", told)
    for _ in range(3):
        small.clock.advance(hours=1)
        small.deliver()
    officers = [one for one in small.send.seen if one.to.address == "officer@example.org"]
    other = [one for one in small.send.seen if one.to.address == "other@example.org"]
    (key,) = {one.delivery.key for one in officers}
    assert key.startswith(f"{keys[0]}/with/")
    assert {one.delivery.key for one in other} <= {f"{keys[1]}/again/1", f"{keys[1]}/again/2"}
    assert other
    assert all("A7K4P" not in one.text and "C2N6R" not in one.text for one in other)
    assert {small.row(key).status for key in keys} == {"sent"}


def asked_once_more(post: Post, key: str) -> None:
    """A person takes a request back that may have been sent, and has it sent after all."""
    with post.record.writing() as writer:
        by_hand.recall(writer, key, NORFOLK, post.clock())
        by_hand.again(writer, key, NORFOLK, post.clock())
    post.clock.advance(seconds=1)


def test_what_is_tried_anew_takes_nobody_along_under_a_key_that_was_used(small: Post) -> None:
    """A service that recognises the key would say of the new one that it was sent, and send nothing."""
    channel, _ = digest()
    small.channels = {"officer": channel}
    keys = three_asked(small)
    small.send.answers = [DroppedTheLine(), Accepted(receipt="r")]
    small.deliver()
    asked_once_more(small, keys[0])
    small.apply("D3P7S", referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    later = small.ask("D3P7S", channel="officer")
    small.clock.advance(minutes=1)
    small.deliver()
    told = {one.delivery.key: one.text for one in small.send.seen if one.to.address == "officer@example.org"}
    assert "D3P7S" in told[later]
    assert "A7K4P" in told[keys[0]]
    assert len(told) == 3
    assert {small.row(key).status for key in (*keys, later)} == {"sent"}


@pytest.mark.parametrize("which", [0, 1])
def test_who_stayed_while_the_others_went_is_not_taken_for_sent(small: Post, which: int) -> None:
    """Somebody withdrew by mistake: the officer is asked about them after all, under a key not used yet."""
    channel, _ = digest()
    small.channels = {"officer": channel}
    keys = three_asked(small)
    stayed = keys[which].split("/")[1]
    small.done(f"application/{stayed}", WithdrawResponse(), "2007-06-03")
    withdrew = f"c{small.sent}"
    small.deliver()
    small.done(f"application/{stayed}", Undo(command=withdrew, reason="a slip"), "2007-06-04")
    small.clock.advance(hours=1)
    small.deliver()
    told = [one for one in small.send.seen if one.to.address == "officer@example.org"]
    assert [stayed in one.text for one in told] == [False, True]
    assert told[0].delivery.key != told[1].delivery.key
    assert {small.row(key).status for key in keys} == {"sent"}


def test_who_stayed_and_is_asked_by_themselves_is_not_taken_for_sent(small: Post) -> None:
    """They are released to a channel that asks one at a time: the digest's key was never their own."""
    channel, _ = digest()
    small.channels = {"officer": channel, "form": form()}
    keys = three_asked(small)
    small.done("application/A7K4P", WithdrawResponse(), "2007-06-03")
    withdrew = f"c{small.sent}"
    small.deliver()
    small.done("application/A7K4P", Undo(command=withdrew, reason="a slip"), "2007-06-04")
    with small.record.writing() as writer:
        by_hand.release(writer, keys[0], "reference_channels/form", NORFOLK, small.clock())
    small.clock.advance(hours=1)
    small.deliver()
    others, alone = (one for one in small.send.seen if one.to.address == "officer@example.org")
    assert ("A7K4P" in others.text, alone.delivery.key) == (False, keys[0])
    assert others.delivery.key != keys[0]


def test_two_messages_of_one_call_keep_a_key_each(small: Post) -> None:
    """One of the two may have been lost: it is repeated under its own key, and the other isn't in its way."""

    def apart(_context: Any, tasks: tuple[ReferenceTask, ...]) -> dict[str, Any]:
        names = {
            task.task: "reference.asked" if task.task[0] == "A" else "reference.digest" for task in tasks
        }
        return {task: ByMessage(template=name) for task, name in names.items()}

    channel, _ = digest()
    small.channels = {"officer": attrs.evolve(channel, request_many=apart)}
    keys = three_asked(small)
    small.send.answers = [DroppedTheLine(), Accepted(receipt="r")]
    small.deliver()
    small.clock.advance(hours=1)
    small.deliver()
    sent = [(one.template, one.delivery.key) for one in small.send.seen]
    assert len(sent) == 3
    assert len(set(sent)) == 2
    assert sent.count(("reference.asked", keys[0])) == 2
    assert {small.row(key).status for key in keys} == {"sent"}


def test_what_went_out_alone_and_is_tried_anew_keeps_its_key_and_goes_alone(small: Post) -> None:
    """So that it does not come twice, and nobody is hidden behind it."""
    channel, _ = digest()
    small.channels = {"officer": channel}
    small.apply("A7K4P", referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    small.deliver()
    key = small.ask("A7K4P", channel="officer")
    small.send.answers = [DroppedTheLine(), Accepted(receipt="r")]
    small.deliver()
    asked_once_more(small, key)
    small.send.seen.clear()
    small.apply("D3P7S", referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    later = small.ask("D3P7S", channel="officer")
    small.deliver()
    told = [one.delivery.key for one in small.send.seen if one.to.address == "officer@example.org"]
    assert sorted(told) == sorted([key, later])


def test_a_digest_that_was_not_sent_may_grow(small: Post) -> None:
    """A mail server that was closed has seen nothing: the officer gets one mail with everything."""
    channel, _ = digest()
    small.channels = {"officer": channel}
    three_asked(small)
    small.send.answers = [Deferred(reason="closed"), Accepted(receipt="r")]
    small.deliver()
    small.apply("D3P7S", referees=(OFFICER, NamedReferee(name="Max Roe", email="max@example.org")))
    small.ask("D3P7S", channel="officer")
    small.clock.advance(minutes=1)
    small.deliver()
    last = [one for one in small.send.seen if one.to.address == "officer@example.org"][-1]
    assert small.deliver().became == {}
    assert len([one for one in small.statuses().values() if one == "sent"]) == 8, last


def test_a_task_that_a_digest_says_nothing_of_is_not_lost(small: Post) -> None:
    """A channel that forgets one of three: that one is tried again, or a person looks."""

    def request_many(_context: Any, tasks: tuple[ReferenceTask, ...]) -> Mapping[str, Any]:
        return {one.task: Accepted(receipt=one.task) for one in tasks[1:]}

    small.channels = {
        "officer": ReferenceChannel(
            name="officer", request=lambda *_: Deferred(reason="no"), request_many=request_many
        )
    }
    keys = three_asked(small)
    small.deliver()
    assert sorted(small.row(key).status for key in keys) == ["sent", "sent", "unknown"]


# -- a whole round ------------------------------------------------------------


def test_after_weeks_without_a_deliverer_one_reminder_goes_out(small: Post) -> None:
    """Three weeks of standing still: the referee hears of the latest step once, and not of all of them."""
    asked(small)
    small.deliver()
    small.send.seen.clear()
    small.clock.advance(days=21)
    for _ in range(3):
        small.deliver()
        small.clock.advance(minutes=10)
    reminders = [one for one in small.send.seen if one.template == "reference.reminded"]
    assert [one.to.address for one in reminders] == ["jo@example.org"]
    assert reminders[0].delivery.key.endswith("/reminder/21")


def test_a_reminder_carries_the_link_of_its_request(small: Post) -> None:
    """Whichever of the two mails is at hand opens the form."""
    asked(small)
    small.deliver()
    small.clock.advance(days=8)
    small.deliver()
    request, reminder = (one for one in small.send.seen if one.to.address == "jo@example.org")
    (link,) = [word for word in request.text.split() if word.startswith("https://sip.example.org/r/")]
    assert link in reminder.text
