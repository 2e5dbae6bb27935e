"""Measures what the design promises and prints one table: ``python tests/benchmarks/run.py [--quick]``."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import of_hooks
import of_imports
import of_lists
import of_plugins
import of_replay
import of_start
import of_todo
import of_writing
from measuring import FULL, QUICK, Figure, Size, table

Benchmark = Callable[[Size, Path], Iterator[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    "one": of_writing.one_by_one,
    "bulk": of_writing.in_bulk,
    "import": of_imports.of_responses,
    "lists": of_lists.of_applicants,
    "todo": of_todo.of_todo_and_find,
    "replay": of_replay.as_at,
    "verify": of_replay.verifying,
    "start": of_start.of_program,
    "plugins": of_plugins.of_loading_and_calling,
    "hooks": of_hooks.of_calling,
}


def main() -> None:
    """Run the benchmarks that are wanted and print their table."""
    said = _said()
    with tempfile.TemporaryDirectory(prefix="siprecruit-benchmarks-") as folder:
        kept = said.cache or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        figures = []
        for name in said.only or BENCHMARKS:
            for figure in BENCHMARKS[name](QUICK if said.quick else FULL, kept):
                figures.append(figure)
                print(f"{name}: {figure.what}: {figure.ours} {figure.ratio}", file=sys.stderr)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(table([*figures, Figure(what="memory, at most", ours=f"{most:.0f} MB")]))


def _said() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of each: whether it runs, not how fast")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="this one; may be repeated")
    parser.add_argument("--cache", type=Path, help="keep the records that are made, for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
