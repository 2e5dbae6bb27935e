"""What an inbox promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from siprecruit.api import Context, Inbox, Item, Polled
from siprecruit.intake.commands import Malformed, as_command
from siprecruit.testing.calling import called
from siprecruit.testing.contexts import Heard
from siprecruit.testing.contracts.declaring import MOST_PAGES, assert_answer, needs
from siprecruit.testing.contracts.hearing import assert_nothing_personal, overheard
from siprecruit.testing.contracts.provider import ProviderContract
from siprecruit.testing.serving import LoopbackServer


class InboxContract(ProviderContract):
    """Subclass it in a test module, and give ``plugin``, the fixtures ``settings`` and ``arrives``.

    ``plugin``, ``name``, ``http``, ``environment`` and the fixture ``settings`` as for a notifier. An inbox
    that can meet something unreadable beside something good gives the fixture ``garbles``, and says
    ``garbles_some = True``.
    """

    hook = "inboxes"
    garbles_some: ClassVar[bool] = False

    @pytest.fixture
    def arrives(self) -> Callable[[], None]:
        """Makes one more thing come in at the source, another one each time."""
        pytest.fail("give a fixture `arrives`: a function that lets one thing come in")

    @pytest.fixture
    def garbles(self) -> Callable[[], None]:
        """Makes something come in that can't be read."""
        pytest.fail("give a fixture `garbles`: a function that lets something unreadable come in")

    @pytest.fixture
    def inbox(self, provider: Inbox) -> Inbox:
        """The inbox."""
        return provider

    # -- what is promised -----------------------------------------------------

    def test_nothing_came_in(self, inbox: Inbox, context: Context) -> None:
        """An empty source gives nothing, and is no failure."""
        assert _polled(inbox, context).items == ()

    def test_what_came_in_is_commands(
        self, inbox: Inbox, context: Context, arrives: Callable[[], None]
    ) -> None:
        """An item holds whole commands, but for the id, as the schemas say."""
        arrives()
        items = _polled(inbox, context).items
        assert len(items) == 1, f"one thing came in, and {len(items)} were told"
        assert items[0].receipt, "a receipt names what came in"
        assert items[0].commands, "an item without commands says nothing"
        for told in items[0].commands:
            assert_command(told)

    def test_an_item_comes_once(self, inbox: Inbox, context: Context, arrives: Callable[[], None]) -> None:
        """From the next cursor there is nothing; from the same one, after a crash, the same again."""
        arrives()
        first = _polled(inbox, context)
        again = _polled(inbox, context)
        assert _told(again) == _told(first), "after a crash something else is told, or under other receipts"
        assert _polled(inbox, context, first.cursor).items == (), "the cursor doesn't move on"

    def test_what_came_later_is_not_lost(
        self, inbox: Inbox, context: Context, arrives: Callable[[], None]
    ) -> None:
        """Each thing is told once, whenever it came."""
        arrives()
        first = _polled(inbox, context)
        arrives()
        arrives()
        later = _all(inbox, context, first.cursor)
        receipts = [one.receipt for one in (*first.items, *later)]
        assert len(receipts) == len(set(receipts)) == 1 + 2, (
            f"three things came in, and were told as {receipts}"
        )

    @needs("garbles_some")
    def test_what_is_good_beside_what_is_not_comes_in(
        self,
        inbox: Inbox,
        context: Context,
        arrives: Callable[[], None],
        garbles: Callable[[], None],
    ) -> None:
        """Something unreadable keeps nothing else out."""
        garbles()
        arrives()
        items = _all(inbox, context)
        assert len(items) == 1, f"one good thing came in, and {len(items)} were told"

    @needs("http")
    @pytest.mark.parametrize("status", [200, 401, 404, 500, 503])
    def test_an_outage_loses_nothing(
        self, inbox: Inbox, context: Context, http: LoopbackServer, status: int
    ) -> None:
        """What can't be read moves no cursor: what lies behind it would be lost for ever."""
        for body in (b"<html>Sorry</html>", b"null", b"{}"):
            http.fails(status, body=body)
            ended = called(inbox.poll, context, "")
            moved = not ended.raised and (ended.value.items or ended.value.cursor)
            assert not moved, f"{status} with {body!r} is no answer, but {ended}"

    def test_nothing_personal_is_logged(
        self,
        inbox: Inbox,
        heard: Heard,
        arrives: Callable[[], None],
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """What came in is for the record, not for a log."""
        caplog.set_level(0)
        arrives()
        polled = _polled(inbox, heard.context)
        names = {name for item in polled.items for told in item.commands for name in _names_in(told)}
        assert_nothing_personal(overheard(heard, caplog, capfd), names)


def assert_command(told: Mapping[str, object]) -> None:
    """It is a command in its envelope, as its schema says, once the core has given it an id."""
    try:
        as_command({**told, "id": "made-by-the-core"})
    except Malformed as wrong:
        pytest.fail(f"the command {told.get('command')} is refused: {wrong.message}")


def _names_in(told: Mapping[str, object]) -> set[str]:
    """Who the command is about, in words."""
    inner = told.get("data")
    if not isinstance(inner, Mapping):
        return set()
    found = (inner.get(field) for field in ("first_name", "last_name", "email", "name"))
    return {str(name) for name in found if name}


def _polled(inbox: Inbox, context: Context, cursor: str = "") -> Polled:
    ended = called(inbox.poll, context, cursor)
    assert not ended.raised, f"all is well, but {ended}"
    assert_answer(ended.value, InboxContract.hook, "poll")
    polled: Polled = ended.value
    return polled


def _told(polled: Polled) -> list[tuple[str, tuple[Mapping[str, object], ...]]]:
    return [(one.receipt, one.commands) for one in polled.items]


def _all(inbox: Inbox, context: Context, cursor: str = "") -> list[Item]:
    """All that there is to poll, page by page."""
    found: list[Item] = []
    for _ in range(MOST_PAGES):
        page = _polled(inbox, context, cursor)
        if not page.items:
            return found
        found += page.items
        cursor = page.cursor
    pytest.fail("it never comes to an end: the cursor doesn't move on")
