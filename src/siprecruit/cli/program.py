"""The program ``siprecruit``: its commands, each loaded when it is called."""

from __future__ import annotations

import sys
from typing import NoReturn

from siprecruit.cli.lazily import Here, LazyGroup

program = LazyGroup(
    name="siprecruit",
    help=(
        "Recruit, accredit and allocate School Improvement Partners, from the advert to a covered school.\n\n"
        "Commands work on the installation in the current folder, or in the one that --home names."
    ),
    loaded={
        "applicants": Here("siprecruit.cli.applicants:applicants", "Who has applied, and where each stands."),
        "coverage": Here("siprecruit.cli.coverage:coverage", "Which schools are covered on a day."),
        "demo": Here("siprecruit.cli.demo:demo", "Play a whole round on a simulated clock."),
        "do": Here("siprecruit.cli.do:do", "Do what the commands in a file say."),
        "doctor": Here("siprecruit.cli.doctor:doctor", "Look whether everything is in order."),
        "import": Here("siprecruit.cli.imports:imports", "Take in a sheet as it is."),
        "init": Here("siprecruit.cli.init:init", "Make an installation in a folder."),
        "record": Here("siprecruit.cli.record:record", "Check, rebuild, back up and restore the record."),
        "references": Here("siprecruit.cli.references:references", "Which references are awaited."),
        "show": Here("siprecruit.cli.show:show", "All about one application, person, school or round."),
    },
)


def main() -> NoReturn:
    """Run the program with the words of the command line, and end with its exit code."""
    sys.exit(program.main(prog_name="siprecruit"))
