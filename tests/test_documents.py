"""What the documents show is what a reader gets."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRUE = """
# A document
<!-- file: sheet/adverts.csv -->
```csv
TES January 2007
TES May 2007
```

```console
$ cd sheet && export WAVE=4
$ cat <<END
> wave $WAVE
> END
wave 4
$ cat adverts.csv
TES ... 2007
TES May 2007
$ echo refused >&2; exit 1  # exit 1
refused
```

<!-- skip: next "needs an account" -->
```console
$ false
```

```python
from pathlib import Path

adverts = Path("sheet/adverts.csv").read_text().splitlines()
```

```python
>>> len(adverts)
2
```
"""
FALSE = """
```console
$ echo 46 covered
47 covered
```

```console
$ echo no such advert; exit 2
no such advert
```

```console
$ echo more than is said
```

```python
assert 46 == 47
```
"""


NEEDS = """
<!-- needs: {distribution} -->
```console
$ echo told
told
```
"""


def run_document(folder: Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one document as README.md of a project of its own."""
    (folder / "README.md").write_text(text, encoding="utf-8")
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT / 'tests'}\n", encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "README.md"]
    env = {**os.environ, **environment}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=env)


def test_a_document_that_says_what_happens_passes(tmp_path: Path) -> None:
    """Files, folder and variables of one block are there in the next, as for a reader who types along."""
    run = run_document(tmp_path, TRUE)
    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout
    assert {path.name for path in tmp_path.iterdir()} <= {
        "README.md",
        "conftest.py",
        "pytest.ini",
        "__pycache__",
    }


def test_a_document_that_says_otherwise_fails_and_shows_both(tmp_path: Path) -> None:
    """Whoever mends a document sees the command, what it should have printed and what it did print."""
    run = run_document(tmp_path, FALSE)
    assert "4 failed" in run.stdout
    expected = ["$ echo 46 covered\nExpected:\n    47 covered\nGot:\n    46 covered\n"]
    expected += ["$ echo no such advert; exit 2\nended with 2, not 0, and printed:\nno such advert\n"]
    expected += ["$ echo more than is said\nExpected nothing\nGot:\n    more than is said\n"]
    expected += ["assert 46 == 47"]
    assert [words for words in expected if words not in run.stdout] == []


def test_what_a_document_leaves_running_ends_with_it(tmp_path: Path) -> None:
    """A server that a page starts survives no failure of the page, and holds up nobody who runs it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ours = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    server = f"exec 3> {pipe}; echo begun >&3; sleep 100 > /dev/null 2>&1 &"
    run = run_document(tmp_path, f"\n```console\n$ {server}\n$ false\n```\n")
    assert "$ false\nended with 1" in run.stdout
    assert os.read(ours, 100) == b"begun\n"
    # Its end closes with the last process that holds it.
    assert select.select([ours], [], [], 10)[0] == [ours]
    assert os.read(ours, 100) == b""
    os.close(ours)


@pytest.mark.parametrize(
    ("distribution", "required", "outcome"),
    [
        ("pytest", "plugins", "1 passed"),
        ("siprecruit-nowhere", "postgres", "1 skipped"),
        ("siprecruit-nowhere", "postgres plugins", "1 error"),
    ],
)
def test_a_document_about_a_plugin_needs_it(
    tmp_path: Path, distribution: str, required: str, outcome: str
) -> None:
    """Whoever has not installed it is told so; a run that must cover the plugins can't leave it out."""
    run = run_document(tmp_path, NEEDS.format(distribution=distribution), SIPRECRUIT_TEST_REQUIRE=required)
    assert outcome in run.stdout
    if outcome != "1 passed":
        assert "README.md needs siprecruit-nowhere, which isn't installed" in run.stdout
