"""What holds for the project as a whole, whoever adds to it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "siprecruit"
PLUGINS = sorted(ROOT.glob("plugins/*/pyproject.toml"))
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "misc", "common"}
CLOCK = re.compile(
    r"\b(?:(?:datetime|date|dt)\.(?:now|today|utcnow)|time\.(?:time|time_ns|localtime|gmtime))$"
)


def imported(module: Path) -> Iterator[str]:
    """The names of the modules that a file imports."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str() as name, level=0):
                yield name


def clock_readings(module: Path) -> Iterator[str]:
    """Where a file asks the system what time it is."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and CLOCK.search(ast.unparse(node.func)):
            yield f"{module.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"


def test_the_core_stands_on_the_standard_library_and_attrs_alone() -> None:
    """A rule of the domain can be read, and tried, without a database or a web server."""
    allowed = sys.stdlib_module_names | {"attrs"}
    strangers = {
        f"{module.relative_to(ROOT)}: {name}"
        for module in SOURCE.glob("core/**/*.py")
        for name in imported(module)
        if name.split(".")[0] not in allowed and not name.startswith("siprecruit.core")
    }
    assert strangers == set()


def test_only_the_command_line_reads_the_clock() -> None:
    """Every date in the record was told by somebody or comes from a clock that was handed over."""
    edge = SOURCE / "cli"
    modules = [module for module in SOURCE.glob("**/*.py") if edge not in module.parents]
    assert [reading for module in modules for reading in clock_readings(module)] == []


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "dt.date.today()", "time.time()"])
def test_a_reading_of_the_clock_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The usual ways to ask for the time of day are all known to the check above."""
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "panel.py").write_text(f"held_on = {call}\n", encoding="utf-8")
    assert list(clock_readings(tmp_path / "panel.py")) == [f"panel.py:1 {call}"]


def test_every_module_is_named_by_a_word_of_the_field() -> None:
    """A module's name says what of the authority's work it is about."""
    assert [str(path.relative_to(ROOT)) for path in SOURCE.glob("**/*") if path.stem in VAGUE] == []


def requirements(file: Path) -> Iterator[str]:
    """What a distribution needs, with all its extras."""
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    yield from project["dependencies"]
    for extra in project["optional-dependencies"].values():
        yield from extra


def test_every_requirement_has_one_tested_version() -> None:
    """Two machines set up by the README's commands get the same versions, from wherever they fetch them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line)] == []
    wanted = [word for file in [ROOT / "pyproject.toml", *PLUGINS] for word in requirements(file)]
    names = {canonicalize_name(Requirement(word).name) for word in wanted}
    assert names - {canonicalize_name(line.split("==")[0]) for line in lines} == {"siprecruit"}
