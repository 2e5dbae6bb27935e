"""The one place where what went wrong becomes a sentence and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

import click

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2

#: What is wrong with the words of the command line: there is no such file, folder or programme.
USAGE_CODES: Final = frozenset(
    {"not_an_installation", "bad_now", "bad_url", "no_file", "is_directory", "unknown_programme"}
)
_ABSENT: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


def run_and_tell(run: Callable[[], Any]) -> NoReturn:
    """Run, and end the process with its exit code; whatever is raised is told in one sentence."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's alphabet doesn't have is shown with a question mark, and stops nothing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has gone (as `head` does): there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)
    except (click.Abort, KeyboardInterrupt):
        tell("Stopped: what was acknowledged stays, and nothing else was recorded.")
        sys.exit(REFUSED)
    except Exception as error:  # noqa: BLE001 - nothing may reach a user as a traceback
        sys.exit(_told(error))
    sys.exit(code if isinstance(code, int) else DONE)


def tell(sentence: str) -> None:
    """Say something to people beside the output: a sentence, with its full stop."""
    line = sentence if sentence.endswith((".", "!", "?", ":")) else f"{sentence}."
    click.echo(printable(line), err=True)


def printable(text: str) -> str:
    """A text without what would move a terminal's cursor or change its colours."""
    return "".join(each if each.isprintable() else " " for each in text)


def _told(error: Exception) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return USAGE
    if isinstance(error, click.ClickException):
        tell(_usage(error))
        return USAGE
    code, message = getattr(error, "code", None), getattr(error, "message", None)
    if (
        type(error).__module__.startswith("siprecruit.")
        and isinstance(code, str)
        and isinstance(message, str)
    ):
        tell(message)
        return USAGE if code in USAGE_CODES else REFUSED
    if isinstance(error, OSError) and error.filename is not None:
        tell(f"{_shown(error.filename)}: {_why(error)}")
        return USAGE if isinstance(error, _ABSENT) else REFUSED
    if isinstance(error, OSError) and error.strerror:
        tell(f"The system refused: {error.strerror.lower()}")
        return REFUSED
    _tell_fault(error)
    return REFUSED


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    said = error.format_message().rstrip(".").replace("\n", " ")
    # Click says directory, and everybody else here a folder.
    said = said.replace("is a directory", "is a folder").replace("Directory ", "Folder ")
    return f"{said} (see `{context.command_path} --help`)." if context else f"{said}."


def _why(error: OSError) -> str:
    """What is wrong with a file, in the words that are used everywhere else."""
    match error:
        case IsADirectoryError():
            return "that is a folder"
        case FileNotFoundError() if (error.strerror or "").startswith("No such"):
            return "there is no such file"
        case _:
            return (error.strerror or "it cannot be used").lower()


def _shown(name: object) -> str:
    return os.fsdecode(name) if isinstance(name, (str, bytes)) else str(name)


def _tell_fault(error: Exception) -> None:
    """Say that the fault is ours, and where its details are: on the screen only where somebody wants them."""
    import tempfile
    import traceback

    if os.environ.get("SIPRECRUIT_DEBUG"):
        traceback.print_exception(error)
    handle, path = tempfile.mkstemp(prefix="siprecruit-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        traceback.print_exception(error, file=file)
    tell(f"This is a fault of siprecruit, not yours: please report it; the details are in {path}.")
