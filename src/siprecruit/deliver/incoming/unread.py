"""What came into an inbox and can't be read, or was not taken: tasks for staff, until they see to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import noting
from siprecruit.record import notices
from siprecruit.record.writing import Writer

KIND: Final = "item_unreadable"
REFUSED: Final = "item_refused"
MOST: Final = 100
"""Of how many a source may make tasks at a time: whoever has mended these sees the next."""

LONGEST_NAME: Final = 200
LONGEST_SENTENCE: Final = 500


def tell(office: Office, provider: str, unread: Mapping[str, str]) -> list[str]:
    """Let these be what can't be read of a source, sentences by name; those that are new, in sentences."""
    few = sorted(unread.items())[:MOST]
    found = {_plain(name, LONGEST_NAME): f"{provider}: {_plain(why, LONGEST_SENTENCE)}" for name, why in few}
    with office.service.record.reading() as reader:
        stand = notices.sentences(reader, KIND, provider)
    if found != stand:
        _set_out(office, provider, found)
    return [f"{name} can't be read: {why}" for name, why in found.items() if name not in stand]


def tell_refused(
    office: Office, writer: Writer, provider: str, refused: Mapping[str, str], taken: Collection[str]
) -> None:
    """Add commands of a source's items that were not taken, sentences by id; those ``taken`` are none."""
    stand = notices.sentences(writer, REFUSED, provider)
    told = {id_: f"{provider}: {_plain(why, LONGEST_SENTENCE)}" for id_, why in refused.items()}
    found = {id_: why for id_, why in {**stand, **told}.items() if id_ not in taken}
    if found != stand:
        notices.set_out(writer, REFUSED, provider, found, office.programme, office.service.clock())


def forget_others(office: Office, providers: Collection[str]) -> None:
    """Take away what was told of sources that nobody asks any more."""
    with office.service.record.reading() as reader:
        places = {one.place for one, _ in notices.standing_now(reader, KIND)}
    for place in sorted(places - {*providers}):
        _set_out(office, place, {})


def _set_out(office: Office, place: str, found: Mapping[str, str]) -> None:
    def write(writer: Writer) -> None:
        notices.set_out(writer, KIND, place, found, office.programme, office.service.clock())

    noting.written(office, write)


def _plain(text: str, most: int) -> str:
    """A plugin's text as a database can keep it: a file's name may be no text at all."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").split())[:most]
