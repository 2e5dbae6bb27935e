"""What the commands that deliver work with: the office, who calls its plugins, and who delivers."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from siprecruit.cli.session import service

if TYPE_CHECKING:
    from siprecruit.deliver.engine import Deliverer
    from siprecruit.deliver.office import Office
    from siprecruit.installation import Installation
    from siprecruit.plugins.calling import Callers


_GO: Final = "run `siprecruit deliver --go`"
STOPPED: Final[Mapping[str, str]] = {
    "stopped": f"Delivery is stopped: nothing goes out until you {_GO}",
    "restored": (
        "Nothing goes out, as a backup was put back: what waits in it may have gone out since it was made. "
        "Look through `siprecruit messages list --status queued`, take back what has gone out (`siprecruit "
        f"messages recall KEY`), and {_GO}"
    ),
    "copied": (
        "Nothing goes out, as this record was copied or moved since it last delivered: two copies would send "
        f"everything twice. If this is the one that goes on, {_GO}"
    ),
}
"""What people are told where nothing goes out, by why it doesn't."""


@contextmanager
def office() -> Iterator[tuple[Installation, Office, Callers]]:
    """The installation, its office, and what calls its plugins; all of it is closed at the end."""
    from siprecruit.deliver.office import office_of
    from siprecruit.deliver.secret import secret_of

    with service() as (opened, running), opened.callers() as callers:
        yield opened, office_of(opened, running, secret_of(opened.home)), callers


def this_deliverer(is_ending: Callable[[], bool] = lambda: False) -> Deliverer:
    """Who delivers here: this process, told from every other one by its machine, its number and at random."""
    from siprecruit.deliver.engine import Deliverer

    name = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(6)}"
    return Deliverer(name=name, is_gone=has_ended, is_ending=is_ending)


def has_ended(name: str) -> bool:
    """Whether that deliverer was a process of this machine and runs no longer.

    Of another machine's nothing is known, and where a new process has its number it counts as running: then
    others wait until its claims lapse. Should it run all the same, hidden in a container of the same name,
    it finds that its rows are its own no longer before it hands any of them over.
    """
    machine, _, process = name.rpartition("/")[0].rpartition("/")
    if os.name != "posix" or machine != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    return False
