"""Commands from a file or from standard input: each judged alone, acknowledged once it is on the disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PERSON: dict[str, Any] = {
    "command": "person.record",
    "id": "p1",
    "stream": "person/moss",
    "on": "2007-05-01",
    "data": {"first_name": "Pat", "last_name": "Moss"},
}
APPOINTED = {
    "command": "person.appoint",
    "id": "p2",
    "stream": "person/moss",
    "on": "2007-05-02",
    "data": {"category": "consultant"},
}
NOWHERE = {
    "command": "reference.receive",
    "id": "x1",
    "stream": "application/Z9Z9Z",
    "on": "2007-05-02",
    "data": {"reference": "1"},
}


def test_one_command_gets_one_answer(cli, tmp_path: Path) -> None:
    """An officer's single command is answered by a sentence, and by the command that undoes it."""
    file = tmp_path / "one.json"
    file.write_text(json.dumps(PERSON, indent=2), encoding="utf-8")
    said = cli("do", file)
    assert said.code == 0
    assert "done: person.record is recorded in person/moss." in said.out
    assert "undone by: siprecruit undo p1" in said.out
    again = cli("do", file, "--json")
    assert again.json["outcome"] == "done"
    assert again.json["undo"]["data"] == {"command": "p1"}


def test_a_list_is_judged_one_by_one(cli) -> None:
    """One command that is refused takes nothing of the others with it."""
    said = cli("do", "-", "--json", stdin=json.dumps([PERSON, NOWHERE, APPOINTED]))
    assert said.code == 1
    assert [each["outcome"] for each in said.json] == ["done", "refused", "done"]
    assert said.json[1]["code"] == "not_in_record"
    assert said.err == "item 2, command x1: application/Z9Z9Z is not in the record.\n"


def test_each_line_has_its_answer_and_each_refusal_its_sentence(cli, lines) -> None:
    """A broken line is told by its number, and the lines around it are done."""
    text = lines([PERSON]) + "{broken\n\n" + lines([{**PERSON, "id": "p3", "on": "yesterday"}, APPOINTED])
    said = cli("do", "-", stdin="\ufeff" + text)
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert [(one["id"], one["outcome"], one["code"]) for one in answers] == [
        ("p1", "done", None),
        (None, "refused", "not_json"),
        ("p3", "refused", "invalid"),
        ("p2", "done", None),
    ]
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["line 2", "line 4, command p3"]


def test_the_same_command_again_gets_its_first_answer(cli, lines) -> None:
    """Whoever sends a file twice, because they aren't sure, changes nothing by it."""
    first, again = cli("do", "-", stdin=lines([PERSON, APPOINTED])), cli("do", "-", stdin=lines([PERSON]))
    assert again.out == first.out.splitlines(keepends=True)[0]
    other = cli("do", "-", stdin=lines([{**PERSON, "data": {"last_name": "Other"}}]))
    assert (other.code, json.loads(other.out)["code"]) == (1, "id_used_twice")
    new_id = cli("do", "-", stdin=lines([{**PERSON, "id": "p9"}]))
    assert (new_id.code, json.loads(new_id.out)["outcome"]) == (0, "unchanged")


def test_the_source_of_a_fact_stands_beside_it(cli, lines) -> None:
    """Given a command that says where it is known from, show and history print it; a repeat needs none."""
    cli("do", "-", stdin=lines([{**PERSON, "reason": "her letter of 3 May"}]))
    assert json.loads(cli("do", "-", stdin=lines([PERSON])).out)["outcome"] == "done"
    for command in ("show", "history"):
        assert "her letter of 3 May" in cli(command, "person/moss").out
        (entry,) = cli(command, "person/moss", "--json").json["history"]
        assert entry["reason"] == "her letter of 3 May"
    assert "source: her letter of 3 May" in cli("history", "person/moss").out


def test_what_was_done_is_undone_by_what_the_answer_says(cli, lines) -> None:
    """Do, then do what the answer names: the person is no longer appointed."""
    answers = cli("do", "-", stdin=lines([PERSON, APPOINTED])).out.splitlines()
    before = cli("show", "person/moss", "--json").json["readiness"][0]["blocks"]
    undone = cli("do", "-", stdin=lines([json.loads(answers[1])["undo"]]))
    assert undone.code == 0
    assert "not_appointed" not in before
    assert "not_appointed" in cli("show", "person/moss", "--json").json["readiness"][0]["blocks"]


