"""``siprecruit messages``: what waits, its words, and what a person does about it."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

ACKNOWLEDGED = "application/A7K4P/1/response.acknowledged"
ASKED = "application/A7K4P/4/reference.asked"


def test_what_waits_is_listed_with_the_command_that_takes_it_back(told):
    """To whom by role, and when it is due; never an address."""
    answer = told("messages", "list")
    assert answer.code == 0, answer.err
    assert ACKNOWLEDGED in answer.out
    assert "siprecruit messages recall KEY" in answer.out
    assert "example.org" not in answer.out

    found = told("messages", "list", "--status", "queued", "--about", "A7K4P", "--json").json

    assert {one["key"] for one in found["messages"]} == {ACKNOWLEDGED, ASKED}
    asked = next(one for one in found["messages"] if one["key"] == ASKED)
    assert (asked["kind"], asked["message"], asked["to"], asked["status"], asked["attempts"]) == (
        "request",
        "reference.asked",
        "referee",
        "queued",
        0,
    )


def test_a_status_that_there_is_not_is_told(told):
    """With those that there are."""
    answer = told("messages", "list", "--status", "lost")
    assert (answer.code, answer.out) == (2, "")
    assert "--status must be one of queued, sending" in answer.err


def test_a_message_that_waits_is_recalled_and_queued_again(told):
    """Each answer says the command that undoes it, and that command can be typed."""
    recalled = told("messages", "recall", ACKNOWLEDGED)
    assert recalled.code == 0, recalled.err
    assert f"siprecruit messages again {ACKNOWLEDGED}" in recalled.out
    assert told("messages", "list", "--status", "recalled", "--json").json["total"] == 1

    twice = told("messages", "recall", ACKNOWLEDGED)
    assert (twice.code, twice.out) == (1, "")
    assert "it is recalled now" in twice.err

    again = told("messages", "again", ACKNOWLEDGED)
    assert again.code == 0, again.err
    assert f"siprecruit messages recall {ACKNOWLEDGED}" in again.out
    assert told("messages", "list", "--status", "recalled", "--json").json["total"] == 0


def test_a_message_is_given_to_another_provider_and_back(told):
    """One that there is not is refused, with those that there are."""
    nobody = told("messages", "release", ACKNOWLEDGED, "--to", "pigeon")
    assert (nobody.code, nobody.out) == (2, "")
    assert "no pigeon is in use that can deliver it, but" in nobody.err
    given = told("messages", "release", ACKNOWLEDGED, "--to", "file")
    assert given.code == 0, given.err
    channel = told("messages", "release", ASKED, "--to", "folder")
    assert channel.code == 0, channel.err
    assert f"siprecruit messages release {ASKED} --to form" in channel.out
    found = told("messages", "list", "--about", "A7K4P", "--json").json["messages"]
    assert {one["provider"] for one in found} == {"notifiers/file", "reference_channels/folder"}


def test_nobody_settles_what_has_not_gone_wrong(told):
    """A message that waits is recalled, not said to be sent."""
    assert told("messages", "settle", ACKNOWLEDGED).code == 2
    settled = told("messages", "settle", ACKNOWLEDGED, "--sent")
    assert (settled.code, settled.out) == (1, "")
    assert "it has nothing that is to be settled" in settled.err


def test_a_message_is_shown_with_what_was_sent(told):
    """The words, to whom they went and through whom; the link lacks what opens it."""
    before = told("messages", "show", ASKED)
    assert "No words are kept of it" in before.out
    assert f"siprecruit messages recall {ASKED}" in before.out
    sent = told("deliver", "--once", "--now", "2007-07-01")
    assert sent.code == 0, sent.err

    after = told("messages", "show", ASKED, "--json").json

    assert after["outgoing"]["status"] in ("awaiting", "sent")
    assert after["told"]["address"] == "jo@example.org"
    assert "Would you please give us a reference by Monday 18 June 2007?" in after["told"]["text"]
    assert "/r/A7K4P-1-…" in after["told"]["text"]
    shown = told("messages", "show", ASKED)
    assert "Jo Doe jo@example.org" in shown.out
    assert "Subject: A reference for Niamh O’Brien" in shown.out


def test_a_message_that_there_is_not_is_told(told):
    """With the way to find those that there are."""
    answer = told("messages", "show", "application/A7K4P/9/none")
    assert (answer.code, answer.out) == (1, "")
    assert "see siprecruit messages list" in answer.err


def test_a_preview_is_about_a_real_case_or_says_that_it_is_made_up(told):
    """Nothing is sent by looking."""
    real = told("messages", "preview", "response.acknowledged", "A7K4P")
    assert real.code == 0, real.err
    assert "response.acknowledged, about application/A7K4P:" in real.out
    assert "Dear Niamh O’Brien," in real.out
    made_up = told("messages", "preview", "interview.invited", "--json").json
    assert (made_up["made_up"], made_up["about"]) == (True, None)
    assert made_up["text"].startswith("Dear ")
    page = told("messages", "preview", "reference.digest", "--html")
    assert page.out.startswith("<!DOCTYPE html>")
    assert told("messages", "list", "--status", "sent", "--json").json["total"] == 0
    unknown = told("messages", "preview", "reference.aksed")
    assert (unknown.code, unknown.out) == (1, "")
    assert "there is no message reference.aksed" in unknown.err


def test_words_of_ones_own_are_previewed_at_once(told, home: Path):
    """A file beside siprecruit.toml takes the place of ours; what is wrong in it is told by line."""
    (home / "messages").mkdir()
    own = home / "messages" / "response.acknowledged.txt"
    own.write_text("Subject: Thank you\n\nWe have it, {{ to_name }}.", "utf-8")
    found = told("messages", "preview", "response.acknowledged", "A7K4P", "--json").json
    assert (found["subject"], found["text"].splitlines()[0]) == ("Thank you", "We have it, Niamh O’Brien.")
    own.write_text("Subject: Thank you\n\n{% if %}", "utf-8")
    wrong = told("messages", "preview", "response.acknowledged", "A7K4P")
    assert (wrong.code, wrong.out) == (1, "")
    assert "messages/response.acknowledged.txt, line 3: " in wrong.err


def test_doctor_finds_words_that_can_not_be_used(told, home: Path):
    """Before the day on which they are needed."""
    well = told("doctor", "--json").json
    assert {"name": "messages", "ok": True, "message": "32 have their words"} in well["findings"]
    (home / "messages").mkdir()
    (home / "messages" / "interview.invited.txt").write_text("Please come.", "utf-8")
    ill = told("doctor")
    assert ill.code == 1
    assert 'messages/interview.invited.txt: the first line must be "Subject: ..."' in ill.out


def test_a_message_is_sent_to_oneself(told, home: Path):
    """It goes to one's own address alone, through whoever would send it, and is no message of anybody's."""
    answer = told("messages", "send-to-me", "reference.asked", "A7K4P", "--to", "me@example.org")
    assert answer.code == 0, answer.err
    assert "notifiers/file answered that it was accepted" in answer.out
    (file,) = (home / "messages-sent").glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"].addresses[0].addr_spec == "me@example.org"
    assert "jo@example.org" not in file.read_text("utf-8")
    text: Any = letter.get_body(("plain",))
    assert "/r/A7K4P-…" in text.get_content()
    assert told("messages", "list", "--status", "sent", "--json").json["total"] == 0
