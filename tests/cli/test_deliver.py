"""``siprecruit deliver``: what goes out, what would, and the switch that stops it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from cli.conftest import run
from siprecruit.cli.delivering import has_ended, this_deliverer

ACKNOWLEDGED = "application/A7K4P/1/response.acknowledged"
ASKED = "application/A7K4P/4/reference.asked"
AFTER = ("--now", "2007-06-30T15:00:00Z")


@pytest.fixture
def here(home: Path, told) -> Callable[..., Any]:
    """The program after the story, its plugins called in its own process: nothing else depends on that."""
    configure(home, "[plugins]\nin_process = true\n")
    return told


def configure(home: Path, words: str) -> None:
    """Write more into an installation's settings."""
    with (home / "siprecruit.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{words}")


def test_a_dry_run_says_what_would_go_out_and_sends_nothing(here, home: Path) -> None:
    """What it lists is what then goes out; who has no address is told of before anything is tried."""
    foreseen = here("deliver", "--dry-run", "--json", *AFTER).json
    going = {one["key"]: one["to"] for one in foreseen if one["fate"] == "goes_out"}
    assert going == {ACKNOWLEDGED: "Niamh O’Brien <niamh@example.org>", ASKED: "Jo Doe <jo@example.org>"}
    queued = [one["key"] for one in foreseen if one["fate"] == "queued"]
    refused = [one["key"] for one in foreseen if one["fate"] == "refused"]
    assert len(going) + len(queued) + len(refused) == len(foreseen)
    assert not list(home.glob("messages-sent/*"))

    done = here("deliver", "--once", "--json", *AFTER)

    assert done.code == 0, done.err
    assert done.json["became"] == {"sent": len(going), "refused": len(refused)}
    assert sorted(done.json["reminders"]) == sorted(queued)
    assert len(list(home.glob("messages-sent/*.eml"))) == len(going)
    assert here("deliver", "--dry-run", "--json", *AFTER).json == []


def test_within_the_recall_window_nothing_goes_out(here) -> None:
    """For five minutes a batch can be taken back: until then nobody has it."""
    assert here("deliver", "--json", "--now", "2007-06-30T11:04:00Z").json["became"] == {}


def test_the_switch_stops_whoever_delivers(here) -> None:
    """One command stops it all, until another one lets it go on; each says the way back."""
    stopped = here("deliver", "--stop")
    assert "siprecruit deliver --go" in stopped.out
    refused = here("deliver", *AFTER)
    assert (refused.code, "Delivery is stopped" in refused.err) == (1, True)
    assert here("deliver", "--json", *AFTER).json["became"] == {}
    assert "siprecruit deliver --stop" in here("deliver", "--go").out
    assert here("deliver", "--json", *AFTER).json["became"]["sent"] == 2


def test_a_copy_sends_nothing_until_somebody_says_that_it_goes_on(here, home: Path, tmp_path: Path) -> None:
    """Somebody tries something out in a copy of the folder: nobody may hear twice because of that."""
    assert here("deliver", "--json", *AFTER).json["became"]["sent"] == 2
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    refused = run("--home", copy, "deliver", *AFTER)
    assert (refused.code, "this record was copied or moved" in refused.err) == (1, True)
    assert "copied or moved" in run("--home", copy, "deliver", "--dry-run", *AFTER).err
    doctor = run("--home", copy, "doctor", *AFTER)
    assert (doctor.code, "copied or moved" in doctor.out) == (1, True)
    assert here("deliver", *AFTER).code == 0
    assert "go out again" in run("--home", copy, "deliver", "--go").out
    assert run("--home", copy, "deliver", *AFTER).code == 0


def test_a_folder_that_was_moved_goes_on(here, home: Path, tmp_path: Path) -> None:
    """Within a disk a moved file is the same file: there are no two."""
    here("deliver", *AFTER)
    moved = home.rename(tmp_path / "elsewhere")
    assert run("--home", moved, "deliver", *AFTER).code == 0


def test_what_a_backup_brings_back_waits_for_a_person(here, home: Path, tmp_path: Path) -> None:
    """What waited when it was made may have gone out since: it would be sent once more."""
    here("record", "backup", tmp_path / "monday.backup")
    assert here("deliver", "--json", *AFTER).json["became"]["sent"] == 2
    restored = here("record", "restore", "--replace", tmp_path / "monday.backup")
    assert "siprecruit deliver --go" in restored.out
    refused = here("deliver", *AFTER)
    assert (refused.code, "a backup was put back" in refused.err) == (1, True)
    for key in (ACKNOWLEDGED, ASKED):
        assert here("messages", "recall", key, *AFTER).code == 0
    here("deliver", "--go")
    assert "sent" not in here("deliver", "--json", *AFTER).json["became"]


