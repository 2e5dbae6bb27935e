"""References through the college: it asks the referee by its own online form, and tells us the answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from siprecruit.api import (
    Accepted,
    Asked,
    Collected,
    Context,
    Deferred,
    ReferenceBounced,
    ReferenceDeclined,
    ReferenceReply,
    ReferenceTask,
    Refused,
    Reply,
)

from siprecruit_ncsl.college import Question, Said, Unclear, ask
from siprecruit_ncsl.signing import verify

PAGE: Final = 100
_LONGEST_REASON: Final = 300


def request(context: Context, task: ReferenceTask) -> Asked:
    """Let the college ask the referee. Our own link isn't told: the college has a page of its own."""
    wanted = {
        "task": task.task,
        "referee": {"name": task.referee.name, "email": task.referee.address},
        "applicant_name": task.applicant_name,
        "from_la": task.from_la,
        "due": task.due.isoformat(),
        "form": dict(task.form),
    }
    return _done(context, "/v1/references", wanted, task)


def remind(context: Context, task: ReferenceTask) -> Asked:
    """Let the college remind the referee, so many days after it asked."""
    wanted = {"task": task.task, "step": task.step}
    return _done(context, "/v1/reference-reminders", wanted, task)


def withdraw(context: Context, task: ReferenceTask) -> Asked:
    """Tell the college that the reference is wanted no longer; that it never heard of it is as good."""
    nothing = Accepted(receipt="never-asked")
    return _done(context, "/v1/reference-withdrawals", {"task": task.task}, task, unheard_of=nothing)


def collect(context: Context, cursor: str) -> Collected:
    """The replies since a cursor. Raises Unclear where it can't be known what there is: no cursor moves."""
    params = {"limit": str(PAGE), **({"after": cursor} if cursor else {})}
    said = ask(context, Question(path="/v1/reference-replies", params=params))
    if not isinstance(said, Said):
        raise Unclear(said.reason)
    if said.code:
        raise Unclear(f"The college's service doesn't take the question ({said.status}).")
    following = said.body.get("cursor")
    if not isinstance(following, str) or len(following) > 200:  # noqa: PLR2004 - it says where, not what
        raise Unclear("The college's service says no cursor.")
    return Collected(replies=_replies(said.body), cursor=following or cursor)


def receive(context: Context, body: bytes, headers: Mapping[str, str]) -> tuple[Reply, ...]:
    """The replies of a callback. Raises ValueError where the college didn't sign it, or it can't be read."""
    verify(context.settings.callback_secret, headers, body, context.clock())
    try:
        return _replies(json.loads(body))
    except Unclear as error:
        raise ValueError(str(error)) from None
    except (ValueError, RecursionError):
        raise ValueError("the callback is no JSON") from None


# -- telling ------------------------------------------------------------------


_UNHEARD_OF: Final = Refused(reason="The college doesn't know this reference: ask for it again.")


def _done(
    context: Context,
    path: str,
    wanted: Mapping[str, Any],
    task: ReferenceTask,
    *,
    unheard_of: Accepted | Refused = _UNHEARD_OF,
) -> Asked:
    """Have something done under the delivery's key. Raises Unclear where nobody knows whether it was."""
    said = ask(context, Question(method="POST", path=path, body=wanted, key=task.delivery.key))
    if not isinstance(said, Said):
        return said
    if said.code:
        return unheard_of if said.code == "reference_not_known" else _against(said)
    receipt = said.body.get("receipt")
    if said.body.get("task") != task.task or not isinstance(receipt, str) or not receipt:
        raise Unclear("The college's service answered, and not to what was asked.")
    return Accepted(receipt=receipt[:200])


def _against(said: Said) -> Deferred | Refused:
    """What the college has against it, as what follows for us."""
    match said.code:
        case "reference_already_answered":
            return Deferred(reason="The referee has answered; the college's reply is on its way.")
        case "referee_not_usable":
            return Refused(reason="The college can't write to this referee: look at their address.")
        case code:
            return Refused(reason=f"The college doesn't take it ({said.status} {code[:60]}).")


# -- reading ------------------------------------------------------------------


def _replies(told: Any) -> tuple[Reply, ...]:
    """Raises Unclear where one can't be read: to pass over it would be to lose it."""
    found = told.get("replies") if isinstance(told, dict) else None
    if not isinstance(found, list):
        raise Unclear("The college's service says no list of replies.")
    try:
        return tuple(map(_reply, found))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unclear("A reply of the college's is not as its contract says.") from None


def _reply(told: Mapping[str, Any]) -> Reply:
    task, receipt = _text(told["task"]), _text(told["receipt"])
    match told["outcome"]:
        case "given":
            received_at = dt.datetime.fromisoformat(told["received_at"])
            if received_at.tzinfo is None or not isinstance(told["answers"], dict):
                raise ValueError("answers")
            return ReferenceReply(
                task=task,
                answers=told["answers"],
                in_confidence=_truth(told.get("in_confidence")),
                received_at=received_at.astimezone(dt.UTC),
                receipt=receipt,
            )
        case "declined":
            reason = str(told.get("reason") or "")[:_LONGEST_REASON]
            return ReferenceDeclined(task=task, reason=reason, receipt=receipt)
        case "bounced":
            return ReferenceBounced(task=task, receipt=receipt)
        case _:
            raise ValueError("outcome")


def _text(told: object) -> str:
    if not isinstance(told, str) or not 0 < len(told) <= 200:  # noqa: PLR2004 - an id, not a text
        raise TypeError("text")
    return told


def _truth(told: object) -> bool | None:
    if told is not None and not isinstance(told, bool):
        raise TypeError("truth")
    return told
