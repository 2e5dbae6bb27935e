"""A way to ask for references can be tried before a referee depends on it."""

from __future__ import annotations

import json

import pytest

from cli.conftest import run

TO_ME = ("--to", "me@example.org", "--json")


def test_a_channel_asks_whoever_tries_it(home) -> None:
    """What a referee would get comes to oneself, about somebody called Nobody; nothing of it is recorded."""
    said = run("--home", home, "plugins", "try", "folder", *TO_ME)
    assert (said.code, said.json["answer"]) == (0, "Accepted"), said.err
    (asked,) = (home / "references").rglob("*.json")
    told = json.loads(asked.read_text("utf-8"))
    assert (told["referee"]["email"], told["applicant"]) == ("me@example.org", "Nobody")
    assert run("--home", home, "messages", "list", "--json").json["total"] == 0


@pytest.mark.parametrize(
    ("channel", "message"),
    [("form", "reference.asked"), ("email", "reference.asked_by_email"), ("la_referee", "reference.digest")],
)
def test_a_channel_that_leaves_it_to_a_message_says_to_which(home, channel: str, message: str) -> None:
    """`messages preview` shows that one, and `messages send-to-me` sends it."""
    said = run("--home", home, "plugins", "try", channel, *TO_ME)
    assert (said.code, said.json["answer"], said.json["template"]) == (0, "ByMessage", message)
