"""Each hook's example in the reference is a plugin that does what it says."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from cli.conftest import run
from siprecruit.api import Accepted, Deferred
from siprecruit.core.ids import Code
from siprecruit.core.responses import SubmitResponse
from siprecruit.plugins.calling import Answered
from siprecruit.plugins.hookspecs import TIERS
from siprecruit.testing import LoopbackServer, a_notification, a_query
from siprecruit.testing.app import App, Outbox
from siprecruit.testing.given import Given

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "docs" / "examples"
PROGRAMME: Final = ROOT / "src" / "siprecruit" / "programmes" / "norfolk-2008.toml"
NEW: Final = "borough-2008"
TRIED: Final[dict[str, Callable[..., None]]] = {}


def example_of(hook: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the function that tries the example of a hook."""

    def mark(tries: Callable[..., None]) -> Callable[..., None]:
        TRIED[f"siprecruit_{hook}"] = tries
        return tries

    return mark


@pytest.fixture
def plugins_dir(tmp_path: Path) -> Path:
    """The examples, and beside them the file that the one about programmes needs."""
    copied = Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))
    written = PROGRAMME.read_text("utf-8").replace("norfolk-2008", NEW, 1)
    (copied / f"{NEW}.toml").write_text(written, encoding="utf-8")
    (copied / "borough").mkdir()
    return copied


@pytest.fixture
def environment() -> Mapping[str, str]:
    """The secret of the example about settings."""
    return {"SERVICE_TOKEN": "s3cr3t-token"}


@pytest.fixture
def configuration(http: LoopbackServer) -> Mapping[str, Any]:
    """Who delivers what, chosen by the provider's name."""
    return {
        "plugins": {"settings": {"url": http.url, "token": {"env": "SERVICE_TOKEN"}}},
        "delivery": {
            "channel": "slips",
            "lookup": "list",
            "inboxes": ["switchboard"],
            "notifier": "day_book",
        },
    }


@pytest.mark.parametrize("hook", TIERS)
def test_a_hook_has_an_example_that_is_tried(hook: str) -> None:
    """Whoever adds a hook writes an example, and a test that sees it work."""
    assert (EXAMPLES / f"{hook.removeprefix('siprecruit_')}.py").is_file()
    assert hook in TRIED


def test_every_example_can_be_used(app: App) -> None:
    """Nothing is wrong with any of them, and each gives the hook that it is named after."""
    found = {each.name: each for each in app.plugins.plugins if each.source == "file"}
    assert {name: each.error for name, each in found.items() if each.state != "enabled"} == {}
    assert [name for name, each in found.items() if f"siprecruit_{name}" not in each.hooks] == []
    assert set(found) == {hook.removeprefix("siprecruit_") for hook in TIERS}


@example_of("notifiers")
def test_a_message_stands_in_the_day_book_once(app: App, given: Given, outbox: Outbox) -> None:
    """An applicant whom the office must tell by hand is written down, once, however often it is delivered."""
    given.an_applicant()
    app.deliver()
    app.deliver()
    (sent,) = outbox.sent
    assert (app.home / "day-book.txt").read_text("utf-8") == f"[{sent.key}] to {sent.to}: {sent.subject}\n"


@example_of("reference_channels")
def test_an_answer_on_paper_is_received(app: App, given: Given) -> None:
    """A slip is written for the referee, and the answer that is typed in belongs to its reference."""
    task = given.a_reference_that_is_asked_for("slips")
    app.deliver()
    (slip,) = (app.home / "slips").iterdir()
    assert "please give a reference for" in slip.read_text("utf-8")
    answer = {"task": task, "answers": {"recommendation": "yes"}}
    (app.home / "answers.jsonl").write_text(json.dumps(answer), encoding="utf-8")
    assert app.deliver().problems == ()
    assert "ReferenceReceived" in events_of(app, f"application/{task.partition('/')[0]}")


@example_of("accreditation_lookups")
def test_a_number_is_found_in_the_list(app: App) -> None:
    """Who stands in the accreditor's list is accredited; without a list nothing is known."""
    query = a_query(number="0012345")
    assert isinstance(call(app, "accreditation_lookups", "list", "find", query), Deferred)
    (app.home / "accredited.csv").write_text(
        "number,phases,since\n0012345,primary,2007-05-01\n", encoding="utf-8"
    )
    found = call(app, "accreditation_lookups", "list", "find", query)
    assert (found.verdict, found.accredited_on) == ("accredited", dt.date(2007, 5, 1))


