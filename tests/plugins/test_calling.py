"""A provider is called in its plugin's own process: what it does there costs its own work alone."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from siprecruit.api import (
    Accepted,
    Collected,
    Deferred,
    Finding,
    Item,
    Polled,
    ReferenceDeclined,
    ReferenceReply,
    Refused,
    Reported,
)
from siprecruit.plugins.answers import answer_of, told, wrong
from siprecruit.plugins.calling import Answered, Callers, Nonsense, Outcome, Raised, TimedOut
from siprecruit.testing import a_notification

NOW = dt.datetime(2007, 6, 4, 12, tzinfo=dt.UTC)

#: One plugin that does whatever the message's template names.
DOES = """
    import os, subprocess, sys, threading, time
    from datetime import datetime, timezone

    def send(context, message):
        return globals()[message.template](context, message)

    def fine(context, message):
        return Accepted(receipt=f"{message.delivery.key} {os.getpid()}")

    def clock(context, message):
        return Accepted(receipt=context.clock().isoformat())

    def prints(context, message):
        print("hello"); os.write(1, b"x" * 100)
        return Accepted(receipt="printed")

    def raises(context, message):
        raise ValueError(f"no such person as {message.to.name} at {message.to.address}")

    def leaves(context, message):
        sys.exit(0)

    def crashes(context, message):
        os._exit(3)

    def killed(context, message):
        os.kill(os.getpid(), 9)

    def hangs(context, message):
        started = subprocess.Popen(["sleep", "1000"])
        (context.home / "pids").write_text(f"{os.getpid()} {started.pid} ")
        time.sleep(1000)

    def floods(context, message):
        return Accepted(receipt="x" * 2_000_000_000)

    def boasts(context, message):
        return Accepted(receipt="x" * 100_000_000)

    def mutters(context, message):
        def ends():
            raise ValueError(message.to.name)
        aside = threading.Thread(target=ends)
        aside.start()
        aside.join()
        return Accepted(receipt="sent")

    def leaks(context, message):
        for _ in range(100):
            threading.Thread(target=time.sleep, args=(1000,)).start()
        return Accepted(receipt=str(threading.active_count() > 100))

    def says_yes(context, message):
        return "yes"

    def says_code(context, message):
        return print

    def says_a_function(context, message):
        return lambda: None

    def says_numbers(context, message):
        return Accepted(receipt=message.delivery.attempt)

    def here(context, message):
        os.environ["TZ"] = "Asia/Tokyo"
        there = sorted(name for name in sys.modules if name.startswith("siprecruit_plugin_"))
        return Refused(reason=str(there))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """An installation's folder, with the plugin in a folder below it."""
    made = tmp_path_factory.mktemp("home")
    (made / "plugins").mkdir()
    gives = textwrap.dedent("""
        @hookimpl
        def siprecruit_notifiers():
            return [Notifier(name="odd", address="email", send=send)]
    """)
    text = f'from siprecruit.api import *\nsiprecruit_api = ">=1"\n{textwrap.dedent(DOES)}\n{gives}'
    (made / "plugins" / "odd.py").write_text(text, encoding="utf-8")
    (made / "plugins" / "wants.py").write_text(
        textwrap.dedent("""
            import os
            from siprecruit.api import *
            siprecruit_api = ">=1"

            def send(context, message):
                print("the key is", context.settings)
                os.write(2, context.settings["key"].encode())
                os.system(f"echo {context.settings['key']} >&2; echo {context.settings['key']}")
                context.log.info("sent", key=context.settings["key"])
                if message.template == "raises":
                    raise ValueError(context.settings["key"])
                if message.template == "takes":
                    return Accepted(receipt=f"{context.settings['key']}-7")
                return Refused(reason=f"{context.settings!r} is wrong: {context.settings['key']}")

            def collect(context, cursor):
                number = int(cursor.partition(":")[2] or 0)
                return Reported(cursor=f"{context.settings['key']}:{number + 100}")

            @hookimpl
            def siprecruit_settings():
                schema = {"type": "object", "required": ["key"], "properties": {"key": {"writeOnly": True}}}
                return Setting(schema=schema, make=dict)

            @hookimpl
            def siprecruit_notifiers():
                return [Notifier(name="wants", address="email", send=send, collect=collect)]
        """),
        encoding="utf-8",
    )
    return made


@pytest.fixture(scope="module")
def callers(home):
    """Calls the plugins of that folder; their processes are kept from test to test, as they are at work."""
    with Callers(home=home, table={}, now=lambda: NOW, directory=home / "plugins") as made:
        yield made


