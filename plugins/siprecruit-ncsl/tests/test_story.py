"""The college in an office's day: asked by the installation's own deliverer, in the plugin's own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from siprecruit_ncsl.register.serving import Register

if TYPE_CHECKING:
    from siprecruit.testing.app import App
    from siprecruit.testing.given import Given

KEY = "the-authority's-key"


@pytest.fixture
def environment() -> Mapping[str, str]:
    return {"NCSL_KEY": KEY}


@pytest.fixture
def configuration(college: str) -> Mapping[str, Any]:
    return {
        "delivery": {"lookup": "ncsl"},
        "plugins": {
            "enabled": ["ncsl"],
            "in_process": False,
            "ncsl": {"url": college, "key": {"env": "NCSL_KEY"}},
        },
    }


def run(app: App, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command of that name, as somebody types it."""
    command = [str(Path(sys.executable).with_name("siprecruit")), "--home", str(app.home)]
    return subprocess.run(
        [*command, "--now", app.clock().isoformat(), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "NCSL_KEY": KEY},
    )


def looked_up(app: App) -> list[str]:
    """Everybody who is due is looked up: what the register says of each."""
    done = run(app, "--json", "lookup", "--due")
    assert done.returncode == 0, done.stderr
    return [one["verdict"] for one in json.loads(done.stdout)]


def events(app: App, of: str) -> list[tuple[str, str]]:
    """What the record says has happened, and on which day."""
    told = json.loads(run(app, "--json", "history", of).stdout)
    return [(one["event"], one["on"]) for one in told["history"]]


def answer(college: str, task: str, **told: Any) -> None:
    url = f"{college}/stand-in/references/answers"
    requests.post(url, json={"task": task, **told}, timeout=5).raise_for_status()


def test_a_reference_is_asked_reminded_and_received(app: App, given: Given, college: str, register: Register):
    """The college asks the referee, reminds them once a week, and brings the answer, which is taken once."""
    task = given.a_reference_that_is_asked_for("ncsl")
    app.deliver()
    asked = register.book.references[task]
    assert asked["referee"]["name"] == "Perpetua Quillfeather"
    assert "properties" in asked["form"]
    app.clock.advance(days=8)
    app.deliver()
    app.deliver()
    assert asked["reminders"] == [7]
    answer(college, task, answers={"strengths": "Sound judgement."}, in_confidence=True)
    app.deliver()
    app.deliver()
    assert {one.status for one in app.outbox() if one.provider == "reference_channels/ncsl"} == {"sent"}
    assert [name for name, _ in events(app, task.partition("/")[0])].count("reference.received") == 1


def test_a_reference_that_does_not_come_is_a_fact_too(app: App, given: Given, college: str):
    """Somebody has to name another referee, or another address."""
    ends = {"declined": "reference.declined", "bounced": "reference.bounced"}
    tasks = {outcome: given.a_reference_that_is_asked_for("ncsl") for outcome in ends}
    app.deliver()
    for outcome, task in tasks.items():
        answer(college, task, outcome=outcome, reason="I left before they came")
    app.deliver()
    for outcome, task in tasks.items():
        assert events(app, task.partition("/")[0])[-1][0] == ends[outcome]


def test_while_the_college_is_closed_nothing_is_lost(app: App, given: Given, register: Register):
    """Closed, or with a fault: it is tried again by itself, and asked for once."""
    register.trouble = 503
    task = given.a_reference_that_is_asked_for("ncsl")
    app.deliver()
    register.trouble = 500
    app.clock.advance(minutes=10)
    app.deliver()
    assert register.book.references == {}
    register.trouble = None
    app.clock.advance(hours=1)
    app.deliver()
    assert list(register.book.references) == [task]


def test_who_is_accredited_is_learnt_from_the_register(app: App, given: Given, college: str):
    """Awaited, looked up by name, pending, then accredited by number: from the register's own day on."""
    person = given.an_appointed_headteacher_awaiting_accreditation()
    name = {"name": "Mr Niamh O'Brien"}
    number = requests.post(f"{college}/stand-in/people", json=name, timeout=5).json()["number"]
    stages = f"{college}/stand-in/people/{number}/stages"
    stage = {"phase": "primary", "on": "2007-05-01"}
    requests.post(stages, json={**stage, "stage": "application"}, timeout=5).raise_for_status()
    assert looked_up(app) == ["pending"]
    last = {**stage, "stage": "residential", "on": "2007-06-05"}
    requests.post(stages, json=last, timeout=5).raise_for_status()
    app.clock.advance(days=2)
    assert looked_up(app) == ["accredited"]
    assert ("accreditation.recorded", "2007-06-05") in events(app, person)


def test_an_outage_of_the_register_accredits_and_removes_nobody(app: App, given: Given, register: Register):
    """No answer never accredits, and never removes."""
    person = given.an_accredited_consultant()
    before = events(app, person)
    register.trouble = 503
    done = run(app, "lookup", person)
    assert done.returncode == 1
    assert "come back later" in done.stderr
    assert events(app, person) == before
