"""What an officer or a plugin author copies from a schema and sends is done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from siprecruit import schema
from siprecruit.core.commands import COMMANDS
from siprecruit.intake.commands import schema_of

MAIN = "import sys; from siprecruit.cli import main; sys.exit(main())"


def run(home: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run our command on an installation in the summer of 2008."""
    command = [sys.executable, "-c", MAIN, "--home", str(home), "--now", "2008-07-31", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def sent(home: Path, commands: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The commands that were not done on a new installation, each with the reason."""
    commands = list(commands)
    assert run(home, "init").returncode == 0
    answers = run(home, "do", "-", given="\n".join(map(json.dumps, commands))).stdout.splitlines()
    assert len(answers) == len(commands)
    told = zip(commands, map(json.loads, answers), strict=True)
    return [
        (command["command"], answer["outcome"], answer["message"])
        for command, answer in told
        if answer["outcome"] != "done"
    ]


def example(name: str, number: int = 0) -> dict[str, Any]:
    return schema.schema(schema_of(name))["examples"][number]


def more(command: str, stream: str, on: str, **data: Any) -> dict[str, Any]:
    """A command that no example is, and that the story needs."""
    return {"command": command, "id": f"{command}-{stream}", "stream": stream, "on": on, "data": data}


A_RESPONSE_AND_ITS_REFERENCES = [
    example("response.submit"),
    example("response.submit", 1),
    example("referee.name"),
    example("referee.agree"),
    example("reference.ask"),
    example("undo"),
    more("reference.ask", "application/A7K4P", "2007-05-31", reference="r1", referee="1"),
    example("reference.ask", 1),
    example("reference.open"),
    example("reference.save"),
    example("reference.extend"),
    example("reference.receive"),
    example("note.add"),
    example("pen_portrait.revise"),
    example("eligibility.decide"),
]
A_PANEL = [
    example("shortlist.decide"),
    example("panel.plan"),
    example("panel.assign"),
    example("interview.invite"),
    example("interview.answer"),
    example("interview.hold"),
    example("conflict.declare"),
    example("panel.change_members"),
    example("score.give"),
    example("reference.receive", 1),
    example("decision.record"),
    example("decision.convey"),
    example("panel.cancel"),
]
SOMEBODY_READY_TO_SERVE = [
    example("accreditation.expect"),
    example("accreditation.outcome"),
    example("accreditation.record"),
    example("induction.plan"),
    example("induction.attend"),
    example("requirement.clear"),
    example("interest.declare"),
    example("undo", 1),
    example("availability.set"),
    example("base.set"),
    example("briefing.give"),
]
SOMEBODY_TO_COVER = [
    example("person.appoint"),
    more("accreditation.record", "person/henry-vane", "2007-09-03", phase="primary", source="ncsl"),
    more("induction.attend", "person/henry-vane", "2007-11-14"),
    more(
        "requirement.clear",
        "person/henry-vane",
        "2007-11-14",
        requirement="enhanced_disclosure",
        outcome="clear",
    ),
]
A_SCHOOL = [
    example("school.record"),
    example("school.place_in_area"),
    example("permanent.name"),
    example("cda.allocate"),
    example("temporary.cover"),
    example("introduction.record"),
    example("school.heard"),
    example("contact.set"),
    example("contact.end"),
    example("permanent.end"),
    example("cda.end"),
]
ANOTHER_ROUND = [
    example("round.open"),
    example("advert.publish"),
    example("application.carry_over"),
    example("la_referee.offer"),
    example("la_referee.end"),
]
PEOPLE = [
    more("response.submit", "application/E2N6V", "2007-05-30", advert="tes-2007-05", last_name="Ashdown"),
    example("person.merge"),
    more("response.submit", "application/F9Q3R", "2007-05-30", advert="tes-2007-05", last_name="Ashdown"),
    example("person.keep"),
    example("person.take_role"),
    example("person.leave_role"),
    example("purpose.take"),
    example("purpose.leave"),
    example("person.leave"),
    example("person.return"),
    example("accreditation.end"),
]


def test_the_examples_tell_a_story_from_advert_to_school(tmp_path):
    """They are about the same people and schools, and follow from one another."""
    story = A_RESPONSE_AND_ITS_REFERENCES + A_PANEL + SOMEBODY_READY_TO_SERVE + SOMEBODY_TO_COVER
    assert sent(tmp_path / "norfolk", story + A_SCHOOL + ANOTHER_ROUND + PEOPLE) == []


def test_examples_that_need_nothing_are_done_in_any_order(tmp_path):
    """On a new installation whoever tries a command out begins with whichever they like."""
    alone = [name for name in sorted(COMMANDS) if schema.schema(schema_of(name)).get("x-runs-alone")]
    examples = [each for name in alone for each in schema.schema(schema_of(name))["examples"]]
    assert {"response.submit", "person.record", "school.record", "round.open"} <= set(alone)
    assert sent(tmp_path / "first", examples) == []
    assert sent(tmp_path / "second", reversed(examples)) == []
