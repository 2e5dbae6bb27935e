"""The beginning of a plugin: a package that works at once, to be changed into what is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import attrs
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from siprecruit.plugins.finding import BUILT_IN, NAME, RESERVED, Unusable


@attrs.frozen(kw_only=True)
class Kind:
    """What is said of the plugins of one hook: what the beginning does, how it is chosen and seen at work."""

    purpose: str
    choice: str
    try_it: str


_CHOSEN: Final = '\n[delivery]\n{} = "{{}}"\n'

KINDS: Final = {
    "notifiers": Kind(
        purpose="Notes each message that siprecruit sends as a line in a file.",
        choice=_CHOSEN.format("notifier"),
        try_it="`siprecruit plugins try {} --to you@example.org` writes the first line to `{}.txt`.",
    ),
    "reference_channels": Kind(
        purpose="Asks for references by a text in a folder, and reads the answers from another.",
        choice=_CHOSEN.format("channel"),
        try_it="`siprecruit references request --all`, then `siprecruit deliver --once`, fills `{}-asked`.",
    ),
    "accreditation_lookups": Kind(
        purpose="Looks accreditations up in a register that is a CSV file.",
        choice=_CHOSEN.format("lookup"),
        try_it="`siprecruit plugins try {} --number 0012345` looks that number up in `{}.csv`.",
    ),
    "inboxes": Kind(
        purpose="Takes commands in from the JSON files of a folder.",
        choice="",
        try_it="Put a file into `{}-in`; `siprecruit deliver --once` takes it in.",
    ),
    "rules": Kind(
        purpose="Asks whether a day is right where it is a Sunday.",
        choice="",
        try_it="Tell siprecruit of something on a Sunday: the answer holds the question.",
    ),
}
"""The hooks for which there is a beginning."""

_FILES: Final = {
    "pyproject.toml": "package/pyproject.toml.jinja",
    "README.md": "package/README.md.jinja",
    "conftest.py": "package/conftest.py.jinja",
    ".gitignore": "package/gitignore.jinja",
    ".ci/run": "package/ci_run.jinja",
}
_EXECUTABLE: Final = 0o755


def write(name: str, hook: str, into: Path) -> Path:
    """Write a plugin of that name for that hook into a new folder below ``into``, and give the folder.

    Raises Unusable for a name that it can't have, FileExistsError where there is something.
    """
    if not NAME.fullmatch(name) or name in RESERVED or name in BUILT_IN or name.endswith(("-", "_")):
        raise Unusable(f"{name[:60]} can't be a plugin's name: take small letters, such as county-mail")
    distribution = name if name.startswith("siprecruit-") else f"siprecruit-{name.replace('_', '-')}"
    module = distribution.replace("-", "_")
    folder = into / name
    folder.mkdir(parents=True)
    own = {
        f"src/{module}/__init__.py": f"{hook}/plugin.py.jinja",
        f"tests/test_{module}.py": f"{hook}/test_plugin.py.jinja",
    }
    words = _words(name, KINDS[hook]) | {"distribution": distribution, "module": module}
    templates = _templates()
    for target, template in {**_FILES, **own}.items():
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(templates.get_template(template).render(words), encoding="utf-8")
    (folder / ".ci/run").chmod(_EXECUTABLE)
    return folder


def _templates() -> Environment:
    return Environment(  # noqa: S701 - Python and TOML, not HTML
        loader=FileSystemLoader(Path(__file__).parent / "beginnings"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def _words(name: str, kind: Kind) -> dict[str, str]:
    return {
        "name": name,
        "purpose": kind.purpose,
        "choice": kind.choice.format(name),
        "try_it": kind.try_it.replace("{}", name),
    }
