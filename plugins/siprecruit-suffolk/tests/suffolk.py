from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs

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
        return self.app.do(self.envelope(stream, command, on, **data))

    def refused(self, stream: str, command: str, on: str | None = None, **data: Any) -> str:
        """The same, and it is refused: why, in words."""
        why: str = self.app.refused(self.envelope(stream, command, on, **data)).message
        return why

    def envelope(self, stream: str, command: str, on: str | None = None, **data: Any) -> dict[str, Any]:
        """A command as ``siprecruit do`` takes it."""
        day = on or self.app.service.today().isoformat()
        name = f"county-{next(self.ids)}"
        return {"command": command, "id": name, "stream": stream, "on": day, "data": data}

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
