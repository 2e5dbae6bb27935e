"""The formats that are really checked: jsonschema alone lets most of them pass unseen."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from urllib.parse import urlsplit

from jsonschema import FormatChecker
from rfc3339_validator import validate_rfc3339

from siprecruit.core.text import is_address, trim

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOT_IN_URI = re.compile(r"[\s\x00-\x1f<>\"]")


def is_date(value: object) -> bool:
    """Whether a text is a day of the calendar as YYYY-MM-DD; what is no text isn't judged."""
    if not isinstance(value, str):
        return True
    # fromisoformat alone takes 20070615 and 2007-W24-5 too.
    if not _DATE.fullmatch(value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_date_time(value: object) -> bool:
    """Whether a text is an instant with its offset (RFC 3339); what is no text isn't judged."""
    return not isinstance(value, str) or bool(validate_rfc3339(value))


def is_email(value: object) -> bool:
    """Whether a text has the form of an e-mail address, no blanks around it; what is no text isn't judged."""
    return not isinstance(value, str) or (trim(value) == value and is_address(value))


def is_uri(value: object) -> bool:
    """Whether a text is an absolute URI; what is no text isn't judged."""
    if not isinstance(value, str):
        return True
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not _NOT_IN_URI.search(value)


#: A schema of ours may name no format but these.
FORMATS: Final = FormatChecker(formats=())
FORMATS.checks("date")(is_date)
FORMATS.checks("date-time")(is_date_time)
FORMATS.checks("email")(is_email)
FORMATS.checks("uri")(is_uri)
