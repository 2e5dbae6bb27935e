"""Asks for references by post, in words of its own: a task brings no message with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
from siprecruit.api import Accepted, Asked, Context, Deferred, ReferenceTask

from siprecruit_letters import folder as kept
from siprecruit_letters.letter import Question
from siprecruit_letters.sending import a_letter, laid_down

_FIRST: Final = (
    "{applicant} has applied to be a {role}, and you are named as a referee. Would you please give us a "
    "reference by {due}?"
)
_AGAIN: Final = (
    "Some time ago we asked you for a reference for {applicant}, who has applied to be a {role}. It {was} "
    "due on {due}, and we don't seem to have it yet. If you have answered in these days, please forgive us "
    "for writing again."
)
_HOW: Final = (
    "Please write your answers on the sheet that comes with this letter, and send it back to us. If you "
    "would rather answer on a screen, this address opens the same questions; it is meant for you alone:"
    "\n\n{link}\n\n"
    "If you would rather not give a reference, please tell us, so that somebody else can be asked. Only "
    "those who decide on the application read what you write."
)
_NO_LONGER: Final = (
    "We asked you for a reference for {applicant}. It is no longer needed: please don't trouble yourself any "
    "further.\n\nThank you for your help."
)


def request(context: Context, task: ReferenceTask) -> Asked:
    """A letter with a sheet for the answers."""
    return _asked(context, task, f"A reference for {task.applicant_name}", _FIRST)


def remind(context: Context, task: ReferenceTask) -> Asked:
    """A letter that says what we are waiting for, with the sheet once more: the first may be lost by now."""
    return _asked(context, task, f"A reference for {task.applicant_name}: a reminder", _AGAIN)


def withdraw(context: Context, task: ReferenceTask) -> Asked:
    """Take back what isn't printed yet; where something was, write that it is wanted no longer."""
    key = task.delivery.key
    try:
        still, printed = kept.about(context.home / context.settings.folder, task.task)
        for path in still:
            path.unlink(missing_ok=True)
    except OSError as error:
        return Deferred(reason=f"The letters could not be looked through: {error.strerror}.")
    if not printed:
        return Accepted(receipt="taken-back" if still else "nothing-to-take-back")
    subject = f"Your reference for {task.applicant_name} is no longer needed"
    letter = a_letter(context, key, task.referee, subject=subject, text=_text(context, task, _NO_LONGER))
    return laid_down(context, key, letter)


def _asked(context: Context, task: ReferenceTask, subject: str, opening: str) -> Asked:
    key, text = task.delivery.key, _text(context, task, f"{opening}\n\n{_HOW}")
    letter = a_letter(context, key, task.referee, subject=subject, text=text)
    letter = attrs.evolve(letter, task=task.task, questions=tuple(questions(task.form)))
    # What comes back comes by post: the office enters it, and is told when it is overdue.
    return laid_down(context, key, letter, final=False)


def _text(context: Context, task: ReferenceTask, words: str) -> str:
    told = words.format(
        applicant=task.applicant_name,
        role=context.settings.role,
        due=_in_full(task.due),
        was="was" if task.due < context.clock().date() else "is",
        link=task.link,
    )
    signed = "\n".join(context.settings.signed)
    return f"Dear {task.referee.name},\n\n{told}\n\nYours sincerely\n\n{signed}"


def questions(form: Mapping[str, object]) -> Iterator[Question]:
    """What a form asks, in its order, with what may be ticked."""
    asked = form.get("properties")
    for name, piece in asked.items() if isinstance(asked, Mapping) else ():
        if isinstance(piece, Mapping):
            text = str(piece.get("title") or piece.get("description") or _in_words(name))
            yield Question(text=text, choices=_choices(piece))


def _choices(piece: Mapping[str, Any]) -> tuple[str, ...]:
    if piece.get("type") == "boolean":
        return ("yes", "no")
    listed = piece.get("enum")
    return tuple(_in_words(str(one)) for one in listed) if isinstance(listed, list | tuple) else ()


def _in_full(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _in_words(code: str) -> str:
    return code.replace("_", " ")
