"""Made-up work for a provider: one message, one reference, one question, about people who don't exist."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs

from siprecruit.api import Delivery, LookupQuery, Notification, Recipient, ReferenceTask

REFEREE: Final = "Perpetua Quillfeather"
APPLICANT: Final = "Barnaby Thistlewood"
ADDRESSES: Final = {
    "email": "perpetua.quillfeather@example.org",
    "sms": "+447700900123",
    "post": "Perpetua Quillfeather\n1 Nowhere Lane\nNorwich\nNR99 9ZZ",
    "webhook": "https://hook.example.org/quillfeather",
}
TEXT: Final = "Would you give a reference for him? Heliotrope & marigold."
LINK: Final = "http://127.0.0.1:8000/r/A7K4P-r1-Zx9kQm2LwT7vBn4Rp6Hs3Jd5"
BORN: Final = dt.date(1951, 2, 17)

PERSONAL: Final = (
    "Quillfeather",
    "Thistlewood",
    "quillfeather",
    "Heliotrope",
    "+447700900123",
    "Nowhere Lane",
    LINK.rpartition("/")[2],
    BORN.isoformat(),
)
"""What must stand in no log: pieces of all that is personal in what these functions make."""

NOON: Final = dt.datetime(2007, 6, 4, 12, tzinfo=dt.UTC)

FORM: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["judgement"],
    "properties": {
        "judgement": {"title": "How sound is the applicant's judgement?", "type": "string"},
        "recommends": {"title": "Do you recommend the applicant?", "enum": ["yes", "no"]},
    },
}


def a_delivery(
    key: str = "application/A7K4P/12/reference.asked",
    *,
    attempt: int = 1,
    deadline: dt.datetime | None = None,
) -> Delivery:
    """What every task carries; the deadline is 20 seconds past the noon of the kit's own day."""
    return Delivery(key=key, attempt=attempt, deadline=deadline or NOON + dt.timedelta(seconds=20))


def a_notification(delivery: Delivery | None = None, *, address: str = "", **other: Any) -> Notification:
    """A message to a referee, with text and HTML; ``address`` is an e-mail address where it is left out."""
    made = Notification(
        delivery=delivery or a_delivery(),
        to=Recipient(id="A7K4P-1", name=REFEREE, address=address or ADDRESSES["email"]),
        reply_to="sip@example.org",
        template="reference.asked",
        fields={"referee_name": REFEREE, "applicant_name": APPLICANT, "link": LINK},
        subject=f"A reference for {APPLICANT}",
        text=f"Dear {REFEREE},\n\n{TEXT}\n\n{LINK}\n",
        html=f"<p>Dear {REFEREE},</p><p>{TEXT.replace('&', '&amp;')}</p><p><a href='{LINK}'>{LINK}</a></p>",
    )
    return attrs.evolve(made, **other)


def a_task(delivery: Delivery | None = None, **other: Any) -> ReferenceTask:
    """A reference that is wanted of a referee."""
    made = ReferenceTask(
        delivery=delivery or a_delivery(),
        task="A7K4P/r1",
        referee=Recipient(id="A7K4P-1", name=REFEREE, address=ADDRESSES["email"]),
        applicant_name=APPLICANT,
        from_la=False,
        form=FORM,
        due=dt.date(2007, 7, 2),
        link=LINK,
    )
    return attrs.evolve(made, **other)


def a_query(delivery: Delivery | None = None, **other: Any) -> LookupQuery:
    """A question after somebody's accreditation for the primary phase."""
    made = LookupQuery(
        delivery=delivery or a_delivery("person/A7K4P/1/lookup"),
        person="A7K4P",
        name=APPLICANT,
        number="0012345",
        born=None,
        phase="primary",
        as_at=dt.date(2007, 6, 4),
    )
    return attrs.evolve(made, **other)
