"""What the documents point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([A-Za-z_][\w.]*)`")
FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
# A table of the README names places in the tree as `core/gates.py`.
PLACE = re.compile(r"`((?:[a-z_0-9]+/)+(?:[\w-]+\.[a-z]+)?|[a-z_]+\.py)`")
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "changelog.d/*.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
    if path.parent != ROOT / "docs" / "reference"
)


def links(document: Path) -> Iterator[tuple[str, str]]:
    """The text and the target of each link to a file of ours."""
    for found in LINK.finditer(FENCED.sub("", document.read_text(encoding="utf-8"))):
        if "://" not in found["target"]:
            yield found["text"], found["target"]


def is_defined(name: str, source: str) -> bool:
    """Whether a module defines this class, function or method."""
    last = name.rpartition(".")[2]
    return re.search(rf"^\s*(?:def|class) {last}\b", source, re.MULTILINE) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_leads_somewhere(document: Path) -> None:
    """A reader who follows a link finds the file, and the function in it that the link names."""
    lost = []
    for text, target in links(document):
        path = document.parent / target
        if not path.exists():
            lost.append(target)
        elif path.suffix == ".py":
            source = path.read_text(encoding="utf-8")
            lost += [f"{name} in {target}" for name in CODE.findall(text) if not is_defined(name, source)]
    assert lost == []


def test_the_readme_names_places_that_there_are() -> None:
    """Who looks for a rule, with the README and the tree alone, finds the file that is named."""
    text = FENCED.sub("", (ROOT / "README.md").read_text(encoding="utf-8"))
    places = PLACE.findall(text)
    missing = [
        place
        for place in places
        if not any((room / place).exists() for room in (ROOT, ROOT / "src/siprecruit"))
    ]
    assert "core/gates.py" in places
    assert missing == []


def test_the_readme_is_short() -> None:
    """The README is read to its end: at most 120 lines."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
