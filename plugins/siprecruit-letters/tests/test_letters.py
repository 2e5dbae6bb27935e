from __future__ import annotations

import datetime as dt
import json
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from siprecruit.api import Accepted, Attachment, Context, Deferred, Refused
from siprecruit.testing import Clock, a_context, a_delivery, a_notification, a_task

import siprecruit_letters
from siprecruit_letters import pdf
from siprecruit_letters.asking import remind, request, withdraw
from siprecruit_letters.commands import list_, print_
from siprecruit_letters.letter import Letter, blocks, from_json
from siprecruit_letters.sending import forget, send

POST = "Perpetua Quillfeather\n1 Nowhere Lane\nNorwich\nNR99 9ZZ"
SENDER = ["Borsetshire County Council", "County Hall"]


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    settings = {"sender": SENDER, "signed": ["Clement Rushbrook"]}
    return a_context(siprecruit_letters, home=tmp_path, clock=clock, settings=settings).context


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


class Seen(HTMLParser):
    """What a page holds: its tags, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def _send(context: Context, key: str = "application/A7K4P/12/x", **other: object) -> object:
    return send(context, a_notification(a_delivery(key), **{"address": POST, **other}))


def _print(context: Context) -> str:
    ended = CliRunner().invoke(print_, obj=context, catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


def _page(folder: Path, batch: str = "2007-06-04-1") -> Seen:
    return Seen((folder / f"{batch}.html").read_text("utf-8"))


# -- messages -----------------------------------------------------------------


def test_a_batch_is_one_file_with_a_sheet_for_each_letter(context: Context, folder: Path) -> None:
    """Whoever folds them finds the letters in the order in which they came, each on its own sheet."""
    _send(context, "a/A/1/x", subject="The first")
    _send(context, "a/B/1/x", subject="The second")
    assert "2 letters: " in _print(context)
    page = _page(folder)
    assert [tag for tag, _ in page.tags].count("section") == 2
    assert page.text.index("The first") < page.text.index("The second")
    assert "break-after: page" in (folder / "2007-06-04-1.html").read_text("utf-8")


def test_the_address_stands_once_and_by_itself(context: Context, folder: Path) -> None:
    """Nothing else shows in the window of the envelope; the name isn't there twice."""
    _send(context, text="Dear colleague,\n\nGood news.")
    _print(context)
    html = (folder / "2007-06-04-1.html").read_text("utf-8")
    block = html.split('<p class="address">')[1].split("</p>")[0]
    assert [line.strip() for line in block.replace("<br>", "").split("\n") if line.strip()] == POST.split(
        "\n"
    )
    assert "".join(_page(folder).text.split("Norwich")[:2]).count("Perpetua Quillfeather") == 1


