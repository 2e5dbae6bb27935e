"""The program ``siprecruit``: its commands, each loaded when it is called."""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from siprecruit.cli.lazily import Here, LazyGroup

program = LazyGroup(
    name="siprecruit",
    help=(
        "Recruit, accredit and allocate School Improvement Partners, from the advert to a covered school.\n\n"
        "Commands work on the installation in the current folder, or in the one that --home names."
    ),
    others="siprecruit.cli.plugin_commands:commands_of",
    loaded={
        "applicants": Here("siprecruit.cli.applicants:applicants", "Who has applied, and where each stands."),
        "attach": Here(
            "siprecruit.cli.attach:attach", "Attach a file: the scan of a paper reference, a letter."
        ),
        "contacts": Here("siprecruit.cli.contacts:contacts", "Whom to ring about what."),
        "correct": Here("siprecruit.cli.correct:correct", "Put other values in the place of an event's."),
        "coverage": Here("siprecruit.cli.coverage:coverage", "Which schools are covered on a day."),
        "deliver": Here("siprecruit.cli.deliver:deliver", "Send what is due, and take in what came back."),
        "demo": Here("siprecruit.cli.demo:demo", "Play a whole round on a simulated clock."),
        "do": Here("siprecruit.cli.do:do", "Do what the commands in a file say."),
        "doctor": Here("siprecruit.cli.doctor:doctor", "Look whether everything is in order."),
        "duplicates": Here(
            "siprecruit.cli.duplicates:duplicates", "Who may be one person twice, side by side."
        ),
        "export": Here("siprecruit.cli.export:export", "Give back a sheet, with what the record says."),
        "find": Here("siprecruit.cli.find:find", "A school or a person, by some letters."),
        "history": Here("siprecruit.cli.history:history", "What was believed when, and how it is undone."),
        "import": Here("siprecruit.cli.imports:imports", "Take in a sheet as it is."),
        "init": Here("siprecruit.cli.init:init", "Make an installation in a folder."),
        "keep": Here("siprecruit.cli.duplicates:keep", "Two entries that look alike are two people."),
        "lookup": Here("siprecruit.cli.lookup:lookup", "Ask the accreditor's register about people."),
        "merge": Here("siprecruit.cli.duplicates:merge", "Two entries are one person."),
        "messages": Here("siprecruit.cli.messages:messages", "What is sent to whom, and what became of it."),
        "note": Here("siprecruit.cli.note:note", "Write a note beside an applicant, a referee or a school."),
        "plugins": Here("siprecruit.cli.plugins:plugins", "What was added to siprecruit, and how it does."),
        "record": Here("siprecruit.cli.record:record", "Check, rebuild, back up and restore the record."),
        "references": Here("siprecruit.cli.references:references", "Which references are awaited."),
        "remind": Here("siprecruit.cli.remind:remind", "Remind referees and partners who are late."),
        "reverse": Here("siprecruit.cli.reverse:reverse", "Let a fact hold no longer from a day on."),
        "show": Here("siprecruit.cli.show:show", "All about one application, person, school or round."),
        "template": Here("siprecruit.cli.template:template", "An empty sheet to be filled in and imported."),
        "todo": Here("siprecruit.cli.todo:todo", "What needs doing, most urgent first."),
        "undo": Here("siprecruit.cli.undo:undo", "Take back what was done last, a command, or an import."),
    },
)


def main() -> NoReturn:
    """Run the program with the words of the command line, and end with its exit code."""
    try:
        sys.exit(program.main(prog_name="siprecruit"))
    except SystemExit as ended:
        _leave_threads(ended.code)
        raise
    finally:
        # Python looks through all that was ever imported for garbage before it ends, which takes a fifth of
        # a short command: what is left now goes with the process.
        gc.freeze()


def _leave_threads(code: str | int | None) -> None:
    """End at once where a plugin has left threads running, which Python would wait for without end."""
    if all(each.daemon or each is threading.main_thread() for each in threading.enumerate()):
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
