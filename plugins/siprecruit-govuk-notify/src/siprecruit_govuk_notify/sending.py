"""Sends a message once: looks whether Notify has it, notes that it is begun, sends it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs
from siprecruit.api import Accepted, Context, Deferred, Notification, Outcome, Refused

from siprecruit_govuk_notify import notes
from siprecruit_govuk_notify.notify import Unclear, asked, client_of

TIMEOUT_SECONDS: Final = 60.0
"""Three requests at most, each with an end of its own."""

FAILED: Final = frozenset(
    {"permanent-failure", "temporary-failure", "technical-failure", "validation-failed"}
)
"""What didn't arrive: sending it again doubles nothing."""

SETTLING: Final = dt.timedelta(minutes=2)
"""Notify writes messages down a while after it has taken them."""

MARGIN: Final = dt.timedelta(days=1)
"""What is nearly as old as Notify's memory may be forgotten already."""


@attrs.frozen(kw_only=True)
class Held:
    """What Notify has under a key: the id of a message that didn't fail, and whether one did."""

    id: str | None
    failed: bool = False


def send(context: Context, message: Notification) -> Outcome:
    """Send it, unless it is there. Raises Unclear where it may have gone and Notify doesn't show it."""
    key = message.delivery.key
    template = context.settings.templates.get(message.template) or context.settings.fallback_template
    if said := _unsuitable(message, template):
        return Refused(reason=said)
    try:
        held = _held(context, key)
    except Unclear:
        return Deferred(reason="GOV.UK Notify didn't say whether it has this message already.")
    if not isinstance(held, Held):
        return held
    if held.id is not None:
        return _taken(context, key, held.id)
    try:
        doubt = None if held.failed else _doubt(context, key)
        if doubt is None:
            notes.begin(context, key)
    except OSError as error:
        return Deferred(reason=f"What is being sent can't be noted: {error.strerror}.")
    return _posted(context, message, template) if doubt is None else doubt


def _unsuitable(message: Notification, template: str) -> str:
    """Why Notify can't carry it; empty where it can."""
    if message.attachments:
        return "GOV.UK Notify carries no files that weren't agreed with it: send this message another way."
    if not template:
        where = "[plugins.govuk-notify.templates]"
        return f"There is no template for {message.template}: name one in {where}, or a `fallback_template`."
    return ""


def _held(context: Context, key: str) -> Held | Deferred | Refused:
    """What Notify has under that key. Raises Unclear where its answer isn't one."""
    client = client_of(context)
    said = asked(context, lambda: client.get_all_notifications(template_type="email", reference=key))
    if isinstance(said, (Deferred, Refused)):
        return said
    found = said.get("notifications") if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise Unclear("the answer is no list of messages")
    # Notify compares by itself; what it gives besides is none of ours.
    ours = [one for one in found if isinstance(one, dict) and one.get("reference") == key]
    there = [one for one in ours if one.get("status") not in FAILED]
    ids = [one["id"] for one in there if isinstance(one.get("id"), str)]
    if len(ids) != len(there):
        raise Unclear("a message of the answer has no id")
    return Held(id=ids[-1] if ids else None, failed=bool(ours))


def _doubt(context: Context, key: str) -> Deferred | Refused | None:
    """What keeps it back where it was begun before and Notify doesn't show it; None where nothing does."""
    since = notes.begun(context, key)
    if since is None:
        return None
    age = context.clock() - since
    if age < SETTLING:
        reason = "It was begun a moment ago, and GOV.UK Notify may not show it yet."
        return Deferred(reason=reason, after=SETTLING)
    days = context.settings.remembered_days
    if age < dt.timedelta(days=days) - MARGIN:
        return None
    # A person has been told: if they send it again, it is sent.
    notes.done(context, key)
    when = f"begun on {since.date()}" if since.year > 1 else "begun some time ago"
    reason = (
        f"It was {when} and may have been sent; GOV.UK Notify remembers {days} days and can't tell any more. "
        "See whether it arrived before it is sent again."
    )
    return Refused(reason=reason)


def _posted(context: Context, message: Notification, template: str) -> Outcome:
    key = message.delivery.key
    client = client_of(context)
    told = _told(context, message, template)
    try:
        said = asked(context, lambda: client.send_email_notification(**told))
    except Unclear as error:
        return _after_all(context, key, str(error))
    if isinstance(said, (Deferred, Refused)):
        notes.done(context, key)
        return said
    receipt = said.get("id") if isinstance(said, dict) else None
    if isinstance(receipt, str) and receipt and said.get("reference") == key:
        return _taken(context, key, receipt)
    return _after_all(context, key, "the answer names no message of ours")


def _after_all(context: Context, key: str, why: str) -> Accepted:
    """It may be there all the same: that is known sooner now than after a pause. Raises Unclear."""
    held = _held(context, key)
    if isinstance(held, Held) and held.id is not None:
        return _taken(context, key, held.id)
    raise Unclear(f"sent, and not known whether taken: {why}")


def _told(context: Context, message: Notification, template: str) -> dict[str, Any]:
    """What leaves the house: the address, our key, and the words for the template."""
    own = message.template in context.settings.templates
    words = dict(message.fields) if own else {"subject": message.subject, "body": _harmless(message.text)}
    return {
        "email_address": message.to.address,
        "template_id": template,
        "personalisation": words,
        "reference": message.delivery.key,
        "email_reply_to_id": context.settings.email_reply_to_id or None,
        # People write their own names: Notify takes links and headings out of these.
        "sanitise_content_for": sorted(name for name in words if name.endswith("_name")) or None,
    }


def _harmless(text: str) -> str:
    """The text, where no link hides behind other words: Notify reads ``[here](https://...)`` as one."""
    return text.replace("](", "] (")


def _taken(context: Context, key: str, receipt: str) -> Accepted:
    notes.done(context, key)
    return Accepted(receipt=receipt[:200], final=False)
