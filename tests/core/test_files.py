"""Notes and files are laid beside what they are about, and come and go with it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from core.applying import HEAD, STREAM, applied, asked
from core.harness import Story
from core.pool import day
from siprecruit.core import person
from siprecruit.core.commands import AddNote, Correct, Rejected, Undo
from siprecruit.core.events import NoteAdded, standing
from siprecruit.core.files import AttachFile, FileAttached
from siprecruit.core.ids import Code
from siprecruit.core.particulars import RecordPerson

SCAN = b"%PDF-1.4 a reference, on paper"
JUNE, JULY = day("2007-06-19"), day("2007-07-02")


def scan(**other: Any) -> AttachFile:
    """The scan of a paper reference."""
    values: dict[str, Any] = {
        "file": "F1",
        "type": "pdf",
        "digest": sha256(SCAN).hexdigest(),
        "name": "scan.pdf",
    }
    return AttachFile(**{**values, **other})


def attach(story: Story, **other: Any) -> tuple[Any, ...]:
    """The scan comes by post."""
    return story.tell(JUNE, scan(**other), enclosed=SCAN)


def test_a_paper_reference_comes_with_its_scan() -> None:
    """The reference was received from paper; the file says which reference it is."""
    story = asked()
    (told,) = attach(story, about="reference:r1", title="As it came by post")
    assert told == FileAttached(
        file=Code("F1"),
        type=Code("pdf"),
        size=len(SCAN),
        about=Code("reference:r1"),
        digest=sha256(SCAN).hexdigest(),
        name="scan.pdf",
        title="As it came by post",
    )


def test_a_file_decides_nothing() -> None:
    """Whoever has a scan in hand still tells the reference's receipt: the position is as before."""
    story = asked()
    before = story.state
    attach(story, about="reference:r1")
    assert story.state == before


def test_the_same_file_is_laid_down_once() -> None:
    """A scan that is sent twice is the same scan; beside something else it is laid down again."""
    story = asked()
    attach(story, about="reference:r1")
    assert attach(story, file="F2", about="reference:r1") == ()
    assert len(attach(story, file="F3", about="referee:1")) == 1


def test_an_undone_file_can_be_attached_again() -> None:
    """It was taken out, as if it had not been attached: then it is news again."""
    story = asked()
    story.tell(JUNE, scan(), enclosed=SCAN, command="attached")
    story.tell(JULY, Undo(command="attached"))
    assert len(attach(story, file="F2")) == 1


@pytest.mark.parametrize(
    ("told", "content", "code"),
    [
        ({}, None, "no_content"),
        ({}, b"", "empty_file"),
        ({}, SCAN + b"!", "other_content"),
        ({"type": "exe"}, SCAN, "unknown_type"),
        ({"about": "reference:r9"}, SCAN, "does_not_follow"),
        ({"about": "referee:9"}, SCAN, "does_not_follow"),
        ({"about": "panel:9"}, SCAN, "unknown_about"),
    ],
)
def test_what_is_no_file_of_this_application_is_refused(told: Any, content: bytes | None, code: str) -> None:
    """A file comes with its bytes, has a type that anybody can open, and belongs to what there is."""
    story = asked()
    with pytest.raises(Rejected) as refusal:
        story.tell(JUNE, scan(**told), enclosed=content)
    assert refusal.value.code == code


def test_a_note_about_a_referee_goes_with_the_referee() -> None:
    """Who was named by mistake is taken out with what was written about them, and both are named first."""
    story = asked()
    story.tell(JUNE, AddNote(text="Prefers to be rung.", about=Code(f"referee:{HEAD}")))
    naming = next(past for past in story.history if getattr(past.event, "referee", None) == HEAD)
    refused = story.refused(JULY, Undo(command=naming.command))
    assert refused.code == "has_followed"
    assert "note.added" in refused.message

    story.tell(JULY, Undo(command=naming.command, cascade=True))
    assert not [past for past in standing(story.history) if isinstance(past.event, NoteAdded)]


def test_only_applications_have_references() -> None:
    """A person's stream knows of no reference: the file belongs beside the application."""
    story = Story(decider=person.DECIDER, stream="person/ann")
    story.tell(JUNE, RecordPerson(first_name="Ann"))
    with pytest.raises(Rejected) as refusal:
        attach(story, about="reference:r1")
    assert refusal.value.code == "unknown_about"
    assert len(attach(story, about="accreditation")) == 1


def test_a_title_is_corrected_and_a_file_is_not() -> None:
    """What a file is called can be mistyped; another file is attached in the place of one taken out."""
    story = applied()
    attach(story)
    story.tell(JULY, Correct(event=2, reason="mistyped", set={"title": "The college's letter"}))
    assert standing(story.history)[-1].event.title == "The college's letter"
    for other in ({"digest": "0" * 64}, {"size": 7}, {"type": Code("png")}, {"file": Code("F2")}):
        assert story.refused(JULY, Correct(event=2, reason="mistyped", set=other)).code == "bad_value"


def test_no_bytes_stand_where_people_read() -> None:
    """A scan never comes out with a log or an error: it isn't shown by what carries it."""
    story = applied()
    attach(story)
    assert STREAM in str(story.history)
    assert "on paper" not in str(story.history)