@example_of("settings")
def test_a_message_is_posted_where_the_settings_say(app: App, http: LoopbackServer) -> None:
    """The provider gets the secret; nobody who prints its settings does."""
    http.answers(201)
    message = a_notification()
    assert call(app, "notifiers", "posts", "send", message, plugin="settings") == Accepted(
        receipt=message.delivery.key
    )
    (posted,) = http.requests
    assert posted.headers["authorization"] == "Bearer s3cr3t-token"
    assert posted.json()["text"] == message.text


@example_of("rules")
def test_nothing_arrives_on_christmas_day(app: App) -> None:
    """One objection refuses the command, the other is only told."""
    what = SubmitResponse(advert=Code("tes-2007-05"), first_name="Ann", last_name="Finch")
    refused = app.judge("application/A7K4P", what, dt.date(2006, 12, 25))
    assert (refused.outcome, refused.code) == ("refused", "at_christmas")
    told = app.judge("application/B8M5Q", what, dt.date(2006, 5, 2))
    assert told.outcome == "done"
    assert "That was more than a year ago." in str(told.warnings)


@example_of("inboxes")
def test_a_call_becomes_a_note(app: App, given: Given) -> None:
    """A line of the switchboard's stands beside the application, once."""
    code = given.an_applicant()
    call_taken = {"application": code, "on": "2007-06-01", "text": "Will be away in July."}
    (app.home / "calls.jsonl").write_text(json.dumps(call_taken), encoding="utf-8")
    app.deliver()
    app.deliver()
    assert events_of(app, f"application/{code}").count("NoteAdded") == 1


@example_of("requirements")
def test_a_requirement_stands_before_deployment(app: App) -> None:
    """What the plugin wants comes beside what the programme asks for."""
    wanted = {each.code: each.gate for each in app.installation.programme.requirements}
    assert wanted["shadow_visit"] == "deployment"
    assert len(wanted) > 1


@example_of("programmes")
def test_another_authority_has_its_own_words(plugins_dir: Path, home: Path) -> None:
    """An installation whose settings name the plugin's programme plays by it, and writes as it does."""
    settings = home / "siprecruit.toml"
    settings.write_text(settings.read_text("utf-8").replace("norfolk-2008", NEW), encoding="utf-8")
    own = plugins_dir / "borough" / "shortlist.chosen.txt"
    own.write_text("Subject: You are on our list\n\nDear {{ to_name }},\n", encoding="utf-8")
    words = ("--home", home, "--plugins-dir", plugins_dir, "--now", "2007-06-04")
    said = run(*words, "messages", "preview", "shortlist.chosen")
    assert "Subject: You are on our list" in said.out, said.err


@example_of("commands")
def test_a_plugin_has_a_command(plugins_dir: Path, tmp_path: Path) -> None:
    """It stands below the plugin's name, and is given the installation's clock."""
    said = run("--home", tmp_path, "--plugins-dir", plugins_dir, "--now", "2007-06-04", "commands", "greet")
    assert (said.code, said.out) == (0, "Today is Monday.\n")


@example_of("tables")
def test_what_is_kept_of_a_person_can_be_exported_and_erased(app: App) -> None:
    """A plugin that keeps something of people gives it to them, and lets go of it."""
    message = a_notification()
    call(app, "notifiers", "counted", "send", message, plugin="tables")
    (given,) = app.plugins.tables
    with app.service.record.writing() as writer:
        kept = given.provider.export(writer.connection, message.to.id)
        assert kept == {"keys": [message.delivery.key]}
        assert given.provider.erase(writer.connection, message.to.id) == 1


def call(app: App, hook: str, name: str, method: str, *arguments: Any, plugin: str = "") -> Any:
    """What a provider answers, called as the deliverer calls it."""
    answered = app.callers.call(plugin or hook, hook, name, method, *arguments, timeout=10)
    assert isinstance(answered, Answered), answered
    return answered.value


def events_of(app: App, stream: str) -> list[str]:
    """What has happened in a stream, by the names of the events' classes."""
    with app.service.record.reading() as reader:
        return [type(one.event).__name__ for one in reader.histories([stream])[stream]]