@pytest.fixture
def call(callers):
    """Lets the plugin do something."""

    def do(what: str, timeout: float = 10.0, **other: object) -> Outcome:
        message = a_notification(template=what, **other)
        return callers.call("odd", "notifiers", "odd", "send", message, timeout=timeout)

    return do


def test_what_it_answers_comes_back(call) -> None:
    """The receipt is the other side's own reference; the next message goes to the same process."""
    first, again = call("fine"), call("fine")
    assert isinstance(first, Answered)
    assert first.value.receipt.startswith("application/A7K4P/12/reference.asked ")
    assert first == again
    assert not first.value.receipt.endswith(f" {os.getpid()}")


def test_its_clock_is_the_callers(call) -> None:
    """A demonstration that plays in 2007 is 2007 for its plugins too."""
    assert call("clock") == Answered(value=Accepted(receipt=NOW.isoformat()))


def test_what_it_prints_is_no_answer(call) -> None:
    """A forgotten print stands beside the output and breaks nothing."""
    assert call("prints") == Answered(value=Accepted(receipt="printed"))


def test_of_what_it_raises_no_text_comes_back(call) -> None:
    """An error's text may hold a person's name: the class and the line are told, for whoever mends it."""
    said = call("raises")
    assert said == Raised(kind="ValueError", where="odd.py, line 21")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("leaves", Raised(kind="SystemExit", where="odd.py, line 24")),
        ("crashes", Raised(kind="ProcessEnded", where="it ended with exit code 3")),
        ("killed", Raised(kind="ProcessEnded", where="it was ended by signal 9")),
        ("floods", Raised(kind="MemoryError", where="odd.py, line 38")),
        ("boasts", Nonsense(what="what it answers is too large")),
        ("says_yes", Nonsense(what="what it answers is a str, not Accepted or Deferred or Refused")),
        ("says_code", Nonsense(what="an answer holds a print")),
        ("says_numbers", Nonsense(what="what it answers has a receipt that is an int, not a str")),
        ("no_such_thing", Raised(kind="KeyError", where="odd.py, line 8")),
    ],
)
def test_whatever_it_does_the_next_call_is_answered(call, what: str, said: object) -> None:
    """One message fails; the messages after it go out."""
    assert call(what) == said
    assert isinstance(call("fine"), Answered)


def test_what_cannot_be_written_down_is_nonsense(call) -> None:
    """A function is no answer."""
    said = call("says_a_function")
    assert isinstance(said, Nonsense)
    assert said.what.startswith("what it answers can't be written down")


def test_a_hang_ends_at_its_deadline_with_all_that_it_started(call, home) -> None:
    """Nobody waits for a provider longer than it said; the process and its children are gone."""
    call("fine")
    (home / "pids").unlink(missing_ok=True)
    # On a busy machine it may be ended before it has noted what it has started: it is given longer then.
    for deadline in (0.3, 3.0, 30.0):
        assert call("hangs", timeout=deadline) == TimedOut()
        if (home / "pids").exists() and len(pids(home)) == 2:
            break
    assert len(pids(home)) == 2
    until(lambda: not any(map(alive, pids(home))))
    assert isinstance(call("fine"), Answered)


def test_what_ends_a_thread_is_told_in_a_line_without_its_words(home, capfd) -> None:
    """An error's text may hold a name, and nobody who runs a deliverer can read a traceback."""
    with Callers(home=home, table={}, now=lambda: NOW, directory=home / "plugins") as callers:
        said_so = callers.call(
            "odd", "notifiers", "odd", "send", a_notification(template="mutters"), timeout=10
        )
    assert said_so == Answered(value=Accepted(receipt="sent"))
    said = capfd.readouterr().err
    assert said.startswith("the plugin odd: ValueError in odd.py, line ")
    assert said.count("\n") == 1


def test_leaked_threads_end_with_the_process(home) -> None:
    """A hundred threads that never end keep nobody from leaving."""
    with Callers(home=home, table={}, now=lambda: NOW, directory=home / "plugins") as callers:
        message = a_notification(template="leaks")
        said = callers.call("odd", "notifiers", "odd", "send", message, timeout=10)
        assert said == Answered(value=Accepted(receipt="True"))
        (process,) = (child.process.pid for child in callers._children.values())
    until(lambda: not alive(process))


