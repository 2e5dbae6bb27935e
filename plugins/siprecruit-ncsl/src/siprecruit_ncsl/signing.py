"""How the college signs its callbacks: HMAC-SHA256 over the time and the body."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

TIME: Final = "NCSL-Timestamp"
SIGNATURE: Final = "NCSL-Signature"
TOLERANCE: Final = dt.timedelta(minutes=5)
"""How far the college's clock and ours may lie apart; an older callback is a replay."""


def signature(secret: str, told_at: str, body: bytes) -> str:
    """What stands in the header: ``v1=`` and 64 hexadecimal digits."""
    return "v1=" + hmac.new(secret.encode(), told_at.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed(secret: str, now: dt.datetime, body: bytes) -> dict[str, str]:
    """The two headers of a callback."""
    told_at = str(int(now.timestamp()))
    return {TIME: told_at, SIGNATURE: signature(secret, told_at, body)}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
    """Raise ValueError where a callback isn't signed with the secret, or was signed at another time."""
    if not secret:
        raise ValueError("no callback is expected: `callback_secret` is not set")
    plain = {name.lower(): value for name, value in headers.items()}
    told_at, given = plain.get(TIME.lower(), ""), plain.get(SIGNATURE.lower(), "")
    # Compared before anything else is read, and in the same time whatever it is.
    if not hmac.compare_digest(signature(secret, told_at, body).encode(), given.encode()):
        raise ValueError("the callback is not signed by the college")
    if not (told_at.isascii() and told_at.isdecimal()) or len(told_at) > 12:  # noqa: PLR2004 - until the year 33658
        raise ValueError("the callback doesn't say when it was signed")
    if abs(now.timestamp() - int(told_at)) > TOLERANCE.total_seconds():
        raise ValueError("the callback was signed at another time: it is a replay, or a clock is wrong")
