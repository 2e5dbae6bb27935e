"""What has happened to referees and references."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, KeptTexts, PersonId
from siprecruit.core.references.commands import Agreement


@event("referee.named")
@attrs.frozen(kw_only=True)
class RefereeNamed:
    """A referee was named."""

    referee: Code
    from_la: bool = False
    person: PersonId | None = None
    name: Kept = None
    email: Kept = None
    role: Kept = None


@event("referee.agreement_told")
@attrs.frozen(kw_only=True)
class AgreementTold:
    """A referee's agreement became known, or was asked for."""

    referee: Code
    agreement: Agreement


@event("referee.replaced")
@attrs.frozen(kw_only=True)
class RefereeReplaced:
    """Another referee took this one's place."""

    referee: Code
    by: Code


@event("reference.asked")
@attrs.frozen(kw_only=True)
class ReferenceAsked:
    """We asked for a reference."""

    reference: Code
    referee: Code
    due: dt.date
    channel: Code


@event("reference.begun_outside")
@attrs.frozen(kw_only=True)
class ReferenceBegunOutside:
    """Somebody else asked for a reference."""

    reference: Code
    referee: Code
    asked_by: Code
    due: dt.date | None = None


@event("reference.opened")
@attrs.frozen(kw_only=True)
class ReferenceOpened:
    """The referee opened the form."""

    reference: Code


@event("reference.saved")
@attrs.frozen(kw_only=True)
class ReferenceSaved:
    """The referee answered a part."""

    reference: Code
    answers: KeptTexts = None


@event("reference.received")
@attrs.frozen(kw_only=True)
class ReferenceReceived:
    """A reference came in."""

    reference: Code
    in_confidence: bool | None = None
    notice: Code | None = None
    answers: KeptTexts = None


@event("reference.given_elsewhere")
@attrs.frozen(kw_only=True)
class ReferenceGivenElsewhere:
    """The reference was given to somebody else."""

    reference: Code
    where: Code


@event("reference.declined")
@attrs.frozen(kw_only=True)
class ReferenceDeclined:
    """The referee won't give it."""

    reference: Code
    why: Kept = None


@event("reference.bounced")
@attrs.frozen(kw_only=True)
class ReferenceBounced:
    """The request could not be delivered."""

    reference: Code


@event("reference.expired")
@attrs.frozen(kw_only=True)
class ReferenceExpired:
    """The task was given up."""

    reference: Code


@event("reference.withdrawn")
@attrs.frozen(kw_only=True)
class ReferenceWithdrawn:
    """The reference is wanted no longer."""

    reference: Code


@event("reference.extended")
@attrs.frozen(kw_only=True)
class ReferenceExtended:
    """The task is due on another day."""

    reference: Code
    due: dt.date


@event("reference.carried")
@attrs.frozen(kw_only=True)
class ReferenceCarried:
    """A reference received in an earlier round counts in this one; its text stays where it was received."""

    reference: Code
    referee: Code
    asked_on: dt.date
    received_on: dt.date
    in_confidence: bool | None = None
