"""What every provider promises that tells the world something once: a notifier, a reference channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar, Final

import attrs
import pytest

from siprecruit.api import Accepted, Context, Deferred, Delivery, Refused
from siprecruit.testing.calling import Ended, called
from siprecruit.testing.clock import Clock
from siprecruit.testing.contexts import Heard, impatient
from siprecruit.testing.contracts.declaring import needs
from siprecruit.testing.contracts.hearing import assert_no_secret, assert_nothing_personal, overheard
from siprecruit.testing.contracts.provider import ProviderContract
from siprecruit.testing.serving import HUGE, LoopbackServer
from siprecruit.testing.tasks import ADDRESSES, a_delivery

Act = Callable[[Context, Delivery], object]
SOON: Final = 0.4
"""How many seconds a call is given where the other side hangs."""
WAIT: Final = 60
"""What ``Retry-After`` says, in seconds."""


class SendingContract(ProviderContract):
    """The part of the contracts that notifiers and reference channels share."""

    reads_json: ClassVar[bool] = True

    # -- what an author gives -------------------------------------------------

    @pytest.fixture
    def sent(self) -> Callable[[], int]:
        """Gives how many messages or requests the other side holds by now."""
        pytest.fail("give a fixture `sent`: a function that counts what the other side holds")

    # -- what the suite makes of it -------------------------------------------

    @pytest.fixture
    def act(self) -> Act:
        """Sends one message or request, with that delivery."""
        raise NotImplementedError

    # -- what is promised -----------------------------------------------------

    def test_nothing_personal_is_logged(
        self, act: Act, heard: Heard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Nobody's name, address, text or link gets into a log, or onto the screen."""
        caplog.set_level(0)
        called(act, heard.context, a_delivery())
        assert_nothing_personal(overheard(heard, caplog, capfd))

    @needs("http")
    def test_nothing_personal_is_logged_of_a_failure(
        self,
        act: Act,
        heard: Heard,
        http: LoopbackServer,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """A failure is told without saying whom it met."""
        caplog.set_level(0)
        http.fails(400, json={"error": "bad address"})
        called(act, heard.context, a_delivery())
        http.fails(500)
        called(act, heard.context, a_delivery(attempt=2))
        assert_nothing_personal(overheard(heard, caplog, capfd))

    @needs("secrets")
    def test_no_secret_is_shown(
        self, act: Act, heard: Heard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A secret of the settings is shown by no value, no answer and no log."""
        caplog.set_level(0)
        ended = called(act, heard.context, a_delivery())
        assert_no_secret(heard, ended, overheard(heard, caplog, capfd), self.environment.values())

    @needs("secrets", "http")
    @pytest.mark.parametrize("status", [400, 401, 403, 500])
    def test_no_secret_is_shown_by_a_failure(
        self,
        act: Act,
        heard: Heard,
        http: LoopbackServer,
        status: int,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """Not even where the other side repeats what it was sent."""
        caplog.set_level(0)
        http.fails(status, json={"error": list(self.environment.values())})
        ended = called(act, heard.context, a_delivery())
        assert_no_secret(heard, ended, overheard(heard, caplog, capfd), self.environment.values())

    @needs("http", "not by_message")
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
    def test_a_request_that_is_refused_is_refused(
        self, act: Act, context: Context, http: LoopbackServer, status: int
    ) -> None:
        """The other side says no, and did nothing: that is known, and a person is told why."""
        http.fails(status, json={"error": "no"})
        ended = called(act, context, a_delivery())
        assert isinstance(ended.value, Refused | Deferred), (
            f"{status} says that nothing was done, but {ended}"
        )

    @needs("http", "not by_message")
    def test_too_many_requests_are_asked_again_later(
        self, act: Act, context: Context, http: LoopbackServer
    ) -> None:
        """429 with Retry-After: nothing was done, and it isn't asked sooner than the other side wishes."""
        http.fails(429, json={"error": "slow down"}, headers={"Retry-After": str(WAIT)})
        ended = called(act, context, a_delivery())
        assert isinstance(ended.value, Deferred), f"429 says: later; but {ended}"
        assert (ended.value.after or dt.timedelta()) >= dt.timedelta(seconds=WAIT), (
            "Retry-After is not heeded"
        )

    @needs("http", "not by_message")
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_fault_on_the_other_side_is_no_answer(
        self, act: Act, context: Context, http: LoopbackServer, status: int
    ) -> None:
        """An outage passes: it neither takes a message nor refuses one for good."""
        http.fails(status)
        ended = called(act, context, a_delivery())
        assert not isinstance(ended.value, Accepted | Refused), f"{status} is an outage, but {ended}"
        assert ended.raised or isinstance(ended.value, Deferred), f"{status} is an outage, but {ended}"

    @needs("http", "reads_json", "not by_message")
    @pytest.mark.parametrize("body", [b"<html>Welcome to the hotel's Wi-Fi</html>", b"", b"[1, 2]", b"null"])
    def test_another_page_than_the_service_is_not_the_service(
        self, act: Act, context: Context, http: LoopbackServer, body: bytes
    ) -> None:
        """200 from something else, such as a proxy's page, takes no message."""
        http.fails(200, body=body)
        _assert_unknown(called(act, context, a_delivery()), "200 with something else in it")

    @needs("http", "reads_json", "not by_message")
    def test_a_huge_answer_is_no_answer(self, act: Act, context: Context, http: LoopbackServer) -> None:
        """Eight megabytes that mean nothing are not kept, and end the call in time."""
        http.fails(200, body=b'{"padding": "' + b"x" * HUGE + b'"}')
        _assert_unknown(called(act, context, a_delivery()), "eight megabytes that mean nothing")

    @needs("http", "not by_message")
    def test_half_an_answer_is_no_answer(
        self, provider: Any, act: Act, context: Context, http: LoopbackServer
    ) -> None:
        """The line broke in the middle of the answer: it may have been taken, and that isn't known."""
        http.answers_half()
        _assert_maybe_done(called(act, context, a_delivery()), provider)

    @needs("http", "not by_message")
    def test_a_lost_answer_is_not_known(
        self, provider: Any, act: Act, context: Context, http: LoopbackServer
    ) -> None:
        """It was taken and the line broke before the answer: to say that nothing was done would double it."""
        http.drops_after()
        _assert_maybe_done(called(act, context, a_delivery()), provider)

    @needs("http", "idempotent", "not by_message")
    def test_a_lost_answer_and_a_repeat_send_once(
        self, act: Act, context: Context, http: LoopbackServer, sent: Callable[[], int]
    ) -> None:
        """Who recognises a key is asked again with the same one, and it is there once."""
        http.drops_after()
        called(act, context, a_delivery())
        http.recovers()
        ended = called(act, context, a_delivery(attempt=2))
        assert isinstance(ended.value, Accepted), f"a repeat with the same key is taken, but {ended}"
        assert sent() == 1, f"the same key twice is there {sent()} times: send delivery.key along"

    @needs("http", "not by_message")
    def test_a_hang_ends_in_time(
        self, provider: Any, act: Act, context: Context, http: LoopbackServer, clock: Clock
    ) -> None:
        """Who never answers is given up at the deadline, and what became of it isn't known."""
        http.hangs()
        hurried = attrs.evolve(context, http=impatient(SOON))
        soon = a_delivery(deadline=clock() + dt.timedelta(seconds=SOON))
        _assert_maybe_done(called(act, hurried, soon, within=SOON + 3), provider)

    @needs("http", "not by_message")
    def test_nobody_there_means_nothing_done(
        self, provider: Any, act: Act, context: Context, http: LoopbackServer
    ) -> None:
        """Where no line could be had at all, nothing was sent: say so, and it is tried again by itself."""
        http.goes_away()
        ended = called(act, context, a_delivery())
        assert not isinstance(ended.value, Accepted | Refused), f"nobody was there, but {ended}"
        if not provider.idempotent:
            assert isinstance(ended.value, Deferred), f"nobody was there, so nothing was done, but {ended}"

    @needs("http", "no address")
    def test_an_address_that_is_not_needed_stays_here(
        self, act: Act, context: Context, http: LoopbackServer
    ) -> None:
        """A service that finds people by itself isn't told where they live."""
        called(act, context, a_delivery())
        seen = "\n".join(map(str, http.requests))
        assert not [one for one in ADDRESSES.values() if one in seen], "the referee's address went out"


def _assert_unknown(ended: Ended, what: str) -> None:
    assert ended.raised or isinstance(ended.value, Deferred), f"{what} says nothing, but {ended}"


def _assert_maybe_done(ended: Ended, provider: Any) -> None:
    """It may have been done: only who recognises keys may call that ``Deferred``."""
    if provider.idempotent and isinstance(ended.value, Deferred):
        return
    assert ended.raised, f"it may have been taken, and only raising says so, but {ended}"
