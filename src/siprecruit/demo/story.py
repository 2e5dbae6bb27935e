"""The whole story, from the first advert to the middle of July 2008, as one diary drawn from one seed."""

from __future__ import annotations

import datetime as dt
from functools import partial
from random import Random
from typing import Final

from siprecruit.core.ids import Code
from siprecruit.core.programme import Programme
from siprecruit.demo import answers, authority, cast, college, cover, elsewhere, references, selection
from siprecruit.demo.diary import Diary, codes
from siprecruit.demo.names import names

FIRST_DAY: Final = dt.date(2007, 1, 1)
BEGINS: Final = dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC)
LAST_DAY: Final = cover.STORY_ENDS


def write(programme: Programme, seed: int, channel: Code | None = None) -> Diary:
    """Write the story of ``seed``: every chance has a source of its own, so that one changes no other.

    The college's references are asked for through the ``channel`` of its service, or by the college itself.
    """
    chance = partial(_chance, seed)
    ids, people = codes(chance("codes")), names(chance("names"))
    norfolk = authority.sketch(chance("schools"), programme, ids, people)
    players = cast.give_out(chance("cast"), norfolk.schools, ids, people)
    told = college.tracks(players, chance("college"))
    accredited = {code: track.accredited for code, track in told.items() if track.accredited is not None}
    named = references.forms(chance("referees"), players, people)

    diary = Diary(programme.timezone)
    setting = authority.Setting(diary=diary, programme=programme, authority=norfolk, college=channel)
    authority.tell(diary, norfolk, chance("telephones"))
    answers.tell_adverts(setting)
    answers.tell_responses(diary, players, named, chance("answers"))
    answers.tell_afterthoughts(diary, players)
    ready = references.tell(setting, players, named, chance("references"), people)
    elsewhere.tell(setting, chance("elsewhere"), people)
    seen_on = selection.tell(setting, players, ready, accredited, chance("panels"))
    college.tell(setting, told, seen_on, chance("induction"))
    cover.tell(setting, told, chance("meetings"))
    return diary


def _chance(seed: int, of: str) -> Random:
    return Random(f"siprecruit demo {seed} {of}")  # noqa: S311 - a story, no secret
