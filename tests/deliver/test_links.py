"""A link opens one task for who was asked, for as long as it is wanted of them, and can't be guessed."""

from __future__ import annotations

import datetime as dt
import string
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliver.letters import APPLICATION, Letters
from service.office import opened as office_over
from siprecruit.core.commands import Correct, Reverse
from siprecruit.core.ids import Code
from siprecruit.core.references import (
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    ExtendReference,
    OpenReference,
    ReceiveReference,
    ReplaceReferee,
    SaveReference,
    WithdrawReference,
)
from siprecruit.core.responses import WithdrawResponse
from siprecruit.deliver.secret import LENGTH, SECRET, SecretError, secret_of
from siprecruit.deliver.writing.links import BYTES, Opened, Void, closed, link, opened

TODAY = dt.date(2007, 6, 4)
OPENS = Opened(application="A7K4P", reference="r1")


def made(letters: Letters, reference: str = "r1", stream: str = APPLICATION) -> str:
    """What follows the last stroke of the link for a task."""
    with letters.desk.record.reading() as reader:
        history = reader.histories([stream], texts=True)[stream]
        whole = link(letters.office, stream, history, reference)
    assert whole is not None
    before, _, token = whole.rpartition("/r/")
    assert before == "https://sip.example.org"
    return token


def tried(letters: Letters, token: str, today: dt.date = TODAY) -> Opened | str:
    """The task that it opens, or the code that says why it doesn't."""
    with letters.desk.record.reading() as reader:
        found = opened(letters.office, reader, token, today)
    return found.code if isinstance(found, Void) else found


@pytest.fixture
def asked(letters: Letters) -> Letters:
    """Niamh's first referee was asked on 1 June 2007."""
    letters.apply()
    letters.ask()
    return letters


# -- what it opens ------------------------------------------------------------


def test_a_link_opens_its_task_as_often_as_one_likes(asked: Letters) -> None:
    """A mail scanner opens it before the referee does: that uses nothing up."""
    token = made(asked)
    assert [tried(asked, token) for _ in range(3)] == [OPENS] * 3


def test_a_link_carries_at_least_128_bits(asked: Letters) -> None:
    """Nobody guesses it, however many tasks there are."""
    code = made(asked).removeprefix("A7K4P-r1-")
    assert BYTES * 8 >= 128
    assert len(code) == BYTES * 4 // 3
    assert set(code) <= {*string.ascii_letters, *string.digits, "-", "_"}


def test_the_first_link_survives_the_reminder(asked: Letters) -> None:
    """A referee may answer from the request or from any reminder: it is the same link."""
    first = made(asked)
    asked.done(APPLICATION, OpenReference(reference=Code("r1")), "2007-06-02")
    asked.done(APPLICATION, SaveReference(reference=Code("r1"), answers={"text": "So far."}), "2007-06-02")
    asked.done(APPLICATION, ExtendReference(reference=Code("r1"), due=dt.date(2007, 7, 20)), "2007-06-03")
    assert made(asked) == first
    assert tried(asked, first) == OPENS


def test_the_links_of_two_tasks_differ(asked: Letters) -> None:
    """Of one applicant's two referees, and of two applicants' first."""
    asked.ask("r2", "2")
    asked.apply("B7K4P", person="nora", email="nora@example.org")
    ask = AskReference(reference=Code("r1"), referee=Code("1"))
    asked.done("application/B7K4P", ask, "2007-06-01")
    tokens = [made(asked), made(asked, "r2"), made(asked, "r1", "application/B7K4P")]
    codes = {token.split("-", 2)[2] for token in tokens}
    assert len(codes) == 3
    # One task's code opens no other, though all else in the link fits.
    assert tried(asked, f"A7K4P-r2-{tokens[0].split('-', 2)[2]}") == "wrong"
    assert tried(asked, f"B7K4P-r1-{tokens[0].split('-', 2)[2]}") == "wrong"


def test_another_installations_link_opens_nothing(asked: Letters) -> None:
    """The secret is the installation's own."""
    token = made(asked)
    asked.secret = bytes(LENGTH)
    assert tried(asked, token) == "wrong"
    assert made(asked) != token


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory):
    """An office that asked once, for many looks."""
    folder = tmp_path_factory.mktemp("links")
    with office_over(f"sqlite:///{folder / 'siprecruit.db'}", create=True) as desk:
        letters = Letters(desk=desk, home=folder)
        letters.on("2007-06-04")
        letters.apply()
        letters.ask()
        yield letters


@given(st.data())
def test_a_changed_character_opens_nothing(standing: Letters, data: st.DataObject) -> None:
    """Wherever it stands, whatever it becomes."""
    token = made(standing)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda each: each != token[place]))
    assert tried(standing, token[:place] + other + token[place + 1 :]) == "wrong"


@given(st.text(max_size=80))
def test_whatever_somebody_types_is_told_as_wrong(standing: Letters, text: str) -> None:
    """No text is a fault of the program's, and none but the link opens anything."""
    assert tried(standing, text) == "wrong"
    assert tried(standing, f"A7K4P-r1-{text}") == "wrong"


# -- when it no longer does ---------------------------------------------------


