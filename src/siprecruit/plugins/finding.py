"""Where plugins are: built in, in a folder, or installed; and what keeps one from being used."""

from __future__ import annotations

import importlib
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, TypeVar

import attrs
import pluggy

from siprecruit.plugins.beside import printing_beside
from siprecruit.plugins.hookspecs import API_VERSION, PROJECT, TIERS, Hooks
from siprecruit.plugins.limits import MEMORY_MB, TookTooLong, limited

GROUP: Final = "siprecruit.plugins"
"""The entry-point group in which a distribution names its plugins."""

BUILT_IN: Final = (
    "file",
    "smtp",
    "form",
    "email",
    "folder",
    "la_referee",
    "register_file",
    "college_tasks",
)
"""The modules of ``siprecruit.plugins.builtin``, each a plugin like anybody's."""

SECONDS_TO_LOAD: Final = 10
"""For how long a plugin may be imported, or be asked what it gives."""

USUAL: Final = f">={API_VERSION},<{API_VERSION + 1}"
"""What nearly every plugin says of its version: to read any other takes a library that is slow to import."""

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
RESERVED: Final = frozenset({"enabled", "in_process", "memory_mb"})
_MISSPELT: Final = re.compile(r"unknown hook '(\w+)'")

Source = Literal["built in", "distribution", "file"]
Value = TypeVar("Value")


class Unusable(Exception):  # noqa: N818 - what is said of the plugin
    """A plugin can't be used. ``code`` is ``plugin_unusable``; ``message`` says why, for people."""

    code = "plugin_unusable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@attrs.frozen(kw_only=True)
class Place:
    """Where a plugin is: a module, perhaps ``module:attribute``, or the path of a file.

    ``distribution`` is what it was installed as.
    """

    name: str
    source: Source
    where: str
    distribution: str = ""


@attrs.frozen(kw_only=True)
class Registered:
    """A plugin that pluggy has checked, in a manager of its own.

    So a hook of one that raises stops no other's, and one that was refused leaves nothing behind.
    """

    name: str
    source: Source
    manager: pluggy.PluginManager
    hooks: tuple[str, ...]
    folder: Path | None


def built_in() -> Iterator[Place]:
    """The plugins that come along."""
    for name in BUILT_IN:
        yield Place(name=name, source="built in", where=f"siprecruit.plugins.builtin.{name}")


def in_folder(directory: Path | None) -> Iterator[Place]:
    """The files of a folder, each a plugin that is named by its stem."""
    if directory is not None:
        for path in sorted(directory.glob("*.py")):
            if not path.name.startswith("_"):
                yield Place(name=path.stem, source="file", where=str(path))


def installed() -> Iterator[Place]:
    """The plugins of all installed distributions, none of them imported."""
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        of = point.dist.name if point.dist else ""
        yield Place(name=point.name, source="distribution", where=point.value, distribution=of)


