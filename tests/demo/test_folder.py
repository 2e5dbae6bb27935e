"""Where a demo may be played: in a new folder, or in the place of an earlier demo."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from siprecruit.demo.playing import DemoError, play
from siprecruit.installation import InstallationError, Settings, create, settings_in

EARLY = dt.date(2007, 1, 12)


def noon() -> dt.datetime:
    return dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def files(home: Path) -> set[str]:
    """The names of all files below a folder."""
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_an_earlier_demo_is_replaced(tmp_path: Path) -> None:
    """A demo can be played again and again in one folder: each time it is the new one alone."""
    play(tmp_path / "demo", until=dt.date(2007, 2, 1))
    again = play(tmp_path / "demo", until=EARLY)
    assert again.figures == play(tmp_path / "fresh", until=EARLY).figures
    assert settings_in(tmp_path / "demo").now == "2007-01-12"


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    """A folder in which there is nothing has nothing to lose."""
    assert play(tmp_path, until=EARLY).figures.schools == 373


@pytest.mark.slow
def test_what_an_earlier_demo_sent_is_taken_away(tmp_path: Path) -> None:
    """No message and no reply of other people lies among those of the new demo."""
    home, fresh, until = tmp_path / "demo", tmp_path / "fresh", dt.date(2007, 1, 27)
    play(home, seed=1, until=until)
    (home / "references" / "my-own.odt").write_bytes(b"my own")
    before = files(home)
    play(home, seed=2, until=until)
    play(fresh, seed=2, until=until)
    assert any(name.endswith(".eml") for name in before)
    assert files(home) == files(fresh) | {"references/my-own.odt"}


def test_what_somebody_put_beside_a_demo_stays(tmp_path: Path) -> None:
    """Only the demo's own files are replaced."""
    play(tmp_path, until=EARLY)
    (tmp_path / "notes.txt").write_text("my own")
    play(tmp_path, until=EARLY)
    assert (tmp_path / "notes.txt").read_text() == "my own"


def test_an_installation_is_never_touched(tmp_path: Path) -> None:
    """An authority's own record isn't replaced by a demo, whatever --home says."""
    home = tmp_path / "norfolk"
    create(home, Settings(), clock=noon)
    before = contents(home)
    with pytest.raises(InstallationError) as refused:
        play(home, until=EARLY)
    assert refused.value.code == "exists"
    assert "no demo" in refused.value.message
    assert contents(home) == before


@pytest.mark.parametrize("name", ["letter.txt", "siprecruit.db"])
def test_a_folder_with_anything_in_it_is_never_touched(tmp_path: Path, name: str) -> None:
    """A database without its configuration may be somebody's, too."""
    (tmp_path / name).write_text("precious")
    with pytest.raises(InstallationError) as refused:
        play(tmp_path, until=EARLY)
    assert str(tmp_path) in refused.value.message
    assert contents(tmp_path) == {name: b"precious"}


def test_a_file_of_that_name_is_never_touched(tmp_path: Path) -> None:
    """A demo needs a folder."""
    file = tmp_path / "siprecruit-demo"
    file.write_text("precious")
    with pytest.raises(InstallationError):
        play(file, until=EARLY)
    assert file.read_text() == "precious"


def test_a_demo_that_was_stopped_can_be_looked_at_and_replaced(tmp_path: Path) -> None:
    """Ctrl-C leaves what was recorded by then, and a clock that doesn't stand before it."""
    days = []

    def stop(number: int) -> None:
        days.append(number)
        if len(days) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(tmp_path / "demo", forward=stop)
    left = settings_in(tmp_path / "demo")
    connection = sqlite3.connect(tmp_path / "demo" / "siprecruit.db")
    ((last,),) = connection.execute("select max(recorded_at) from events").fetchall()
    connection.close()
    assert left.demo
    assert left.now is not None
    assert last[:10] <= left.now < "2007-01-20"
    assert play(tmp_path / "demo", until=EARLY).figures.schools == 373


def test_a_name_that_sqlite_cant_open_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """A question mark ends a file's name in SQLite's eyes."""
    with pytest.raises(InstallationError) as refused:
        play(tmp_path / "why?", until=EARLY)
    assert refused.value.code == "bad_home"
    assert list(tmp_path.iterdir()) == []


def test_the_story_has_a_beginning(tmp_path: Path) -> None:
    """A day before the first one is told to be so, and nothing is made."""
    with pytest.raises(DemoError) as refused:
        play(tmp_path / "demo", until=dt.date(2006, 12, 31))
    assert "1 January 2007" in refused.value.message
    assert not (tmp_path / "demo").exists()
