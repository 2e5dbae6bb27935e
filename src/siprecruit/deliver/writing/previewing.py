"""A message as it would be written, with a case from the record, or a made-up one where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.core import streams
from siprecruit.core.events import KINDS
from siprecruit.core.ids import stream_kind
from siprecruit.core.programme import Message
from siprecruit.core.references import ReferenceAsked
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders import introducing
from siprecruit.deliver.writing.addressing import Missing, recipient
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.fields import fields_of, in_full
from siprecruit.deliver.writing.rendering import BadTemplate, Written, fill, folders_of, templates
from siprecruit.plugins.types import Recipient
from siprecruit.programmes.consistency import without_text
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader
from siprecruit.record.tables import events

ASKED: Final = KINDS[ReferenceAsked].name
_LATEST: Final = 50
"""So many events of a kind are looked at for one that the message tells of."""

_STEP: Final = 14

MADE_UP: Final[Mapping[str, str]] = {
    "to_name": "Niamh O’Brien",
    "application": "A7K4P",
    "applicant_name": "Niamh O’Brien",
    "advert": "our advertisement",
    "reference": "r1",
    "referee_name": "John Smith",
    "overdue": "",
    "from_la": "",
    "in_place_of": "",
    "questions": "1. How do you know the applicant?\n\n2. What are they good at?",
    "interview_time": "9.40 am",
    "interview_minutes": "40",
    "interview_room": "Committee room 2",
    "outcome": "Appointed",
    "person_name": "Niamh O’Brien",
    "may_start": "yes",
    "to_introduce": "yes",
    "school_name": "Example Primary School",
    "school_town": "Exampleton",
    "head_name": "Helen Howard",
    "urn": "100000",
    "partner_name": "Niamh O’Brien",
    "partner_email": "niamh@example.org",
    "partner_phone": "01632 960001",
    "temporary_name": "John Smith",
    "temporary_email": "john@example.org",
    "temporary_phone": "01632 960002",
    "cda_name": "Mary Jones",
    "cda_email": "mary@example.org",
    "cda_phone": "01632 960003",
    "until": "",
    "awaiting": "",
    "introductory_visit": "",
    "schools": "- Example Primary School in Exampleton, by Friday 16 October 2026",
}
"""A case where the record has none; the days are added, and what is the office's own."""

_NAMES: Final[Mapping[str, str]] = {
    "referee": "referee_name",
    "temporary": "temporary_name",
    "cda": "cda_name",
    "school": "head_name",
}
"""Under which name who gets it stands there, by role."""

_DAYS: Final = (
    "today",
    "received_on",
    "asked_on",
    "due",
    "interview_day",
    "induction_day",
    "briefed_on",
    "introduction_date",
    "starts",
)


@attrs.frozen(kw_only=True)
class Preview:
    """A message as it would be written; its link opens nothing.

    ``about`` is the stream, None where it is made up; ``fields`` is all that a template of it may name.
    """

    message: Written
    about: str | None
    fields: Mapping[str, str]


class NoPreview(Exception):  # noqa: N818 - says what it is
    """There is nothing to be shown. ``code``: ``no_such_message`` or ``no_such_case``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def preview(
    office: Office, reader: Reader, name: str, about: str | None = None, *, to: str | None = None
) -> Preview:
    """The message of that name about the latest case of its kind, or about the one of an id.

    ``to`` is an address that stands in the place of theirs. Raises NoPreview, BadTemplate.
    """
    kind = _kind(office, name)
    found = next((case for case in _cases(office, reader, kind, about) if case.told is not None), None)
    if found is None and about is not None:
        raise NoPreview("no_such_case", f"{about}: nothing has happened there of which {name} tells")
    if found is None:
        told = _made_up(office, kind)
        return Preview(message=_filled(office, kind, told, to), about=None, fields=told)
    who = recipient(found, "webhook")
    name_of = "you" if isinstance(who, Missing) else who.name
    receives = Recipient(id="preview", name=name_of, address=to or "")
    more = _shown(office, found)
    return Preview(
        message=fill([found], receives, template=name, more=more),
        about=found.row.stream,
        fields={**fields_of(found, receives), **more},
    )


def wrong_words(office: Office) -> Iterator[str]:
    """A sentence for each message that is sent and has no text, or one that can't be filled."""
    folders = folders_of(office)
    yield from without_text(office.programme, folders)
    for each in office.programme.messages:
        if each.on and templates(folders).place(f"{each.name}.txt") is not None:
            try:
                _filled(office, each, _made_up(office, each), None)
            except BadTemplate as error:
                yield error.message


