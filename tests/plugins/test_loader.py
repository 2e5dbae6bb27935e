"""A plugin that can't be used is named with what is wrong, and costs nothing but its own work."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from plugins.conftest import hook
from siprecruit.plugins import finding
from siprecruit.plugins.loader import Loaded, not_enabled


def notifier(**other: str) -> str:
    """A hook that gives a notifier, of which something is otherwise."""
    fields = {"name": "'odd'", "address": "'email'", "send": "send"} | other
    return hook(f"return [Notifier({', '.join(f'{name}={value}' for name, value in fields.items())})]")


BROKEN = {
    "raises at import": (
        {"text": "raise RuntimeError('full moon')"},
        "RuntimeError in odd.py, line 9: full moon",
    ),
    "raises what is no Exception": (
        {"text": "class Stop(BaseException): pass\nraise Stop('full moon')"},
        "it can't be imported: Stop in odd.py, line 10: full moon",
    ),
    "raises what can't be told": (
        {"text": "class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute"},
        "it can't be imported: Mute in odd.py, line 11",
    ),
    "raises what is no Exception in its hook": (
        {"gives": hook("raise GeneratorExit")},
        "siprecruit_notifiers fails: GeneratorExit in odd.py",
    ),
    "ends the program": ({"text": "raise SystemExit(3)"}, "it can't be imported: SystemExit in odd.py"),
    "is no Python": ({"text": "def ("}, "SyntaxError in odd.py, line 9"),
    "needs what isn't there": (
        {"text": "import no_such_module_at_all"},
        "ModuleNotFoundError in odd.py, line 9",
    ),
    "raises in its hook": (
        {"gives": hook("return [1 / 0]")},
        "siprecruit_notifiers fails: ZeroDivisionError in odd.py",
    ),
    "raises as it gives": ({"gives": hook("yield 1 / 0")}, "siprecruit_notifiers fails: ZeroDivisionError"),
    "gives nonsense": ({"gives": hook("return ['post']")}, "gives something that is a str, not a Notifier"),
    "gives no list": ({"gives": hook("return 7")}, "siprecruit_notifiers fails: TypeError"),
    "knows another address": (
        {"gives": notifier(address="'pigeon'")},
        "address that is none of email, sms, post",
    ),
    "gives no function": ({"gives": notifier(send="'send'")}, "has a send that is a str, not a function"),
    "wants for ever": (
        {"gives": notifier(timeout="1e9")},
        "has a timeout that isn't between 0 and 600 seconds",
    ),
    "has an odd name": ({"gives": notifier(name="'By Post'")}, "has a name which isn't of small letters"),
    "gives a name twice": (
        {"gives": hook("one = Notifier(name='odd', address='email', send=send)\nreturn [one, one]")},
        "siprecruit_notifiers gives odd twice",
    ),
    "takes another's name": ({"gives": notifier(name="'file'")}, "gives file, a name that file has already"),
    "misspells a hook": (
        {"gives": hook("return []", "siprecruit_notifier")},
        "there is no hook called siprecruit_notifier; siprecruit_notifiers may be meant",
    ),
    "forgets its mark": (
        {"gives": "def siprecruit_notifiers():\n    return []"},
        "siprecruit_notifiers is not marked with @hookimpl",
    ),
    "wants what no hook is given": (
        {"gives": hook("return []", arguments="context")},
        "a hook is not written as it is specified",
    ),
    "says no version": ({"begins": "", "gives": ""}, "it doesn't say for which version of the hooks"),
    "is of another version": (
        {"begins": 'siprecruit_api = ">=2"', "gives": ""},
        "it was written for version >=2 of the hooks, and this is 1",
    ),
    "says its version oddly": ({"begins": 'siprecruit_api = "new"', "gives": ""}, "no version specifier"),
    "has wrong settings": (
        {"gives": hook("return Setting(schema={'type': 'objekt'}, make=dict)", "siprecruit_settings")},
        "the schema of its settings can't be used",
    ),
    "requires before no gate": (
        {"gives": hook("return [Requirement(code='a', title='A', gate='tea')]", "siprecruit_requirements")},
        "stands before a gate that is none of induction, deployment",
    ),
    "gives no setting": ({"gives": hook("return {}", "siprecruit_settings")}, "doesn't give a Setting"),
    "has another's table": (
        {
            "gives": hook(
                "from types import SimpleNamespace as its\n"
                "return [Table(table=its(name='events'), migrations='', erase=len, export=len)]",
                "siprecruit_tables",
            )
        },
        "is a table whose name doesn't begin with plugin_odd_",
    ),
}


def of(found: Loaded, name: str = "odd"):
    """What became of a plugin."""
    (one,) = [each for each in found.plugins if each.name == name]
    return one


@pytest.mark.parametrize("way", BROKEN)
def test_one_that_is_broken_is_named_and_the_others_work(plugin, loaded, way: str) -> None:
    """Whatever is wrong with one plugin, the one before and the one after it are used."""
    made, sentence = BROKEN[way]
    plugin("even")
    plugin("odd", **made)
    plugin("post")
    found = loaded()
    assert of(found).state == "failed"
    assert sentence in of(found).error
    assert {"even", "post", "file"} <= found.notifiers.keys()
    assert "odd" not in found.notifiers


def test_one_that_never_ends_its_import_is_left_out(plugin, loaded, monkeypatch) -> None:
    """Somebody waits for the command line: a plugin has some seconds to load, and no more."""
    monkeypatch.setattr(finding, "SECONDS_TO_LOAD", 0.05)
    plugin("odd", "while True:\n    pass")
    assert "took more than 0.05 seconds" in of(loaded()).error


@pytest.fixture
def leaves_threads():
    """A line by which a plugin leaves threads running; they end with the test."""
    ended = threading.Event()
    threading.__dict__["ended_with_the_test"] = ended
    yield (
        "import threading\n"
        "for _ in range(3): threading.Thread(target=threading.ended_with_the_test.wait).start()"
    )
    ended.set()
    del threading.__dict__["ended_with_the_test"]


def test_one_that_leaves_threads_as_it_is_imported_is_left_out(plugin, loaded, leaves_threads) -> None:
    """The program ends once it has done what was asked for: threads of a plugin's would keep it from that."""
    plugin("odd", leaves_threads)
    assert "would keep the program from its end: 3" in of(loaded()).error


