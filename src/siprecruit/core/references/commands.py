"""What may be told of referees and references."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code, PersonId

Agreement = Literal["asked", "given", "refused", "unknown"]


@command("referee.name", "application")
@attrs.frozen(kw_only=True)
class NameReferee:
    """The applicant names a referee.

    ``referee`` is its short code (``1``, ``2`` ...); ``from_la`` marks the local authority's own; ``person``
    is the officer's id where the authority knows them.
    """

    referee: Code
    name: str
    email: str = ""
    role: str = ""
    from_la: bool = False
    person: PersonId | None = None


@command("referee.agree", "application")
@attrs.frozen(kw_only=True)
class AgreeReferee:
    """Whether a referee agrees to be asked: ``asked``, ``given``, ``refused`` or ``unknown``.

    Unknown doesn't stop asking; refused does.
    """

    referee: Code
    agreement: Agreement


@command("referee.replace", "application")
@attrs.frozen(kw_only=True)
class ReplaceReferee:
    """Another referee takes a referee's place; an open reference of the former is wanted no longer.

    ``by`` is the new referee's code.
    """

    referee: Code
    by: Code
    name: str
    email: str = ""
    role: str = ""
    from_la: bool = False
    person: PersonId | None = None


@command("reference.ask", "application")
@attrs.frozen(kw_only=True)
class AskReference:
    """We ask a referee for a reference.

    ``reference`` is the task's code; ``due`` is by default the programme's days after asking, on a working
    day; ``channel`` names the way of asking.
    """

    reference: Code
    referee: Code
    due: dt.date | None = None
    channel: Code = Code("form")


@command("reference.begin_outside", "application")
@attrs.frozen(kw_only=True)
class BeginReferenceOutside:
    """The college, or another body, has asked a referee: the task is theirs, and stands in the same queue.

    ``asked_by`` is the body's code (``ncsl``).
    """

    reference: Code
    referee: Code
    asked_by: Code
    due: dt.date | None = None


@command("reference.open", "application")
@attrs.frozen(kw_only=True)
class OpenReference:
    """The referee has opened the form."""

    reference: Code


@command("reference.save", "application")
@attrs.frozen(kw_only=True)
class SaveReference:
    """The referee has answered a part and comes back later. ``answers`` is by question."""

    reference: Code
    answers: dict[str, str] = attrs.field(factory=dict)


@command("reference.receive", "application")
@attrs.frozen(kw_only=True)
class ReceiveReference:
    """A reference was received, on the envelope's day, however late.

    ``in_confidence`` says whether it was given in confidence (Data Protection Act 2018, Sch 2 para 24), or
    None where nobody asked; ``notice`` is the code of the notice that the referee was shown.
    """

    reference: Code
    answers: dict[str, str] = attrs.field(factory=dict)
    in_confidence: bool | None = None
    notice: Code | None = None


@command("reference.give_elsewhere", "application")
@attrs.frozen(kw_only=True)
class GiveReferenceElsewhere:
    """The reference was given elsewhere, on the envelope's day. ``where`` is the body's code."""

    reference: Code
    where: Code


@command("reference.decline", "application")
@attrs.frozen(kw_only=True)
class DeclineReference:
    """The referee won't give the reference."""

    reference: Code
    reason: str = ""


@command("reference.bounce", "application")
@attrs.frozen(kw_only=True)
class BounceReference:
    """The request could not be delivered: another address or another referee is needed."""

    reference: Code


@command("reference.expire", "application")
@attrs.frozen(kw_only=True)
class ExpireReference:
    """Nothing came, and the task is given up; a late answer is still received."""

    reference: Code


@command("reference.withdraw", "application")
@attrs.frozen(kw_only=True)
class WithdrawReference:
    """The reference is wanted no longer."""

    reference: Code


@command("reference.extend", "application")
@attrs.frozen(kw_only=True)
class ExtendReference:
    """The referee will be late and has said so: the task is due on another day."""

    reference: Code
    due: dt.date