def test_a_day_that_has_not_come_is_refused(cli, lines) -> None:
    """What is to happen is planned with its own date; what is told has happened."""
    said = cli("do", "-", stdin=lines([{**PERSON, "on": "2007-07-01"}]))
    assert (said.code, json.loads(said.out)["code"]) == (1, "in_future")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01\x02 binary", b"\xff\xfe\x00", b"[1, 2", b"[]", b"7"]
)
def test_a_file_without_commands_is_told(cli, tmp_path: Path, content: bytes) -> None:
    """Somebody who takes the wrong file reads so in a sentence; nothing is recorded."""
    file = tmp_path / "wrong.json"
    file.write_bytes(content)
    said = cli("do", file)
    assert said.code in (0, 1)
    assert "fault" not in said.err
    assert (said.code == 1) == bool(said.err)
    assert cli("record", "verify", "--json").json["streams"] == 2


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"", 1, "commands.csv: there is nothing in it"),
        (b"PK\x03\x04\x00\x06workbook", 1, "commands.csv holds no"),
    ],
)
def test_a_file_without_commands_is_named(cli, tmp_path: Path, content: bytes, code: int, named: str) -> None:
    """One sentence says which file holds no commands: one of several on a command line may be meant."""
    (tmp_path / "commands.csv").write_bytes(content)
    said = cli("do", tmp_path / "commands.csv")
    assert (said.code, said.err.count("\n")) == (code, 1)
    assert named in said.err


@pytest.mark.parametrize(
    "words",
    [["do"], ["import", "responses"], ["record", "restore"], ["import", "responses", "x.csv", "--columns"]],
)
def test_a_folder_is_called_a_folder(cli, tmp_path: Path, words: list[str]) -> None:
    """Whoever names a folder where a file is meant reads the same words everywhere."""
    (tmp_path / "x.csv").write_text("Surname,Notes\n", encoding="utf-8")
    said = cli(*words, tmp_path)
    assert said.code == 2
    assert "is a folder" in said.err
    assert "director" not in said.err
    assert said.err.count("\n") == 1


def test_no_file_is_told_as_a_slip(cli, tmp_path: Path) -> None:
    """A name in which a letter is wrong is a slip of the command line, in every place."""
    absent = tmp_path / "absent.toml"
    for words in (["do", absent], ["import", "responses", absent],
                  ["import", "responses", tmp_path, "--columns", absent]):  # fmt: skip
        said = cli(*words)
        assert said.code == 2
        assert "absent.toml" in said.err


def test_a_correction_of_nothing_asks_what_changes(told, lines) -> None:
    """An empty `set` is neither a correction nor a taking out: the sentence asks for a field."""
    said = told("do", "-", stdin=lines([
        {"command": "correct", "id": "c1", "stream": "application/A7K4P", "on": "2007-06-30",
         "data": {"event": 1, "set": {}, "reason": "typing error"}}]))  # fmt: skip
    assert said.code == 1
    assert "set must say which field changes" in said.err


def test_a_line_is_acknowledged_when_it_is_on_the_disk(home: Path, lines) -> None:
    """A program at the other end of a pipe has its answer before it sends the next line."""
    words = [sys.executable, "-m", "siprecruit", "--home", str(home), "--now", "2007-06-30", "do", "-"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for command in (PERSON, APPOINTED):
            running.stdin.write(lines([command]))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["outcome"] == "done"
        running.kill()
    words = [sys.executable, "-m", "siprecruit", "--home", str(home), "record", "verify", "--json"]
    found = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout)["streams"] == 3


def test_who_stops_the_program_loses_nothing_acknowledged(home: Path, cli, lines) -> None:
    """Ctrl-C between two answers is told in a sentence; what was acknowledged stays, the rest isn't begun."""
    words = [sys.executable, "-m", "siprecruit", "--home", str(home), "--now", "2007-06-30", "do", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, text=True, **pipes) as running:  # type: ignore[call-overload]
        running.stdin.write(lines([PERSON]))
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["outcome"] == "done"
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 1
        told = running.stderr.read().strip()
    assert told == "Stopped: what was acknowledged stays, and nothing else was recorded."
    assert cli("record", "verify", "--json").json["streams"] == 3


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(home: Path, cli, lines, tmp_path) -> None:
    """Where no more can be written, the answers given so far are true and the rest is not half there."""
    if os.name != "posix":
        pytest.skip("the limit on a file's size is a thing of POSIX")
    many = [
        {**PERSON, "id": f"m{number}", "stream": f"person/m{number}", "data": {"last_name": "x" * 200}}
        for number in range(1000)
    ]
    file = tmp_path / "many.jsonl"
    file.write_text(lines(many), encoding="utf-8")
    limit = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)); "
    start = limit + "from siprecruit.cli import main; main()"
    words = [sys.executable, "-c", start, "--home", str(home), "--now", "2007-06-30", "do", str(file)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    acknowledged = found.stdout.splitlines()
    assert found.returncode == 1
    assert "disk" in found.stderr
    assert found.stderr.count("\n") == 1
    assert 0 < len(acknowledged) < len(many)
    checked = cli("record", "verify", "--json").json
    assert checked["ok"]
    assert checked["streams"] == 2 + len(acknowledged)
