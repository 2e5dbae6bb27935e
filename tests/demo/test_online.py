"""The story with the college's service: over HTTP, by the stand-in that siprecruit-ncsl brings."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from siprecruit.cli import program
from siprecruit.demo import ncsl
from siprecruit.demo.faults import DemoError
from siprecruit.demo.playing import Played, play


def rows(played: Played, sql: str) -> list[Any]:
    """What a query on the demo's database gives."""
    connection = sqlite3.connect(played.database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture
def installed() -> None:
    """The plugin is there; else the test is skipped."""
    try:
        ncsl.refuse_absent()
    except DemoError as error:
        pytest.skip(error.message)


def test_without_the_plugin_it_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hasn't installed it is told so, and no folder is left behind."""
    monkeypatch.setattr(ncsl, "entry_points", lambda **_: ())
    home = tmp_path / "demo"
    run = CliRunner().invoke(program, ["--home", str(home), "demo", "--with", "siprecruit-ncsl"])
    assert run.exit_code == 1
    assert run.stderr.count("\n") == 1
    assert "siprecruit-ncsl is not installed" in run.stderr
    assert not home.exists()


@pytest.mark.usefixtures("installed")
def test_the_service_ends_with_the_story(tmp_path: Path) -> None:
    """While it runs it answers on this machine alone; afterwards nobody does."""
    with ncsl.service(tmp_path) as college:
        assert college.url.startswith("http://127.0.0.1:")
        assert requests.get(f"{college.url}/stand-in/", timeout=5).json()["people"] == {}
    with pytest.raises(requests.ConnectionError):
        requests.get(college.url, timeout=5)


@pytest.mark.usefixtures("installed")
def test_the_college_asks_for_us_and_its_answers_are_collected(tmp_path: Path) -> None:
    """What the college would ask itself is asked through its service, ours by files as always."""
    played = play(tmp_path / "demo", until=dt.date(2007, 2, 3), online=True)
    asked = "select provider, count(*) from outbox where kind = 'request' group by provider"
    received = "select distinct substr(command, 1, 10) from events where kind = 'reference.received'"
    asked_by = dict(rows(played, asked))
    assert asked_by.keys() == {"reference_channels/folder", "reference_channels/ncsl"}
    assert {name for (name,) in rows(played, received)} == {"reply-fold", "reply-ncsl"}
    assert rows(played, "select count(*) from events where kind = 'reference.begun_outside'") == [(0,)]
    register = json.loads((played.home / "college/register.json").read_text())
    assert len(register["references"]) == asked_by["reference_channels/ncsl"]


@pytest.mark.usefixtures("installed")
@pytest.mark.slow
def test_the_whole_story_over_http_has_the_same_figures(tmp_path: Path) -> None:
    """Whether the college's word comes by file or by its service, the round ends as sheet 102/08 says."""
    played = play(tmp_path / "demo", online=True)
    figures = played.figures
    assert (figures.appointed, figures.awaiting_accreditation, figures.covered) == (47, 3, 373)
    assert figures.by_category == {"headteacher": 22, "consultant": 12, "la_adviser": 13}
    sources = "select distinct provider from attempts where provider like 'accreditation_lookups/%'"
    assert rows(played, sources) == [("accreditation_lookups/ncsl",)]
    left = tomllib.loads((played.home / "siprecruit.toml").read_text("utf-8"))
    assert left["plugins"]["ncsl"] == {"url": ncsl.ADDRESS, "key": {"file": ncsl.KEY_FILE}}
    assert play(tmp_path / "again", online=True).head == played.head
