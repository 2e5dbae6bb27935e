"""The stand-in, as somebody at a keyboard starts it and tells it what happens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from siprecruit.testing.contexts import refused_settings

import siprecruit_ncsl


@contextmanager
def started(*arguments: str) -> Iterator[str]:
    """The register in a process of its own; its address."""
    command = [sys.executable, "-m", "siprecruit_ncsl.register.command", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_what_it_was_told_outlasts_it(tmp_path: Path):
    """With --state a restart knows everybody again, so that a tutorial can go on tomorrow."""
    state = str(tmp_path / "register.json")
    stage = {"phase": "primary", "stage": "residential", "on": "2007-05-14"}
    headers = {"Authorization": "Bearer k"}
    with started("--state", state, "--now", "2007-06-04T09:00") as url:
        person = requests.post(f"{url}/stand-in/people", json={"name": "Ada Nunn"}, timeout=5).json()
        assert person == {"number": "0000001"}
        requests.post(f"{url}/stand-in/people/0000001/stages", json=stage, timeout=5).raise_for_status()
    with started("--state", state, "--now", "2007-06-05T09:00") as url:
        entry = requests.get(f"{url}/v1/accreditations/0000001", headers=headers, timeout=5).json()
    assert entry["accreditations"][0]["status"] == "accredited"
    assert entry["read_at"] == "2007-06-05T09:00:00+00:00"


def test_a_state_of_something_else_is_not_overwritten(tmp_path: Path):
    """A slip in the file's name costs nobody a file."""
    other = tmp_path / "siprecruit.json"
    other.write_text('{"a": 1}', "utf-8")
    command = [sys.executable, "-m", "siprecruit_ncsl.register.command", "--state", str(other)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert run.returncode == 1
    assert run.stderr == "The register can't be started: siprecruit.json was not written by this register.\n"
    assert other.read_text("utf-8") == '{"a": 1}'


def test_callbacks_need_a_secret():
    """They would be signed with nothing."""
    command = [sys.executable, "-m", "siprecruit_ncsl.register.command", "--callback-url", "http://x"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env={"PATH": ""})
    assert (run.returncode, run.stderr) == (2, "Set NCSL_CALLBACK_SECRET: callbacks are signed with it.\n")


@pytest.mark.parametrize(
    ("path", "told", "said"),
    [
        ("people", {}, "Say the person's name"),
        ("people", [1], "Say a JSON object."),
        ("people/7/stages", {"phase": "primary", "stage": "residential"}, "Nobody has that number"),
        ("people/7/stages", {"phase": "primary", "stage": "viva"}, "A stage is one of application"),
        ("people/7/accreditations", {"phase": "infant", "status": "pending"}, "A phase is one of primary"),
        ("people/7/accreditations", {"phase": "primary", "status": "yes"}, "A status is one of pending"),
        ("references/answers", {"task": "A7K4P/r1"}, "No such reference was asked for."),
    ],
)
def test_what_makes_no_sense_is_said_so(college: str, path: str, told: object, said: str):
    """Somebody is typing: each slip gets a sentence."""
    response = requests.post(f"{college}/stand-in/{path}", json=told, timeout=5)
    assert response.status_code == 400
    assert response.json()["title"].startswith(said)


def test_it_can_be_put_into_trouble_and_out_of_it(college: str):
    """To see by hand what an outage does to the office."""
    headers = {"Authorization": "Bearer the-authority's-key"}
    replies = f"{college}/v1/reference-replies"
    requests.put(f"{college}/stand-in/trouble", json={"status": 503}, timeout=5).raise_for_status()
    closed = requests.get(replies, headers=headers, timeout=5)
    assert (closed.status_code, closed.headers["Retry-After"]) == (503, "60")
    requests.put(f"{college}/stand-in/trouble", json={"status": None}, timeout=5).raise_for_status()
    assert requests.get(replies, headers=headers, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "url", ["http://ncsl.example.org", "ftp://127.0.0.1", "https://", "http://127.0.0.1.example.org"]
)
def test_the_key_never_travels_in_clear_text(url: str):
    """http:// is for this machine alone."""
    said = refused_settings(siprecruit_ncsl, {"url": url, "key": {"env": "K"}})
    assert said is not None
    assert "must begin with https://" in said


def told(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command that tells a register that runs what happens at the college."""
    command = [sys.executable, "-m", "siprecruit_ncsl.register.command", "tell", "--url", url, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def test_it_is_told_what_happens_from_the_command_line():
    """Who learns with it needs no other program: people, the clock, and a look at all that it knows."""
    with started("--now", "2007-06-04T09:00") as url:
        person = told(url, "people", '{"name": "Zoë Nunn"}')
        assert (person.returncode, person.stdout) == (0, '{"number": "0000001"}\n')
        clock = told(url, "clock", '{"now": "2007-06-05T09:00"}')
        assert clock.stdout == '{"now": "2007-06-05T09:00:00+00:00"}\n'
        assert '"name": "Zoë Nunn"' in told(url).stdout


def test_what_it_does_not_take_is_said_in_a_sentence():
    """A slip in what it is told, or a register that isn't there, is no page of Python."""
    with started() as url:
        slip = told(url, "people/0000009/stages", '{"phase": "primary", "stage": "residential"}')
        assert (slip.returncode, slip.stderr) == (1, "Nobody has that number: add the person first.\n")
    gone = told(url, "people", '{"name": "Ada Nunn"}')
    assert (gone.returncode, gone.stderr) == (1, f"No stand-in answers at {url}.\n")