def test_a_link_ends_with_its_days(asked: Letters) -> None:
    """84 days from asking in Norfolk, or till the task is due where that was put off for longer."""
    token = made(asked)
    last = dt.date(2007, 6, 1) + dt.timedelta(days=84)
    assert tried(asked, token, last) == OPENS
    assert tried(asked, token, last + dt.timedelta(days=1)) == "expired"
    asked.done(APPLICATION, ExtendReference(reference=Code("r1"), due=dt.date(2007, 9, 3)), "2007-06-03")
    assert tried(asked, token, dt.date(2007, 9, 3)) == OPENS
    assert tried(asked, token, dt.date(2007, 9, 4)) == "expired"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (ReplaceReferee(referee=Code("1"), by=Code("3"), name="Nina New"), "replaced"),
        (WithdrawReference(reference=Code("r1")), "withdrawn"),
        (WithdrawResponse(), "withdrawn"),
        (ReceiveReference(reference=Code("r1"), answers={"text": "Good."}), "received"),
        (DeclineReference(reference=Code("r1")), "declined"),
        (ExpireReference(reference=Code("r1")), "expired"),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_a_link_is_void_when_its_task_is_not_wanted(asked: Letters, what: object, code: str) -> None:
    """Whoever follows it then reads why in a sentence; who has only guessed at it learns nothing."""
    token = made(asked)
    asked.done(APPLICATION, what, "2007-06-04")
    assert tried(asked, token) == code
    assert tried(asked, token[:-1] + ("A" if token[-1] != "A" else "B")) == "wrong"


def test_who_was_not_reached_by_mail_may_still_answer(asked: Letters) -> None:
    """A message that came back says something of a mailbox: whoever has the link was reached after all."""
    token = made(asked)
    asked.done(APPLICATION, BounceReference(reference=Code("r1")), "2007-06-02")
    assert tried(asked, token) == OPENS


def test_a_link_that_went_to_a_wrong_address_opens_nothing_once_that_is_put_right(asked: Letters) -> None:
    """A stranger who got it by a slip can't give the reference."""
    token = made(asked)
    named = next(
        one.version
        for one in asked.desk.history(APPLICATION)
        if getattr(one.event, "name", None) == "Ruth Referee"
    )
    right = Correct(event=named, set={"email": "ruth.referee@example.org"}, reason="A slip.")
    asked.done(APPLICATION, right, "2007-06-04")
    assert tried(asked, token) == "wrong"
    assert tried(asked, made(asked)) == OPENS


def test_a_link_for_what_was_never_asked_opens_nothing(asked: Letters) -> None:
    """The asking was taken back as a slip."""
    token = made(asked)
    version = asked.rows("reference.asked")[0].version
    asked.done(APPLICATION, Reverse(event=version, reason="A slip."), "2007-06-04")
    assert tried(asked, token) == "wrong"


def test_there_is_no_link_for_what_the_college_asks(letters: Letters) -> None:
    """The form is the college's own."""
    letters.apply()
    outside = BeginReferenceOutside(reference=Code("n1"), referee=Code("1"), asked_by=Code("ncsl"))
    letters.done(APPLICATION, outside, "2007-06-01")
    history = letters.desk.history(APPLICATION)
    assert link(letters.office, APPLICATION, history, "n1") is None


def test_a_link_can_be_shown_without_what_opens_it(asked: Letters) -> None:
    """Staff see which task it was for."""
    token = made(asked)
    shown = closed(f"https://sip.example.org/r/{token}")
    assert shown == "https://sip.example.org/r/A7K4P-r1-…"
    assert tried(asked, shown.rpartition("/r/")[2]) == "wrong"


# -- the secret ---------------------------------------------------------------


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """32 bytes in a file that nobody else may read; asked for again it is the same."""
    first = secret_of(tmp_path)
    assert len(first) == LENGTH
    assert secret_of(tmp_path) == first
    assert (tmp_path / SECRET).stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [SECRET]


def test_a_copied_installation_keeps_its_secret(tmp_path: Path) -> None:
    """Links that are on their way still open there; the copy is made as private as the first."""
    (tmp_path / "old").mkdir()
    first = secret_of(tmp_path / "old")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / SECRET).write_bytes((tmp_path / "old" / SECRET).read_bytes())
    (tmp_path / "new" / SECRET).chmod(0o644)
    assert secret_of(tmp_path / "new") == first
    assert (tmp_path / "new" / SECRET).stat().st_mode & 0o777 == 0o600


def test_deliverers_that_begin_together_have_one_secret(tmp_path: Path) -> None:
    """Else half of the first links would never open."""
    with ThreadPoolExecutor(8) as many:
        found = set(many.map(secret_of, [tmp_path] * 32))
    assert len(found) == 1


def test_a_secret_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    """A file that was cut off or changed would make links that open nothing: say so before any is sent."""
    (tmp_path / SECRET).write_bytes(b"short")
    with pytest.raises(SecretError) as bad:
        secret_of(tmp_path)
    assert bad.value.code == "bad_secret"
    with pytest.raises(SecretError) as absent:
        secret_of(tmp_path / "nowhere")
    assert absent.value.code == "unreadable_secret"
    assert "no such file" in absent.value.message
