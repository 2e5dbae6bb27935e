from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from siprecruit.api import LookupQuery
from siprecruit.testing import Answer, LoopbackServer, Request, a_delivery, a_query

from siprecruit_trs.register import Asked, Register, answer

KEY: Final = "kept-in-a-safe"
NPQ_KEY: Final = KEY
ENVIRONMENT: Final = {"TRS_KEY": KEY}

BARNABY: Final = ("0012345", dt.date(1951, 2, 17), "Barnaby Thistlewood")
DOROTHEA: Final = ("1000001", dt.date(1960, 5, 1), "Dorothea O'Fennel")


def settings(http: LoopbackServer, *, npq: bool = False, **other: Any) -> dict[str, Any]:
    """The table in siprecruit.toml that leads to the stand-in."""
    npqs = {"npq_url": http.url, "npq_key": {"env": "TRS_KEY"}}
    return {
        "url": http.url,
        "key": {"env": "TRS_KEY"},
        **(npqs if npq else {"qualified_is_enough": True}),
        **other,
    }


def stands_in(http: LoopbackServer, register: Register | None = None) -> Register:
    """Let the stand-in answer at the server."""
    held = register or Register(key=KEY)
    http.serve(serving(held))
    return held


def serving(held: Register) -> Callable[[Request], Answer]:
    """What the server says of a register."""

    def said_to(request: Request) -> Answer:
        asked = Asked(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
        )
        said = answer(held, asked)
        return Answer(status=said.status, json=said.document, headers=said.headers)

    return said_to


def ask(number: str | None, born: dt.date | None, name: str = "Nobody Inparticular", person: str = "A7K4P"):
    """A question after one person."""
    return a_query(
        a_delivery(f"person/{person}/1/lookup"), number=number, born=born, name=name, person=person
    )


def about(who: tuple[str, dt.date, str], **other: Any) -> LookupQuery:
    """A question after one of the stand-in's people."""
    number, born, name = who
    return ask(number, other.get("born", born), name, other.get("person", "A7K4P"))
