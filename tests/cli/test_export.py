"""``siprecruit export``: a sheet given back, and the same sheet brought in again."""

from __future__ import annotations

import json

import openpyxl
import pytest

SHEET = (
    "Advert,Date received,First name,Surname,E-mail,Tel\r\n"
    "TES May 2007,24/05/2007,Gillian,Youngs,g.youngs@example.org,+44 1603 1\r\n"
    "TES May 2007,31/02/2007,Seán,O'Brien,sean@example.org,\r\n"
)


@pytest.fixture
def sheet(cli, tmp_path):
    """A sheet that was imported."""
    path = tmp_path / "answers.csv"
    path.write_bytes(SHEET.encode("cp1252"))
    assert cli("import", "responses", path).code == 0
    return path


def test_sheet_goes_to_standard_output(cli, sheet):
    """Without a file named the sheet itself is printed, and what is said of it stands beside."""
    said = cli("export", "responses", "--like", sheet)
    assert said.code == 0
    assert said.out.splitlines()[1].startswith(
        "TES May 2007,24/05/2007,Gillian,Youngs,g.youngs@example.org,'+44"
    )
    assert "1 in the record, 1 rejected" in said.err


def test_sheet_goes_to_a_file_for_its_owner_alone(cli, sheet, tmp_path):
    """It holds names and addresses; with --json what was done is told as JSON."""
    out = tmp_path / "out.csv"
    said = cli("export", "responses", "--like", sheet, "-o", out, "--json")
    assert said.json == {
        "kind": "csv",
        "rows": 2,
        "known": 1,
        "rejected": 1,
        "not_in_record": 0,
        "appended": 0,
        "rewritten": [],
        "notes": [],
        "file": str(out),
    }
    assert out.stat().st_mode & 0o077 == 0
    assert out.read_bytes().startswith(SHEET.encode("cp1252").split(b"\r\n")[0])


