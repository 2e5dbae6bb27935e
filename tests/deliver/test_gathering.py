"""What comes in: taken once, from whoever was asked, and nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from deliver.rounds import NORFOLK, Callers, Post, posting
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code
from siprecruit.core.references import BeginReferenceOutside, task_state
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.incoming.gathering import Gathered, gather, received
from siprecruit.deliver.office import Choices, Office
from siprecruit.plugins.calling import Answered, Raised
from siprecruit.plugins.loader import Given
from siprecruit.plugins.types import (
    Accepted,
    Collected,
    DeliveryReport,
    Inbox,
    Item,
    Polled,
    ReferenceBounced,
    ReferenceChannel,
    ReferenceDeclined,
    ReferenceReply,
    Reported,
)
from siprecruit.record import by_hand, notices
from siprecruit.record.delivered import kept
from siprecruit.record.errors import RecordError
from siprecruit.record.tables import attempts, outbox, providers
from siprecruit.reports.todo import Doing, Wanted, listed

STREAM = "application/A7K4P"
AT = dt.datetime(2007, 6, 3, 23, 30, tzinfo=dt.UTC)


def reply(receipt: str = "one", task: str = "A7K4P/r1", **answers: object) -> ReferenceReply:
    """A referee's answers."""
    told = answers or {"recommendation": "yes", "analysis": "She reads a school in an hour."}
    return ReferenceReply(task=task, answers=told, in_confidence=True, received_at=AT, receipt=receipt)


@attrs.define
class Source:
    """A channel, a notifier or an inbox that gives what it is told to, batch by batch, by its cursor."""

    batches: list[tuple[Any, ...]] = attrs.field(factory=list)
    cursors: list[str] = attrs.field(factory=list)
    fails: bool = False
    unread: dict[str, str] | None = None

    def collect(self, _context: Any, cursor: str) -> Any:
        """What came in since a cursor."""
        self.cursors.append(cursor)
        if self.fails:
            return "nonsense"
        place = int(cursor or 0)
        given = self.batches[place] if place < len(self.batches) else ()
        cursor = str(min(place + 1, len(self.batches)))
        return Collected(replies=given, cursor=cursor, unread=self.unread)

    def poll(self, context: Any, cursor: str) -> Any:
        """The same of an inbox."""
        came = self.collect(context, cursor)
        return (
            came
            if isinstance(came, str)
            else Polled(items=came.replies, cursor=came.cursor, unread=self.unread)
        )

    def reported(self, context: Any, cursor: str) -> Any:
        """The same of a notifier."""
        came = self.collect(context, cursor)
        return came if isinstance(came, str) else Reported(reports=came.replies, cursor=came.cursor)


class Calling(Callers):
    """Calls here; a signature that is wrong raises, as a plugin's does."""

    def call(self, plugin: str, hook: str, provider: str, method: str, *args: object, timeout: float) -> Any:
        """Call a function of a provider."""
        if method == "receive":
            body, headers = args
            if headers != {"x-signature": "right"}:  # type: ignore[comparison-overlap]
                return Raised(kind="ValueError", where="college.py:7")
            return Answered(value=tuple(reply(**each) for each in json.loads(body)))  # type: ignore[arg-type]
        if hook == "inboxes":
            return Answered(value=self.loaded.inboxes[provider].provider.poll(None, args[0]))  # type: ignore[arg-type]
        return super().call(plugin, hook, provider, method, *args, timeout=timeout)


