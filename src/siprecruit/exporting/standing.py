"""Where applications stand today, by their codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.known import AT_A_TIME, parts
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants
from siprecruit.reports.applicants import applicants_in, scene_of_all
from siprecruit.service import Service


@attrs.frozen(kw_only=True)
class Standing:
    """Where an application stands, by the codes of the core."""

    stage: str
    whose_move: str
    blocks: tuple[str, ...]


NOWHERE: Final = Standing(stage="", whose_move="", blocks=())


def standings(
    service: Service, reader: Reader, codes: Sequence[ApplicationCode], *, from_views: bool
) -> Mapping[str, Standing]:
    """By code where each stands: from the view where it holds, else from the streams themselves."""
    if not from_views:
        scene = scene_of_all(reader, service.programme, service.today(), None)
        return {
            one.application: Standing(stage=one.stage, whose_move=one.whose_move, blocks=one.blocks)
            for one in applicants_in(scene)
        }
    found = {}
    view = applicants.c
    for some in parts(codes, AT_A_TIME):
        query = sa.select(view.application, view.stage, view.whose_move, view.blocks)
        for one in reader.select(query.where(view.application.in_(some))):
            found[one.application] = Standing(
                stage=one.stage, whose_move=one.whose_move, blocks=tuple(json.loads(one.blocks))
            )
    return found