def test_what_could_not_be_sent_is_listed_with_what_settles_it(here) -> None:
    """It stands in the list of what needs doing, with the reason and a line to type."""
    here("deliver", *AFTER)
    listed = [one for one in here("todo", "--json", *AFTER).json["todo"] if one["kind"] == "message_refused"]
    mine = next(one for one in listed if one["stream"] == "application/B8M5Q")
    assert mine["reason"] == "no e-mail address of the applicant (application/B8M5Q) is in the record"
    assert here(*mine["type"][1].split(), "--reason", "told by letter", *AFTER).code == 0
    again = [one for one in here("todo", "--json", *AFTER).json["todo"] if one["kind"] == "message_refused"]
    assert len(again) == len(listed) - 1


def test_a_watch_ends_when_it_is_told_to(home: Path, told, tmp_path: Path) -> None:
    """A service manager ends it with SIGTERM: it finishes what is on its way and says nothing of a fault."""
    words = [sys.executable, "-m", "siprecruit", "--home", str(home), "deliver", "--watch", "--every", "3600"]
    with subprocess.Popen(
        [*words, *AFTER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        try:
            until(lambda: len(list(home.glob("messages-sent/*.eml"))) == 2)
            watch.send_signal(signal.SIGTERM)
            _, said = watch.communicate(timeout=60)
        finally:
            watch.kill()
    assert (watch.returncode, "Traceback" in said) == (0, False)


def test_a_watch_that_is_stopped_says_so_once(home: Path, told) -> None:
    """Whoever looks into the log of a service sees why nothing goes out, and not a line for each second."""
    told("deliver", "--stop")
    words = [sys.executable, "-m", "siprecruit", "--home", str(home), "deliver", "--watch", "--every", "1"]
    log = home / "watch.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen([*words, *AFTER], stderr=errors) as watch,
    ):
        try:
            until(lambda: "Delivery is stopped" in log.read_text("utf-8"))
            time.sleep(2.5)
            watch.send_signal(signal.SIGTERM)
            assert watch.wait(timeout=60) == 0
        finally:
            watch.kill()
    assert log.read_text("utf-8").count("Delivery is stopped: nothing goes out") == 1


def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return when something has happened, in another process."""
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_deliverer_that_has_ended_is_known_by_its_process() -> None:
    """What it had is taken over at once; of one on another machine nobody can say."""
    assert not has_ended(this_deliverer().name)
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        other.wait()
    machine = this_deliverer().name.split("/")[0]
    assert has_ended(f"{machine}/{other.pid}/abc")
    assert not has_ended(f"elsewhere-{machine}/{other.pid}/abc")
    assert not has_ended("a")


# -- a mail server that stores and drops --------------------------------------


class StoresAndDrops:
    """A mail server that has the mail and is gone before it says so."""

    def __init__(self) -> None:
        self.stored: list[bytes] = []

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Store it, and drop the line."""
        self.stored.append(envelope.content)
        server.transport.abort()
        return "250 nobody hears this"


class Loopback(Controller):
    """A server on a port that the system chooses."""

    @property
    def where(self) -> int:
        """That port."""
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.where), timeout=5) as line:
            line.recv(100)


@contextmanager
def dropping() -> Iterator[tuple[StoresAndDrops, int]]:
    """That server on loopback, and its port."""
    handler = StoresAndDrops()
    server = Loopback(handler, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield handler, server.where
    finally:
        server.stop()


@pytest.mark.skipif(os.name != "posix", reason="plugins run in processes of their own on POSIX alone")
def test_a_mail_that_was_stored_and_not_confirmed_is_one_mail_and_one_task(home: Path, told) -> None:
    """To send it again would send it twice: a person asks whether it came."""
    with dropping() as (server, port):
        configure(
            home,
            f'[delivery]\nnotifier = "smtp"\n\n[plugins.smtp]\nhost = "127.0.0.1"\nport = {port}\n'
            'security = "none"\nsender = "office@example.org"\n',
        )
        for instant in ("2007-06-30T15:00:00Z", "2007-06-30T15:04:00Z"):
            told("messages", "recall", ASKED)
            assert told("deliver", "--now", instant).code == 0
    tasks = told("todo", "--json", "--now", "2007-06-30T15:04:30Z", "--size", "100").json["todo"]
    assert [one["detail"] for one in tasks if one["kind"] == "message_unknown"] == [ACKNOWLEDGED]
    assert len(server.stored) == 1