@attrs.define(kw_only=True)
class World:
    """An office that asks through the channel ``college``, and what that gives."""

    post: Post
    college: Source = attrs.field(factory=Source)
    inbox: Source = attrs.field(factory=Source)
    notifier: Source = attrs.field(factory=Source)

    @property
    def office(self) -> Office:
        """The office."""
        channel = ReferenceChannel(
            name="college",
            request=lambda *_: Accepted(receipt="taken", final=False),
            collect=self.college.collect,
            receive=lambda *_: (),
        )
        other = attrs.evolve(channel, name="other", collect=None)
        self.post.channels = {"college": channel, "other": other}
        self.post.choices = Choices(notifier="post", channel="college")
        office = self.post.office
        notifiers = {
            name: Given(plugin="test", provider=attrs.evolve(one.provider, collect=self.notifier.reported))
            for name, one in office.plugins.notifiers.items()
        }
        inbox = Inbox(name="drop", poll=self.inbox.poll)
        plugins = attrs.evolve(
            office.plugins, notifiers=notifiers, inboxes={"drop": Given(plugin="test", provider=inbox)}
        )
        return attrs.evolve(office, plugins=plugins)

    def gather(self) -> Gathered:
        """One run."""
        office = self.office
        return gather(office, Calling(office.plugins))

    def receive(
        self, *replies: dict[str, Any], name: str = "reference_channels/college", sign: str = "right"
    ) -> Gathered:
        """A callback with these replies."""
        office = self.office
        body = json.dumps(replies).encode()
        return received(office, Calling(office.plugins), name, body, {"x-signature": sign})

    def state(self, reference: str = "r1") -> str:
        """What became of a reference."""
        with self.post.record.reading() as reader:
            held = DECIDERS["application"].state(reader.histories([STREAM])[STREAM]).references
        return task_state(held, held.tasks[Code(reference)])

    def events(self) -> int:
        """How many events the application has."""
        with self.post.record.reading() as reader:
            return reader.versions([STREAM])[STREAM]

    def refused(self) -> list[dict[str, Any]]:
        """What is kept of the replies that somebody has to look at."""
        with self.post.record.reading() as reader:
            rows = (
                sa.select(outbox.c.key).where(outbox.c.template == "reference.reply").order_by(outbox.c.key)
            )
            keys = [key for (key,) in reader.select(rows)]
            found = kept(reader, keys)
            return [found[key] for key in keys]


def waiting(world: World) -> list[Doing]:
    """What somebody has to do about replies and messages."""
    with world.post.record.reading() as reader:
        found = listed(reader, NORFOLK, Wanted(size=100), world.post.clock.today())
    return [one for one in found.rows if one.kind.startswith(("reply_", "message_", "item_"))]


@pytest.fixture
def world(sqlite_database: str, tmp_path: Path) -> Iterator[World]:
    """The first referee was asked through the college's channel, the second through another."""
    with posting(sqlite_database, tmp_path) as post:
        made = World(post=post)
        assert made.office
        post.apply()
        post.ask(reference="r1", referee="1", channel="college")
        post.ask(reference="r2", referee="2", channel="other")
        yield made


def test_a_reply_is_received_on_its_day_and_the_cursor_with_it(world: World) -> None:
    """Half past eleven at night by Greenwich is the next day in Norfolk's summer."""
    world.college.batches = [(reply(),)]
    assert world.gather().taken == {"done": 1}
    assert world.state() == "received"
    with world.post.record.reading() as reader:
        history = reader.histories([STREAM], texts=True)[STREAM]
        cursors = sa.select(providers.c.cursor).where(providers.c.provider == "reference_channels/college")
        assert reader.select(cursors)[0][0] == "1"
    assert (history[-1].on, history[-1].event.in_confidence) == (dt.date(2007, 6, 4), True)
    assert history[-1].event.answers["analysis"] == "She reads a school in an hour."


def test_the_next_run_goes_on_from_the_cursor(world: World) -> None:
    """What was collected isn't asked for again, and nothing new costs one call."""
    world.college.batches = [(reply(),)]
    world.gather()
    world.gather()
    assert world.college.cursors == ["", "1", "1"]


def test_a_replay_is_harmless(world: World) -> None:
    """The same receipt again, in the same batch, from the start or by a callback, is one reference."""
    world.college.batches = [(reply(), reply())]
    world.gather()
    before = world.events()
    with world.post.record.writing() as writer:
        writer.connection.execute(sa.update(providers).values(cursor=""))
    world.post.clock.advance(days=3)
    world.gather()
    world.receive({"receipt": "one"})
    assert (world.events(), world.refused()) == (before, [])


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (ReferenceDeclined(task="A7K4P/r1", reason="on leave", receipt="d"), "declined"),
        (ReferenceBounced(task="A7K4P/r1", receipt="b"), "bounced"),
    ],
)
def test_a_referee_may_decline_or_not_be_reached(world: World, told: Any, state: str) -> None:
    """What the channel says of it is what the record says."""
    world.college.batches = [(told,)]
    world.gather()
    assert world.state() == state
    world.post.clock.advance(days=1)
    world.college.batches.append((reply("late"),))
    world.gather()
    assert world.state() in ("received", "received_late")


@pytest.mark.parametrize("task", ["A7K4P/r2", "A7K4P/r9", "B8M5Q/r1", "nonsense", "", "../r1", "A7K4P/r3"])
def test_a_reply_for_what_this_channel_was_not_asked_for_is_refused(world: World, task: str) -> None:
    """Another channel's task, the college's own, or none at all: nothing is recorded, and it is told."""
    begun = BeginReferenceOutside(reference=Code("r3"), referee=Code("2"), asked_by=Code("ncsl"))
    world.post.done(STREAM, begun)
    before = world.events()
    world.college.batches = [(reply(task=task),)]
    found = world.gather()
    assert world.events() == before
    assert "was not asked for" in found.problems[0]
    assert "hour" not in found.problems[0]