def test_one_whose_hook_leaves_threads_is_left_out(plugin, loaded, leaves_threads) -> None:
    """What a plugin gives is asked for in the program's own process too."""
    plugin("odd", gives=hook(f"{leaves_threads}\nreturn []"))
    assert "would keep the program from its end: 3" in of(loaded()).error


FLOOD = "held = [bytearray(2**26) for _ in range(10_000)]"


def test_one_that_floods_memory_as_it_is_imported_is_left_out(plugin, loaded) -> None:
    """A plugin runs in the program's own process as it is imported: it may not take all that there is."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    plugin("odd", FLOOD)
    assert of(loaded()).error == "it can't be imported: it took more than 512 megabytes"
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_one_whose_hook_floods_memory_is_left_out(plugin, loaded) -> None:
    """What a plugin gives is asked for in the program's own process too."""
    plugin("odd", hook(f"{FLOOD}; return held", "siprecruit_inboxes"))
    assert of(loaded()).error == "siprecruit_inboxes fails: it took more than 512 megabytes"


def test_what_one_prints_as_it_loads_does_not_get_into_the_output(plugin, loaded, capsys) -> None:
    """JSON stands alone on standard output, whatever a plugin has to say."""
    plugin("odd", "print('hello')")
    assert of(loaded()).state == "enabled"
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "hello\n")


def test_what_a_library_writes_as_it_loads_stands_beside_the_output(plugin, loaded, capfd) -> None:
    """Not all that is printed goes by Python's own stream: a library in C writes for itself."""
    plugin("odd", "import os\nos.write(1, b'hello\\n')")
    assert of(loaded()).state == "enabled"
    os.write(1, b"the answer\n")
    said = capfd.readouterr()
    assert (said.out, said.err) == ("the answer\n", "hello\n")


