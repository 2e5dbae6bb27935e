"""What somebody wants to happen: command classes, their envelope, and what a decision is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from siprecruit.core.ids import KEPT, Code, PersonId

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

Class = TypeVar("Class", bound=type)

RULE_FAILED: Final = "rule_failed"
"""The code with which a command is refused that the rule of a plugin could not judge."""


class Rejected(Exception):  # noqa: N818 - a decision, not an error of the program
    """The command was judged and refused. ``code`` is stable; ``message`` is one sentence for people.

    The message names codes and dates only, never a person's name: it is kept beside the command's id.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refuse_other_words(fact: str, *words: tuple[Any, Any]) -> None:
    """Raises Rejected (``already_told``) where a fact that stands is told again in other words.

    Each of ``words`` is what is told now and what stands. What is left out now says nothing.
    """
    if any(now not in (None, "", stands) for now, stands in words):
        raise Rejected("already_told", f"{fact} was told before in other words: correct it instead")


@attrs.frozen(kw_only=True)
class CommandKind:
    """How a command class is known outside: its name, the streams it may be sent to, what it reads."""

    name: str
    streams: tuple[str, ...]
    begins: bool = False
    reads: tuple[tuple[str, str], ...] = ()


COMMANDS: Final[dict[str, type]] = {}
COMMAND_KINDS: Final[dict[type, CommandKind]] = {}


def command(
    name: str, *streams: str, begins: bool = False, reads: dict[str, str] | None = None
) -> Callable[[Class], Class]:
    """Register a frozen attrs class as the command ``name`` on streams such as ``"application"``.

    ``begins`` is true where it may be the first command of a stream. ``reads`` names the fields that
    hold the id of another stream which the decision reads: ``{"person": "person"}``.
    Raises ValueError when the name is taken.
    """

    def register(cls: Class) -> Class:
        if name in COMMANDS:
            raise ValueError(f"the command {name} is registered twice")
        COMMANDS[name] = cls
        COMMAND_KINDS[cls] = CommandKind(
            name=name, streams=streams, begins=begins, reads=tuple((reads or {}).items())
        )
        return cls

    return register


@attrs.frozen(kw_only=True)
class Command:
    """A command in its envelope. ``on`` is the day of the fact that it tells; ``by`` who tells it.

    ``reason`` is why it is told, or where it was: it is kept in the vault with what follows from it, and no
    part of what tells a command from another. What puts something right has a reason of its own. ``enclosed``
    are the bytes of a file that comes along; the command itself names their digest.
    """

    id: str
    stream: str
    on: dt.date
    what: Any
    by: str = "office"
    reason: str | None = None
    enclosed: bytes | None = attrs.field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its outside name, such as ``reference.receive``."""
        return COMMAND_KINDS[type(self.what)].name


@attrs.frozen(kw_only=True)
class Given:
    """What a decision is given: the day of the fact, today, the programme, and the other streams it reads.

    ``people`` holds the joined state of each person read (after merging), ``applications`` the
    states of that person's applications, ``states`` every other stream by its name. ``owner`` says under
    whose key the stream's texts are kept; None where nothing is recorded in it yet. ``corrected`` is the
    stream's own state with all that stands, where one of its events is put right: what has come of the event
    since may forbid other words.
    """

    stream: str
    on: dt.date
    today: dt.date
    programme: Programme
    people: Mapping[PersonId, Any] = attrs.field(factory=dict)
    applications: Mapping[PersonId, tuple[Any, ...]] = attrs.field(factory=dict)
    states: Mapping[str, Any] = attrs.field(factory=dict)
    owner: str | None = None
    corrected: Any = None


@command("correct", "round", "person", "application", "placement")
@attrs.frozen(kw_only=True)
class Correct:
    """It never was so: put other values in the place of an event's, or take the event out altogether.

    ``event`` is the event's version in the stream. ``set`` gives the fields that change (``"on"`` for the
    day); without it the event is voided. ``cascade`` also voids what has followed from it.
    """

    event: int
    reason: str
    set: Mapping[str, Any] | None = None
    cascade: bool = False


@command("reverse", "round", "person", "application", "placement")
@attrs.frozen(kw_only=True)
class Reverse:
    """It was so, and we changed our mind: from the command's day on, the event holds no longer."""

    event: int
    reason: str
    cascade: bool = False


@command("undo", "round", "person", "application", "placement")
@attrs.frozen(kw_only=True)
class Undo:
    """Take out everything that one earlier command recorded in this stream, as if it had never been sent."""

    command: str
    reason: str = "undone"
    cascade: bool = False


@command("note.add", "round", "person", "application", "placement")
@attrs.frozen(kw_only=True)
class AddNote:
    """Write a note beside a person, an application, a school or a round.

    ``about`` says what it belongs to: in an application ``referee:1`` or ``reference:r1``, elsewhere a code
    of the office's own.
    """

    text: str
    about: Code | None = None


def is_kept(metadata: object) -> bool:
    """Whether an annotation marks a field that is kept in the vault."""
    return KEPT in getattr(metadata, "__metadata__", ())
