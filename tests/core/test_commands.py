"""Every command is known by one name, says what it is, and can be told apart from every other."""

from __future__ import annotations

import re

import attrs
import pytest

from core.pool import day
from siprecruit.core.commands import COMMAND_KINDS, COMMANDS, Command, Rejected, command
from siprecruit.core.events import KINDS
from siprecruit.core.references import ReceiveReference
from siprecruit.core.streams import DECIDERS

OURS = {cls: kind for cls, kind in COMMAND_KINDS.items() if cls.__module__.startswith("siprecruit.core")}


def test_a_command_is_known_by_its_name() -> None:
    """What stands in an envelope is the domain's word."""
    told = Command(
        id="c1",
        stream="application/A7K4P",
        on=day("2007-06-01"),
        what=ReceiveReference(reference="r1"),  # type: ignore[arg-type]
    )
    assert (told.name, told.by) == ("reference.receive", "office")


def test_no_two_commands_have_one_name() -> None:
    """A second class under a name would take the first one's place unseen."""
    with pytest.raises(ValueError, match=r"reference\.receive is registered twice"):
        command("reference.receive", "application")(type("Other", (), {}))
    assert COMMANDS["reference.receive"] is ReceiveReference


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: OURS[cls].name)
def test_every_command_is_documented_and_plain(cls: type) -> None:
    """It has a docstring, a name of two words, streams that there are, and is a frozen value."""
    kind = OURS[cls]
    assert cls.__doc__
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", kind.name)
    assert set(kind.streams) <= set(DECIDERS)
    assert attrs.has(cls)
    assert {field for field, _ in kind.reads} <= {each.name for each in attrs.fields(cls)}
    assert "on" not in {each.name for each in attrs.fields(cls)}, "the envelope holds the fact's date"


def test_no_event_repeats_the_envelopes_date() -> None:
    """The day of a fact stands in one place, so that there is one to correct."""
    for cls, kind in KINDS.items():
        if cls.__module__.startswith("siprecruit.core"):
            assert "on" not in {each.name for each in attrs.fields(cls)}, kind.name


def test_a_refusal_has_a_code_and_a_sentence() -> None:
    """Programs look at the code, people at the sentence."""
    refusal = Rejected("not_accredited", "not accredited on 1 April 2008")
    assert (refusal.code, str(refusal)) == ("not_accredited", refusal.message)
