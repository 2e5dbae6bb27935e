"""The form that a referee fills in: the questions of every reference and the programme's own criteria."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from siprecruit import schema
from siprecruit.core.programme import Programme

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

FORM: Final = "forms/reference.v1"
"""The schema of what every referee is asked."""

_HEALTH: Final = re.compile(
    r"health|illness|\bill\b|sick|disab|medical|handicap|absen(?:ce|t)|pregnan|impairment|\bdoctor",
    re.IGNORECASE,
)


class UnfitForm(ValueError):  # noqa: N818 - says what it is
    """A form asks what may not be asked before an offer (Equality Act 2010 s.60)."""


class UnfitAnswers(ValueError):  # noqa: N818 - says what it is
    """Answers don't fit the form. The text is a sentence without anything of the answers."""


def form_of(programme: Programme) -> dict[str, Any]:
    """The form as a JSON Schema of the answers: texts by question. Raises UnfitForm."""
    plain = schema.schema(FORM)
    asked = {
        each.code: {"title": each.title, "description": each.help, "type": "string", "maxLength": 32767}
        for each in programme.panel.criteria
        # How many days somebody can give is theirs to say, not a referee's.
        if each.code != "availability"
    }
    form = {**plain, "properties": {**plain["properties"], **asked}}
    refuse_health(form)
    return form


def refuse_health(form: Mapping[str, Any]) -> None:
    """Raise UnfitForm where a form, a plugin's too, asks about health or absence through sickness."""
    asked = sorted(set(health_questions(form)))
    if asked:
        raise UnfitForm(
            f"the form asks about health or absence ({', '.join(asked)}): before an offer nobody may be "
            "asked, referees included (Equality Act 2010 s.60)"
        )


def health_questions(form: Mapping[str, Any]) -> Iterator[str]:
    """The questions of a form that are about health, disability or absence through sickness."""
    for name, piece in form.get("properties", {}).items():
        told = piece if isinstance(piece, dict) else {}
        words = (name, told.get("title", ""), told.get("description", ""), *map(str, told.get("enum", ())))
        if any(_HEALTH.search(str(each).replace("_", " ")) for each in words):
            yield str(name)
        for inner in (told, told.get("items")):
            if isinstance(inner, dict):
                yield from health_questions(inner)


def fitting(answers: Mapping[str, object], programme: Programme) -> dict[str, str]:
    """The answers as texts by question, once they fit the form. Raises UnfitAnswers."""
    wrong = schema.problems_by(_validator(json.dumps(form_of(programme))), dict(answers))
    if wrong:
        places = "; ".join(sorted({each.sentence.rstrip(".") for each in wrong[:3]}))
        raise UnfitAnswers(f"its answers don't fit the form: {places}")
    if any(health_questions({"properties": dict.fromkeys(answers)})):
        raise UnfitAnswers("it answers a question about health or absence, which nobody may be asked")
    return {name: _text(value) for name, value in answers.items() if value not in ("", None)}


@lru_cache(maxsize=8)
def _validator(form: str) -> Draft202012Validator:
    # To see that a schema is one takes longer than everything else about a reply.
    return schema.validator_of(json.loads(form))


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
