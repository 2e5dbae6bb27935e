"""What goes out to Notify, and what Notify says against it as people are told."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from siprecruit.api import Accepted, Attachment, Context, Deferred, Refused
from siprecruit.testing import (
    Answer,
    Clock,
    LoopbackServer,
    a_context,
    a_delivery,
    a_notification,
)
from siprecruit.testing.contexts import refused_settings

import siprecruit_govuk_notify
from offices import FALLBACK, OWN, made, notes_in, posts
from siprecruit_govuk_notify.notify import Unclear
from siprecruit_govuk_notify.sending import send
from siprecruit_govuk_notify.standin.command import KEY
from siprecruit_govuk_notify.standin.serving import StandIn


@pytest.fixture
def context(tmp_path: Path, clock: Clock, http: LoopbackServer, notify: str) -> Context:
    http.passes_on(notify)
    return made(tmp_path, clock, http.url)


# -- what goes out ------------------------------------------------------------


def test_a_template_of_the_authoritys_gets_the_words_and_not_our_text(
    tmp_path: Path, clock: Clock, http: LoopbackServer, notify: str, standin: StandIn
):
    """The office writes at Notify what is said; only what its template may name goes there."""
    http.passes_on(notify)
    context = made(tmp_path, clock, http.url, templates={"reference.asked": OWN}, email_reply_to_id=FALLBACK)
    standin.room.templates[OWN] = {
        "subject": "Reference for ((applicant_name))",
        "body": "Dear ((referee_name)): ((link))",
    }
    message = a_notification()
    assert isinstance(send(context, message), Accepted)
    told = http.requests[-1].json()
    assert told["personalisation"] == dict(message.fields)
    assert told["reference"] == message.delivery.key
    assert told["email_reply_to_id"] == FALLBACK
    assert told["sanitise_content_for"] == ["applicant_name", "referee_name"]
    assert standin.room.messages[0]["body"] == f"Dear {message.to.name}: {message.fields['link']}"


def test_all_other_messages_go_by_the_fallback(context: Context, standin: StandIn):
    """Its subject and its text, as they would go by mail."""
    message = a_notification()
    send(context, message)
    assert standin.room.messages[0]["subject"] == message.subject
    assert standin.room.messages[0]["body"] == message.text


def test_no_link_hides_behind_words_that_somebody_wrote(context: Context, standin: StandIn):
    """Notify makes a link of [here](https://...): whose name is that would send our mail for them."""
    send(context, a_notification(text="Dear [Ada](https://evil.example.org),\n"))
    assert "](" not in standin.room.messages[0]["body"]


def test_without_a_template_a_person_is_told_which(tmp_path: Path, clock: Clock, http: LoopbackServer):
    """Nothing is asked of Notify: nothing can be sent."""
    table = {"base_url": http.url, "api_key": {"env": "K"}}
    context = a_context(
        siprecruit_govuk_notify, home=tmp_path, clock=clock, settings=table, environment={"K": KEY}
    ).context
    said = send(context, a_notification())
    assert isinstance(said, Refused)
    assert said.reason == (
        "There is no template for reference.asked: name one in [plugins.govuk-notify.templates], or a "
        "`fallback_template`."
    )
    assert http.requests == []


def test_a_file_is_not_left_out_in_silence(context: Context, http: LoopbackServer):
    """Notify passes over words that its template has no place for: the file would be gone."""
    file = Attachment(filename="pack.pdf", media_type="application/pdf", content=b"%PDF")
    assert isinstance(send(context, a_notification(attachments=(file,))), Refused)
    assert http.requests == []


def test_a_true_timestamp_signs_each_request(context: Context, clock: Clock):
    """Notify wants a clock that is right to half a minute: an installation's set clock doesn't count."""
    clock.set("2007-01-01")
    assert isinstance(send(context, a_notification()), Accepted)


# -- what Notify says against it ----------------------------------------------


def against(status: int, kind: str, message: str) -> dict[str, Any]:
    return {"status_code": status, "errors": [{"error": kind, "message": message}]}


def only_posts(http: LoopbackServer, answer: Answer) -> None:
    http.serve(
        lambda request: Answer(json={"notifications": [], "links": {}}) if request.method == "GET" else answer
    )


@pytest.mark.parametrize(
    ("status", "kind", "message", "said"),
    [
        (400, "BadRequestError", "Missing personalisation: link", "doesn't take it (400: Missing pers"),
        (400, "BadRequestError", "Can’t send to this recipient using a team-only API key", "team-only"),
        (
            403,
            "AuthError",
            "Invalid token: API key not found",
            "look at `api_key`, and at this",
        ),
        (404, "NoResultFound", "No result found", "doesn't take it (404"),
        (413, "x", "", "doesn't take it (413)."),
    ],
)
def test_what_notify_refuses_a_person_looks_at(
    context: Context, http: LoopbackServer, status: int, kind: str, message: str, said: str
):
    """In Notify's own words; nothing was done, and no note stays."""
    only_posts(http, Answer(status=status, json=against(status, kind, message)))
    answer = send(context, a_notification())
    assert isinstance(answer, Refused)
    assert said in answer.reason
    assert notes_in(context) == []


def test_too_many_a_minute_and_too_many_a_day(context: Context, http: LoopbackServer, clock: Clock):
    """The minute's number is back in a minute; the day's begins anew at midnight."""
    only_posts(http, Answer(status=429, json=against(429, "RateLimitError", "Exceeded rate limit")))
    minute = send(context, a_notification())
    only_posts(http, Answer(status=429, json=against(429, "TooManyRequestsError", "Exceeded send limits")))
    day = send(context, a_notification())
    assert isinstance(minute, Deferred)
    assert isinstance(day, Deferred)
    assert minute.after == dt.timedelta(minutes=1)
    assert clock() + (day.after or dt.timedelta()) == dt.datetime(2007, 6, 5, 0, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_of_notifys_leaves_it_open(context: Context, http: LoopbackServer, status: int):
    """A fault may come before or after it has taken the message: nobody here knows."""
    only_posts(http, Answer(status=status, json=against(status, "Exception", "Internal server error")))
    with pytest.raises(Unclear):
        send(context, a_notification())
    assert len(notes_in(context)) == 1


def test_the_key_stands_in_no_sentence(context: Context, http: LoopbackServer):
    """Not even where the other side repeats it."""
    only_posts(http, Answer(status=400, json=against(400, "x", f"no such key: {KEY}")))
    answer = send(context, a_notification())
    assert isinstance(answer, Refused)
    assert KEY not in answer.reason


def test_the_library_tells_no_log_what_notify_said(
    context: Context, http: LoopbackServer, caplog: pytest.LogCaptureFixture
):
    """Notify may repeat an address in what it says, and the library would log it."""
    caplog.set_level(logging.DEBUG)
    address = a_notification().to.address
    only_posts(http, Answer(status=400, json=against(400, "ValidationError", f"{address} is no address")))
    send(context, a_notification())
    assert address not in caplog.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base_url": "http://api.example.org"}, "must begin with https://"),
        ({"fallback_template": "reference"}, "must be an id as GOV.UK Notify shows it"),
        ({"templates": {"reference.asked": "x"}}, "must be an id as GOV.UK Notify shows it"),
        ({"folder": "../elsewhere"}, "must be a folder below the installation's"),
        ({"api_key": "in clear text"}, "not the secret itself"),
        ({"remembered_days": 0}, "remembered_days"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_a_sentence(change: dict[str, Any], said: str):
    """Before anything is sent."""
    told = refused_settings(siprecruit_govuk_notify, {"api_key": {"env": "K"}, **change})
    assert told is not None
    assert said in told


def test_an_outage_at_the_look_means_that_nothing_was_done(context: Context, http: LoopbackServer):
    """Where it can't even be asked, nothing is sent, and it is tried again by itself."""
    troubles: list[Callable[[], None]] = [
        lambda: http.fails(500),
        lambda: http.fails(200, body=b"{}"),
        lambda: http.fails(200, json={"notifications": [{"reference": a_delivery().key}]}),
        http.drops,
    ]
    for trouble in troubles:
        trouble()
        assert isinstance(send(context, a_notification()), Deferred)
    assert posts(http) == 0
    assert notes_in(context) == []


def test_settings_show_no_secret(context: Context):
    """Neither the key nor the token stands in what a debugger or a log would show."""
    shown = repr(attrs.evolve(context.settings, callback_token="a token that nobody sees"))
    assert KEY not in shown
    assert "nobody sees" not in shown
