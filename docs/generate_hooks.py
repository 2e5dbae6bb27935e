"""Writes the reference of hooks from the code and the examples: `python docs/generate_hooks.py`."""  # noqa: INP001

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

import attrs

from siprecruit import api
from siprecruit.plugins.hookspecs import TIERS, Hooks

DOCS: Final = Path(__file__).resolve().parent
DOCUMENT: Final = DOCS / "reference" / "hooks.md"
EXAMPLES: Final = DOCS / "examples"
ROOT: Final = DOCS.parent

BEGIN: Final = """\
# Hooks

A plugin is a module with functions that are called as below and marked with `@hookimpl`. It says for which
version of the hooks it was written (`siprecruit_api = ">=1,<2"`) and imports `siprecruit.api` alone; its
tests also import `siprecruit.testing`. What a hook gives are frozen values, so that a type checker sees what
is wrong with a plugin before anybody runs it. A hook takes those of its arguments that it names.

[Write a plugin](../how-to/write-a-plugin.md) takes you to one that works in ten minutes;
[Plugins](../explanation/plugins.md) says why they are made like this, and what they may do.

A *stable* hook changes only as promised: hooks, optional fields and arguments may be added, and a removal
takes two minor releases with a warning. A *provisional* one may change with a minor release, which its
changelog says. `siprecruit plugins list` says of each plugin the tier of its least stable hook.

The examples below are plugins of one file each, in `docs/examples`. To see one at work, copy its file into
a folder of your own and give that with `--plugins-dir`: a file in there is enabled by being there, and is
called as its file is.

*This page is written from the code and the examples by `python docs/generate_hooks.py`.*

"""

#: What a plugin's author subclasses to test what a hook gives.
CONTRACTS: Final = {
    "siprecruit_notifiers": "NotifierContract",
    "siprecruit_reference_channels": "ReferenceChannelContract",
    "siprecruit_accreditation_lookups": "AccreditationLookupContract",
    "siprecruit_inboxes": "InboxContract",
    "siprecruit_rules": "RuleContract",
}
#: The values that a hook gives, described with it.
GIVES: Final = {
    "siprecruit_notifiers": (api.Notifier,),
    "siprecruit_reference_channels": (api.ReferenceChannel,),
    "siprecruit_accreditation_lookups": (api.AccreditationLookup,),
    "siprecruit_settings": (api.Setting,),
    "siprecruit_rules": (api.Objection,),
    "siprecruit_inboxes": (api.Inbox,),
    "siprecruit_requirements": (api.Requirement,),
    "siprecruit_programmes": (api.ProgrammePack,),
    "siprecruit_commands": (),
    "siprecruit_tables": (api.Table,),
}
#: The rest of the public surface, as it is met.
VALUES: Final[Mapping[str, tuple[type, ...]]] = {
    "What a provider is given": (
        api.Context,
        api.Delivery,
        api.Recipient,
        api.Attachment,
        api.Notification,
        api.ReferenceTask,
        api.LookupQuery,
    ),
    "What it may answer": (
        api.Accepted,
        api.Deferred,
        api.Refused,
        api.ByMessage,
        api.Finding,
    ),
    "What comes back later": (
        api.Reported,
        api.DeliveryReport,
        api.Collected,
        api.ReferenceReply,
        api.ReferenceDeclined,
        api.ReferenceBounced,
        api.Polled,
        api.Item,
    ),
    "What a rule sees": (api.Command, api.Rejected),
}
UNIONS: Final = {
    "Outcome": api.Outcome,
    "Asked": api.Asked,
    "Found": api.Found,
    "Reply": api.Reply,
    "Verdict": api.Verdict,
}
_ENDS: Final = re.compile(r"\.$|\. (?=[A-Z])|;")
_HOOK: Final = re.compile(r"^def (siprecruit_\w+)\(", re.MULTILINE)


def hooks_reference() -> str:
    """The whole page."""
    return "\n".join([BEGIN.rstrip("\n") + "\n", _overview(), *map(_hook, TIERS), *_values()])


def _overview() -> str:
    lines = ["| hook | tier | what it adds |", "|---|---|---|"]
    for hook, tier in TIERS.items():
        said = _ENDS.split(_said(getattr(Hooks, hook)))[0]
        lines.append(f"| [{hook}](#{hook}) | {tier} | {said} |")
    return "\n".join(lines) + "\n"


def _hook(hook: str) -> str:
    specified = getattr(Hooks, hook)
    arguments = [str(each) for each in inspect.signature(specified).parameters.values()]
    returns = inspect.signature(specified).return_annotation
    signature = f"{hook}({', '.join(arguments[1:])}) -> {returns}".replace("'", "")
    parts = [f"## {hook}\n", f"*{TIERS[hook]}.* {_said(specified)}\n", f"```text\n{signature}\n```\n"]
    parts += [_value(each) for each in GIVES[hook]]
    if hook in CONTRACTS:
        parts.append(f"What it gives is tested by `siprecruit.testing.{CONTRACTS[hook]}`.\n")
    parts.append(_example(hook))
    if givers := sorted(_givers(hook)):
        parts.append(f"Given by {', '.join(givers)}.\n")
    return "\n".join(parts)


def _example(hook: str) -> str:
    path = EXAMPLES / f"{hook.removeprefix('siprecruit_')}.py"
    code = path.read_text(encoding="utf-8")
    # Shown and not run: a plugin is loaded, by a test, and not executed line by line.
    return f"An example, [{path.name}](../examples/{path.name}):\n\n```py\n{code}```\n"


def _givers(hook: str) -> Iterator[str]:
    """Who gives a hook: what is built in, and the plugins that are kept beside siprecruit."""
    for path in (ROOT / "src" / "siprecruit" / "plugins" / "builtin").glob("*.py"):
        if hook in _HOOK.findall(path.read_text(encoding="utf-8")):
            yield f"`{path.stem}` (built in)"
    for folder in (ROOT / "plugins").iterdir():
        files = (folder / "src").rglob("*.py")
        if any(hook in _HOOK.findall(each.read_text(encoding="utf-8")) for each in files):
            yield f"[{folder.name}](../../plugins/{folder.name}/README.md)"


def _values() -> Iterator[str]:
    for heading, classes in VALUES.items():
        yield f"## {heading}\n"
        yield from map(_value, classes)
    yield "## Names for several of these\n"
    lines = ["| name | is one of |", "|---|---|"]
    for name, union in UNIONS.items():
        words = (getattr(each, "__name__", str(each)) for each in get_args(union))
        lines.append(f"| `{name}` | {', '.join(f'`{word}`' for word in words)} |")
    yield "\n".join(lines) + "\n"


def _value(cls: type) -> str:
    parts = [f"### {cls.__name__}\n", f"{_said(cls)}\n"]
    if attrs.has(cls) and attrs.fields(cls):
        lines = ["| field | type | where it is left out |", "|---|---|---|"]
        lines += [f"| `{each.name}` | `{_type(each)}` | {_default(each)} |" for each in attrs.fields(cls)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _type(field: attrs.Attribute[object]) -> str:
    return str(field.type).replace("|", "\\|")


def _default(field: attrs.Attribute[object]) -> str:
    default: object = field.default
    if default is attrs.NOTHING:
        return ""
    if callable(getattr(default, "factory", None)):
        return "empty"
    return f"`{default}`" if default != "" else "empty"


def _said(thing: object) -> str:
    """A docstring, its paragraphs each on a line."""
    paragraphs = (inspect.getdoc(thing) or "").replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


if __name__ == "__main__":
    DOCUMENT.write_text(hooks_reference(), encoding="utf-8")
