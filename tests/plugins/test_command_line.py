"""What the office sees of its plugins: which there are, what is wrong with one, who answered what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import run

RULE = """
@hookimpl
def siprecruit_rules(command, on):
    sunday = command.on.weekday() == 6
    return [Objection(code="sunday", message="It is a Sunday.", blocks=False)] if sunday else []
"""
REQUIRES = """
@hookimpl
def siprecruit_requirements():
    return [Requirement(code="shadow_visit", title="Shadow visit", gate="induction")]
"""
COMMANDS = """
import click

@click.command()
@click.pass_obj
def areas(context):
    click.echo(f"{context.plugin} on {context.clock():%d %B %Y}")

@click.command()
def broken():
    raise KeyError("Ann Smith")

@hookimpl
def siprecruit_commands():
    return [areas, broken]
"""


@pytest.fixture
def cli(home, folder):
    """The program, run on that installation with the plugins of the folder, on 30 June 2007."""
    return lambda *words: run("--home", home, "--plugins-dir", folder, "--now", "2007-06-30", *words)


def listed(said) -> dict[str, dict]:
    assert said.code == 0, said.err
    return {each["name"]: each for each in said.json}


def test_the_list_says_of_each_what_became_of_it(cli, plugin) -> None:
    """Whoever wonders why nothing goes out looks here: the program starts, whatever a plugin does."""
    plugin("good")
    plugin("odd", "raise RuntimeError('full moon')")
    found = listed(cli("plugins", "list", "--json"))
    assert found["good"] == {
        "name": "good",
        "state": "enabled",
        "tier": "stable",
        "hooks": ["siprecruit_notifiers"],
        "error": None,
    }
    assert found["odd"]["state"] == "failed"
    assert "RuntimeError in odd.py" in found["odd"]["error"]
    assert found["file"]["state"] == "enabled"
    shown = cli("plugins", "list").out
    assert "odd: it can't be imported: RuntimeError in odd.py, line 9: full moon." in shown


def test_the_list_needs_no_installation_that_works(tmp_path, monkeypatch, home) -> None:
    """A programme that can't be read is often why somebody looks."""
    monkeypatch.chdir(tmp_path)
    assert "file" in listed(run("plugins", "list", "--json"))
    (home / "siprecruit.toml").write_text('programme = "no-such"\n[plugins]\nenabled = ["no-such"]\n')
    assert run("--home", home, "doctor").code == 1
    assert listed(run("--home", home, "plugins", "list", "--json"))["no-such"]["state"] == "failed"
    assert run("--home", tmp_path / "nowhere", "plugins", "list").code == 2


def test_without_plugins_always_works(cli, plugin) -> None:
    """A plugin in the way is left out by one word, before or after the command's name."""
    plugin("odd", "raise SystemExit(3)")
    assert "odd" not in listed(cli("plugins", "list", "--json", "--no-plugins"))
    assert "odd" not in cli("--no-plugins", "applicants").err
    assert "The plugin odd is left out" in cli("applicants").err


def test_the_environment_says_it_too(home, plugin, folder) -> None:
    """A scheduler's line is short."""
    plugin("good")
    told = {"SIPRECRUIT_PLUGINS_DIR": str(folder)}
    assert "good" in listed(run("--home", home, "plugins", "list", "--json", **told))
    told |= {"SIPRECRUIT_NO_PLUGINS": "1"}
    assert "good" not in listed(run("--home", home, "plugins", "list", "--json", **told))


def test_a_check_says_all_that_is_wrong(cli, plugin, home) -> None:
    """An author mends everything in one go, not one fault after the other."""
    gives = "@hookimpl\ndef siprecruit_notifiers():\n    return [7]\n"
    gives += "@hookimpl\ndef siprecruit_inboxes():\n    return 1 / 0\n"
    gives += (
        "@hookimpl\ndef siprecruit_settings():\n    return Setting(schema={'type': 'object'}, make=dict)\n"
    )
    path = plugin("odd", gives=gives)
    (home / "siprecruit.toml").write_text('programme = "norfolk-2008"\n[plugins.odd]\nport = 1\n')
    for named in ("odd", path):
        said = cli("plugins", "check", named, "--json")
        assert said.code == 1
        wrong = said.json["wrong"]
        assert len(wrong) == 3, wrong
        assert "port is not known here" in wrong[0]
        assert "gives something that is an int" in wrong[1]
        assert "siprecruit_inboxes fails: ZeroDivisionError" in wrong[2]


