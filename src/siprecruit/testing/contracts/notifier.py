"""What a notifier promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest

from siprecruit.api import Accepted, Context, Delivery, Notifier
from siprecruit.testing.calling import called
from siprecruit.testing.contracts.declaring import assert_answer, needs
from siprecruit.testing.contracts.forging import assert_forgeries_refused
from siprecruit.testing.contracts.sending import Act, SendingContract
from siprecruit.testing.tasks import ADDRESSES, a_delivery, a_notification


class NotifierContract(SendingContract):
    """Subclass it in a test module, and give ``plugin``, the fixtures ``settings`` and ``sent``.

    ``plugin``: your module. ``name``: which of its notifiers, where it gives several. ``http``: false where
    it speaks no HTTP. ``reads_json``: false where the other side's answer isn't JSON. ``environment``: the
    secrets that ``settings`` refers to. The fixture ``http`` is the other side: let ``settings`` say what it
    answers when all is well (``http.answers(201, json=...)``). A notifier that can ``receive`` needs the
    fixture ``callback``, one that can ``collect`` the fixture ``happens``. ``address``: where to, if not to a
    made-up address. ``signs_body``: false where a callback carries a mere token.
    """

    hook = "notifiers"
    address: ClassVar[str] = ""
    signs_body: ClassVar[bool] = True

    @pytest.fixture
    def notifier(self, provider: Notifier) -> Notifier:
        """The notifier."""
        return provider

    @pytest.fixture
    def act(self, notifier: Notifier) -> Act:
        """Sends a message."""
        address = self.address or ADDRESSES[notifier.address]

        def send(context: Context, delivery: Delivery, **other: Any) -> object:
            return notifier.send(context, a_notification(delivery, address=address, **other))

        return send

    @pytest.fixture
    def callback(self) -> Callable[[str], tuple[bytes, Mapping[str, str]]]:
        """Gives the body and the headers of the other side's signed report on a receipt."""
        pytest.fail("give a fixture `callback`: your notifier can receive")

    @pytest.fixture
    def happens(self) -> Callable[[str], None]:
        """Makes the other side deliver what has that receipt, so that ``collect`` can find it."""
        pytest.fail("give a fixture `happens`: your notifier can collect")

    # -- what is promised -----------------------------------------------------

    def test_a_message_is_sent(self, act: Act, context: Context, sent: Callable[[], int]) -> None:
        """A message is taken, with the other side's own reference for it, and is there."""
        ended = called(act, context, a_delivery())
        assert isinstance(ended.value, Accepted), f"all is well, but {ended}"
        assert_answer(ended.value, self.hook, "send")
        assert ended.value.receipt, "a receipt names what was taken"
        assert sent() == 1, f"one message was sent, and {sent()} are there"

    def test_two_messages_are_two(self, act: Act, context: Context, sent: Callable[[], int]) -> None:
        """The same words under two keys are two messages, each with a receipt of its own."""
        first = called(act, context, a_delivery("application/A7K4P/12/reference.asked")).value
        second = called(act, context, a_delivery("application/B8M5Q/12/reference.asked")).value
        assert isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert first.receipt != second.receipt, "two messages have one receipt: a report couldn't tell which"
        assert sent() == len({first.receipt, second.receipt}), (
            f"two messages were sent, and {sent()} are there"
        )

    @needs("idempotent")
    def test_the_same_key_twice_is_sent_once(
        self, notifier: Notifier, act: Callable[..., object], context: Context, sent: Callable[[], int]
    ) -> None:
        """A second attempt is known by its key, also where a word of it has changed since."""
        first = called(act, context, a_delivery()).value
        again = called(lambda: act(context, a_delivery(attempt=2), text="In other words.")).value
        assert isinstance(first, Accepted)
        assert isinstance(again, Accepted), (
            f"{notifier.name} says that it recognises keys, and answers {again!r}"
        )
        assert sent() == 1, f"the same key twice is there {sent()} times: it isn't idempotent"

    @needs("forget")
    def test_a_person_is_forgotten(
        self, notifier: Notifier, act: Act, context: Context, sent: Callable[[], int]
    ) -> None:
        """What it keeps of a key is deleted, of others not, and how much that was is said."""
        assert notifier.forget is not None
        called(act, context, a_delivery("application/A7K4P/12/reference.asked"))
        called(act, context, a_delivery("application/B8M5Q/12/reference.asked"))
        assert notifier.forget(context, ("application/A7K4P/12/reference.asked", "never/sent/1/x")) == 1
        assert sent() == 1, "another person's message went too, or theirs is still there"
        assert notifier.forget(context, ("application/A7K4P/12/reference.asked",)) == 0

    @needs("collect")
    def test_reports_are_collected_once(
        self, notifier: Notifier, act: Act, context: Context, happens: Callable[[str], None]
    ) -> None:
        """Reports since a cursor; a repeat from the same cursor, after a crash, gives the same ones."""
        assert notifier.collect is not None
        taken = called(act, context, a_delivery()).value
        assert isinstance(taken, Accepted)
        happens(taken.receipt)
        first = notifier.collect(context, "")
        assert_answer(first, self.hook, "collect")
        assert [one.receipt for one in first.reports] == [taken.receipt]
        assert notifier.collect(context, "").reports == first.reports, "a repeat gives something else"
        assert notifier.collect(context, first.cursor).reports == (), "the cursor doesn't move on"

    @needs("receive")
    def test_a_signed_report_is_read(
        self, notifier: Notifier, context: Context, callback: Callable[[str], tuple[bytes, Mapping[str, str]]]
    ) -> None:
        """A callback says what became of which message; the same one twice says the same."""
        assert notifier.receive is not None
        body, headers = callback("receipt-1")
        reports = notifier.receive(context, body, headers)
        assert_answer(reports, self.hook, "receive")
        assert [one.receipt for one in reports] == ["receipt-1"]
        assert notifier.receive(context, body, headers) == reports, "a callback twice says two things"

    @needs("receive")
    def test_a_wrong_signature_is_refused(
        self, notifier: Notifier, context: Context, callback: Callable[[str], tuple[bytes, Mapping[str, str]]]
    ) -> None:
        """Anybody can send a callback: what isn't signed by the other side's key raises ValueError."""
        body, headers = callback("receipt-1")
        assert_forgeries_refused(notifier.receive, context, body, headers, signs_body=self.signs_body)
