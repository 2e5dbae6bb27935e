from __future__ import annotations

import json
from typing import ClassVar

import pytest

from siprecruit.api import ByMessage, Context, ReferenceBounced, ReferenceDeclined, ReferenceReply
from siprecruit.plugins.builtin import email, folder, form, la_referee
from siprecruit.testing import ReferenceChannelContract, a_context, a_delivery, a_task


class TestForm(ReferenceChannelContract):
    """The form's link goes by the authority's own message."""

    plugin = form
    http = False
    by_message = True


class TestEmail(ReferenceChannelContract):
    """The questions go by the authority's own message."""

    plugin = email
    http = False
    by_message = True


class TestLaReferee(ReferenceChannelContract):
    """The digest goes by the authority's own message."""

    plugin = la_referee
    http = False
    by_message = True


class TestFolder(ReferenceChannelContract):
    """Files in two folders keep what a channel promises."""

    plugin = folder
    http = False
    environment: ClassVar = {}

    @pytest.fixture
    def sent(self, context):
        """How many requests lie there."""
        return lambda: len(list((context.home / "references" / "requests").glob("*.json")))

    @pytest.fixture
    def answers(self, context):
        """Somebody drops a reply."""
        return lambda task: drop(
            context, task.task.replace("/", "-"), task=task.task, answers={"judgement": "Sound."}
        )


@pytest.fixture
def context(tmp_path, clock):
    return a_context(folder, home=tmp_path, clock=clock).context


def drop(context: Context, name: str, **told: object) -> None:
    place = context.home / "references" / "replies"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.json").write_text(json.dumps(told), "utf-8")


def aside(context):
    place = context.home / "references" / "replies" / "set-aside"
    return {each.name: each.read_text() for each in place.iterdir()} if place.exists() else {}


def test_a_mail_holds_the_questions(context):
    """Numbered, in the words of the form, with the choices where there are any."""
    told = email.request(context, a_task()).fields["questions"]
    assert told == (
        "1. How sound is the applicant's judgement?\n\n2. Do you recommend the applicant? (yes / no)"
    )


def test_all_of_the_authoritys_referee_stand_in_one_message(context):
    """Whatever the tasks are, their messages are equal: that makes them one."""
    tasks = (a_task(), a_task(a_delivery("application/B8M5Q/4/reminder/14"), task="B8M5Q/r1", step=14))
    told = la_referee.request_many(context, tasks)
    assert told["A7K4P/r1"] == told["B8M5Q/r1"] == ByMessage(template="reference.digest")


def test_a_request_holds_what_the_other_side_needs(context):
    """The task, the referee, the applicant's name, the form and the link; nothing else of the applicant."""
    folder.request(context, a_task())
    (path,) = (context.home / "references" / "requests").iterdir()
    told = json.loads(path.read_text("utf-8"))
    assert set(told) == {"task", "reminder", "referee", "applicant", "from_la", "due", "form", "link"}
    assert (told["task"], told["due"], told["reminder"]) == ("A7K4P/r1", "2007-07-02", None)


def test_replies_of_each_kind_are_read(context, clock):
    """Given, with its day; declined, with a reason; and come back as undeliverable."""
    drop(
        context,
        "1",
        task="A7K4P/r1",
        answers={"judgement": "Sound."},
        in_confidence=True,
        received_at="2007-06-02",
    )
    drop(context, "2", task="B8M5Q/r1", declined="I have retired.")
    drop(context, "3", task="C9N6R/r1", bounced=True)
    given, declined, bounced = folder.collect(context, "").replies
    assert isinstance(given, ReferenceReply)
    assert (given.answers, given.in_confidence, given.received_at.date().isoformat()) == (
        {"judgement": "Sound."},
        True,
        "2007-06-02",
    )
    assert isinstance(declined, ReferenceDeclined)
    assert declined.reason == "I have retired."
    assert isinstance(bounced, ReferenceBounced)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "The file is not JSON: see line 1, column 2."),
        ("[]", 'The file must name its task, such as "task": "A7K4P/r1".'),
        ('{"task": "A7K4P"}', 'The file must name its task, such as "task": "A7K4P/r1".'),
        ('{"task": "A/1", "task": "A/2", "bounced": true}', "The file says the same thing twice."),
        (
            '{"task": "A/1"}',
            'The file must tell one of "answers": {...}, "declined": "why", "bounced": true.',
        ),
        (
            '{"task": "A/1", "bounced": true, "declined": "x"}',
            'The file must tell one of "answers": {...}, "declined": "why", "bounced": true.',
        ),
        (
            '{"task": "A/1", "answers": {"a": "b"}, "in_confidence": "yes"}',
            "In the file, in_confidence must be true, false or null.",
        ),
        (
            '{"task": "A/1", "answers": {"a": "b"}, "received_at": "soon"}',
            "In the file, received_at must be such as 2007-06-20 or 2007-06-20T10:00:00Z.",
        ),
        ("[" * 100_000, "The file holds too many lists or objects in one another."),
    ],
)
def test_a_bad_reply_is_set_aside_with_a_sentence(context, content, said):
    """It is moved where a person finds it; the good one beside it goes in."""
    drop(context, "good", task="A7K4P/r1", bounced=True)
    (context.home / "references" / "replies" / "bad.json").write_text(content)
    collected = folder.collect(context, "")
    assert (len(collected.replies), collected.unread) == (1, {"bad.json": said})
    assert aside(context) == {"bad.json": content, "bad.json.why.txt": f"{said}\n"}


def test_a_reply_that_is_still_written_is_left_alone(context):
    """Who copies a file there writes beside and renames; a dot before the name, or .part, says not yet."""
    place = context.home / "references" / "replies"
    place.mkdir(parents=True)
    for name in (".reply.json", "reply.json.part"):
        (place / name).write_text("{")
    assert folder.collect(context, "").replies == ()
    assert aside(context) == {}


def test_what_was_kept_lies_about_no_longer(context):
    """Once the core has stored the cursor it has the replies, which are personal: they go."""
    drop(context, "1", task="A7K4P/r1", answers={"judgement": "Sound."})
    cursor = folder.collect(context, "").cursor
    folder.collect(context, cursor)
    assert [each for each in (context.home / "references" / "replies").rglob("*") if each.is_file()] == []


def test_many_replies_come_in_batches(context):
    """Fifty at a time, each once."""
    for number in range(120):
        drop(context, f"{number:03}", task=f"A{number}/r1", bounced=True)
    cursor, found = "", []
    while (page := folder.collect(context, cursor)).replies:
        found += [one.task for one in page.replies]
        cursor = page.cursor
        assert len(page.replies) <= 50
    assert sorted(found) == sorted(f"A{number}/r1" for number in range(120))


def test_a_person_is_forgotten_in_both_folders(context):
    """Their request goes, and a reply that lies set aside."""
    folder.request(context, a_task())
    drop(context, "odd", task="A7K4P/r1", answers={"judgement": "Sound."}, colour="red")
    folder.collect(context, "")
    assert "odd.json" in aside(context)
    assert folder.forget(context, ("application/A7K4P/12/reference.asked",)) == 2
    assert "odd.json" not in aside(context)


def test_a_cursor_is_no_path(context):
    """A cursor that this channel never gave deletes nothing."""
    (context.home / "precious").mkdir()
    drop(context, "1", task="A7K4P/r1", bounced=True)
    folder.collect(context, "../../../precious")
    assert (context.home / "precious").is_dir()
