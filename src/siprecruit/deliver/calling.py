"""One call of one provider: what it answered or how it failed, and the attempt as the record notes it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

import attrs

from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing.outcomes import Held, Lost
from siprecruit.plugins.calling import Answered, Nonsense, Outcome, Raised, TimedOut
from siprecruit.plugins.loader import Given
from siprecruit.plugins.types import Accepted, Deferred, Refused
from siprecruit.record.delivered import Attempt

WORDS: Final[Mapping[type, str]] = {Accepted: "accepted", Deferred: "deferred", Refused: "refused"}
"""What stands in ``attempts`` for an answer; any other one is ``answered``."""

WHY: Final[Mapping[str, str]] = {
    "raised": "it failed, and `siprecruit plugins trace` says where",
    "timed_out": "it took too long",
    "nonsense": "what it answered makes no sense, and `siprecruit plugins trace` says why",
    "unable": "it could not be set to work, and `siprecruit plugins list` says why",
}
"""What a failure in ``attempts`` is called where people read of it."""

FAILURES: Final = ("raised", "timed_out", "nonsense", "unable")
"""The words in ``attempts`` that count against a provider."""


class Callers(Protocol):
    """Calls providers: ``siprecruit.plugins.calling.Callers`` does it in a process for each plugin."""

    def call(
        self, plugin: str, hook: str, provider: str, method: str, *args: object, timeout: float
    ) -> Outcome:
        """Call a function of a provider; what goes wrong is an outcome."""


@attrs.frozen(kw_only=True)
class Provider:
    """A provider, by the name that the outbox has for it (``notifiers/file``), and whose it is."""

    name: str
    given: Given[Any]

    @property
    def hook(self) -> str:
        """The hook that gives it, without what the names of all hooks begin with."""
        return self.name.partition("/")[0]

    @property
    def timeout(self) -> dt.timedelta:
        """How long a call may take."""
        return dt.timedelta(seconds=self.given.provider.timeout)

    @property
    def idempotent(self) -> bool:
        """Whether the same key twice is sent once."""
        return bool(self.given.provider.idempotent)

    def gives(self, method: str) -> bool:
        """Whether it has a function of that name."""
        return getattr(self.given.provider, method, None) is not None


@attrs.frozen(kw_only=True)
class Called:
    """What came of a call: ``value`` is the answer, or Lost, or Held where it could not be set to work."""

    value: Any
    attempt: Attempt

    @property
    def why(self) -> str:
        """Why it gave no answer that counts, for people."""
        return WHY.get(self.attempt.answer, self.attempt.answer)


def provider_named(office: Office, name: str) -> Provider | None:
    """The provider of that name; None where no plugin that is in use gives it."""
    hook, _, short = name.partition("/")
    given: Mapping[str, Mapping[str, Given[Any]]] = {
        "notifiers": office.plugins.notifiers,
        "reference_channels": office.plugins.channels,
        "accreditation_lookups": office.plugins.lookups,
        "inboxes": office.plugins.inboxes,
    }
    found = given.get(hook, {}).get(short)
    return Provider(name=name, given=found) if found else None


def called(office: Office, callers: Callers, provider: Provider, method: str, *args: object) -> Called:
    """Call a function of a provider. Nothing is raised: what goes wrong is what came of it."""
    began_at, began = office.service.clock(), time.perf_counter()
    hook, _, short = provider.name.partition("/")
    timeout = provider.timeout.total_seconds()
    said = callers.call(provider.given.plugin, hook, short, method, *args, timeout=timeout)
    value, answer, code = _understood(said)
    attempt = Attempt(
        provider=provider.name,
        plugin=provider.given.plugin,
        began_at=began_at,
        took_ms=round((time.perf_counter() - began) * 1000),
        answer=answer,
        code=code,
    )
    return Called(value=value, attempt=attempt)


def _word(value: Any) -> str:
    """The word for an answer; for several at once theirs, where it is one."""
    if isinstance(value, Mapping):
        words = {_word(each) for each in value.values()}
        return words.pop() if len(words) == 1 else "answered"
    return WORDS.get(type(value), "answered")


def _understood(said: Outcome) -> tuple[Any, str, str | None]:
    """The value, the word for it, and what names a failure without a text of the plugin's."""
    match said:
        case Answered(value=Accepted(final=False) as value):
            return value, "awaiting", None
        case Answered(value=value):
            return value, _word(value), None
        case Raised(handed_over=False, where=sentence):
            return Held(reason=sentence), "unable", None
        case Raised(kind=kind, where=where):
            return Lost(how="raised", code=f"{kind} {where}".strip()), "raised", f"{kind} {where}".strip()
        case TimedOut():
            return Lost(how="timed_out"), "timed_out", None
        case Nonsense(what=what):
            return Lost(how="nonsense", code=what), "nonsense", what
