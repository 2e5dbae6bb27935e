"""The world around the office: files that are dropped into its folder, or the college's service as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import attrs

from siprecruit.core.ids import Code
from siprecruit.demo import ncsl
from siprecruit.demo.folder import CHOSEN
from siprecruit.demo.outside import COLLEGE, Happening
from siprecruit.demo.post import drop
from siprecruit.installation.settings import Settings


@attrs.frozen(kw_only=True)
class World:
    """``happen`` lets something happen; ``settings`` are the installation's while the story is played.

    ``left`` are those that it keeps; ``college`` is the channel of the college's service, if that is there;
    ``by_hand`` are the words of the command that starts it again.
    """

    happen: Callable[[Happening], None]
    settings: Settings = CHOSEN
    left: Settings = CHOSEN
    college: Code | None = None
    by_hand: tuple[str, ...] = ()


@contextmanager
def around(home: Path, *, online: bool) -> Iterator[World]:
    """The world, until the block ends. Raises DemoError."""
    if not online:
        yield World(happen=partial(drop, home))
        return
    with ncsl.service(home) as college:
        yield World(
            happen=partial(ncsl.tell, college, home),
            settings=ncsl.settings(CHOSEN, college.url),
            left=ncsl.settings(CHOSEN),
            college=COLLEGE,
            by_hand=ncsl.by_hand(home),
        )
