"""Writes the references of siprecruit.toml and of the messages: `python docs/generate_settings.py`."""  # noqa: INP001

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit import schema
from siprecruit.core.programme_parts import Message
from siprecruit.plugins.finding import BUILT_IN
from siprecruit.programmes import load
from siprecruit.testing import a_task

FOLDER: Final = Path(__file__).resolve().parent / "reference"
PROGRAMME: Final = "norfolk-2008"
_SUBJECT: Final = re.compile(r"^Subject: (.*)$", re.MULTILINE)
_SAME_AS: Final = re.compile(r'{% include "(.*)\.txt" %}')

CONFIGURATION_BEGINS: Final = """\
# siprecruit.toml

The settings of an installation, in its folder. No path in it is absolute, so that the folder can be moved. A
key that isn't listed here is refused with a sentence that says where it stands.

A secret never stands in it: where one is wanted, `{env = "NAME"}` names a variable of the environment, and
`{file = "PATH"}` a file below the folder.

*This page is written from the schemas by `python docs/generate_settings.py`.*
"""

BUILT_IN_BEGINS: Final = """\
## What is built in

Each takes settings in a table of its own, such as `[plugins.smtp]`; those of a plugin stand in its README.
Paths lie below the installation's folder.
"""

MESSAGES_BEGIN: Final = """\
# Messages

What siprecruit writes of itself, when, and to whom. The table `[[messages]]` of the programme says it; these
are those of norfolk-2008. A programme of your own may switch each on or off, and
[your words](../how-to/change-a-message.md) may take the place of ours.

A message to a referee goes by the reference channel, which may leave the sending to a notifier; all others go
by a notifier. `siprecruit messages preview NAME` writes one, with a real case.

*This page is written from the programme and the templates by `python docs/generate_settings.py`.*

| message | to | when | goes out | subject |
|---|---|---|---|---|
"""


def configuration_reference() -> str:
    """The page about siprecruit.toml."""
    whole = schema.schema("configuration.v1")["properties"]
    tables = {name: part for name, part in whole.items() if part["type"] == "object"}
    parts = [
        CONFIGURATION_BEGINS,
        "## At the top\n",
        _rows({k: v for k, v in whole.items() if k not in tables}),
    ]
    for name, part in tables.items():
        parts += [f"## [{name}]\n", f"{part['description']}\n", _rows(part.get("properties", {}))]
    parts.append(BUILT_IN_BEGINS)
    parts += [text for name in BUILT_IN if (text := _built_in(name))]
    return "\n".join(parts)


def _built_in(name: str) -> str:
    module = importlib.import_module(f"siprecruit.plugins.builtin.{name}")
    said = _paragraphs(module).partition("\n\n")[0]
    gives = getattr(module, "siprecruit_settings", None)
    if gives is None:
        return f"### [plugins.{name}]\n\n{said} It has no settings.\n"
    about, described = _paragraphs(module.Settings), gives().schema
    usual = {each.name: each.default for each in attrs.fields(module.Settings)}
    lines = ["| key | holds | where it is left out |", "|---|---|---|"]
    for key, part in described["properties"].items():
        left_out = "needed" if key in described.get("required", ()) else _usual(usual[key])
        lines.append(f"| `{key}` | {_holds(part)} | {left_out} |")
    return f"### [plugins.{name}]\n\n{said} {about}\n\n" + "\n".join(lines) + "\n"


def _usual(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) and value else ""


def _paragraphs(thing: object) -> str:
    """A docstring, its paragraphs each on a line."""
    paragraphs = (inspect.getdoc(thing) or "").replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def _rows(properties: Mapping[str, Any]) -> str:
    lines = ["| key | holds | meaning |", "|---|---|---|"]
    for name, part in properties.items():
        lines.append(f"| `{name}` | {_holds(part)} | {part['description']} |")
    return "\n".join(lines) + "\n"


def _holds(part: Mapping[str, Any]) -> str:
    if "enum" in part:
        return ", ".join(f"`{each}`" for each in part["enum"])
    if part.get("writeOnly"):
        return "a secret"
    kinds = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
    match part.get("type"):
        case "array":
            return "a list"
        case "object":
            return "a table"
        case str() as kind:
            return kinds[kind]
    return "text"


def messages_reference() -> str:
    """The page about messages."""
    channels = "".join(map(_words_of_channel, WRITING))
    return MESSAGES_BEGIN + "".join(map(_message, load(PROGRAMME).messages)) + CHANNELS_BEGIN + channels


def _words_of_channel(name: str) -> str:
    """A line about a channel that composes and doesn't send: the messages that it chooses."""
    module = importlib.import_module(f"siprecruit.plugins.builtin.{name}")
    (channel,) = module.siprecruit_reference_channels()
    asked: list[Callable[..., Any]] = [channel.request, channel.remind or channel.request, channel.withdraw]
    answers = [ask(None, a_task(step=step)) for ask, step in zip(asked, (0, 7, 0), strict=True)]
    return f"| `{name}` | {' | '.join(f'`{answer.template}`' for answer in answers)} |\n"


def _message(message: Message) -> str:
    cells = [f"`{message.name}`", message.to.replace("_", " "), "; ".join(_when(message))]
    cells += ["at once" if message.urgent else "yes" if message.on else "no", _subject(message.name)]
    return f"| {' | '.join(cells)} |\n"


def _when(message: Message) -> Iterator[str]:
    if message.event is None:
        yield {"reminder": "a reminder is due", "overdue": "what it asks for is overdue"}[message.when or ""]
    else:
        yield f"[{message.event}](events.md#{message.event.replace('.', '')})"
    yield from (f"`{field}` is `{str(value).lower()}`" for field, value in message.where.items())


def _subject(name: str) -> str:
    text = files("siprecruit").joinpath("messages", f"{name}.txt").read_text("utf-8")
    if found := _SAME_AS.match(text):
        return _subject(found[1])
    return f"`{_SUBJECT.findall(text)[0]}`".replace("|", "\\|")


WRITING: Final = ("form", "email", "la_referee")
"""The channels that come along and leave the sending to a notifier."""

CHANNELS_BEGIN: Final = """
## The words that a channel chooses

A channel that leaves the sending to a notifier says which message a referee gets in place of the three above.

| channel | asks by | reminds by | calls off by |
|---|---|---|---|
"""

DOCUMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "configuration.md": configuration_reference,
    "messages.md": messages_reference,
}

if __name__ == "__main__":
    for document, written in DOCUMENTS.items():
        (FOLDER / document).write_text(written(), encoding="utf-8")
