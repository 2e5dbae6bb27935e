"""The National College's register of accredited partners, and the references that it asks for online."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import AccreditationLookup, ReferenceChannel, Setting, hookimpl

from siprecruit_ncsl import lookup, references, settings

siprecruit_api = ">=1,<2"


@hookimpl
def siprecruit_settings() -> Setting:
    """Where the college's service is, and the secrets that it and we share."""
    return Setting(schema=settings.SCHEMA, make=settings.made)


@hookimpl
def siprecruit_accreditation_lookups() -> Iterable[AccreditationLookup]:
    """The college's register."""
    return [
        AccreditationLookup(
            name="ncsl", find=lookup.find, find_many=lookup.find_many, timeout=lookup.TIMEOUT_SECONDS
        )
    ]


@hookimpl
def siprecruit_reference_channels() -> Iterable[ReferenceChannel]:
    """The college's online form, which it sends to the referees itself."""
    return [
        ReferenceChannel(
            name="ncsl",
            request=references.request,
            remind=references.remind,
            withdraw=references.withdraw,
            collect=references.collect,
            receive=references.receive,
            idempotent=True,
        )
    ]
