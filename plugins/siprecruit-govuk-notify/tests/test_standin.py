"""The stand-in, as somebody at a keyboard starts it; and what the README says of the settings."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import requests
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from siprecruit.testing.contexts import refused_settings

import siprecruit_govuk_notify
from siprecruit_govuk_notify.settings import SCHEMA
from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.serving import StandIn

TEMPLATE = "00000000-0000-4000-8000-0000000000aa"
README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def test_started_by_hand_it_says_where_it_is_and_its_key():
    """Notify's own client talks to it as to Notify."""
    command = [sys.executable, "-m", "siprecruit_govuk_notify.standin.command", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, key = process.stdout.readline().strip(), process.stdout.readline().strip()
        client = NotificationsAPIClient(key, base_url=url)
        with client.request_session:
            words = {"subject": "Hello", "body": "World"}
            sent = client.send_email_notification("me@example.org", TEMPLATE, words, reference="key-1")
            shown = client.get_notification_by_id(sent["id"])
        process.terminate()
    assert sent["content"]["body"] == "World"
    assert (shown["status"], shown["reference"]) == ("created", "key-1")


@pytest.mark.parametrize(
    ("key", "off", "said"),
    [
        (KEY[:-1] + "9", 0, "Invalid token"),
        (KEY.replace("01-", "03-"), 0, "Invalid token"),
        (KEY, 31, "system clock"),
    ],
)
def test_it_is_as_strict_with_tokens_as_notify(notify: str, standin: StandIn, key: str, off: int, said: str):
    """Another secret, another service, and a clock that is wrong: 403."""
    standin.now = lambda: time.time() + off
    client = NotificationsAPIClient(key, base_url=notify)
    with client.request_session, pytest.raises(HTTPError) as caught:
        client.get_all_notifications()
    assert caught.value.status_code == 403
    assert said in str(caught.value.message)


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("notifications/x/status", {"status": "delivered"}, 404),
        ("templates", {}, 400),
        ("trouble", {"status": "very much"}, 400),
    ],
)
def test_what_makes_no_sense_is_said_so(notify: str, path: str, told: object, status: int):
    """Somebody is typing: each slip gets a sentence."""
    method = "POST" if path.startswith("notifications") else "PUT"
    response = requests.request(method, f"{notify}/stand-in/{path}", json=told, timeout=5)
    assert response.status_code == status
    assert response.json()["title"].endswith(".")


def test_the_readme_names_every_setting_and_its_example_is_taken():
    """Who installs it reads no source."""
    table = re.search(r"## Settings\n(.*?)\n\n", README, re.DOTALL)
    assert table is not None
    assert set(re.findall(r"^\| `(\w+)` \|", table[1], re.MULTILINE)) == set(SCHEMA["properties"])
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example is not None
    told = tomllib.loads(example[1])
    assert refused_settings(siprecruit_govuk_notify, told["plugins"]["govuk-notify"]) is None
    assert told["plugins"]["enabled"] == [told["delivery"]["notifier"]] == ["govuk-notify"]
