"""What plugin authors test with: fixtures, and the contract that a provider of each hook must keep.

Put ``pytest_plugins = ["siprecruit.testing"]`` into the ``conftest.py`` at your project's root.
"""

from __future__ import annotations

from siprecruit.testing.calling import Ended, called
from siprecruit.testing.clock import Clock
from siprecruit.testing.contexts import Heard, a_context
from siprecruit.testing.contracts import (
    AccreditationLookupContract,
    InboxContract,
    NotifierContract,
    ReferenceChannelContract,
    RuleContract,
)
from siprecruit.testing.fixtures import (
    app,
    clock,
    configuration,
    environment,
    given,
    http,
    outbox,
    plugins_dir,
)
from siprecruit.testing.serving import Answer, LoopbackServer, Request, loopback_server
from siprecruit.testing.tasks import a_delivery, a_notification, a_query, a_task

__all__ = [
    "AccreditationLookupContract",
    "Answer",
    "Clock",
    "Ended",
    "Heard",
    "InboxContract",
    "LoopbackServer",
    "NotifierContract",
    "ReferenceChannelContract",
    "Request",
    "RuleContract",
    "a_context",
    "a_delivery",
    "a_notification",
    "a_query",
    "a_task",
    "app",
    "called",
    "clock",
    "configuration",
    "environment",
    "given",
    "http",
    "loopback_server",
    "outbox",
    "plugins_dir",
]
