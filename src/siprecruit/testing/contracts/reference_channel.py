"""What a reference channel promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest

from siprecruit.api import Accepted, ByMessage, Context, Delivery, ReferenceChannel, ReferenceTask
from siprecruit.testing.calling import called
from siprecruit.testing.contracts.declaring import MOST_PAGES, assert_answer, needs
from siprecruit.testing.contracts.forging import assert_forgeries_refused
from siprecruit.testing.contracts.sending import Act, SendingContract
from siprecruit.testing.serving import LoopbackServer
from siprecruit.testing.tasks import ADDRESSES, REFEREE, a_delivery, a_task


class ReferenceChannelContract(SendingContract):
    """Subclass it in a test module, and give ``plugin``, the fixtures ``settings`` and ``sent``.

    As for a notifier; besides, ``by_message`` is true where the channel leaves the sending to the authority's
    notifier, ``needs_address`` false where the other side knows the referee. A channel that can ``collect``
    needs the fixture ``answers``, one that can ``receive`` the fixture ``callback``.
    """

    hook = "reference_channels"
    by_message: ClassVar[bool] = False
    needs_address: ClassVar[bool] = True
    signs_body: ClassVar[bool] = True

    @pytest.fixture
    def channel(self, provider: ReferenceChannel) -> ReferenceChannel:
        """The channel."""
        return provider

    @pytest.fixture
    def act(self, channel: ReferenceChannel) -> Act:
        """Asks for a reference."""

        def request(context: Context, delivery: Delivery) -> object:
            return channel.request(context, a_task(delivery))

        return request

    @pytest.fixture
    def answers(self) -> Callable[[ReferenceTask], None]:
        """Makes the referee answer a task on the other side, so that ``collect`` can find it."""
        pytest.fail("give a fixture `answers`: your channel can collect")

    @pytest.fixture
    def callback(self) -> Callable[[ReferenceTask], tuple[bytes, Mapping[str, str]]]:
        """Gives the body and the headers of the other side's signed answer to a task."""
        pytest.fail("give a fixture `callback`: your channel can receive")

    # -- asking ---------------------------------------------------------------

    @needs("not by_message")
    def test_a_reference_is_asked_for(self, act: Act, context: Context, sent: Callable[[], int]) -> None:
        """The request is taken, with the other side's own reference for it, and is there."""
        ended = called(act, context, a_delivery())
        assert isinstance(ended.value, Accepted), f"all is well, but {ended}"
        assert_answer(ended.value, self.hook, "request")
        assert ended.value.receipt, "a receipt names what was taken"
        assert sent() == 1, f"one reference was asked for, and {sent()} requests are there"

    @needs("by_message")
    def test_the_sending_is_left_to_the_notifier(self, act: Act, context: Context) -> None:
        """The message is named, and no field holds where the referee lives: the notifier is told that."""
        first, again = called(act, context, a_delivery()), called(act, context, a_delivery(attempt=2))
        assert isinstance(first.value, ByMessage), f"by_message is said, but {first}"
        assert_answer(first.value, self.hook, "request")
        assert first.value == again.value, "a second attempt is another message"
        told = "\n".join(first.value.fields.values())
        assert not [one for one in ADDRESSES.values() if one in told], (
            "the referee's address stands in a field"
        )

    @needs("not by_message", "idempotent")
    def test_the_same_key_twice_is_asked_once(
        self, act: Act, context: Context, sent: Callable[[], int]
    ) -> None:
        """A second attempt is known by its key."""
        called(act, context, a_delivery())
        again = called(act, context, a_delivery(attempt=2))
        assert isinstance(again.value, Accepted), f"it says that it recognises keys, but {again}"
        assert sent() == 1, f"the same key twice is there {sent()} times: it isn't idempotent"

    def test_a_reminder_is_not_the_request_again(self, channel: ReferenceChannel, context: Context) -> None:
        """A fortnight later the same task comes under a key of its own, and is answered as one may."""
        called(channel.request, context, a_task())
        later = a_task(a_delivery("application/A7K4P/12/reminder/14"), step=14)
        ended = called(channel.remind or channel.request, context, later)
        assert isinstance(ended.value, ByMessage if self.by_message else Accepted), (
            f"all is well, but {ended}"
        )
        assert_answer(ended.value, self.hook, "remind" if channel.remind else "request")
        if isinstance(ended.value, ByMessage) and not channel.request_many:
            first = channel.request(context, a_task())
            assert ended.value != first, "a reminder that reads like the request looks like a slip"

    @needs("withdraw")
    def test_a_request_is_withdrawn(self, channel: ReferenceChannel, context: Context) -> None:
        """What is wanted no longer is taken back, also where the other side never heard of it."""
        assert channel.withdraw is not None
        called(channel.request, context, a_task())
        known = a_task(a_delivery("application/A7K4P/13/reference.withdrawn"))
        unknown = a_task(a_delivery("application/B8M5Q/9/reference.withdrawn"), task="B8M5Q/r1")
        for task in (known, unknown):
            ended = called(channel.withdraw, context, task)
            assert not ended.raised, f"a withdrawal is answered, but {ended}"
            assert_answer(ended.value, self.hook, "withdraw")

    @needs("request_many")
    def test_many_are_answered_one_by_one(self, channel: ReferenceChannel, context: Context) -> None:
        """Each task of a batch gets its answer, and no other does."""
        assert channel.request_many is not None
        tasks = tuple(
            a_task(a_delivery(f"application/{code}/12/reference.asked"), task=f"{code}/r1")
            for code in ("A7K4P", "B8M5Q", "C9N6R")
        )
        ended = called(channel.request_many, context, tasks)
        assert not ended.raised, f"all is well, but {ended}"
        assert_answer(ended.value, self.hook, "request_many")
        assert set(ended.value) == {task.task for task in tasks}, "each task has its answer, by its id"

    # -- bringing the answer back ---------------------------------------------

    @needs("collect")
    def test_answers_are_collected_once(
        self, channel: ReferenceChannel, context: Context, answers: Callable[[ReferenceTask], None]
    ) -> None:
        """Replies since a cursor; a repeat from the same cursor, after a crash, gives the same receipts."""
        assert channel.collect is not None
        task = a_task()
        called(channel.request, context, task)
        answers(task)
        first = channel.collect(context, "")
        assert_answer(first, self.hook, "collect")
        assert [one.task for one in first.replies] == [task.task], "the answer to the task isn't there"
        again = channel.collect(context, "")
        assert [one.receipt for one in again.replies] == [one.receipt for one in first.replies], (
            "a repeat from the same cursor gives other receipts: the core couldn't drop the doubles"
        )
        assert channel.collect(context, first.cursor).replies == (), "the cursor doesn't move on"

    @needs("collect")
    def test_each_answer_has_a_receipt_of_its_own(
        self, channel: ReferenceChannel, context: Context, answers: Callable[[ReferenceTask], None]
    ) -> None:
        """Two answers are two, also where they say the same: the core drops what has a known receipt."""
        assert channel.collect is not None
        for code in ("A7K4P", "B8M5Q"):
            task = a_task(a_delivery(f"application/{code}/12/reference.asked"), task=f"{code}/r1")
            called(channel.request, context, task)
            answers(task)
        replies = _collected(channel, context)
        assert sorted(one.task for one in replies) == ["A7K4P/r1", "B8M5Q/r1"]
        assert len({one.receipt for one in replies}) == len(replies), "two answers have one receipt"

    @needs("collect", "http")
    @pytest.mark.parametrize("body", [b"<html>Sorry!</html>", b"null", b"[]", b"{}"])
    def test_an_outage_loses_no_answer(
        self, channel: ReferenceChannel, context: Context, http: LoopbackServer, body: bytes
    ) -> None:
        """What can't be read moves no cursor: the answers behind it would be lost for ever."""
        for status in (200, 401, 404, 500, 503):
            http.fails(status, body=body)
            ended = called(channel.collect or _never, context, "")
            moved = not ended.raised and (ended.value.replies or ended.value.cursor)
            assert not moved, f"{status} with {body!r} is no answer, but {ended}"

    @needs("receive")
    def test_a_signed_answer_is_read(
        self,
        channel: ReferenceChannel,
        context: Context,
        callback: Callable[[ReferenceTask], tuple[bytes, Mapping[str, str]]],
    ) -> None:
        """A callback brings the answer to its task; the same one twice brings the same receipt."""
        assert channel.receive is not None
        body, headers = callback(a_task())
        replies = channel.receive(context, body, headers)
        assert_answer(replies, self.hook, "receive")
        assert [one.task for one in replies] == ["A7K4P/r1"]
        again = channel.receive(context, body, headers)
        assert [one.receipt for one in again] == [one.receipt for one in replies], (
            "a callback that comes twice has two receipts: the core couldn't drop the double"
        )

    @needs("receive")
    def test_a_wrong_signature_is_refused(
        self,
        channel: ReferenceChannel,
        context: Context,
        callback: Callable[[ReferenceTask], tuple[bytes, Mapping[str, str]]],
    ) -> None:
        """Anybody can send a callback: what isn't signed by the other side's key raises ValueError."""
        body, headers = callback(a_task())
        assert_forgeries_refused(channel.receive, context, body, headers, signs_body=self.signs_body)

    @needs("forget", "not by_message")
    def test_a_person_is_forgotten(self, channel: ReferenceChannel, act: Act, context: Context) -> None:
        """What it keeps of a key is deleted, of others not, and how much that was is said."""
        assert channel.forget is not None
        called(act, context, a_delivery("application/A7K4P/12/reference.asked"))
        assert channel.forget(context, ("application/A7K4P/12/reference.asked", "never/sent/1/x")) >= 1
        assert channel.forget(context, ("application/A7K4P/12/reference.asked",)) == 0
        left = [path for path in context.home.rglob("*") if path.is_file() and REFEREE in _text_of(path)]
        assert left == [], "what it wrote about the referee is still there"


def _text_of(path: Any) -> str:
    text: str = path.read_bytes().decode("utf-8", "replace")
    return text


def _never(context: Context, cursor: str) -> object:
    del context, cursor
    raise NotImplementedError


def _collected(channel: ReferenceChannel, context: Context) -> list[Any]:
    """All that there is to collect, page by page."""
    assert channel.collect is not None
    found: list[Any] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        page = channel.collect(context, cursor)
        if not page.replies:
            return found
        found += page.replies
        cursor = page.cursor
    pytest.fail("it never comes to an end: the cursor doesn't move on")