def test_a_check_of_one_that_works_says_what_it_gives(cli, plugin) -> None:
    """A name to be put into the configuration."""
    plugin("good")
    said = cli("plugins", "check", "good")
    assert (said.code, said.out) == (0, "good: nothing is wrong with it. It gives notifiers/good.\n")
    assert cli("plugins", "check", "none").err == "none: no plugin called none is installed.\n"
    assert cli("plugins", "check", "none.py").code == 1


def test_one_can_be_tried(cli, home) -> None:
    """A message to oneself goes the way that messages go; nothing of it is recorded."""
    said = cli("plugins", "try", "file", "--to", "me@example.org", "--json")
    assert (said.code, said.json["answer"]) == (0, "Accepted"), said.err
    (mail,) = (home / "messages-sent").iterdir()
    assert "me@example.org" in mail.read_text()
    assert cli("plugins", "trace", "--json").json == []
    assert cli("plugins", "try", "file").code == 2
    assert cli("plugins", "try", "none", "--to", "me@example.org").code == 2


def test_a_try_that_fails_says_how(cli, plugin) -> None:
    """The office knows that it doesn't work before a referee has to."""
    plugin("odd", "def send(context, message):\n    raise OSError('no line')")
    said = cli("plugins", "try", "odd", "--to", "me@example.org")
    assert said.code == 1
    assert "Raised, kind OSError, where odd.py, line 10" in said.out


def test_the_trace_says_who_answered_what(cli, home) -> None:
    """Whoever asks why a referee heard nothing sees when what was called and how it ended, without a name."""
    from siprecruit.record.store import open_record
    from siprecruit.record.tables import attempts

    record = open_record(f"sqlite:///{home / 'siprecruit.db'}")
    row = {"key": "application/A7K4P/12/request", "attempt": 1, "provider": "notifiers/odd", "plugin": "odd"}
    row |= {
        "began_at": "2007-06-30T09:00:00.000000Z",
        "took_ms": 31,
        "answer": "raised",
        "code": "OSError odd.py",
    }
    later = row | {
        "attempt": 2,
        "began_at": "2007-06-30T09:05:00.000000Z",
        "answer": "accepted",
        "code": None,
    }
    other = later | {"key": "application/A7K4P/13/message", "plugin": "even", "provider": "notifiers/even"}
    with record.writing() as writer:
        writer.connection.execute(attempts.insert(), [row, later, other])
    record.close()
    traced = cli("plugins", "trace", "--plugin", "odd", "--json").json
    assert [(each["attempt"], each["answer"], each["code"]) for each in traced] == [
        (2, "accepted", None),
        (1, "raised", "OSError odd.py"),
    ]
    assert traced[0]["began_at"] == "2007-06-30T09:05:00Z"
    assert len(cli("plugins", "trace", "--json").json) == 3
    assert len(cli("plugins", "trace", "--latest", "1", "--json").json) == 1
    assert "2007-06-30 09:00:00Z  notifiers/odd   raised    31" in cli("plugins", "trace").out


# -- what plugins add ---------------------------------------------------------

SCHOOL = json.loads(
    (Path(__file__).parents[2] / "schemas/commands/school.record.v1.json").read_text(encoding="utf-8")
)["examples"][0] | {"on": "2007-06-03"}


def test_a_rules_question_stands_beside_the_answer(cli, plugin) -> None:
    """What doesn't stop a command is told all the same."""
    plugin("county", gives=RULE)
    said = cli("do", json.dumps(SCHOOL))
    assert (said.json["outcome"], said.json["warnings"]) == ("done", ["It is a Sunday."])
    again = cli("do", json.dumps(SCHOOL))
    assert again.json == said.json, "a repeated command gets its first answer"


def test_what_a_plugin_requires_stands_before_the_gate(cli, plugin, home) -> None:
    """Another authority asks for one thing more, and no stage is skipped for it."""
    from siprecruit.installation import open_installation

    path = plugin("county", gives=REQUIRES)
    told = {"clock": lambda: None, "now": "2007-06-30"}
    with_it = open_installation(home, plugins_dir=path.parent, **told).programme
    without = open_installation(home, plugins_dir=path.parent, no_plugins=True, **told).programme
    assert {each.code for each in with_it.requirements} - {each.code for each in without.requirements} == {
        "shadow_visit"
    }