def test_what_the_record_says_otherwise_is_listed(cli, sheet, tmp_path):
    """A cell that comes back with another value is shown with both."""
    (code,) = [one["application"] for one in cli("applicants", "--json").json["applicants"]]
    assert cli("correct", code, "1", "phone=01508 7", "--reason", "rang").code == 0
    said = cli("export", "responses", "--like", sheet, "-o", tmp_path / "out.csv")
    assert f"2    {code}        phone  +44 1603 1  01508 7" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--json"], "-o"),
        (["-o", "answers.csv"], "take the place of the sheet itself"),
        (["-o", "out.xlsx"], "the export is csv"),
    ],
)
def test_where_the_sheet_cannot_go_is_said_first(cli, sheet, monkeypatch, words, told):
    """Nothing is written where it would replace the sheet, or would be named as what it isn't."""
    monkeypatch.chdir(sheet.parent)
    said = cli("export", "responses", "--like", sheet, *words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert told in said.err
    assert sheet.read_bytes() == SHEET.encode("cp1252")


def test_file_that_is_there_is_replaced_only_on_demand(cli, sheet, tmp_path):
    """An export that was edited and not imported yet isn't lost to the next one."""
    out = tmp_path / "out.csv"
    out.write_text("edited by hand")
    said = cli("export", "responses", "--like", sheet, "-o", out)
    assert (said.code, said.err.count("\n"), out.read_text()) == (2, 1, "edited by hand")
    assert "is there already" in said.err
    assert cli("export", "responses", "--like", sheet, "-o", out, "--replace").code == 0
    assert "g.youngs" in out.read_text(encoding="cp1252")


def test_sheet_of_something_else_gets_no_responses(cli, sheet, tmp_path):
    """A sheet with neither an advert nor a name is none of responses, whatever else it shares with them."""
    other = tmp_path / "other.csv"
    other.write_text("E-mail,Tel,Local authority\nhead@example.org,01603 1,Norfolk\n")
    said = cli("export", "responses", "--like", other, "-o", tmp_path / "out.csv")
    assert (said.code, "no sheet of responses" in said.err) == (1, True)
    assert not (tmp_path / "out.csv").exists()


def test_workbook_needs_a_file(cli, tmp_path):
    """A workbook is not text, so that it isn't printed."""
    path = tmp_path / "answers.xlsx"
    book = openpyxl.Workbook()
    for line in SHEET.splitlines():
        book.active.append(line.split(","))
    book.save(path)
    said = cli("export", "responses", "--like", path)
    assert (said.code, "-o" in said.err) == (2, True)
    assert cli("export", "responses", "--like", path, "-o", tmp_path / "out.xlsx").code == 0


def test_sheet_that_is_not_there_or_has_no_headings_gets_a_sentence(cli, tmp_path):
    """One sentence says where and what."""
    said = cli("export", "responses", "--like", tmp_path / "no.csv")
    assert (said.code, said.err.count("\n")) == (2, 1)
    (tmp_path / "letter.csv").write_text("Dear sir\n")
    said = cli("export", "responses", "--like", tmp_path / "letter.csv")
    assert (said.code, "has headings that are known" in said.err) == (1, True)


def clashing(cli, sheet):
    """An export in which a cell was edited that was corrected in the record since."""
    out = sheet.with_name("out.csv")
    cli("export", "responses", "--like", sheet, "-o", out)
    (code,) = [one["application"] for one in cli("applicants", "--json").json["applicants"]]
    assert cli("correct", code, "1", "phone=01508 7", "--reason", "rang").code == 0
    out.write_bytes(out.read_bytes().replace(b"'+44 1603 1", b"01508 9"))
    return out, code


def test_clash_is_shown_side_by_side_and_settled(cli, sheet):
    """Both values are told, and what settles it; an import with a clash is done, and exits with 0."""
    out, code = clashing(cli, sheet)
    said = cli("import", "responses", out)
    assert said.code == 0
    assert f"2    {code}        phone  +44 1603 1  01508 9  01508 7  office" in said.out
    assert "--take mine" in said.out
    (clash,) = cli("import", "responses", out, "--take", "2=theirs", "--json").json["clashes"]
    assert (clash["mine"], clash["theirs"], clash["taken"]) == ("01508 9", "01508 7", "theirs")
    assert "export again" in cli("import", "responses", out, "--take", "theirs").out
    document = cli("import", "responses", out, "--take", "theirs", "--take", "2=mine", "--json").json
    assert (document["clashes"][0]["taken"], len(document["changed"])) == ("mine", 1)
    (line,) = document["changed"][0]["undo"]
    assert cli(*line.split()[1:]).code == 0
    shown = cli("applicants", "--json").out
    assert json.loads(shown)["applicants"][0]["application"] == code


def test_row_without_a_clash_cannot_be_settled(cli, sheet):
    """Given a clash in row 2 and the word for row 3, nothing is recorded: another row was meant."""
    out, code = clashing(cli, sheet)
    before = cli("history", code, "--json").json
    said = cli("import", "responses", out, "--take", "3=mine", "--take", "mine")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "row 3, where nothing clashes; clashes are in 2" in said.err
    assert cli("history", code, "--json").json == before


@pytest.mark.parametrize("words", [("mine", "theirs"), ("2=mine", "02=theirs")])
def test_clash_cannot_be_settled_both_ways(cli, sheet, words):
    """Two words for the same row contradict each other, and neither is guessed."""
    said = cli("import", "responses", sheet, *(each for word in words for each in ("--take", word)))
    assert (said.code, "both mine and theirs" in said.err) == (2, True)


@pytest.mark.parametrize("word", ["ours", "x=mine", "2=both", "=mine2", "²=mine"])
def test_take_has_two_words(cli, sheet, word):
    """Anything but mine or theirs, for all or for a row, is a mistake in the command."""
    said = cli("import", "responses", sheet, "--take", word)
    assert (said.code, "--take" in said.err) == (2, True)
