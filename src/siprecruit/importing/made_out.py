"""A referee's LA cell that nobody understood, made out in the office, and edited in the sheet since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from siprecruit.importing.content import Content, Known, KnownReferee, RefereeWords
from siprecruit.importing.differences import PLACES, Changes, Pair, text_of

_LA: Final = 3
"""Where a referee's words say whether they are from the local authority."""


@attrs.frozen(kw_only=True)
class MadeOut:
    """Such a cell: ``was`` are the words that nobody understood, ``mine`` and ``theirs`` as they are shown.

    ``before`` is the referee as the sheet knew them, ``words`` what it says of them now.
    """

    place: int
    was: str
    mine: str
    theirs: str
    before: KnownReferee
    words: RefereeWords

    @property
    def field(self) -> str:
        """Its column."""
        return f"referee{self.place}_la"


def made_out(said: Content, edited: Changes, base: Known, theirs: Known) -> Iterator[MadeOut]:
    """The edited cells of a row whose words the office has made out meanwhile, and otherwise.

    The words stand with the response, the answer with the referee: neither alone tells of a clash.
    """
    there = {one.code: one.words[_LA] for one in theirs.referees}
    for place in PLACES:
        field = f"referee{place}_la"
        if field not in edited.fields or field not in theirs.overtaken:
            continue
        for before, words in _told(place, said, edited, base):
            mine, stands = edited.fields[field][1] or text_of(words[_LA]), text_of(there.get(before.code))
            if stands not in ("", mine):
                was = base.as_written.get(field, "")
                yield MadeOut(place=place, was=was, mine=mine, theirs=stands, before=before, words=words)


def _told(
    place: int, said: Content, edited: Changes, base: Known
) -> Iterator[tuple[KnownReferee, RefereeWords]]:
    """The referee of a place, as the sheet knew them and as it tells of them; nothing where it has nobody."""
    if any(one == place for one, *_ in edited.referees):
        told = ((before, now) for one, before, now in edited.referees if one == place)
        yield from ((before, now) for before, now in told if before is not None and now is not None)
    elif place in said.places:
        words = said.referees[said.places.index(place)]
        yield from [(one, words) for one in base.referees if one.words == words][:1]


def with_answers(edited: Changes, cells: Sequence[MadeOut], *, mine_wins: bool) -> Changes:
    """The edits of a row with the sheet's answer in each such cell where it wins, and else with none there.

    An answer that wins counts as edited, whatever the words were taken for before.
    """
    pairs: dict[int, Pair] = {pair[0]: pair for pair in edited.referees}
    for cell in cells:
        was, says = cell.before.words[_LA], cell.words[_LA]
        knew = _answered(cell.before.words, from_la=not says if mine_wins else was)
        words = _answered(cell.words, from_la=says if mine_wins else was)
        before = attrs.evolve(cell.before, words=knew)
        pairs[cell.place] = (cell.place, before, words)
        if words == before.words:
            del pairs[cell.place]
    apart = {cell.field for cell in cells}
    fields = {field: value for field, value in edited.fields.items() if field not in apart}
    return attrs.evolve(edited, fields=fields, referees=tuple(pairs.values()))


def _answered(words: RefereeWords, *, from_la: bool) -> RefereeWords:
    return (*words[:_LA], from_la)
