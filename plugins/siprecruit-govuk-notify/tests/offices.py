"""Offices that send by the stand-in, and what they leave behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from siprecruit.api import Context
from siprecruit.testing import Clock, LoopbackServer, a_context

import siprecruit_govuk_notify
from siprecruit_govuk_notify.standin.command import KEY

FALLBACK = "00000000-0000-4000-8000-0000000000aa"
OWN = "00000000-0000-4000-8000-0000000000bb"


def made(tmp_path: Path, clock: Clock, url: str, **settings: Any) -> Context:
    table = {"base_url": url, "api_key": {"env": "K"}, "fallback_template": FALLBACK, **settings}
    return a_context(
        siprecruit_govuk_notify, home=tmp_path, clock=clock, settings=table, environment={"K": KEY}
    ).context


def notes_in(context: Context) -> list[Path]:
    return list((context.home / "govuk-notify").glob("*"))


def posts(http: LoopbackServer) -> int:
    return sum(request.method == "POST" for request in http.requests)
