"""The page about what needs doing says what the program does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from siprecruit.core.todo import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_as_the_program_is() -> None:
    """Whoever changes a kind of task runs `python docs/generate_todo.py` and reads what the page now says."""
    spec = importlib.util.spec_from_file_location("generate_todo", DOCS / "generate_todo.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    written = (DOCS / "reference" / "todo.md").read_text(encoding="utf-8")
    assert written == generator.todo_reference()
    assert [code for code in KINDS if f"| `{code}` |" not in written] == []
