"""The tables that people look at, written with the events and made anew by ``record rebuild``."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from siprecruit.record.tables import KEY, table


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


applicants: Final = table(
    "applicants",
    sa.Column("application", KEY, nullable=False),
    sa.Column("person", KEY, nullable=False),
    _text("round", null=True),
    _text("advert", null=True),
    _text("received_on", null=True),
    _text("name"),
    sa.Column("folded_name", KEY, nullable=False),
    _text("email"),
    sa.Column("folded_email", KEY, nullable=False),
    _text("phone"),
    _text("category", null=True),
    _text("home_authority", null=True),
    sa.Column("stage", KEY, nullable=False),
    _text("whose_move"),
    _text("blocks"),
    _text("flags"),
    _text("decision", null=True),
    sa.Column("changes_on", KEY, nullable=True),
    sa.PrimaryKeyConstraint("application"),
    sa.Index(None, "person"),
    sa.Index(None, "folded_name", "application"),
    sa.Index(None, "folded_email"),
    sa.Index(None, "stage", "folded_name"),
    # Both orders of the list: a role that hasn't anything to do would else be looked for in every row.
    sa.Index(None, "whose_move", "folded_name", "application"),
    sa.Index(None, "whose_move", "received_on", "application"),
    sa.Index(None, "received_on", "application"),
    sa.Index(None, "changes_on"),
)
"""One row an application: where it stands. ``blocks`` and ``flags`` are JSON lists of codes."""

reference_tasks: Final = table(
    "reference_tasks",
    sa.Column("application", KEY, nullable=False),
    sa.Column("reference", KEY, nullable=False),
    _text("applicant"),
    _text("referee"),
    _text("referee_name"),
    sa.Column("from_la", sa.Integer, nullable=False),
    sa.Column("referee_person", KEY, nullable=True),
    _text("round", null=True),
    _text("asked_by", null=True),
    _text("asked_on"),
    sa.Column("due", KEY, nullable=True),
    _text("state"),
    sa.Column("open", sa.Integer, nullable=False),
    _text("received_on", null=True),
    sa.PrimaryKeyConstraint("application", "reference"),
    sa.Index(None, "open", "due"),
    sa.Index(None, "referee_person"),
)
"""One row a reference task, ours or the college's: the referees' queue. No answer stands here."""

people: Final = table(
    "people",
    sa.Column("person", KEY, nullable=False),
    sa.Column("joined_to", KEY, nullable=False),
    _text("name"),
    sa.Column("folded_name", KEY, nullable=False),
    _text("email"),
    _text("phone"),
    _text("roles"),
    _text("accredited"),
    _text("inducted_on", null=True),
    sa.PrimaryKeyConstraint("person"),
    sa.Index(None, "joined_to"),
    sa.Index(None, "folded_name"),
)
"""One row a person. ``joined_to`` is whom merged ones are known by; ``accredited`` is JSON by phase,
``roles`` a JSON list of role, area, first day and first day without: neither changes as time passes."""

schools: Final = table(
    "schools",
    sa.Column("urn", KEY, nullable=False),
    _text("name"),
    sa.Column("folded_name", KEY, nullable=False),
    _text("town"),
    sa.Column("folded_town", KEY, nullable=False),
    _text("postcode"),
    sa.Column("la_code", KEY, nullable=False),
    _text("phase"),
    _text("type"),
    _text("type_group"),
    _text("status"),
    _text("opened", null=True),
    _text("closed", null=True),
    _text("area", null=True),
    sa.Column("easting", sa.Integer, nullable=True),
    sa.Column("northing", sa.Integer, nullable=True),
    sa.PrimaryKeyConstraint("urn"),
    sa.Index(None, "folded_name"),
    sa.Index(None, "folded_town"),
    sa.Index(None, "la_code"),
)
"""One row a school, of every authority taken; scope is the programme's to say, for a date."""

placements: Final = table(
    "placements",
    sa.Column("urn", KEY, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    _text("kind"),
    sa.Column("person", KEY, nullable=False),
    _text("starts"),
    _text("until", null=True),
    _text("reason", null=True),
    _text("introduced_on", null=True),
    sa.PrimaryKeyConstraint("urn", "number"),
    sa.Index(None, "person"),
)
"""Who is or was named for a school: ``permanent``, ``temporary`` or ``cda``. Who is active is derived."""

todo: Final = table(
    "todo",
    sa.Column("part", KEY, nullable=False),
    sa.Column("kind", KEY, nullable=False),
    sa.Column("detail", KEY, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    sa.Column("due", KEY, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("since", KEY, nullable=False),
    sa.Column("role", KEY, nullable=False),
    sa.Column("whose", KEY, nullable=True),
    sa.Column("application", KEY, nullable=True),
    sa.Column("urn", KEY, nullable=True),
    sa.Column("about", KEY, nullable=True),
    sa.Column("other", KEY, nullable=True),
    sa.Column("hangs", sa.Integer, nullable=False),
    _text("codes"),
    _text("referee_name", null=True),
    sa.PrimaryKeyConstraint("part", "kind", "detail"),
    sa.Index("ix_todo_by_urgency", "urgency", "due", "rank", "since", "part", "kind", "detail"),
    sa.Index("ix_todo_of_role", "role", "urgency", "due", "rank", "since", "part", "kind", "detail"),
    sa.Index("ix_todo_of_person", "whose"),
)
"""One row a task. ``part`` is the stream that it follows from (``alike/<code>`` for likeness to somebody);
``urgency`` is 0 where the law is broken today, 1 with a day to be due on, 2 without one (``due`` is empty
then); ``rank`` is the kind's place among the kinds. ``about`` and ``other`` are people's ids;
``referee_name`` is that of the referee whom it concerns."""

todo_changes: Final = table(
    "todo_changes",
    sa.Column("part", KEY, nullable=False),
    sa.Column("changes_on", KEY, nullable=False),
    sa.PrimaryKeyConstraint("part"),
    sa.Index(None, "changes_on"),
)
"""When time alone may change what is to be done about a person or a school."""

pool: Final = table(
    "pool",
    sa.Column("person", KEY, nullable=False),
    _text("ready"),
    _text("ties"),
    sa.Column("free", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("person"),
)
"""Who may be deployed today or later, by the id that merged people are known by. ``ready`` is JSON by phase:
the first day and the first without; ``ties`` is JSON by URN: the first day without the tie; ``free`` is for
how many more schools they have room."""

VIEWS: Final = (applicants, reference_tasks, people, schools, placements, todo, todo_changes, pool)