@pytest.mark.parametrize(
    "answers",
    [
        {"recommendation": "perhaps"},
        {"analysis": ["a list"]},
        {"sickness_absence": "3 days"},
        {"analysis": 7},
    ],
)
def test_answers_that_do_not_fit_are_kept_for_a_person(world: World, answers: dict[str, Any]) -> None:
    """A reference is never lost: what doesn't fit the form lies in the vault, and somebody is to look."""
    world.college.batches = [(reply(**answers),)]
    found = world.gather()
    (lies,) = world.refused()
    assert json.loads(lies["answers"]) == answers
    assert (world.state(), len(found.problems)) == ("asked", 1)
    with world.post.record.writing() as writer:
        writer.connection.execute(sa.update(providers).values(cursor=""))
    world.gather()
    assert len(world.refused()) == 1


def test_what_is_to_be_done_about_a_reply_says_that_it_is_one(world: World) -> None:
    """Nothing of ours failed to go out: somebody reads what came, tells it, and says so; it can't be sent."""
    # given
    world.college.batches = [(reply(recommendation="perhaps"),)]
    world.gather()

    # when
    (task,) = waiting(world)

    # then
    assert (task.kind, task.stream) == ("reply_refused", STREAM)
    assert "reply" in task.what
    assert task.reason is not None
    assert task.reason.startswith("college: ")
    assert task.type == (f"messages show {task.detail}", f"messages settle {task.detail} --not-sent")
    with world.post.record.writing() as writer, pytest.raises(RecordError) as refusal:
        by_hand.again(writer, task.detail, NORFOLK, world.post.clock())
    assert refusal.value.code == "wrong_status"
    with world.post.record.writing() as writer:
        by_hand.settle(writer, task.detail, NORFOLK, world.post.clock(), sent=False)
    assert waiting(world) == []


def test_a_second_answer_is_kept_for_a_person(world: World) -> None:
    """The record has one already: the other is not lost, and doesn't overwrite it."""
    world.college.batches = [(reply("one"),), (reply("two", analysis="On second thoughts."),)]
    world.gather()
    (lies,) = world.refused()
    assert "On second thoughts." in lies["answers"]


def test_a_source_that_fails_costs_its_own_work_and_rests(world: World) -> None:
    """Nonsense from one: the others are asked, and after five failures it rests."""
    world.college.fails = True
    world.inbox.batches = [(Item(receipt="i", commands=(responded(),)),)]
    assert world.gather().taken == {"done": 1}
    for _ in range(6):
        world.gather()
    assert len(world.college.cursors) == 5
    with world.post.record.reading() as reader:
        wanted = sa.select(attempts.c.answer).where(attempts.c.key == "reference_channels/college")
        assert {answer for (answer,) in reader.select(wanted)} == {"nonsense"}


# -- callbacks ----------------------------------------------------------------


def test_a_callback_is_taken_once_and_only_with_its_signature(world: World) -> None:
    """The plugin vouches for what was sent to it; a wrong signature changes nothing."""
    with pytest.raises(Rejected) as refusal:
        world.receive({"receipt": "one"}, sign="wrong")
    assert (refusal.value.code, world.state()) == ("not_verified", "asked")
    assert world.receive({"receipt": "one"}).taken == {"done": 1}
    assert world.receive({"receipt": "one"}).taken == {"unchanged": 1}
    with pytest.raises(Rejected) as refusal:
        world.receive(name="reference_channels/unheard")
    assert refusal.value.code == "no_such_provider"


# -- reports on messages ------------------------------------------------------


def test_a_stranger_neither_rests_a_provider_nor_wakes_it(world: World) -> None:
    """Whoever knows where callbacks are taken can send what they like: it says nothing of the provider."""
    world.college.fails = True
    for _ in range(4):
        world.gather()
    with pytest.raises(Rejected, match="does not vouch"):
        world.receive(sign="wrong")

    world.gather()

    with world.post.record.reading() as reader:
        failures = sa.select(providers.c.failures).where(providers.c.provider == "reference_channels/college")
        assert reader.select(failures) == [(5,)]


