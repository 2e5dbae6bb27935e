"""What plugins add to an installation: requirements of its programme, or the programme itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit import programmes
from siprecruit.core.programme import Programme
from siprecruit.installation.settings import Settings

if TYPE_CHECKING:
    from siprecruit.plugins.loader import Loaded


@attrs.frozen(kw_only=True)
class Extending:
    """Which plugins count: those that the settings enable, and the files of ``directory``.

    With ``without`` there are none but those that are built in. ``environment`` is where secrets may be.
    """

    directory: Path | None = None
    without: bool = False
    environment: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    def any_for(self, settings: Settings) -> bool:
        """Whether any plugin counts besides those that are built in."""
        return not self.without and bool(self.directory or settings.plugins.get("enabled"))


AS_CONFIGURED: Final = Extending()


def plugins_of(home: Path, settings: Settings, extending: Extending, *, with_built_in: bool = True) -> Loaded:
    """The plugins of an installation, loaded now. What is wrong with one is said of it and not raised."""
    from siprecruit.plugins.loader import load

    return load(
        home=home,
        plugins=settings.plugins,
        directory=extending.directory,
        without=extending.without,
        environment=extending.environment,
        with_built_in=with_built_in,
    )


def programme_of(home: Path, settings: Settings, plugins: Loaded | None) -> Programme:
    """The programme of the authority that the settings name, with what plugins require besides.

    It is found by its name, in the folder's own file, or among those that plugins bring. Raises BadProgramme.
    """
    name: str | Path = settings.programme
    if name not in programmes.names():
        own, packs = home / name, plugins.packs if plugins else {}
        name = own if own.exists() else packs[str(name)].file if name in packs else name
    try:
        programme = programmes.load(name)
    except programmes.BadProgramme as error:
        raise _explained(error, plugins) from None
    programme = attrs.evolve(programme, authority=settings.authority) if settings.authority else programme
    asked = {each.code for each in programme.requirements}
    more = {each.code: each for each in (plugins.requirements if plugins else ()) if each.code not in asked}
    return (
        attrs.evolve(programme, requirements=(*programme.requirements, *more.values())) if more else programme
    )


def _explained(error: programmes.BadProgramme, plugins: Loaded | None) -> programmes.BadProgramme:
    """Where there is no such programme, the plugin that fails may have been meant to bring it."""
    failed = [each for each in plugins.plugins if each.state == "failed"] if plugins else []
    if error.code != "unknown_programme" or not failed:
        return error
    more = "; ".join(f"the plugin {each.name} fails, as {each.error}" for each in failed)
    return programmes.BadProgramme(error.code, f"{error.message.rstrip('.')}; {more}")
