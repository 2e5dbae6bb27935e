"""What a rule promises: it judges any command, and does nothing else."""

from __future__ import annotations

import builtins
import datetime as dt
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, NoReturn

import pytest

from siprecruit import schema
from siprecruit.api import Command, Objection
from siprecruit.core.ids import stream_kind
from siprecruit.core.streams import DECIDERS
from siprecruit.intake.commands import as_command
from siprecruit.testing.contracts.declaring import LONGEST_TEXT

Case = tuple[Command, Any, dt.date]
"""What a rule is asked: a command, the state of its stream before it, and today."""

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class RuleContract:
    """Subclass it in a test module, and give ``plugin``, the fixtures ``objected`` and ``allowed``."""

    plugin: ClassVar[Any]

    @pytest.fixture
    def objected(self) -> Case:
        """A command, the state of its stream and a day, to which the rule objects."""
        pytest.fail("give a fixture `objected`: a command that your rule objects to")

    @pytest.fixture
    def allowed(self) -> Case:
        """A command like it, to which the rule has no objection."""
        pytest.fail("give a fixture `allowed`: a command like it that your rule lets pass")

    # -- what is promised -----------------------------------------------------

    def test_it_objects(self, objected: Case) -> None:
        """An objection has a stable code and a sentence for people."""
        found = self._judged(objected)
        assert found, "the rule has nothing against it"
        for one in found:
            assert_objection(one)

    def test_it_lets_pass(self, allowed: Case) -> None:
        """A rule that objects to everything would stop the office's work."""
        assert self._judged(allowed) == [], "the rule objects to what it should let pass"

    def test_it_says_the_same_again(self, objected: Case, allowed: Case) -> None:
        """A rule keeps nothing in mind from one question to the next: commands are judged more than once."""
        first = self._judged(objected), self._judged(allowed)
        assert (self._judged(objected), self._judged(allowed)) == first

    def test_it_only_judges(self, objected: Case) -> None:
        """A rule asks neither the network nor a file: it is called while the record is locked."""
        with _nothing_outside():
            self._judged(objected)

    @pytest.mark.parametrize("name", sorted(one for one in schema.names() if one.startswith("commands/")))
    def test_it_can_be_asked_about_any_command(self, name: str) -> None:
        """Each rule sees every command: one that raises refuses it, and the office stands still."""
        for example in schema.schema(name).get("examples", ()):
            command = as_command(example)
            decider = DECIDERS.get(stream_kind(command.stream))
            case = (command, decider.initial if decider else None, command.on)
            for one in self._judged(case):
                assert_objection(one)

    def _judged(self, case: Case) -> list[Objection]:
        rule: Callable[..., Any] = self.plugin.siprecruit_rules
        asked = dict(zip(("command", "state", "on"), case, strict=True))
        try:
            return list(rule(**_of_interest(rule, asked)))
        except Exception as error:  # noqa: BLE001 - whatever a rule raises refuses the command
            pytest.fail(f"the rule raises {type(error).__name__} at {case[0].name}: {error}")


def assert_objection(value: object) -> None:
    """It is an objection that can be shown."""
    assert isinstance(value, Objection), f"a rule gives objections, not {value!r}"
    assert _CODE.fullmatch(value.code), f"{value.code!r} is no code: small letters, digits and _"
    assert value.message.strip(), "an objection says why, in a sentence"
    assert len(value.message) <= LONGEST_TEXT, "an objection is a sentence, not a book"


def _of_interest(rule: Callable[..., Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Those of the arguments that the rule takes, as pluggy passes them."""
    code = rule.__code__
    return {name: asked[name] for name in code.co_varnames[: code.co_argcount] if name in asked}


@contextmanager
def _nothing_outside() -> Iterator[None]:
    def no(*_: Any, **__: Any) -> NoReturn:
        raise OSError("a rule only judges: it opens no file and no line")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", no)
        patch.setattr(builtins, "open", no)
        yield