def test_a_plugin_may_bring_a_programme(cli, plugin, home) -> None:
    """Another authority's dates and names come with its plugin, and stand in the configuration by name."""
    from siprecruit.programmes import loader

    shipped = Path(loader.__file__).parent / "norfolk-2008.toml"
    text = shipped.read_text("utf-8").replace('name = "norfolk-2008"', 'name = "suffolk-2008"')
    (home / "pack.toml").write_text(text, "utf-8")
    gives = "@hookimpl\ndef siprecruit_programmes():\n    from pathlib import Path\n"
    gives += f"    return [ProgrammePack(name='suffolk', file=Path({str(home / 'pack.toml')!r}))]"
    plugin("county", gives=gives)
    (home / "siprecruit.toml").write_text('programme = "suffolk"\n')
    assert cli("applicants").code == 0
    assert "There is no programme called" in cli("--no-plugins", "applicants").err
    plugin("county", "raise RuntimeError", gives=gives)
    assert "the plugin county fails" in cli("applicants").err


def test_a_plugins_commands_stand_below_its_name(cli, plugin, home, folder) -> None:
    """They are given the plugin's own tools, and an error of theirs is told in a sentence."""
    plugin("county", gives=COMMANDS)
    assert cli("county", "areas").out == "county on 30 June 2007\n"
    after = run("county", "areas", "--home", home, "--plugins-dir", folder, "--now", "2008-07-15")
    assert after.out == "county on 15 July 2008\n"
    said = cli("county", "broken")
    assert (said.code, said.out) == (1, "")
    assert "a command of the plugin county fails: KeyError in county.py" in said.err
    assert "Ann" not in said.err
    assert cli("--no-plugins", "county", "areas").code == 2
    plugin("county", "raise RuntimeError", gives=COMMANDS)
    assert "the plugin county is left out" in cli("county", "areas").err


# -- the beginning of a plugin ------------------------------------------------

HOOKS = ("notifiers", "reference_channels", "accreditation_lookups", "rules", "inboxes")


@pytest.mark.parametrize("hook", HOOKS)
def test_a_new_plugin_can_be_used_at_once(cli, tmp_path, hook: str) -> None:
    """What is written is right as it is: the author changes something that works."""
    said = cli("plugins", "new", "county-mail", "--hook", hook, "--into", tmp_path, "--json")
    assert said.code == 0, said.err
    folder = tmp_path / "county-mail"
    assert said.json["folder"] == str(folder)
    module = folder / "src" / "siprecruit_county_mail" / "__init__.py"
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "county-mail.py").write_text(module.read_text("utf-8"), "utf-8")
    checked = run("--plugins-dir", beside, "plugins", "check", "county-mail", "--json")
    assert (checked.code, f"siprecruit_{hook}" in checked.json["hooks"]) == (0, True), checked.err
    assert cli("plugins", "new", "county-mail", "--hook", hook, "--into", tmp_path).code == 1


def test_a_new_notifier_does_something_that_is_seen(home, tmp_path) -> None:
    """A line in a file, for everything that would be told to somebody."""
    assert run("plugins", "new", "county", "--hook", "notifiers", "--into", tmp_path).code == 0
    beside = tmp_path / "beside"
    beside.mkdir()
    module = tmp_path / "county" / "src" / "siprecruit_county" / "__init__.py"
    (beside / "county.py").write_text(module.read_text("utf-8"), "utf-8")
    said = run("--home", home, "--plugins-dir", beside, "plugins", "try", "county", "--to", "me@example.org")
    assert said.code == 0, said.out
    assert "\tplugins.try\ttry/" in (home / "county.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["County", "file", "enabled", "../x", "county-", "siprecruit mail", ""])
def test_a_name_that_could_not_be_enabled_is_refused(tmp_path, name: str) -> None:
    """The name goes into the configuration, and isn't one that is there already."""
    assert run("plugins", "new", name, "--hook", "rules", "--into", tmp_path).code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("hook", HOOKS)
def test_the_tests_of_a_new_plugin_are_green(tmp_path, hook: str) -> None:
    """An author starts from green, with the suite that says what such a plugin promises."""
    assert run("plugins", "new", "county-mail", "--hook", hook, "--into", tmp_path).code == 0
    folder = tmp_path / "county-mail"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert " passed" in ran.stdout


def test_the_program_ends_whatever_a_plugin_has_started(home, folder, plugin) -> None:
    """Threads that a plugin leaves behind are waited for by nobody, least of all by whoever wants a list."""
    plugin("odd", "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()")
    words = [sys.executable, "-m", "siprecruit", "--home", home, "--plugins-dir", folder]
    said = subprocess.run([*words, "plugins", "list", "--json"], capture_output=True, check=False, timeout=60)
    assert said.returncode == 0
    found = {each["name"]: each["error"] for each in json.loads(said.stdout)}
    assert "would keep the program from its end: 1" in found["odd"]
