from __future__ import annotations

import ast
from pathlib import Path

import pytest

from siprecruit.plugins import builtin
from siprecruit.plugins.finding import BUILT_IN

FOLDER = Path(builtin.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_what_is_built_in_is_written_like_anybodys_plugin(path):
    """Of siprecruit it imports the public surface alone, besides what lies beside it."""
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if name.partition(".")[0] == "siprecruit"
    ]
    assert [
        n for n in imported if n != "siprecruit.api" and not n.startswith("siprecruit.plugins.builtin.")
    ] == []


def test_all_that_is_built_in_is_there():
    """Each name that the loader knows is a module, with a version of the API and a sentence of purpose."""
    for name in BUILT_IN:
        text = (FOLDER / f"{name}.py").read_text("utf-8")
        assert 'siprecruit_api = ">=1,<2"' in text
        assert ast.get_docstring(ast.parse(text))
