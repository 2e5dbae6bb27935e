from __future__ import annotations

import pytest
import sqlalchemy as sa

from siprecruit.core.ids import Code
from siprecruit.core.responses import NamedReferee, SubmitResponse
from siprecruit.record.tables import streams

HELLO = '''
"""Writes into a list that a test reads."""
from siprecruit.api import Accepted, Notifier, Objection, hookimpl

siprecruit_api = ">=1,<2"
seen = []


@hookimpl
def siprecruit_notifiers():
    def send(context, message):
        with (context.home / "hello.txt").open("a") as file:
            file.write(f"{message.delivery.key}\\n")
        return Accepted(receipt=message.delivery.key)

    return [Notifier(name="hello", address="email", send=send)]


@hookimpl
def siprecruit_rules(command):
    if command.name == "response.submit" and command.what.home_authority == "suffolk":
        yield Objection(code="from_suffolk", message="People from Suffolk serve in Suffolk.")
'''


@pytest.fixture
def plugins_dir(tmp_path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "hello.py").write_text(HELLO)
    return tmp_path / "plugins"


@pytest.fixture
def configuration():
    return {"delivery": {"messages": {"response.acknowledged": "hello"}}}


def test_a_message_goes_through_the_plugin_under_test(app, given, outbox):
    """An applicant is thanked by the plugin's notifier, a referee asked by the one that is built in."""
    code = given.an_applicant()
    told = app.deliver()
    (sent,) = outbox.sent
    assert told.became == {"sent": 1}
    assert (sent.template, sent.address) == ("response.acknowledged", "applicant1@example.org")
    assert (app.home / "hello.txt").read_text() == f"{sent.key}\n"
    assert sent.key.startswith(f"application/{code}/")


def test_a_reference_is_asked_for_by_a_link(app, given, outbox):
    """A new installation asks by its form: the link lies in the mail file that the referee would get."""
    task = given.a_reference_that_is_asked_for()
    app.deliver()
    (asked,) = outbox.to("referee1@example.org")
    assert f"/r/{task.replace('/', '-')}-" in asked.text
    assert len(list((app.home / "messages-sent").glob("*.eml"))) == 1


def test_the_clock_makes_a_reminder_due(app, given, clock, outbox):
    """A fortnight without an answer: one reminder, the latest step."""
    given.a_reference_that_is_asked_for()
    app.deliver()
    clock.advance(days=15)
    app.deliver()
    assert [one.template for one in outbox.to("referee1@example.org")] == [
        "reference.asked",
        "reference.reminded",
    ]


def test_the_la_referee_gets_one_message_for_all(app, given, outbox):
    """Three references of the authority's own referee are one mail, and three rows that say so."""
    for _ in range(3):
        given.a_reference_that_is_asked_for("la_referee", from_la=True)
    app.deliver()
    asked = [one for one in outbox.to("la.referee@example.org") if one.template == "reference.asked"]
    assert len(asked) == 3
    assert len({one.text for one in asked}) == 1
    assert len(list((app.home / "messages-sent").glob("*.eml"))) == 1


def test_a_reply_in_the_folder_is_received(app, given):
    """What somebody drops into the folder is the reference of its task, from the next delivery on."""
    task = given.a_reference_that_is_asked_for("folder")
    app.deliver()
    reply = f'{{"task": "{task}", "answers": {{"recommendation": "yes"}}, "in_confidence": true}}'
    (app.home / "references" / "replies" / "1.json").write_text(reply)
    told = app.deliver()
    assert told.problems == ()
    with app.service.record.reading() as reader:
        stream = f"application/{task.partition('/')[0]}"
        names = [type(one.event).__name__ for one in reader.histories([stream])[stream]]
    assert "ReferenceReceived" in names


def test_a_list_of_the_college_comes_in(app):
    """One of our headteachers applies elsewhere: the application, the referee and the task are recorded."""
    place = app.home / "college" / "tasks"
    place.mkdir(parents=True)
    (place / "list.csv").write_text(
        "Surname,Forename,LA,Name of referee,Date asked,Deadline\n"
        "Drake,Colin,Suffolk,Lars Officer,30/05/2007,27/06/2007\n"
    )
    told = app.deliver()
    assert told.problems == ()
    with app.service.record.reading() as reader:
        (stream,) = reader.select(sa.select(streams.c.stream).where(streams.c.stream.like("application/%")))[
            0
        ]
        names = [type(one.event).__name__ for one in reader.histories([stream])[stream]]
    assert names[-1] == "ReferenceBegunOutside"


def test_a_rule_of_the_plugin_is_asked(app, given):
    """An objection of the plugin's refuses the command, with its code and its sentence."""
    code = given.an_applicant()
    what = SubmitResponse(
        advert=Code("tes-2007-05"),
        first_name="Ann",
        last_name="Finch",
        home_authority=Code("suffolk"),
        referees=(NamedReferee(name="A referee"),),
    )
    refused = app.judge("application/B8M5Q", what)
    assert (refused.outcome, refused.code) == ("refused", "from_suffolk")
    assert code != "B8M5Q"


def test_a_case_is_what_a_rule_is_asked(app, given):
    """An author gets the command, the state that it meets and the day, and the refusal with its code."""
    code = given.an_applicant()
    told = {
        "command": "response.withdraw",
        "id": "w1",
        "stream": f"application/{code}",
        "on": app.service.today().isoformat(),
        "data": {},
    }
    command, state, on = app.case(told)
    assert (command.name, on) == ("response.withdraw", app.service.today())
    assert state.response.submitted is not None
    app.do(told)
    assert app.refused(
        {**told, "id": "w2", "command": "referee.agree", "data": {"referee": "9", "agreement": "given"}}
    ).code


def test_people_and_schools_to_begin_with(app, given):
    """Each sentence makes its case, and says what it is called."""
    awaited, ready = given.an_appointed_headteacher_awaiting_accreditation(), given.an_accredited_consultant()
    urn = given.a_school()
    with app.service.record.reading() as reader:
        known = {f"person/{awaited}", f"person/{ready}", f"placement/{urn}"}
        assert all(reader.histories(list(known)).values())
