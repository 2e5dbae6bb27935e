from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from siprecruit.api import Finding
from siprecruit.testing import Clock, a_context

import siprecruit_trs
from siprecruit_trs.looking_up import find
from siprecruit_trs.register.command import main
from teachers import BARNABY, about


def test_it_can_be_started_by_hand_and_asked(tmp_path: Path, clock: Clock) -> None:
    """The stand-in prints where it is, and the plugin finds its people over the real protocol."""
    people = tmp_path / "people.json"
    held = {
        "trn": "0000007",
        "dateOfBirth": "1951-02-17",
        "firstName": "Barnaby",
        "lastName": "Thistlewood",
        "qts": {"holdsFrom": "1980-09-01"},
        "induction": {"status": "Passed"},
        "alerts": [],
    }
    people.write_text(json.dumps([held]), "utf-8")
    command = [sys.executable, "-m", "siprecruit_trs.register", "--port", "0", "--people", str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            table = {"url": url, "key": {"env": "KEY"}, "qualified_is_enough": True}
            asking = a_context(
                siprecruit_trs, home=tmp_path, clock=clock, settings=table, environment={"KEY": "stand-in"}
            )
            found = find(asking.context, about(("0000007", BARNABY[1], BARNABY[2])))
            assert isinstance(found, Finding)
            assert found.verdict == "accredited"
            assert requests.get(f"{url}/v3/persons/0000007", timeout=5).status_code == 401
        finally:
            process.terminate()


def test_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who starts it by hand is told what it takes."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--port" in capsys.readouterr().out
