"""Asking for references through the chosen channels: for all that can be asked for, or for one applicant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.core.commands import Command, Rejected
from siprecruit.core.ids import Code, stream_id
from siprecruit.core.references import AskReference
from siprecruit.core.references.asking import Wish, wishes
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.office import Office
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants
from siprecruit.service import Result

ON_THE_WAY: Final = ("references", "shortlist", "interview", "decision")
"""The stages in which references are wanted: eligible, and nothing decided yet."""

WHY_NOT: Final[Mapping[str, str]] = {
    "asked_by_others": "somebody else has asked them",
    "declined": "they declined: another referee is needed",
    "bounced": "the request came back: put the address right and ask by reference.ask, or replace them",
    "expired": "they let the time pass: speak to them and ask by reference.ask, or replace them",
    "withdrawn": "the request was withdrawn: ask by reference.ask if it is wanted after all",
    "no_address": "no e-mail address is known",
    "not_wanted": "no references are wanted at this stage",
}
"""Why somebody isn't asked, in words."""


@attrs.frozen(kw_only=True)
class Request:
    """One reference that is to be asked for, or ``why_not`` it can't be: a code of ``WHY_NOT``."""

    application: str
    referee: str
    reference: str
    channel: str
    why_not: str | None = None


def requests(
    office: Office, reader: Reader, application: str | None = None, channel: str | None = None
) -> tuple[Request, ...]:
    """What can be asked for now, and what can't; of one application, or of all that are on their way.

    ``channel`` takes the place of those that are chosen. Raises Rejected: ``no_such_channel``,
    ``not_in_record``.
    """
    for name in {channel} if channel else {office.choices.channel_of(from_la=la) for la in (True, False)}:
        if name not in office.plugins.channels:
            raise Rejected(
                "no_such_channel", f"no plugin in use gives a channel {name}: see siprecruit plugins list"
            )
    stages = _stages(reader, application)
    histories = reader.histories([f"application/{code}" for code in stages], texts=True)
    return tuple(
        _request(office, stream_id(stream), wish, channel, stages[stream_id(stream)])
        for stream, history in histories.items()
        for wish in wishes(DECIDERS["application"].state(history).references)
    )


def ask(office: Office, wanted: Sequence[Request], run: str) -> Iterator[Result]:
    """Ask for these references, by ordinary commands; ``run`` begins their ids, and undoes all of them."""
    today = office.service.today()
    commands = (
        Command(
            id=f"{run}-{number}",
            stream=f"application/{one.application}",
            on=today,
            what=AskReference(
                reference=Code(one.reference), referee=Code(one.referee), channel=Code(one.channel)
            ),
        )
        for number, one in enumerate((each for each in wanted if each.why_not is None), start=1)
    )
    return office.service.handle_all(commands)


def _stages(reader: Reader, application: str | None) -> dict[str, str]:
    wanted = sa.select(applicants.c.application, applicants.c.stage).order_by(applicants.c.application)
    if application is None:
        rows = reader.select(wanted.where(applicants.c.stage.in_(ON_THE_WAY)))
    else:
        rows = reader.select(wanted.where(applicants.c.application == application))
        if not rows:
            raise Rejected("not_in_record", f"application/{application} is not in the record")
    return {str(code): str(stage) for code, stage in rows}


def _request(office: Office, application: str, wish: Wish, channel: str | None, stage: str) -> Request:
    return Request(
        application=application,
        referee=wish.referee,
        reference=wish.reference,
        channel=channel or office.choices.channel_of(from_la=wish.from_la),
        why_not=wish.why_not if stage in ON_THE_WAY else "not_wanted",
    )