def test_one_that_has_leaked_all_its_threads_begins_anew(call) -> None:
    """What leaks a little with each message delivers for ever, and loses one now and then."""
    said = [call("leaks") for _ in range(12)]
    failed = [number for number, one in enumerate(said) if isinstance(one, Raised)]
    assert failed
    assert said[failed[0]].kind in ("RuntimeError", "MemoryError")
    assert isinstance(said[failed[0] + 1], Answered)


def test_a_task_may_be_larger_than_an_answer(call) -> None:
    """A letter goes out with its enclosures."""
    assert isinstance(call("fine", text="x" * 20_000_000), Answered)


def test_it_loads_no_other_plugin(call) -> None:
    """What one plugin does to its process, another never sees."""
    assert call("here") == Answered(value=Refused(reason="['siprecruit_plugin_odd']"))
    assert os.environ.get("TZ") != "Asia/Tokyo"


def test_its_process_ends_when_nobody_is_there_any_more(home, tmp_path) -> None:
    """A deliverer that is killed leaves nothing running, not even a call that hangs."""
    script = tmp_path / "deliverer.py"
    script.write_text(
        textwrap.dedent(f"""
            import datetime as dt, pathlib
            from siprecruit.plugins.calling import Callers
            from siprecruit.testing import a_notification
            home = pathlib.Path({str(home)!r})
            callers = Callers(home=home, table={{}}, now=lambda: dt.datetime(2007, 6, 4, tzinfo=dt.UTC),
                              directory=home / "plugins")
            callers.call("odd", "notifiers", "odd", "send", a_notification(template="hangs"), timeout=100)
        """),
        encoding="utf-8",
    )
    (home / "pids").unlink(missing_ok=True)
    deliverer = subprocess.Popen([sys.executable, str(script)])
    until(lambda: (home / "pids").exists() and (home / "pids").read_text().endswith(" "))
    deliverer.kill()
    deliverer.wait()
    until(lambda: not any(map(alive, pids(home))))


def until(happened: Callable[[], bool]) -> None:
    """Look again and again, for some seconds."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.02)


def pids(home: Path) -> list[int]:
    """The process that hangs, and the one that it has started."""
    return [int(each) for each in (home / "pids").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and that nobody has waited for doesn't."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    about = Path(f"/proc/{pid}/stat")
    return not (about.exists() and about.read_text().rpartition(")")[2].split()[0] == "Z")


# -- secrets ------------------------------------------------------------------

SECRET = "hunter2-and-more"


@pytest.fixture
def wanting(home):
    """Calls the plugin that has a secret, and tells it in every way: by sending, or from a cursor."""

    def do(
        what: str = "refuses",
        environment: dict[str, str] | None = None,
        cursor: str | None = None,
        **table: object,
    ) -> Outcome:
        said = {"wants": {"key": {"env": "COUNTY_KEY"}}} | table
        outside = {**os.environ, **({"COUNTY_KEY": SECRET} if environment is None else environment)}
        with Callers(
            home=home, table=said, now=lambda: NOW, directory=home / "plugins", environment=outside
        ) as callers:
            asked = ("send", a_notification(template=what)) if cursor is None else ("collect", cursor)
            return callers.call("wants", "notifiers", "wants", *asked, timeout=10)

    return do


@pytest.mark.parametrize("in_process", [False, True])
def test_a_secret_is_in_no_reason(wanting, in_process: bool) -> None:
    """A reason is shown to staff as written: the key isn't in it."""
    said = wanting(in_process=in_process)
    assert said == Answered(value=Refused(reason="{'key': '***'} is wrong: ***"))


def test_a_cursor_comes_back_as_it_was_given(wanting) -> None:
    """An account is called demo, and so is its key: each page is collected once, then the next."""
    plain = {"COUNTY_KEY": "demo"}
    first = wanting(environment=plain, cursor="", in_process=True)
    assert first == Answered(value=Reported(cursor="demo:100"))
    again = wanting(environment=plain, cursor=first.value.cursor, in_process=True)
    assert again == Answered(value=Reported(cursor="demo:200"))


def test_a_receipt_is_the_other_sides_own(wanting) -> None:
    """A later report names it: with asterisks in it, nobody would know of which message."""
    said = wanting("takes", in_process=True)
    assert said == Answered(value=Accepted(receipt=f"{SECRET}-7"))


