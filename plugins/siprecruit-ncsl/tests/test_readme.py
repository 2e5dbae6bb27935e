"""What the README says is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import requests
from siprecruit.testing.contexts import refused_settings

import siprecruit_ncsl
from siprecruit_ncsl.settings import SCHEMA

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def test_it_names_every_setting_and_its_example_is_taken():
    """Who installs it reads no source."""
    table = re.search(r"## Settings\n(.*?)\n\n", README, re.DOTALL)
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert table is not None
    assert example is not None
    assert set(re.findall(r"^\| `(\w+)` \|", table[1], re.MULTILINE)) == set(SCHEMA["properties"])
    told = tomllib.loads(example[1])
    assert refused_settings(siprecruit_ncsl, told["plugins"]["ncsl"]) is None
    assert told["plugins"]["enabled"] == [told["delivery"]["lookup"]] == ["ncsl"]


def test_what_it_says_the_register_can_be_told_it_takes(college: str):
    """Each line of the table, as it stands there, in its order."""
    lines = re.findall(r"^\| `(\w+) (/stand-in\S*)`(?: `(\{.*?\})`)? \|", README, re.MULTILINE)
    assert len(lines) == 7
    asked = {"applicant_name": "A", "from_la": True, "form": {}, "due": "2007-07-02", "task": "A7K4P/r1"}
    asked["referee"] = {"name": "R", "email": "r@example.org"}
    headers = {"Authorization": "Bearer the-authority's-key", "Idempotency-Key": "key-1"}
    requests.post(f"{college}/v1/references", json=asked, headers=headers, timeout=5).raise_for_status()
    for method, path, body in lines:
        url = college + path.replace("NUMBER", "0000001")
        response = requests.request(method, url, data=body or None, timeout=5)
        assert response.ok, (method, path, response.text)