def test_a_hook_of_a_later_version_may_be_there_for_it(plugin, loaded) -> None:
    """A plugin can serve two versions of the product: it marks what this one may not know."""
    text = "@hookimpl(optionalhook=True)\ndef siprecruit_pigeons():\n    return []"
    plugin("odd", text)
    assert of(loaded()).state == "enabled"


def test_a_plugin_says_in_which_tier_it_is(plugin, loaded) -> None:
    """Whoever relies on a hook that may change is told so: the least stable one counts."""
    plugin("odd", hook("return []", "siprecruit_inboxes"))
    assert (of(loaded()).tier, of(loaded()).hooks) == (
        "provisional",
        ("siprecruit_notifiers", "siprecruit_inboxes"),
    )
    assert of(loaded(), "file").tier == "stable"


def test_without_plugins_there_are_those_that_are_built_in(plugin, loaded) -> None:
    """Where a plugin stands in the way of everything, the office can go on without any."""
    plugin("odd")
    found = loaded(without=True, plugins={"enabled": ["no-such"]})
    assert {each.source for each in found.plugins} == {"built in"}


def test_what_is_built_in_and_needs_nothing_is_in_use(loaded) -> None:
    """A new installation can send, ask, look up and take in, with nothing set."""
    found = loaded()
    waiting = {each.name for each in found.plugins if each.state != "enabled"}
    assert waiting == {"smtp", "register_file"}
    assert "it needs host" in of(found, "smtp").error


def test_one_that_is_enabled_and_not_installed_is_told(loaded) -> None:
    """A slip in the configuration is not passed over: the messages it was to carry would wait for ever."""
    assert of(loaded(plugins={"enabled": ["no-such"]}), "no-such").error == "it is enabled, but not installed"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs distributions, each with a plugin."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def install(distribution: str, name: str, text: str) -> None:
        module = distribution.replace("-", "_")
        (site / f"{module}.py").write_text(text, encoding="utf-8")
        about = site / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[siprecruit.plugins]\n{name} = {module}\n")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install


def test_installed_is_not_enabled(installed, loaded, tmp_path) -> None:
    """What came along with some other package is not even imported before somebody says so."""
    installed(
        "county-mail", "county", f"import os\nos.mkdir({str(tmp_path / 'seen')!r})\nsiprecruit_api = '>=1'\n"
    )
    found = loaded()
    (listed,) = [each for each in not_enabled(found) if each.name == "county"]
    assert listed.state == "disabled"
    assert not (tmp_path / "seen").exists()
    assert of(loaded(plugins={"enabled": ["county"]}), "county").state == "enabled"
    assert (tmp_path / "seen").exists()


def test_two_distributions_with_one_name_are_both_left_out(installed, loaded) -> None:
    """Which of the two sends the office's mail is not a matter of the order on the disk."""
    installed("county-mail", "county", "siprecruit_api = '>=1'")
    installed("other-mail", "county", "siprecruit_api = '>=1'")
    said = of(loaded(plugins={"enabled": ["county"]}), "county").error
    assert said == "two distributions give a plugin of that name: county-mail and other-mail"


def test_a_distribution_enabled_by_its_own_name_is_pointed_to_its_plugins(installed, loaded) -> None:
    """People know what they installed; what it is called here stands beside it."""
    installed("county-mail", "county", "siprecruit_api = '>=1'")
    assert "; county may be meant" in of(loaded(plugins={"enabled": ["county-mail"]}), "county-mail").error


@pytest.mark.slow
def test_the_program_finds_no_plugins_where_none_is_wanted() -> None:
    """A command costs nothing more for what could be added to the product and wasn't."""
    home = str(Path(__file__).parent)
    looked = (
        "import sys, pathlib\n"
        "from siprecruit.installation import Settings\n"
        "from siprecruit.installation.opening import installation_of\n"
        f"opened = installation_of(pathlib.Path({home!r}), Settings(), clock=lambda: None)\n"
        "assert opened.loaded is None\n"
        "print([name for name in ('requests', 'structlog', 'pluggy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
