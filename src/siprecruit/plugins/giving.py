"""What the hooks of a plugin give, checked; and what its rules say of a command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from siprecruit.core.commands import RULE_FAILED, Command, Rejected
from siprecruit.core.programme_parts import Requirement
from siprecruit.plugins.answers import wrong
from siprecruit.plugins.beside import printing_beside
from siprecruit.plugins.finding import (
    NAME,
    Registered,
    Unusable,
    leaving_no_thread,
    loaded_within,
    place_in,
)
from siprecruit.plugins.limits import TookTooLong, limited
from siprecruit.plugins.types import (
    AccreditationLookup,
    Inbox,
    Notifier,
    Objection,
    ProgrammePack,
    ReferenceChannel,
    Table,
)

LONGEST_TIMEOUT: Final = 600.0
"""For how many seconds a provider may ask to be waited for at most."""

SECONDS_TO_JUDGE: Final = 5.0
"""For how long a rule may judge a command: others who write wait for it."""

NAMED: Final[Mapping[str, type]] = {
    "siprecruit_notifiers": Notifier,
    "siprecruit_reference_channels": ReferenceChannel,
    "siprecruit_accreditation_lookups": AccreditationLookup,
    "siprecruit_inboxes": Inbox,
    "siprecruit_programmes": ProgrammePack,
}
"""What a hook gives that is chosen by its name, which must be unique within the hook."""

GATES: Final = ("induction", "deployment")
"""What a requirement may stand before, as in a programme."""

_ASKED_LATER: Final = frozenset({"siprecruit_rules", "siprecruit_settings"})


def given(plugin: Registered, hook: str) -> tuple[Any, ...]:
    """What a hook of a plugin gives, once and for all. Raises Unusable."""
    if hook in _ASKED_LATER:
        return ()

    def gather() -> tuple[Any, ...]:
        return tuple(one for each in getattr(plugin.manager.hook, hook)() for one in each)

    values = loaded_within(lambda: leaving_no_thread(gather), f"{hook} fails", plugin.folder)
    for value in values:
        if fault := _fault(plugin.name, hook, value):
            raise Unusable(f"{hook} gives something that {fault}")
    names = [value.name for value in values] if hook in NAMED else []
    if len(set(names)) < len(names):
        raise Unusable(f"{hook} gives {max(names, key=names.count)} twice")
    return values


def judged(plugin: Registered, command: Command, state: Any, on: dt.date) -> tuple[Objection, ...]:
    """What a plugin's rule has against a command. Raises Rejected where it fails to judge it in time.

    Only in a main thread on POSIX is there a limit of time: elsewhere a rule that hangs is waited for.
    """
    try:
        # What a rule prints must not be taken for the program's own answer.
        with printing_beside(), limited(SECONDS_TO_JUDGE):
            said = plugin.manager.hook.siprecruit_rules(command=command, state=state, on=on)
            found = tuple(one for each in said for one in each)
    except Rejected as refusal:
        return (Objection(code=refusal.code, message=refusal.message),)
    except TookTooLong:
        late = f"the rule of {plugin.name} took longer than {SECONDS_TO_JUDGE:g} s"
        raise Rejected(RULE_FAILED, late) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Its text may hold a name, and the refusal is kept beside the command's id.
        where = f"{type(error).__name__} in {place_in(error, plugin.folder)}"
        raise Rejected(RULE_FAILED, f"a rule of the plugin {plugin.name} fails: {where}") from error
    if fault := next((fault for one in found if (fault := wrong(one, Objection))), None):
        raise Rejected(RULE_FAILED, f"a rule of the plugin {plugin.name} gives something that {fault}")
    return found


def _fault(plugin: str, hook: str, value: Any) -> str | None:
    match hook:
        case "siprecruit_requirements":
            return wrong(value, Requirement) or _fault_of_gate(value)
        case "siprecruit_commands":
            return _fault_of_command(value)
        case "siprecruit_tables":
            return _fault_of_table(plugin, value)
        case _:
            return wrong(value, NAMED[hook]) or _fault_of_named(value)


def _fault_of_named(value: Any) -> str | None:
    if not NAME.fullmatch(value.name):
        return "has a name which isn't of small letters, such as county_mail"
    if not 0 < getattr(value, "timeout", 1) <= LONGEST_TIMEOUT:
        return f"has a timeout that isn't between 0 and {LONGEST_TIMEOUT:.0f} seconds"
    return None


def _fault_of_gate(value: Requirement) -> str | None:
    fits = value.gate in GATES
    return None if fits else f"stands before a gate that is none of {', '.join(GATES)}"


def _fault_of_command(value: Any) -> str | None:
    import click

    if not isinstance(value, click.Command):
        return f"is of the class {type(value).__name__}, and not a click.Command"
    return None if value.name else "is a command without a name"


def _fault_of_table(plugin: str, value: Any) -> str | None:
    if not isinstance(value, Table):
        return f"is of the class {type(value).__name__}, and not a Table"
    begins = f"plugin_{plugin.replace('-', '_')}_"
    if not str(getattr(value.table, "name", "")).startswith(begins):
        return f"is a table whose name doesn't begin with {begins}"
    unfit = [name for name in ("erase", "export") if not callable(getattr(value, name))]
    return f"has no function to {unfit[0]} a person" if unfit else None