def test_a_flood_of_forged_callbacks_fills_nothing(world: World) -> None:
    """Whoever sends them by the thousand leaves one line an hour: that it goes on is seen all the same."""

    def forged(number: int) -> int:
        for _ in range(number):
            with pytest.raises(Rejected, match="does not vouch"):
                world.receive(sign="wrong")
        with world.post.record.reading() as reader:
            noted = sa.select(attempts.c.code).where(attempts.c.key == "reference_channels/college")
            return len(reader.select(noted))

    assert forged(20) == 1
    world.post.clock.advance(minutes=59)
    assert forged(20) == 1
    world.post.clock.advance(minutes=1)
    assert forged(20) == 2


def sent(world: World, key: str, receipt: str) -> None:
    """A row has been taken by the notifier."""
    with world.post.record.writing() as writer:
        row = sa.update(outbox).where(outbox.c.key == key)
        writer.connection.execute(row.values(status="awaiting", receipt=receipt, provider="notifiers/post"))


def report(receipt: str, state: Any) -> DeliveryReport:
    """What became of a message."""
    return DeliveryReport(receipt=receipt, state=state, at=AT)


def test_what_came_back_from_a_referee_is_a_bounced_reference(world: World) -> None:
    """Another address or another referee is needed: that is a task, the message is none besides."""
    key = f"{STREAM}/4/reference.asked"
    sent(world, key, "m1")
    world.notifier.batches = [(report("m1", "bounced"),), (report("m1", "bounced"),)]
    world.gather()
    assert (world.state(), world.post.row(key).status) == ("bounced", "settled")


def test_what_came_back_from_an_applicant_is_for_somebody_to_look_at(world: World) -> None:
    """The acknowledgement came back: the office rings."""
    key = f"{STREAM}/1/response.acknowledged"
    sent(world, key, "m2")
    world.notifier.batches = [(report("m2", "bounced"),)]
    world.gather()
    assert world.post.row(key).status == "bounced"
    assert world.state() == "asked"


@pytest.mark.parametrize(("state", "status"), [("delivered", "sent"), ("failed", "failed")])
def test_what_became_of_a_message_is_noted(world: World, state: str, status: str) -> None:
    """Delivered is sent, failed is for somebody to look at; a receipt that nobody gave is nothing."""
    key = f"{STREAM}/1/response.acknowledged"
    sent(world, key, "m3")
    world.notifier.batches = [(report("m3", state), report("unheard", state))]
    world.gather()
    assert world.post.row(key).status == status


# -- inboxes ------------------------------------------------------------------


def responded(**other: Any) -> dict[str, Any]:
    """Somebody's answer to the advert, as an inbox gives it."""
    data = {"advert": "tes-2007-05", "first_name": "Ann", "last_name": "Smith", "category": "consultant"}
    return {
        "command": "response.submit",
        "stream": "application/new",
        "on": "2007-05-22",
        "data": data,
        **other,
    }


def applications(world: World) -> list[str]:
    """The codes of all applications."""
    with world.post.record.reading() as reader:
        rows = reader.connection.execute(sa.text("SELECT application FROM applicants ORDER BY 1"))
        return [code for (code,) in rows]


def test_an_item_that_comes_twice_is_taken_once(world: World) -> None:
    """A new application gets a code of its own, made of its receipt, without look-alike characters."""
    item = Item(receipt="mail-1", commands=(responded(),))
    world.inbox.batches = [(item, item), (item,), (attrs.evolve(item, receipt="mail-2"),)]
    world.gather()
    codes = [code for code in applications(world) if code != "A7K4P"]
    assert len(codes) == 2
    assert not set("".join(codes)) & set("ILO01")


def test_all_of_an_item_is_about_one_new_application(world: World) -> None:
    """A response and a note that come together lie together."""
    note = {
        "command": "note.add",
        "stream": "application/new",
        "on": "2007-05-22",
        "data": {"text": "by post"},
    }
    world.inbox.batches = [(Item(receipt="mail-1", commands=(responded(), note)),)]
    assert world.gather().taken == {"done": 2}
    assert len(applications(world)) == 2


def test_what_is_wrong_with_an_item_costs_that_command_alone(world: World) -> None:
    """Checked like any file: a sentence says what is wrong, without repeating it."""
    wrong = responded(data={"advert": "tes-2007-05", "last_name": "Secret", "days_available": "many"})
    world.inbox.batches = [(Item(receipt="m", commands=(wrong,)), Item(receipt="n", commands=(responded(),)))]
    found = world.gather()
    assert found.taken == {"done": 1}
    assert "days_available" in found.problems[0]
    assert "Secret" not in found.problems[0]


