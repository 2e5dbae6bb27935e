"""The college's service: the stand-in that siprecruit-ncsl brings, told day by day what happens there."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from siprecruit.demo.faults import DemoError
from siprecruit.demo.outside import COLLEGE, Happening, Listed, ListOut, Replied
from siprecruit.demo.post import drop
from siprecruit.installation.settings import Settings

if TYPE_CHECKING:
    from requests import Session

PLUGIN: Final = "siprecruit-ncsl"
ADDRESS: Final = "http://127.0.0.1:8807"
"""Where ``siprecruit-ncsl-register`` answers when it is started by hand."""

KEY: Final = "between-norfolk-and-the-college"
KEY_FILE: Final = "college/ncsl.key"
STATE: Final = "college/register.json"
_REGISTER: Final = "siprecruit-ncsl-register"
_SECONDS: Final = 10.0


@attrs.frozen(kw_only=True)
class College:
    """The service while it runs. ``said`` is what the register says of each number and phase."""

    url: str
    http: Session
    said: dict[tuple[str, str], tuple[str, dt.date | None]] = attrs.field(factory=dict)

    def put(self, method: str, path: str, told: Mapping[str, Any]) -> None:
        """Tell the stand-in something. Raises DemoError."""
        done = self.http.request(method, f"{self.url}/stand-in/{path}", json=dict(told), timeout=_SECONDS)
        if not done.ok:
            raise DemoError("refused", f"the college's service does not take what happens: {path}")


def refuse_absent() -> None:
    """Raise DemoError where the plugin isn't installed."""
    if not any(entry_points(group="console_scripts", name=_REGISTER)):
        message = f"{PLUGIN} is not installed: install it to play the story with the college's service"
        raise DemoError("not_installed", message)


def settings(plain: Settings, url: str = ADDRESS) -> Settings:
    """The demo's settings with the college's service in them."""
    own = {"enabled": [COLLEGE], COLLEGE: {"url": url, "key": {"file": KEY_FILE}}}
    return attrs.evolve(
        plain, delivery={**plain.delivery, "lookup": COLLEGE}, plugins={**plain.plugins, **own}
    )


@contextmanager
def service(home: Path) -> Iterator[College]:
    """The college's service on a free port of this machine, until the block ends. Raises DemoError.

    What it knows by then lies in the folder, so that it can be started again by hand.
    """
    from requests import Session

    _prepare(home)
    with subprocess.Popen(_command(home), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own plugin
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise DemoError("no_register", f"{_REGISTER} could not be started")
            with Session() as http:
                # A proxy of the user's has nothing to do with this machine's own address.
                http.trust_env = False
                yield College(url=url, http=http)
        finally:
            process.terminate()


def by_hand(home: Path) -> tuple[str, ...]:
    """The command that starts the college's service again as it was left, where the settings look for it."""
    return (_REGISTER, "--key", KEY, "--state", str(home / STATE))


def _command(home: Path) -> list[str]:
    (script,) = entry_points(group="console_scripts", name=_REGISTER)
    return [sys.executable, "-m", script.module, *by_hand(home)[1:], "--port", "0"]


def _prepare(home: Path) -> None:
    """A register that knows nothing yet, and whose receipts are the same each time; and the key to it."""
    (home / STATE).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    empty = {"id": "demo", "people": {}, "references": {}, "replies": [], "done": {}}
    (home / STATE).write_text(json.dumps(empty), "utf-8")
    handle = os.open(home / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(KEY)


def tell(college: College, home: Path, happening: Happening) -> None:
    """Let it happen: at the college, where it is the college's; else it comes as a file."""
    match happening:
        case Replied(channel=channel) if channel == COLLEGE:
            college.put("POST", "references/answers", _answer(happening))
        case ListOut(on=on, lines=lines):
            college.put("PUT", "clock", {"now": f"{on.isoformat()}T11:00:00+00:00"})
            for line in lines:
                _enter(college, line, on)
        case _:
            drop(home, happening)


def _answer(replied: Replied) -> dict[str, Any]:
    told = {"task": replied.task}
    if replied.bounced:
        return {**told, "outcome": "bounced"}
    if replied.declined:
        return {**told, "outcome": "declined", "reason": replied.declined}
    return {
        **told,
        "answers": dict(replied.answers),
        "in_confidence": replied.in_confidence,
        "received_at": f"{replied.on.isoformat()}T12:00:00+00:00",
    }


def _enter(college: College, line: Listed, on: dt.date) -> None:
    """Enter what is new of somebody: the person the first time, and a word whenever it changes."""
    known, now = college.said.get((line.number, line.phase)), (line.status, line.accredited_on)
    if known == now:
        return
    if not any(number == line.number for number, _ in college.said):
        name = f"{line.first_name} {line.last_name}"
        college.put("POST", "people", {"number": line.number, "name": name})
    college.said[line.number, line.phase] = now
    since = line.accredited_on if line.status == "accredited" else None
    word = {"phase": line.phase, "status": line.status, "on": (since or on).isoformat()}
    ends = {"expires_on": line.expires_on.isoformat()} if line.expires_on else {}
    college.put("POST", f"people/{line.number}/accreditations", word | ends)