def test_only_what_people_read_is_told_without_secrets() -> None:
    """Reasons and evidence lose the key; a referee's answers and an item's commands keep every word."""
    secrets = ("demo",)
    reply = ReferenceReply(
        task="A7K4P/r1", answers={"reason": "demo"}, in_confidence=None, received_at=NOW, receipt="demo-1"
    )
    declined = ReferenceDeclined(task="A7K4P/r1", reason="demo is wrong", receipt="demo-2")
    collected = told(Collected(replies=(reply, declined), cursor="demo"), secrets)
    assert collected == Collected(
        replies=(reply, attrs.evolve(declined, reason="*** is wrong")), cursor="demo"
    )
    polled = Polled(items=(Item(receipt="demo", commands=({"note": "demo"},)),), cursor="demo:1")
    assert told(polled, secrets) == polled
    found = Finding(verdict="unknown", source="demo", number="demo7", evidence="demo was refused")
    by_person = {"demo": found, "p2": Deferred(reason="demo?"), "p3": Refused(reason="demo!")}
    assert told(by_person, secrets) == {
        "demo": attrs.evolve(found, evidence="*** was refused"),
        "p2": Deferred(reason="***?"),
        "p3": Refused(reason="***!"),
    }


def test_a_secret_is_in_nothing_that_is_printed_or_logged(wanting, capfd) -> None:
    """Logs are sent to whoever helps, and kept."""
    wanting()
    wanting("raises")
    said = capfd.readouterr()
    assert "the key is {'key': '***'}" in said.err
    assert "event=sent" in said.err
    assert SECRET not in said.err + said.out


def test_without_its_secret_nothing_was_done(wanting) -> None:
    """The key isn't there: the message waits, and nobody has to wonder whether it went out."""
    said = wanting(environment={})
    sentence = "key is to come from the environment, where COUNTY_KEY is not set"
    assert said == Raised(kind="NotLoaded", where=sentence, handed_over=False)


def test_a_plugin_that_is_not_there_did_nothing(callers) -> None:
    """A plugin that was uninstalled leaves its messages waiting."""
    said = callers.call("none", "notifiers", "none", "send", a_notification(), timeout=1)
    assert said == Raised(kind="NotLoaded", where="no plugin called none is installed", handed_over=False)


def test_a_provider_that_is_not_there_is_told(callers) -> None:
    """The process looks the provider up by its name as the program did."""
    said = callers.call("odd", "notifiers", "even", "send", a_notification(), timeout=10)
    assert said == Nonsense(what="it gives no notifiers/even with a send")
    said = callers.call("odd", "notifiers", "odd", "collect", "", timeout=10)
    assert said == Nonsense(what="it gives no notifiers/odd with a collect")


def test_in_the_programs_own_process_it_can_be_looked_into(home) -> None:
    """For debugging: the same answers, and a breakpoint that works."""
    with Callers(
        home=home, table={"in_process": True}, now=lambda: NOW, directory=home / "plugins"
    ) as callers:
        said = [
            callers.call("odd", "notifiers", "odd", "send", a_notification(template=what), timeout=1)
            for what in ("fine", "raises", "says_yes", "leaves")
        ]
    assert said[0].value.receipt.endswith(f" {os.getpid()}")
    assert said[1] == Raised(kind="ValueError", where="odd.py, line 21")
    assert isinstance(said[2], Nonsense)
    assert said[3] == Raised(kind="SystemExit", where="odd.py, line 24")


# -- what may be answered -----------------------------------------------------


def test_an_answer_is_looked_into_all_the_way() -> None:
    """A reply among many without its offset from UTC would be counted to another day."""
    reply = ReferenceReply(
        task="A7K4P/r1", answers={"q": 1}, in_confidence=None, received_at=NOW, receipt="r"
    )
    collected = answer_of("reference_channels", "collect")
    assert wrong(Collected(replies=(reply,), cursor="1"), collected) is None
    naive = attrs.evolve(reply, received_at=NOW.replace(tzinfo=None))
    said = wrong(Collected(replies=(reply, naive)), collected)
    assert said is not None
    assert "an instant without its offset from UTC" in said
    assert wrong(Collected(replies=[reply]), collected) == "has a replies that is a list, not a tuple"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hook", "method", "value"),
    [
        ("notifiers", "forget", True),
        ("notifiers", "forget", None),
        ("notifiers", "receive", ("delivered",)),
        ("reference_channels", "request_many", {"k": None}),
        ("reference_channels", "request_many", {1: Accepted(receipt="r")}),
        ("inboxes", "poll", ()),
    ],
)
def test_a_near_miss_is_no_answer(hook: str, method: str, value: object) -> None:
    """True is no number, None no answer: what is nearly right is recorded as wrong, not as something else."""
    assert wrong(value, answer_of(hook, method)) is not None
