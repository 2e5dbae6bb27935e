"""What a plugin's rules say of a command, and what becomes of one that fails to judge it."""

from __future__ import annotations

import datetime as dt
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugins.conftest import hook
from siprecruit.api import Command, Rejected
from siprecruit.plugins import giving

TODAY = dt.date(2007, 6, 4)
COMMAND = Command(id="1", stream="application/A7K4P", on=TODAY, what=None, by="office")


def rule(body: str) -> dict[str, str]:
    return {"gives": hook(body, "siprecruit_rules", "command, on")}


def test_all_objections_are_collected(plugin, loaded) -> None:
    """The office hears everything that speaks against a command at once."""
    plugin("one", **rule("return [Objection(code='a', message='A.'), Objection(code='b', message='B.')]"))
    plugin("two", **rule("yield Objection(code='c', message=str(on), blocks=False)"))
    found = loaded().objections(COMMAND, None, TODAY)
    assert [each.message for each in found] == ["A.", "B.", "2007-06-04"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('Ann Smith')", "a rule of the plugin odd fails: KeyError in odd.py, line 12"),
        ("return ['no']", "a rule of the plugin odd gives something that is a str, not an Objection"),
        ("return 7", "a rule of the plugin odd fails: TypeError"),
        ("raise GeneratorExit", "a rule of the plugin odd fails: GeneratorExit in odd.py, line 12"),
        ("raise SystemExit(7)", "a rule of the plugin odd fails: SystemExit in odd.py, line 12"),
    ],
)
def test_a_rule_that_cannot_judge_refuses(plugin, loaded, body: str, said: str) -> None:
    """Nothing passes a rule unseen because the rule is broken; and no name gets into the refusal."""
    plugin("odd", **rule(body))
    with pytest.raises(Rejected) as refused:
        loaded().objections(COMMAND, None, TODAY)
    assert refused.value.code == "rule_failed"
    assert said in refused.value.message
    assert "Ann" not in refused.value.message


@pytest.mark.parametrize(
    "body",
    [
        "import time; time.sleep(600); return []",
        "while True: pass",
        "try: import time; time.sleep(600)\nexcept BaseException: return []",
    ],
    ids=["waits", "works", "catches all"],
)
def test_a_rule_that_hangs_refuses(plugin, loaded, monkeypatch, body: str) -> None:
    """A rule is asked while others wait to write: it may hold them up for seconds, and not for ever."""
    monkeypatch.setattr(giving, "SECONDS_TO_JUDGE", 0.1)
    plugin("odd", **rule(body))
    with pytest.raises(Rejected) as refused:
        loaded().objections(COMMAND, None, TODAY)
    assert (refused.value.code, refused.value.message) == (
        "rule_failed",
        "the rule of odd took longer than 0.1 s",
    )


def test_a_rule_that_floods_memory_refuses(plugin, loaded) -> None:
    """A rule is asked in the program's own process, which must go on."""
    plugin("odd", **rule("held = [bytearray(2**26) for _ in range(10_000)]; return []"))
    with pytest.raises(Rejected) as refused:
        loaded().objections(COMMAND, None, TODAY)
    assert refused.value.code == "rule_failed"
    assert "MemoryError in odd.py, line " in refused.value.message


def test_a_rule_that_was_in_time_is_not_ended_later(plugin, loaded, monkeypatch) -> None:
    """Whatever else the program does after a rule has judged may take as long as it takes."""
    monkeypatch.setattr(giving, "SECONDS_TO_JUDGE", 60.0)
    before = signal.getsignal(signal.SIGALRM)
    plugin("odd", **rule("return []"))
    assert loaded().objections(COMMAND, None, TODAY) == ()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_a_rule_is_asked_in_any_thread(plugin, loaded) -> None:
    """Where nobody can end it the rule is asked all the same, without a limit."""
    plugin("odd", **rule("return [Objection(code='a', message='A.')]"))
    with ThreadPoolExecutor(1) as pool:
        (said,) = pool.submit(loaded().objections, COMMAND, None, TODAY).result()
    assert said.message == "A."


def test_what_a_rule_prints_stands_beside_the_answer(plugin, loaded, capsys) -> None:
    """A script that reads the program's JSON finds nothing else there."""
    plugin("odd", **rule("print('noise'); return []"))
    assert loaded().objections(COMMAND, None, TODAY) == ()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "noise\n")


def test_a_rule_may_refuse_as_the_core_does(plugin, loaded) -> None:
    """Rejected from a rule is an objection like any other, beside those of others."""
    plugin("odd", **rule("raise Rejected('too_early', 'Not before July.')"))
    assert [(one.code, one.blocks) for one in loaded().objections(COMMAND, None, TODAY)] == [
        ("too_early", True)
    ]
