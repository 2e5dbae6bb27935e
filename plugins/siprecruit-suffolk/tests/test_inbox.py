from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from siprecruit.api import Context, Polled
from siprecruit.testing import Clock, InboxContract, a_context

import siprecruit_suffolk
from siprecruit_suffolk.responses import poll

GOOD: dict[str, Any] = {
    "first_name": "Wilfred",
    "last_name": "Oakapple",
    "email": "w.oakapple@example.org",
    "group": "Serving headteacher",
    "post": "Headteacher",
    "school": "Quince Hill First School",
    "school_urn": "990101",
    "authority": "Suffolk",
    "phases": ["first", "middle"],
    "days": 10,
    "received": "23/05/2007",
    "referees": [{"name": "Clement Rushbrook", "email": "c.rushbrook@example.org", "from_la": True}],
}


class TestContract(InboxContract):
    """The folder keeps what any inbox promises."""

    plugin = siprecruit_suffolk
    http = False
    garbles_some = True

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"folder": "in", "advert": "tes-2007-05"}

    @pytest.fixture
    def arrives(self, context: Context) -> Callable[[], None]:
        numbers = count(1)
        folder = _folder(context.home / "in")

        def drop() -> None:
            number = next(numbers)
            _drop(folder, f"{number}.json", {**GOOD, "received": "2007-05-23", "phone": f"01473 000{number}"})

        return drop

    @pytest.fixture
    def garbles(self, context: Context) -> Callable[[], None]:
        return lambda: _write(_folder(context.home / "in"), "0.json", b'{"first_name": ')


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    return a_context(siprecruit_suffolk, home=tmp_path, clock=clock).context


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _folder(tmp_path / "responses")


def test_a_response_is_told_in_the_programmes_words(context: Context, folder: Path) -> None:
    """What the form calls a first school is primary to the programme; the day is the one it was received."""
    _drop(folder, "oakapple.json", GOOD)
    command = _only(poll(context, ""))
    assert command["on"] == "2007-05-23"
    assert command["stream"] == "application/new"
    told = command["data"]
    assert told["category"] == "headteacher"
    assert told["phases"] == ["primary"]
    assert told["days_available"] == 10
    assert told["referees"] == [
        {"name": "Clement Rushbrook", "email": "c.rushbrook@example.org", "from_la": True}
    ]
    assert "as_written" not in told


def test_what_is_not_understood_comes_along_as_written(context: Context, folder: Path) -> None:
    """A person looks at it: nothing is guessed and nothing is thrown away."""
    _drop(
        folder,
        "x.json",
        {"last_name": "Okafor", "days": "many", "group": "HMI", "car": True, "phases": ["infant"]},
    )
    told = _only(poll(context, ""))["data"]
    assert told["as_written"] == {"days": "many", "group": "HMI", "car": "True", "phases": "['infant']"}
    assert "days_available" not in told


def test_a_sheet_gives_a_response_for_each_row(context: Context, folder: Path) -> None:
    """A spreadsheet saves cp1252 and leaves blank rows; a row without a name is named by its number."""
    sheet = (
        "First name,Last name,Days,Received,Referee1 name,Referee1 from_la\r\n"
        "Zo\xeb,Quillfeather,12,23/05/2007,Clement Rushbrook,yes\r\n"
        ",,,,,\r\n"
        ",,9,24/05/2007,,\r\n"
    )
    _write(folder, "may.csv", sheet.encode("cp1252"))
    told = _only(poll(context, ""))["data"]
    assert told["first_name"] == "Zo\xeb"
    assert told["referees"] == [{"name": "Clement Rushbrook", "from_la": True}]
    said = (folder / "set-aside" / "may.csv.why.txt").read_text("utf-8")
    assert said == "may.csv, 4: it names nobody: first_name or last_name is needed.\n"


def test_a_sheet_that_was_put_right_doubles_nobody(context: Context, folder: Path) -> None:
    """The office puts one row right and drops the whole sheet again: the other rows are known."""
    _write(folder, "may.csv", b"first_name,last_name,days\nAda,Finch,12\n,,9\n")
    first = poll(context, "")
    _write(folder, "may.csv", b"first_name,last_name,days\nAda,Finch,12\nBeryl,Snipe,9\n")
    second = poll(context, first.cursor)
    assert [one.receipt for one in first.items] == [one.receipt for one in second.items[:1]]
    assert len(second.items) == 2


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", b"\xff\xfe", "it can't be read as JSON in UTF-8"),
        ("a.json", b"[" * 100_000, "it can't be read as JSON in UTF-8"),
        ("a.json", b"[]", "it holds no response"),
        ("a.json", b'"Oakapple"', "it isn't one applicant's answers by name"),
        ("a.json", b'{"days": 10}', "it names nobody: first_name or last_name is needed"),
        ("a.json", b'{"last_name": "Finch", "received": "31/02/2007"}', "received is no day"),
        ("a.json", b'{"last_name": "Finch", "received": "2007-06-05"}', "received lies ahead"),
        ("a.json", b'{"last_name": "Finch", "advert": "the one in May"}', "advert is no code"),
        ("a.csv", b'first_name,last_name\n"Ada,Finch\n', "it can't be read as a sheet"),
        ("a.csv", b"days,Days\n1,2\n", "a heading stands twice"),
        ("a.csv", b"first_name\nAda\n" + b"Ada\n" * 1000, "it holds more than 1000 responses"),
        ("a.json", b" " * 5_000_001, "it has more than 5 megabytes"),
    ],
)
def test_what_can_not_be_taken_is_set_aside(
    context: Context, folder: Path, name: str, content: bytes, why: str
) -> None:
    """It is kept, with a sentence beside it that says why, and it stops nothing."""
    _write(folder, name, content)
    assert poll(context, "").items == ()
    assert (folder / "set-aside" / name).read_bytes() == content
    assert why in (folder / "set-aside" / f"{name}.why.txt").read_text("utf-8")


