"""An authority changes its own programme: the lists go along with the pages about one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import lines, run
from cli.story import STORY
from siprecruit.programmes import loader

REQUIRED, NOT_REQUIRED = "la_referee_required = true", "la_referee_required = false"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An installation with a programme of its own, in which the story was told."""
    programme = tmp_path / "own.toml"
    programme.write_bytes((Path(loader.__file__).parent / "norfolk-2008.toml").read_bytes())
    home = tmp_path / "norfolk"
    assert run("--home", home, "--now", "2007-05-01", "init", "--programme", programme).code == 0
    assert run("--home", home, "--now", "2007-06-30", "do", "-", stdin=lines(STORY)).code == 0
    return home


def change(home: Path) -> None:
    """The authority asks for no referee of its own any more."""
    programme = home / "own.toml"
    text = programme.read_text("utf-8")
    assert REQUIRED in text
    programme.write_text(text.replace(REQUIRED, NOT_REQUIRED), "utf-8")


def of_ann(home: Path, *words: str) -> tuple[list[str], list[str]]:
    """What blocks Ann Smith and what is to be looked at, by the list and by the page about her."""
    found = run("--home", home, "--now", "2007-06-30", *words, "--json")
    assert found.code == 0, found.err
    (ann,) = [
        each
        for each in found.json.get("applicants", found.json.get("applications"))
        if each["application"] == "B8M5Q"
    ]
    return ann["blocks"], ann["flags"]


def test_the_list_and_the_page_agree_after_the_programme_was_changed(own: Path) -> None:
    """The file is changed and nothing is told: whoever looks next sees the same in both."""
    assert "no_la_referee" in of_ann(own, "applicants")[0]

    change(own)

    assert "no_la_referee" not in json.dumps(of_ann(own, "applicants"))
    assert of_ann(own, "applicants") == of_ann(own, "show", "B8M5Q")
    assert run("--home", own, "--now", "2007-06-30", "doctor").code == 0


def test_what_is_told_after_the_change_leaves_no_other_row_behind(own: Path) -> None:
    """A note about one applicant is no reason to show the others by rules that are gone."""
    change(own)
    assert run("--home", own, "--now", "2007-06-30", "note", "A7K4P", "rang").code == 0

    assert of_ann(own, "applicants") == of_ann(own, "show", "B8M5Q")
