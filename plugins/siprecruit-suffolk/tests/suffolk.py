from __future__ import annotations

import datetime as dt
import json
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from siprecruit.api import Command, Objection

CONFIGURATION: Final = {
    "programme": "suffolk-2008",
    "plugins": {"enabled": ["suffolk"]},
    "office": {"name": "Suffolk County Council", "email": "sip@example.org"},
}
HEAD: Final[dict[str, Any]] = {
    "first_name": "Wilfred",
    "last_name": "Oakapple",
    "email": "w.oakapple@example.org",
    "group": "Serving headteacher",
    "days": 10,
    "referees": [
        {"name": "Clement Rushbrook", "email": "c.rushbrook@example.org", "from_la": True},
        {"name": "Ada Finch", "email": "a.finch@example.org"},
    ],
}


@attrs.define(kw_only=True)
class County:
    """An installation of the county's: things happen there, by the names of commands."""

    app: Any
    ids: Any = attrs.field(factory=lambda: count(1))

    def tell(self, stream: str, command: str, on: str | None = None, **data: Any) -> Any:
        """Something happened on a day, today where none is given; it must not be refused."""
        day = on or self.app.service.today().isoformat()
        told = {
            "command": command,
            "id": f"county-{next(self.ids)}",
            "stream": stream,
            "on": day,
            "data": data,
        }
        return self.app.do(told)

    def refused(self, stream: str, command: str, on: str | None = None, **data: Any) -> str:
        """The same, and it is refused: why, in words."""
        with pytest.raises(AssertionError, match="is refused") as told:
            self.tell(stream, command, on, **data)
        return str(told.value)

    def comes_in(self, **answers: Any) -> str:
        """Somebody fills in the county's form; the code of their application."""
        folder: Path = self.app.home / "responses"
        folder.mkdir(exist_ok=True)
        (folder / f"{next(self.ids)}.json").write_text(json.dumps({**HEAD, **answers}), "utf-8")
        before = self.applications()
        self.app.deliver()
        (code,) = self.applications() - before
        return code

    def applications(self) -> set[str]:
        """The codes of all that have been acknowledged."""
        sent = [one for one in self.app.outbox() if one.template == "response.acknowledged"]
        return {one.key.split("/")[1] for one in sent}

    def moves_to(self, day: str) -> None:
        """Time goes by."""
        self.app.clock.set(day)


def cases_of(app: Any) -> list[tuple[Command, Any, dt.date]]:
    """All that the rules are asked from now on: real commands, with the states that they meet."""
    asked: list[tuple[Command, Any, dt.date]] = []
    judge = app.plugins.objections

    def listening(command: Command, state: Any, on: dt.date) -> tuple[Objection, ...]:
        asked.append((command, state, on))
        found: tuple[Objection, ...] = judge(command, state, on)
        return found

    app.office = attrs.evolve(app.office, service=attrs.evolve(app.service, objections=listening))
    return asked
