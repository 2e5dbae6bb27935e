"""Notes and files lie beside what they are about, come back as they were, and go with one line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cli.conftest import Cli

LETTER = b"%PDF-1.4 the college's letter"


def shown(cli: Cli, told: str = "A7K4P") -> Any:
    """All about somebody but the history: what every list and page follows from."""
    found = cli("show", told, "--json").json
    del found["history"]
    return found


def lines(said: str) -> list[str]:
    """The lines that a result says undo it."""
    return re.findall(r"undone by: siprecruit undo (\S+)", said)


@pytest.mark.parametrize(
    ("told_id", "stream", "about"),
    [
        ("A7K4P", "application/A7K4P", None),
        ("a7k4p", "application/A7K4P", None),
        ("A7K4P/1", "application/A7K4P", "referee:1"),
        ("120777", "placement/120777", None),
        ("person/partner", "person/partner", None),
        ("2007-05", "round/2007-05", None),
    ],
)
def test_a_note_lies_beside_what_it_is_about(told: Cli, told_id: str, stream: str, about: str | None) -> None:
    """Applicants, referees, schools, partners and rounds have notes, in any letters."""
    before = shown(told, stream)
    done = told("note", told_id, "Zoë rang: “after four”, נועם\nor by letter")
    assert done.code == 0, done.err
    (written,) = shown(told, stream)["notes"]
    assert (written["stream"], written["about"]) == (stream, about)
    assert written["text"] == "Zoë rang: “after four”, נועם\nor by letter"
    assert told("undo", *lines(done.out)).code == 0
    assert shown(told, stream) == before


def test_an_applicant_has_notes_and_files_as_a_person_too(told: Cli, tmp_path: Any) -> None:
    """What is laid beside an applicant as a person stays with them over all their applications."""
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    before = told("show", "A7K4P", "--json").json
    assert not any(one["stream"] == "person/A7K4P" for one in before["history"])
    noted = told("note", "person/A7K4P", "deaf in one ear")
    laid = told("attach", "person/A7K4P", tmp_path / "letter.pdf", "--title", "The college's letter")
    assert (noted.code, laid.code) == (0, 0), noted.err + laid.err
    for asked in ("A7K4P", "person/A7K4P"):
        assert [one["stream"] for one in shown(told, asked)["notes"]] == ["person/A7K4P"]
        assert [one["title"] for one in shown(told, asked)["files"]] == ["The college's letter"]
    assert told("undo", *lines(laid.out)).code == told("undo", *lines(noted.out)).code == 0
    del before["history"]
    assert shown(told) == before


def test_a_note_begins_nobody(told: Cli) -> None:
    """A person of whom nothing else is in the record has no notes, whoever names the stream outright."""
    note = {"command": "note.add", "id": "of-nobody", "stream": "person/ZZZZZ", "on": "2007-06-30"}
    said = told("do", "-", stdin=json.dumps({**note, "data": {"text": "who?"}}))
    assert (said.code, "person/ZZZZZ is not in the record" in said.err) == (1, True)


def test_a_note_about_nobody(told: Cli) -> None:
    """There is no ninth referee, no such applicant, and nothing to say."""
    assert told("note", "A7K4P/9", "x").code == 1
    assert told("note", "ZZZZZ", "x").code == 2
    assert told("note", "A7K4P", "  ").code == 2


def test_a_paper_reference_carries_its_scan(told: Cli, tmp_path: Any) -> None:
    """Received by post: the receipt is recorded, the scan attached to it, and got back byte for byte."""
    scan = tmp_path / "scan0012.pdf"
    scan.write_bytes(LETTER)
    before = shown(told)
    done = told("attach", "A7K4P", scan, "--as", "reference:1", "--title", "By post")
    assert done.code == 0, done.err
    (laid,) = shown(told)["files"]
    assert (laid["about"], laid["name"], laid["type"]) == ("reference:1", "scan0012.pdf", "pdf")
    assert shown(told)["references"][0]["files"] == [laid["file"]]
    assert laid["file"] in told("history", "A7K4P").out
    assert told("attach", "--get", laid["file"], "-o", tmp_path / "back.pdf").code == 0
    assert (tmp_path / "back.pdf").read_bytes() == LETTER
    assert told("record", "verify").code == 0
    assert told("undo", *lines(done.out)).code == 0
    assert shown(told) == before


def test_the_same_scan_twice_is_one(told: Cli, tmp_path: Any) -> None:
    """Whoever wasn't sure and attached it again finds it there once."""
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    assert told("attach", "person/partner", tmp_path / "letter.pdf", "--as", "accreditation").code == 0
    again = told("attach", "person/partner", tmp_path / "letter.pdf", "--as", "accreditation", "--json").json
    assert again["outcome"] == "unchanged"
    assert len(shown(told, "person/partner")["files"]) == 1


def test_what_can_not_be_attached(told: Cli, home: Any, tmp_path: Any) -> None:
    """A program, a film, nothing, and a file over another one: a sentence each, and nothing is written."""
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    (tmp_path / "setup.pdf").write_bytes(b"MZ\x90\x00\x03")
    (tmp_path / "film.pdf").write_bytes(b"%PDF-" + b"x" * 1_000_000)
    with (home / "siprecruit.toml").open("a", encoding="utf-8") as settings:
        settings.write("largest_file_mb = 1\n")
    for words, code, says in [
        (["A7K4P", tmp_path / "setup.pdf"], 1, "by its content it is none of pdf"),
        (["A7K4P", tmp_path / "film.pdf"], 1, "larger than 1 MB"),
        (["A7K4P", tmp_path / "absent.pdf"], 2, "absent.pdf"),
        (["A7K4P"], 2, "say ID and FILE"),
        (["--get", "NIXNIX", "-o", tmp_path / "out"], 1, "there is no file NIXNIX"),
        (["A7K4P", tmp_path / "letter.pdf", "--as", "reference:9"], 1, "there is no reference 9 here"),
    ]:
        found = told("attach", *words)
        assert (found.code, says in found.err) == (code, True), found.err
    assert shown(told)["files"] == []
    done = told("attach", "A7K4P", tmp_path / "letter.pdf", "--json").json
    assert told("attach", "--get", done["file"], "-o", tmp_path / "setup.pdf").code == 1
    assert (tmp_path / "setup.pdf").read_bytes() == b"MZ\x90\x00\x03"


def test_an_envelope_holds_no_file(told: Cli) -> None:
    """Through `do` a file can't come: the answer says which line sends one."""
    sent = {"command": "file.attach", "id": "f1", "stream": "application/A7K4P", "on": "2007-06-19",
            "data": {"file": "F1", "type": "pdf", "digest": "0" * 64}}  # fmt: skip
    found = told("do", "-", stdin=json.dumps(sent))
    assert (found.code, "siprecruit attach" in found.err) == (1, True)


def test_a_backup_carries_files(told: Cli, tmp_path: Any) -> None:
    """What lies in the vault is in the backup, and comes back with it."""
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    file = told("attach", "A7K4P", tmp_path / "letter.pdf", "--json").json["file"]
    assert told("record", "backup", tmp_path / "monday").code == 0
    told("note", "A7K4P", "later")
    assert told("record", "restore", tmp_path / "monday", "--replace").code == 0
    assert told("attach", "--get", file, "-o", tmp_path / "back").code == 0
    assert (tmp_path / "back").read_bytes() == LETTER
    assert shown(told)["notes"] == []
