"""Asks a referee by a mail with the questions in it; the office enters what they write back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from siprecruit.api import Asked, ByMessage, Context, ReferenceChannel, ReferenceTask, hookimpl

siprecruit_api = ">=1,<2"


def request(_context: Context, task: ReferenceTask) -> Asked:
    """The message with the questions."""
    return ByMessage(template="reference.asked_by_email", fields={"questions": questions(task.form)})


def remind(_context: Context, task: ReferenceTask) -> Asked:
    """The message with the questions once more: the first may be lost by then."""
    return ByMessage(template="reference.reminded_by_email", fields={"questions": questions(task.form)})


def withdraw(_context: Context, _task: ReferenceTask) -> Asked:
    """The message that nothing is wanted any more."""
    return ByMessage(template="reference.withdrawn_by_email")


def questions(form: Mapping[str, object]) -> str:
    """The questions of a form, numbered, with what may be answered where that is laid down."""
    asked = form.get("properties")
    told = asked.items() if isinstance(asked, Mapping) else ()
    return "\n\n".join(f"{number}. {text}" for number, text in enumerate(_texts(told), start=1))


def _texts(told: Iterable[tuple[str, object]]) -> Iterator[str]:
    for name, piece in told:
        if not isinstance(piece, Mapping):
            continue
        text = str(piece.get("title") or piece.get("description") or _in_words(name))
        choices = piece.get("enum")
        if isinstance(choices, list | tuple):
            text += f" ({' / '.join(_in_words(str(one)) for one in choices)})"
        yield text


def _in_words(code: str) -> str:
    return code.replace("_", " ")


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """The channel for referees who open no links. It does nothing itself, so that it may be asked again."""
    return [
        ReferenceChannel(name="email", request=request, remind=remind, withdraw=withdraw, idempotent=True)
    ]
