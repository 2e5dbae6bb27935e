"""What the documents show is what a reader gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def run_document(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run one document as README.md of a project of its own."""
    (folder / "README.md").write_text(text, encoding="utf-8")
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT / 'tests'}\n", encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "README.md"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


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