def _kind(office: Office, name: str) -> Message:
    """The programme's message of that name; a template that a channel names is about a reference."""
    for each in office.programme.messages:
        if each.name == name:
            return each
    if templates(folders_of(office)).place(f"{name}.txt") is None:
        known = ", ".join(sorted({each.name for each in office.programme.messages}))
        raise NoPreview("no_such_message", f"there is no message {name}: the programme has {known}")
    return Message(name=name, event=ASKED, to="referee", on=True, by="channel")


def _cases(office: Office, reader: Reader, kind: Message, about: str | None) -> Iterator[Case]:
    if kind.when == "overdue":
        yield from _overdue(office, reader, kind, about)
        return
    happened = kind.event or ASKED
    latest = sa.select(events.c.stream, events.c.version).where(events.c.kind == happened)
    if about is not None:
        latest = latest.where(events.c.stream.in_(streams.meant(about)))
    latest = latest.order_by(events.c.recorded_at.desc(), events.c.stream, events.c.version.desc())
    rows = [_row(office, kind, stream, version) for stream, version in reader.select(latest.limit(_LATEST))]
    for case in cases(office, reader, rows):
        if case.event is not None and kind.caused_by(case.event):
            yield case


def _overdue(office: Office, reader: Reader, kind: Message, about: str | None) -> Iterator[Case]:
    """Those of whom something is overdue today, whether they were told or not."""
    service, programme = office.service, office.programme
    always = attrs.evolve(programme, messages=(attrs.evolve(kind, on=True),))
    found = introducing.overdue(reader, always, service.clock(), service.today(), again=True)
    places = [(one.message.stream, one.message.version) for one in found]
    meant = [each for each in places if about is None or each[0] in streams.meant(about)]
    yield from cases(office, reader, [_row(office, kind, *each) for each in meant])


def _row(office: Office, kind: Message, stream: str, version: int) -> Row:
    now = office.service.clock()
    return Row(
        key=f"preview/{stream}/{version}/{kind.name}",
        kind="reminder" if kind.when == "reminder" else "message",
        template=kind.name,
        stream=stream,
        version=version,
        recipient=kind.to,
        status="preview",
        due_at=now,
        created_at=now,
        step=_STEP if kind.when == "reminder" else 0,
    )


def _shown(office: Office, case: Case) -> dict[str, str]:
    """What stands in a preview for what is told to a referee alone, and for what a channel adds."""
    more = {"questions": MADE_UP["questions"]}
    if stream_kind(case.row.stream) == "application":
        more["link"] = _closed(office, case.id)
    return more


def _closed(office: Office, application: str) -> str:
    return f"{office.web.rstrip('/')}/r/{application}-…"


def _made_up(office: Office, kind: Message) -> dict[str, str]:
    letterhead, programme = office.letterhead, office.programme
    return {
        **MADE_UP,
        "to_name": MADE_UP[_NAMES.get(kind.to, "to_name")],
        **dict.fromkeys(_DAYS, in_full(office.service.today())),
        "eligible_groups": "serving headteachers and LA advisers",
        "awaited": MADE_UP["referee_name"],
        "link": _closed(office, MADE_UP["application"]),
        "office_name": letterhead.name,
        "office_address": ", ".join(letterhead.address),
        "office_telephone": letterhead.telephone,
        "office_email": letterhead.email,
        "signatory": letterhead.signatory,
        "signatory_title": letterhead.signatory_title,
        "authority": programme.authority_name,
        "accreditor": programme.accreditor.title if programme.accreditor else "",
        "contact_name": letterhead.name,
        "contact_phone": letterhead.telephone,
        "contact_email": letterhead.email,
    }


def _filled(office: Office, kind: Message, told: Mapping[str, str], to: str | None) -> Written:
    ready = templates(folders_of(office))
    subject, text, marked, used = ready.filled(kind.name, [told], office)
    return Written(
        row=_row(office, kind, "application/A7K4P", 1),
        to=Recipient(id="preview", name=told["to_name"], address=to or ""),
        reply_to=office.letterhead.email,
        template=kind.name,
        subject=subject,
        text=text,
        html=marked,
        fields={each: value for each, value in told.items() if each in used},
    )


__all__ = ["ASKED", "MADE_UP", "BadTemplate", "NoPreview", "Preview", "preview", "wrong_words"]