def place_of(name: str, directory: Path | None) -> Place:
    """Where the plugin of that name is: one that is built in counts first, then a file. Raises Unusable."""
    near = next((each for each in (*built_in(), *in_folder(directory)) if each.name == name), None)
    if near is not None:
        return near
    found = [each for each in installed() if each.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unusable(f"two distributions give it: {' and '.join(each.distribution for each in found)}")
    raise Unusable(f"no plugin called {name} is installed")


def registered(place: Place) -> Registered:
    """Import a plugin and let pluggy check its hooks. Raises Unusable."""
    if not NAME.fullmatch(place.name) or place.name in RESERVED:
        raise Unusable("a plugin is named in small letters, such as county_mail, and not as a setting is")
    plugin = loaded_within(lambda: leaving_no_thread(lambda: _imported(place)), "it can't be imported", None)
    _refuse_other_version(plugin)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    try:
        manager.register(plugin, place.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise Unusable(_misuse(str(error))) from None
    hooks = tuple(name for name in TIERS if getattr(manager.hook, name).get_hookimpls())
    unmarked = [name for name in TIERS if name not in hooks and callable(getattr(plugin, name, None))]
    if unmarked:
        raise Unusable(f"{unmarked[0]} is not marked with @hookimpl, so that nobody would call it")
    return Registered(
        name=place.name, source=place.source, manager=manager, hooks=hooks, folder=_folder_of(place)
    )


def loaded_within(load: Callable[[], Value], what: str, folder: Path | None) -> Value:
    """What ``load`` gives, in a limited time; its prints go beside the output. Raises Unusable."""
    try:
        with printing_beside(), limited(SECONDS_TO_LOAD):
            return load()
    except Unusable:
        raise
    except TookTooLong:
        raise Unusable(f"{what}: it took more than {SECONDS_TO_LOAD} seconds") from None
    except MemoryError:
        # What it holds goes with its frames, which the cause would keep.
        raise Unusable(f"{what}: it took more than {MEMORY_MB} megabytes") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise what it likes
        place = place_in(error, folder)
        where = f" in {place}" if place else ""
        raise Unusable(f"{what}: {type(error).__name__}{where}{_words_of(error)}") from error


def leaving_no_thread(load: Callable[[], Value]) -> Value:
    """What ``load`` gives. Raises Unusable where it leaves a thread that keeps the program from ending."""
    before = set(threading.enumerate())
    value = load()
    left = [each for each in threading.enumerate() if each not in before and not each.daemon]
    if left:
        raise Unusable(f"threads that it leaves running would keep the program from its end: {len(left)}")
    return value


def _words_of(error: BaseException) -> str:
    """What an error says, as the end of a sentence; nothing where it fails at that, too."""
    try:
        said = " ".join(str(error).split())[:200]
    except Exception:  # noqa: BLE001 - the plugin's own code
        return ""
    return f": {said}" if said else ""


def place_in(error: BaseException, folder: Path | None) -> str:
    """Where something was raised, such as ``post.py, line 12``: the plugin's own last line, if it has one."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}, line {error.lineno}"
    last = own = ""
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        # What imports is never at fault for what it imports.
        if not file.name.startswith("<") and file.parent.name != "importlib" and file != Path(__file__):
            last = f"{file.name}, line {trace.tb_lineno}"
            own = last if folder is not None and (file == folder or folder in file.parents) else own
        trace = trace.tb_next
    return own or last


def _imported(place: Place) -> Any:
    if place.source == "file":
        return _module_at(Path(place.where), f"siprecruit_plugin_{place.name}")
    module, _, attribute = place.where.partition(":")
    found: Any = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        found = getattr(found, part)
    return found


def _module_at(path: Path, name: str) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _folder_of(place: Place) -> Path | None:
    """The folder, or the file, that holds a plugin's code."""
    if place.source == "file":
        return Path(place.where)
    module = sys.modules.get(place.where.partition(":")[0])
    file = getattr(module, "__file__", None)
    return Path(file).parent if file else None


def _refuse_other_version(plugin: object) -> None:
    wanted = getattr(plugin, "siprecruit_api", None)
    if wanted is None:
        said = f'siprecruit_api = "{USUAL}"'
        raise Unusable(f"it doesn't say for which version of the hooks it was written, as in {said}")
    if wanted == USUAL:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(wanted).contains(str(API_VERSION))
    except (InvalidSpecifier, TypeError, AttributeError):
        raise Unusable("its siprecruit_api is no version specifier such as >=1,<2") from None
    if not fits:
        raise Unusable(f"it was written for version {wanted} of the hooks, and this is {API_VERSION}")


def _misuse(said: str) -> str:
    """What pluggy finds wrong, in one line of ours."""
    misspelt = _MISSPELT.search(said)
    if misspelt is None:
        return f"a hook is not written as it is specified: {' '.join(said.splitlines()[-1].split())[:200]}"
    import difflib

    near = difflib.get_close_matches(misspelt[1], TIERS, n=1)
    meant = f"; {near[0]} may be meant" if near else ""
    return f"there is no hook called {misspelt[1]}{meant}"