def test_what_was_set_aside_is_told_until_it_was_mended(context: Context, folder: Path) -> None:
    """The office sees what to mend; the file that is dropped again, put right, is no trouble any more."""
    _write(folder, "a.json", b"[]")
    first = poll(context, "")
    assert first.unread == {"a.json": "a.json: it holds no response.\n"}
    assert poll(context, first.cursor).unread == first.unread
    _write(folder, "a.json", b'{"last_name": "Finch"}')
    second = poll(context, first.cursor)
    assert (len(second.items), second.unread) == (1, {})


def test_set_aside_twice_is_kept_twice(context: Context, folder: Path) -> None:
    """Another file of the same name doesn't go over the one that lies there."""
    _write(folder, "a.json", b"[1")
    poll(context, "")
    _write(folder, "a.json", b"[2")
    poll(context, "")
    assert sorted(each.read_bytes() for each in (folder / "set-aside").glob("*.json")) == [b"[1", b"[2"]


def test_a_crash_before_it_was_stored_loses_nothing(context: Context, folder: Path) -> None:
    """The core never came back with the cursor: the batch is told again, and a later one after it."""
    _drop(folder, "a.json", {"last_name": "Finch"})
    told = poll(context, "")
    _drop(folder, "b.json", {"last_name": "Snipe"})
    again = poll(context, "")
    assert [one.receipt for one in again.items] == [one.receipt for one in told.items]
    assert _only(poll(context, again.cursor))["data"]["last_name"] == "Snipe"


def test_two_deliverers_at_once_lose_nothing(context: Context, folder: Path) -> None:
    """Whichever cursor is stored last, each file is told until the core comes back for its batch."""
    _drop(folder, "a.json", {"last_name": "Finch"})
    poll(context, "")  # the other one, which has told it and stored its cursor after ours
    batch = next((folder / "told").iterdir()).name
    (folder / "told" / f"2007-06-04-{'0' * 16}").mkdir()
    _write(folder / "told" / f"2007-06-04-{'0' * 16}", "b.json", b'{"last_name": "Snipe"}')
    ours = _only(poll(context, batch))
    assert ours["data"]["last_name"] == "Snipe"


def test_what_was_taken_is_deleted_in_time(context: Context, folder: Path, clock: Clock) -> None:
    """A file that is in the record lies there for 28 days and no longer."""
    _drop(folder, "a.json", {"last_name": "Finch"})
    cursor = poll(context, "").cursor
    poll(context, cursor)
    clock.advance(days=27)
    poll(context, cursor)
    assert list((folder / "taken").rglob("*.json")) != []
    clock.advance(days=1)
    poll(context, cursor)
    assert list((folder / "taken").iterdir()) == []


def test_a_response_without_a_day_keeps_the_day_on_which_it_was_found(
    context: Context, folder: Path, clock: Clock
) -> None:
    """Told again after midnight it is the same command, so that the core knows it."""
    _drop(folder, "a.json", {"last_name": "Finch"})
    first = poll(context, "")
    clock.advance(days=1)
    assert poll(context, "") == first
    assert _only(first)["on"] == "2007-06-04"


def test_a_day_is_the_countys(context: Context, folder: Path, clock: Clock) -> None:
    """Half past eleven in the evening in Greenwich is tomorrow in an English summer."""
    clock.set(dt.datetime(2007, 6, 4, 23, 30, tzinfo=dt.UTC))
    _drop(folder, "a.json", {"last_name": "Finch"})
    assert _only(poll(context, ""))["on"] == "2007-06-05"


def test_a_link_out_of_the_folder_is_left_alone(context: Context, folder: Path, tmp_path: Path) -> None:
    """Only what was dropped there is read."""
    _drop(tmp_path, "secret.json", {"last_name": "Finch"})
    (folder / "a.json").symlink_to(tmp_path / "secret.json")
    assert poll(context, "").items == ()


@pytest.mark.parametrize("folder", ["/etc", "../other", "a/../../b", ""])
def test_the_folder_lies_in_the_installation(tmp_path: Path, clock: Clock, folder: str) -> None:
    """A setting can't lead out of the installation's folder."""
    with pytest.raises(AssertionError, match="folder"):
        a_context(siprecruit_suffolk, home=tmp_path, clock=clock, settings={"folder": folder})


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def _drop(folder: Path, name: str, told: Mapping[str, Any]) -> None:
    _write(folder, name, json.dumps(told).encode())


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def _only(polled: Polled) -> Any:
    assert len(polled.items) == 1
    return polled.items[0].commands[0]
