"""The contracts that providers keep, as suites of tests to subclass."""

from __future__ import annotations

from siprecruit.testing.contracts.inbox import InboxContract
from siprecruit.testing.contracts.lookup import AccreditationLookupContract
from siprecruit.testing.contracts.notifier import NotifierContract
from siprecruit.testing.contracts.reference_channel import ReferenceChannelContract
from siprecruit.testing.contracts.rule import RuleContract

__all__ = [
    "AccreditationLookupContract",
    "InboxContract",
    "NotifierContract",
    "ReferenceChannelContract",
    "RuleContract",
]
