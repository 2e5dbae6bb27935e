"""Runs the blocks of README.md and docs/ as tests, each document in an empty folder of its own.

- a `python` block is executed; the blocks of a document share their names;
- in a `console` block each line that starts with `$ ` is given to bash (`> ` continues it) and what it prints
  is compared with the lines below, where `...` stands for anything; folder and exported variables last until
  the document ends; a command that is meant to fail ends in `# exit 1`;
- `<!-- file: NAME -->` before a block writes that block to NAME;
- `<!-- skip: next "reason" -->` leaves out the next block;
- `<!-- slow -->` anywhere marks the blocks of the whole document as slow;
- `<!-- needs: DISTRIBUTION -->` anywhere skips them where that isn't installed, with the reason; where
  `SIPRECRUIT_TEST_REQUIRE` holds the word `plugins` they fail instead.

What a command leaves running in the background goes on until the document ends, and no longer; what it prints
has to go to a file.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

pytest_plugins = ["postgres", "siprecruit.testing"]

FILE_BLOCK = re.compile(r"^<!-- file: (\S+) -->\n+(`{3,})[^\n]*\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
EXPECTED_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
# Sources what the command before left and leaves the same for the next one.
SHELL = """\
[ -e "$1" ] && . "$1"
{ eval "$2"; } 2>&1
status=$?
{ export -p; printf 'cd %q\\n' "$PWD"; } > "$1"
exit $status
"""
# Holds a document's process group together, and ends all of it when our end of its standard input closes:
# also when the tests were killed.
GROUP = "cat > /dev/null; kill -KILL 0"
SECONDS_FOR_ONE_COMMAND = 120
SLOW = "<!-- slow -->"
NEEDS = re.compile(r"<!-- needs: (\S+) -->")
# Asked for now: a document sets all such variables aside.
REQUIRED = os.environ.get("SIPRECRUIT_TEST_REQUIRE", "").split()

# The program is started hundreds of times. Compiled once, as it is where it is installed, it takes less.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory
ENOUGH = 2_000_000_000


def write_to_memory() -> None:
    """Let temporary folders lie in memory where there is room, unless TMPDIR says where they are to lie.

    A record waits for the disk before it acknowledges anything, tens of thousands of times in these tests,
    of which nothing is to outlive the machine's power. That it asks for that, a test of its own sees.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    there = os.statvfs(MEMORY)
    # Some containers let no program be started from it, as some documents do.
    if there.f_bavail * there.f_frsize >= ENOUGH and not there.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # pytest has asked for it before


write_to_memory()


def commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it is said to print."""
    command: list[str] = []
    printed: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), "\n".join(printed)
            command, printed = [line.removeprefix("$ ")], []
        elif line.startswith(">") and not printed:
            command.append(line.removeprefix(">").removeprefix(" "))
        else:
            printed.append(line)
    if command:
        yield "\n".join(command), "\n".join(printed)


def without_trailing_blanks(text: str) -> str:
    """Tables are padded, editors strip: neither is a difference that a reader sees."""
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())


def run_console(example: Example) -> str | None:
    """Run a console block; what comes back is the difference, or nothing."""
    state: Path = example.namespace["shell_state"]
    checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS
    for command, printed in commands(example.parsed):
        run = subprocess.run(
            ["bash", "-c", SHELL, "bash", str(state), command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS_FOR_ONE_COMMAND,
            check=False,
            process_group=example.namespace["document_group"].pid,
        )
        expected_exit = int(found[1]) if (found := EXPECTED_EXIT.search(command)) else 0
        if run.returncode != expected_exit:
            return (
                f"$ {command}\nended with {run.returncode}, not {expected_exit}, and printed:\n{run.stdout}"
            )
        expected, got = without_trailing_blanks(printed), without_trailing_blanks(run.stdout)
        if not checker.check_output(expected, got, flags):
            difference = checker.output_difference(doctest.Example("", expected), got, flags)
            return f"$ {command}\n{difference}"
    return None


def write_file(example: Example) -> None:
    """Write a block under the name that the comment before it gives."""
    name, text = example.parsed
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def parse_files(document: Document) -> Iterable[Region]:
    """The comments that name the block below them."""
    for found in FILE_BLOCK.finditer(document.text):
        yield Region(found.start(), found.start(2), (found[1], found[3]), write_file)


def enter_folder(namespace: dict[str, Any]) -> None:
    """An empty folder and home, our own `siprecruit` first on the path, no settings of the developer's."""
    patch = pytest.MonkeyPatch()
    folder = Path(tempfile.mkdtemp(prefix="siprecruit-docs-"))
    for name in ("home", "work"):
        (folder / name).mkdir()
    for name in [name for name in os.environ if name.startswith("SIPRECRUIT_")]:
        patch.delenv(name)
    patch.setenv("HOME", str(folder / "home"))
    patch.setenv("TZ", "UTC")
    patch.setenv("LANG", "C.UTF-8")
    patch.setenv("LC_ALL", "C.UTF-8")
    patch.setenv("COLUMNS", "100")
    patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    patch.chdir(folder / "work")
    group = subprocess.Popen(["sh", "-c", GROUP], stdin=subprocess.PIPE, process_group=0)
    namespace |= {
        "document_patch": patch,
        "document_folder": folder,
        "document_group": group,
        "shell_state": folder / "shell-state",
    }


def leave_folder(namespace: dict[str, Any]) -> None:
    """End what still runs; give the developer's folder and settings back."""
    namespace["document_group"].communicate()
    namespace["document_patch"].undo()
    shutil.rmtree(namespace["document_folder"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave documents of many commands to `-m slow`; this hook comes before the one that selects."""
    documents = {item.path for item in items if item.path.suffix == ".md"}
    texts = {path: path.read_text(encoding="utf-8") for path in documents}
    missing = {path: next(filter(is_missing, NEEDS.findall(text)), None) for path, text in texts.items()}
    for item in items:
        if SLOW in texts.get(item.path, ""):
            item.add_marker("slow")
        if name := missing.get(item.path):
            item.add_marker(pytest.mark.needs(name))


def is_missing(name: str) -> bool:
    """Whether a distribution isn't installed."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return True
    return False


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs a distribution that isn't there, or fail where it is required."""
    for mark in item.iter_markers("needs"):
        reason = f"{item.path.name} needs {mark.args[0]}, which isn't installed"
        if "plugins" in REQUIRED:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known that a document sets by its comment."""
    config.addinivalue_line(
        "markers", "needs(distribution): set on blocks of a document whose plugin is missing"
    )


pytest_collect_file = Sybil(
    parsers=[
        CodeBlockParser(language="console", evaluator=run_console),
        PythonCodeBlockParser(future_imports=["annotations"]),
        SkipParser(),
        parse_files,
    ],
    patterns=["README.md", "docs/*.md", "docs/*/*.md", "docs/*/*/*.md"],
    setup=enter_folder,
    teardown=leave_folder,
).pytest()