def test_what_was_not_taken_is_a_task_until_somebody_has_seen_to_it(world: World) -> None:
    """Told on a console that nobody reads it would be lost: which source, and why, without what it said."""
    # given
    wrong = responded(data={"advert": "tes-2007-05", "last_name": "Secret", "days_available": "many"})
    unheard = {
        **responded(),
        "command": "note.add",
        "stream": "application/Z9Z9Z",
        "data": {"text": "Secret"},
    }
    good = Item(receipt="n", commands=(responded(),))
    world.inbox.batches = [(Item(receipt="m", commands=(wrong, unheard)), good)]

    # when
    world.gather()
    world.gather()
    told = waiting(world)

    # then
    assert {one.kind for one in told} == {"item_refused"}
    assert len(told) == 2
    assert all((one.reason or "").startswith("inboxes/drop: ") for one in told)
    assert "Secret" not in repr(told)
    assert told[0].type == (f"messages settle {told[0].detail} --not-sent",)
    with world.post.record.writing() as writer:
        assert notices.take_away(writer, "item_refused", told[0].detail)
        assert not notices.take_away(writer, "item_refused", "item-unheard")
    assert waiting(world) == told[1:]


def test_what_comes_again_and_is_right_is_no_task_any_more(world: World) -> None:
    """Whoever sent it has mended it under the same receipt."""
    wrong = responded(data={"advert": "tes-2007-05", "last_name": "Finch", "days_available": "many"})
    world.inbox.batches = [(Item(receipt="m", commands=(each,)),) for each in (wrong, responded())]
    world.inbox.batches.insert(1, ())
    world.gather()
    assert len(waiting(world)) == 1
    world.gather()
    assert waiting(world) == []


def test_a_channel_that_fails_is_told_of_in_words(world: World) -> None:
    """Whoever reads it learns where to look further, and need not know what the program calls it."""
    world.college.fails = True
    (told,) = world.gather().problems
    assert told.startswith("reference_channels/college could not be asked for what came in: what it answered")
    assert "`siprecruit plugins trace`" in told


# -- what can't be read -------------------------------------------------------


def test_what_can_not_be_read_is_a_task_until_it_is_gone(world: World) -> None:
    """A file is set aside by an inbox: whoever looks at the list sees which, and why, and since when."""
    # given
    world.inbox.unread = {"may.csv": "Line 3: the day in asked_on is missing.", "b.json": "It is not JSON."}
    assert world.gather().problems[0] == "b.json can't be read: inboxes/drop: It is not JSON."
    first = world.post.clock.today()

    # when
    world.post.clock.advance(days=1)
    assert world.gather().problems == ()
    one, other = waiting(world)

    # then
    assert {one.kind, other.kind} == {"item_unreadable"}
    assert (one.detail, one.reason, one.since) == ("b.json", "inboxes/drop: It is not JSON.", first)
    assert (other.detail, other.stream, other.codes) == ("may.csv", "", ())

    # and when one is mended, and nothing is said of the other
    world.inbox.unread = {"b.json": "It is not JSON."}
    world.gather()
    assert [each.detail for each in waiting(world)] == ["b.json"]
    world.inbox.unread = None
    world.gather()
    assert [each.detail for each in waiting(world)] == ["b.json"]
    world.inbox.unread = {}
    world.gather()
    assert waiting(world) == []


def test_a_reply_that_can_not_be_read_is_a_task_too(world: World) -> None:
    """A channel has an inbox of its own."""
    world.college.unread = {"reply.json": "The file must name its task."}
    world.gather()
    assert [each.reason for each in waiting(world)] == [
        "reference_channels/college: The file must name its task."
    ]


def test_nothing_is_to_be_read_in_an_inbox_that_is_used_no_longer(world: World) -> None:
    """The office has switched it off: what lies there is nobody's work."""
    world.inbox.unread = {"b.json": "It is not JSON."}
    world.gather()
    office = world.office
    switched_off = attrs.evolve(office, choices=attrs.evolve(office.choices, inboxes=()))
    gather(switched_off, Calling(switched_off.plugins))
    assert waiting(world) == []


def test_a_name_that_is_no_text_can_be_told_all_the_same(world: World) -> None:
    """Files come from anywhere, under names in any encoding."""
    world.inbox.unread = {"caf\udce9\0.csv": "It is not\nUTF-8 text." + "x" * 1_000}
    world.gather()
    (task,) = waiting(world)
    assert task.detail == "caf? .csv"
    assert task.reason is not None
    assert len(task.reason) < 600
