"""``siprecruit import`` as people and scripts call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from imports.offices import GOOD
from siprecruit.cli import program

BAD = {"received_on": "31/02/2007"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new installation."""
    folder = tmp_path / "norfolk"
    assert run("--home", folder, "--now", "2007-05-01", "init").exit_code == 0
    return folder


def run(*words: object) -> Result:
    """Run the program in this process."""
    found = CliRunner().invoke(program, [str(word) for word in words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


def sheet(folder: Path, *changes: dict[str, str], headings: dict[str, str] | None = None) -> Path:
    """A sheet of responses, its headings other than the fields' names where wanted."""
    other = headings or {}
    lines = [",".join(other.get(field, field) for field in GOOD)]
    lines += [",".join((GOOD | change).values()) for change in changes]
    path = folder / "sheet.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def take(home: Path, *words: object) -> Result:
    """Import on 30 June 2007."""
    return run("--home", home, "--now", "2007-06-30", "import", *words)


def as_json(home: Path, *words: object) -> Any:
    """Import, with JSON alone on standard output."""
    return json.loads(take(home, *words, "--json").stdout)


def test_one_row_is_told_as_one(home, tmp_path):
    """A sheet of one row with one response is read aloud as it is said."""
    said = take(home, "responses", sheet(tmp_path, {}))
    assert "1 row: 1 new response, 0 changed, 0 unchanged, 0 rejected." in said.stdout


def test_responses_for_people(home, tmp_path):
    """People read how many went in, what was rejected and why, whom to look at, and how it is undone."""
    said = take(home, "responses", sheet(tmp_path, {}, BAD, {"email": "", "note": "rang"}))
    assert said.exit_code == 0
    assert "3 rows: 2 new responses, 0 changed, 0 unchanged, 1 rejected." in said.stdout
    assert "There is no such day as 31/02/2007." in said.stdout
    assert "no e-mail address" in said.stdout
    assert f"Rejected rows are in {home / 'sheet-rejected.csv'}" in said.stdout
    assert "siprecruit undo import-" in said.stdout
    assert "The clock is simulated: it is 30 June 2007 (by --now)." in said.stdout


def test_responses_for_scripts(home, tmp_path):
    """JSON stands alone on standard output, with all that scripts rely on."""
    document = as_json(home, "responses", sheet(tmp_path, {}, BAD))
    assert {key: document[key] for key in ("rows", "accepted", "changed", "unchanged")} == {
        "rows": 2,
        "accepted": 1,
        "changed": [],
        "unchanged": 0,
    }
    assert document["rejected"] == [
        {
            "row": 3,
            "code": "bad_date",
            "field": "received_on",
            "message": "received_on: There is no such day as 31/02/2007.",
        }
    ]
    assert list(document["applications"]) == ["2"]


def test_change_for_people_and_scripts(home, tmp_path):
    """A changed cell is shown with what it was and what it is."""
    take(home, "responses", sheet(tmp_path, {}))
    changed = sheet(tmp_path, {"phone": "01508 1234"})
    shown = take(home, "responses", changed, "--dry-run")
    assert "01603 997998  01508 1234" in shown.stdout
    assert "A dry run" in shown.stdout
    (one,) = as_json(home, "responses", changed)["changed"]
    assert one["cells"] == [{"field": "phone", "was": "01603 997998", "now": "01508 1234"}]


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 1)])
def test_rejected_rows_are_no_failure_unless_one_is_strict(home, tmp_path, words, code):
    """The file was read, so the import has done its work; who wants to be stopped says so."""
    assert take(home, "responses", sheet(tmp_path, {}, BAD), *words).exit_code == code


def test_rejected_rows_go_where_one_says(home, tmp_path):
    """The file's place can be chosen, but never so that the sheet itself is lost."""
    path, place = sheet(tmp_path, BAD), tmp_path / "to-mend.csv"
    assert as_json(home, "responses", path, "--rejected", place)["rejected_file"] == str(place)
    before = path.read_bytes()
    refused = take(home, "responses", path, "--rejected", path)
    assert (refused.exit_code, path.read_bytes()) == (2, before)
    assert "the sheet itself" in refused.stderr


def test_headings_of_ones_own(home, tmp_path):
    """A column with a heading that nobody knows is read where a file says what it means."""
    path = sheet(tmp_path, {"phone": "01508 1234"}, headings={"phone": "Hotline"})
    columns = tmp_path / "columns.toml"
    columns.write_text('[columns]\n"Hotline" = "phone"\n', "utf-8")
    assert as_json(home, "responses", path)["ignored_columns"] == ["Hotline"]
    changed = as_json(home, "responses", path, "--columns", columns)
    assert changed["ignored_columns"] == []
    assert [cell["field"] for cell in changed["changed"][0]["cells"]] == ["phone"]


@pytest.mark.parametrize("kind", ["schools", "responses"])
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.csv", None, 2),
        (".", None, 2),
        ("empty.csv", b"", 1),
        ("nul.csv", b"urn,name\0\n", 1),
        ("picture.png", b"\x89PNG\r\n\x1a\n", 1),
        ("poem.txt", b"no heading\nthat anybody knows\n", 1),
    ],
)
def test_what_is_no_sheet_is_told_in_a_sentence(home, tmp_path, kind, name, content, code):
    """Whatever is given: one sentence, nothing recorded."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    said = take(home, kind, tmp_path / name)
    assert (said.exit_code, said.stdout) == (code, "")
    assert len(said.stderr.strip().splitlines()) == 1
    assert "fault of siprecruit" not in said.stderr


def test_schools_for_people_and_scripts(home, tmp_path):
    """People are told how many schools are in scope; how to get those of another authority is said."""
    path = tmp_path / "schools.csv"
    path.write_text("urn,name,la_code,phase,type\n120777,Aldborough,926,primary,community\n", "utf-8")
    assert "Of these schools the programme serves 1 today" in take(home, "schools", path).stdout
    assert as_json(home, "schools", path)["unchanged"] == 1
    path.write_text("urn,name,la_code,phase,type\n120778,Thetford,925,primary,community\n", "utf-8")
    assert "--la CODE takes those of another authority" in take(home, "schools", path).stdout
    assert as_json(home, "schools", path, "--la", "925")["accepted"] == 1