def test_a_letter_can_be_read_by_everybody(context: Context, folder: Path) -> None:
    """The page says its language and its title, headings go down one by one, nothing is told by a picture."""
    _send(context)
    request(context, a_task())
    _print(context)
    page = _page(folder)
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert "2 letters of 4 June 2007" in page.text
    assert [tag for tag in tags if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h2", "h2"]
    assert "img" not in tags
    named = {one["aria-labelledby"] for tag, one in page.tags if tag == "section"}
    assert named == {one["id"] for tag, one in page.tags if tag == "h2"}


def test_what_people_are_called_is_no_markup(context: Context, folder: Path) -> None:
    """A name with a bracket in it neither breaks the page nor runs in the office's browser."""
    _send(context, subject="A <script>alert(1)</script> & more", text="Dear #strong[x] $y$ <b>")
    _print(context)
    page = _page(folder)
    assert "script" not in [tag for tag, _ in page.tags]
    assert "Dear #strong[x] $y$ <b>" in page.text


def test_printed_is_printed(context: Context, folder: Path) -> None:
    """A second print makes no file where nothing waits; the same key again is no new letter."""
    _send(context)
    _print(context)
    assert isinstance(_send(context), Accepted)
    assert _print(context) == "No letter waits to be printed.\n"
    _send(context, "another/A/1/x")
    _print(context)
    assert sorted(path.name for path in folder.glob("*.html")) == ["2007-06-04-1.html", "2007-06-04-2.html"]


def test_a_crash_while_printing_loses_no_letter(context: Context, folder: Path) -> None:
    """The letters were laid together and the file wasn't written: the next print writes it."""
    _send(context)
    _print(context)
    (folder / "2007-06-04-1.html").unlink()
    assert "1 letter: " in _print(context)
    assert "Quillfeather" in _page(folder).text


def test_who_is_forgotten_is_gone_from_what_was_printed(context: Context, folder: Path) -> None:
    """A batch holds letters to many people: it is made anew without this one."""
    _send(context, "a/A/1/x", text="Dear Perpetua, heliotrope")
    _send(context, "a/B/1/x", text="Dear Wilfred, marigold")
    _print(context)
    assert forget(context, ("a/A/1/x",)) == 1
    page = _page(folder)
    assert "heliotrope" not in page.text
    assert "marigold" in page.text
    assert forget(context, ("a/B/1/x", "a/C/1/x")) == 1
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_letters_are_for_the_owners_eyes(context: Context, folder: Path) -> None:
    """They hold names and addresses."""
    _send(context)
    _print(context)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_without_an_address_there_is_no_letter(context: Context) -> None:
    """A message can wait for an address: a person is told."""
    assert isinstance(_send(context, address="  "), Refused)
    assert isinstance(send(context, a_notification(address=" \n")), Refused)


def test_a_letter_encloses_no_file(context: Context) -> None:
    """What would be left out in silence is refused instead."""
    enclosed = Attachment(filename="pack.pdf", media_type="application/pdf", content=b"%PDF")
    assert isinstance(_send(context, attachments=(enclosed,)), Refused)


def test_a_full_disk_is_tried_again(context: Context, folder: Path) -> None:
    """Nothing was done, and that is known."""
    folder.write_text("a file where the folder should be", "utf-8")
    assert isinstance(_send(context), Deferred)


def test_the_days_date_is_the_countys(context: Context, folder: Path, clock: Clock) -> None:
    """Late in a summer's evening it is tomorrow already."""
    clock.set(dt.datetime(2007, 6, 4, 23, 30, tzinfo=dt.UTC))
    _send(context)
    _print(context)
    assert "5 June 2007" in _page(folder, "2007-06-05-1").text


# -- references ---------------------------------------------------------------


def _kept(folder: Path) -> list[Letter]:
    return [from_json(path.read_bytes()) for path in (folder / "to-print").glob("*.json")]


def test_a_referee_gets_the_questions_on_a_sheet(context: Context, folder: Path) -> None:
    """Each question of the form with room to answer, or with what can be ticked; and where else to answer."""
    said = request(context, a_task())
    assert isinstance(said, Accepted)
    assert said.final is False
    _print(context)
    text = _page(folder).text
    assert "How sound is the applicant's judgement?" in text
    assert "Its number is A7K4P/r1." in text
    assert a_task().link in text
    assert "by Monday 2 July 2007" in text
    assert [tag for tag, _ in _page(folder).tags].count("section") == 2


def test_an_email_address_is_none_for_the_postman(context: Context, folder: Path) -> None:
    """A task brings no postal address: the place for it stays empty, and the office is told."""
    request(context, a_task())
    assert _kept(folder)[0].address == ()
    assert "1 letter without an address: write it by hand." in _print(context)
    assert "quillfeather@" not in (folder / "2007-06-04-1.html").read_text("utf-8")


@pytest.mark.parametrize(("today", "words"), [("2007-07-02", "is due on"), ("2007-07-03", "was due on")])
def test_a_reminder_says_since_when(
    context: Context, folder: Path, clock: Clock, today: str, words: str
) -> None:
    """Before the day it is due, after it it was."""
    clock.set(today)
    remind(context, a_task(step=14))
    assert f"It {words} Monday 2 July 2007" in _kept(folder)[0].text


def test_what_is_not_printed_yet_is_taken_back(context: Context, folder: Path) -> None:
    """Nobody gets a letter about a reference that isn't wanted; other letters stay."""
    request(context, a_task())
    request(context, a_task(a_delivery("application/B8M5Q/12/reference.asked"), task="B8M5Q/r1"))
    withdraw(context, a_task(a_delivery("application/A7K4P/13/x")))
    assert [each.task for each in _kept(folder)] == ["B8M5Q/r1"]


def test_what_was_printed_is_written_off(context: Context, folder: Path) -> None:
    """They may have begun to write: a letter says that they needn't."""
    request(context, a_task())
    _print(context)
    taken = withdraw(context, a_task(a_delivery("application/A7K4P/13/x")))
    assert withdraw(context, a_task(a_delivery("application/A7K4P/13/x", attempt=2))) == taken
    (letter,) = _kept(folder)
    assert "no longer needed" in letter.subject
    assert letter.questions == ()


# -- pdf ----------------------------------------------------------------------


def test_a_batch_is_an_accessible_pdf(context: Context, folder: Path) -> None:
    """Tagged, with a title and a language, and marked as PDF/UA-1, which the making of it has checked."""
    pytest.importorskip("typst", reason="the extra pdf isn't installed")
    request(context, a_task())
    _send(context, text="Dear Perpetua,\n\n- one\n- two\n\nYours sincerely\n\nClement Rushbrook")
    assert ".pdf" in _print(context)
    content = (folder / "2007-06-04-1.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in content
    assert b"/StructTreeRoot" in content
    assert b"/Lang(en-GB)" in content


def test_without_its_extra_there_is_no_pdf(
    context: Context, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTML is there all the same; an older PDF of letters that were forgotten since isn't left behind."""
    _send(context, "a/A/1/x")
    _send(context, "a/B/1/x")
    _print(context)
    (folder / "2007-06-04-1.pdf").write_bytes(b"%PDF of both")
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    forget(context, ("a/A/1/x",))
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["2007-06-04-1.html"]


# -- looking ------------------------------------------------------------------


def test_the_office_sees_what_waits(context: Context) -> None:
    """How many letters wait, and which batches there are, for people and for scripts."""
    _send(context, "a/A/1/x")
    _print(context)
    _send(context, "a/B/1/x")
    plain = CliRunner().invoke(list_, obj=context)
    assert plain.output == "1 letter to print: siprecruit letters print\n2007-06-04-1  1 letter\n"
    told = CliRunner().invoke(list_, ["--json"], obj=context)
    assert json.loads(told.output) == {"waiting": 1, "batches": {"2007-06-04-1": 1}}


def test_a_text_is_paragraphs_and_lists() -> None:
    """As the messages are written: empty lines part, a hyphen begins an item, and there is room to sign."""
    text = "Dear A,\n\nOne\ntwo\n- three\n  four\n- five\n\nYours sincerely\n\nB"
    assert [(each["kind"], each["lines"]) for each in blocks(text)] == [
        ("paragraph", ["Dear A,"]),
        ("paragraph", ["One", "two"]),
        ("list", ["three four", "five"]),
        ("close", ["Yours sincerely"]),
        ("paragraph", ["B"]),
    ]
