"""Plugins that each break one promise, and the tests of its suite that say so.

Not collected by itself: test_broken.py runs it, and holds what fails against ``BROKEN``.
"""

# ruff: noqa: ARG002, S310 - small makers of what is wrong

from __future__ import annotations

import datetime as dt
import itertools
import json
import secrets
import urllib.error
import urllib.request
from typing import Any

import attrs
import requests

from siprecruit.api import (
    Accepted,
    ByMessage,
    Collected,
    Deferred,
    Finding,
    Item,
    Notifier,
    Objection,
    Polled,
    ReferenceChannel,
    ReferenceDeclined,
    Refused,
    Setting,
    hookimpl,
)
from testing import test_contracts as kept
from testing.examples import Plugin, Settings, ask
from testing.test_contracts import over_http, service  # noqa: F401 - fixtures

# -- notifiers ----------------------------------------------------------------


class ForgetsTheKey(Plugin):
    """Says that it recognises keys, and makes up a new one each time."""

    def send(self, context, message):
        """Under another key."""
        return self.post(context, secrets.token_hex(), {"text": message.text})


class WaitsForEver(Plugin):
    """Asks by a client of its own, which has no timeout."""

    def post(self, context, key, told):
        """Without an end."""
        headers = {"Authorization": f"Bearer {context.settings.key}", "Idempotency-Key": key}
        body = json.dumps(told).encode()
        asked = urllib.request.Request(f"{context.settings.url}/messages", body, headers)
        try:
            with urllib.request.urlopen(asked) as said:
                return Accepted(receipt=json.load(said)["id"])
        except urllib.error.HTTPError as error:
            with error:
                return self.no(error)

    def no(self, error):
        """What is said to that."""
        if after := error.headers.get("Retry-After"):
            return Deferred(reason="later", after=dt.timedelta(seconds=int(after)))
        if error.code < 500:
            return Refused(reason=str(error.code))
        raise ValueError(error.code)


class TakesEveryAnswer(Plugin):
    """Doesn't look at the status."""

    def post(self, context, key, told):
        """Whatever is said means yes."""
        headers = {"Authorization": f"Bearer {context.settings.key}", "Idempotency-Key": key}
        context.http.post(f"{context.settings.url}/messages", json=told, headers=headers)
        return Accepted(receipt=key)


class GivesUpAtAnOutage(Plugin):
    """Calls an outage a refusal, so that nothing is tried again."""

    def post(self, context, key, told):
        """No is no."""
        try:
            return super().post(context, key, told)
        except requests.HTTPError as error:
            return Refused(reason=f"the service says {error.response.status_code}")


class CannotWait(Plugin):
    """Asks again at once, whatever it is told."""

    def post(self, context, key, told):
        """Without the time."""
        said = super().post(context, key, told)
        return Deferred(reason=said.reason) if isinstance(said, Deferred) else said


class TakesAnyPage(Plugin):
    """Takes a page that isn't the service's for the service."""

    def post(self, context, key, told):
        """Whatever it says."""
        try:
            return super().post(context, key, told)
        except (requests.JSONDecodeError, TypeError):
            return Accepted(receipt=key)


class KeepsAll(Plugin):
    """Takes an answer without a receipt, and keeps all of it."""

    def post(self, context, key, told):
        """The whole answer is the receipt."""
        said = ask(context, "POST", "/messages", json=told, key=key)
        if isinstance(said, Deferred | Refused):
            return said
        return Accepted(receipt=said.get("id", str(said)))


class SaysThatNothingWasDone(Plugin):
    """Calls it done nothing where the line broke, and doesn't recognise keys: it will be sent twice."""

    @hookimpl
    def siprecruit_notifiers(self):
        """Not idempotent."""
        return [Notifier(name="service", address="email", send=self.send)]

    def post(self, context, key, told):
        """Any failure of the line is taken for one before the request."""
        try:
            return super().post(context, key, told)
        except requests.RequestException:
            return Deferred(reason="the line broke")


class AlwaysRaises(Plugin):
    """Raises where nobody was there, and doesn't recognise keys: each is a task for a person."""

    @hookimpl
    def siprecruit_notifiers(self):
        """Not idempotent."""
        return [Notifier(name="service", address="email", send=self.send)]


class Gossips(Plugin):
    """Logs to whom it writes."""

    def send(self, context, message):
        """And tells."""
        context.log.info("sending", to=message.to.address)
        return super().send(context, message)


class Prints(Plugin):
    """Prints what it sends."""

    def send(self, context, message):
        """And shows."""
        print(message.text)  # noqa: T201 - that is what is wrong with it
        return super().send(context, message)


class GossipsOfFailures(Plugin):
    """Logs whom a failure met."""

    def send(self, context, message):
        """And tells."""
        said = super().send(context, message)
        if isinstance(said, Refused):
            context.log.warning("refused", to=message.to.name)
        return said


class ShowsItsKey(Plugin):
    """Its settings show the secret."""

    @hookimpl
    def siprecruit_settings(self):
        """As a plain value."""
        setting = super().siprecruit_settings()
        return attrs.evolve(setting, make=lambda table: Open(url=table["url"], key=f"{table['key']}"))


@attrs.frozen(kw_only=True)
class Open(Settings):
    """Settings that show all."""

    key: str


class ShowsItsKeyInAnError(Plugin):
    """Its errors show the secret."""

    def post(self, context, key, told):
        """As it was sent."""
        try:
            return super().post(context, key, told)
        except requests.HTTPError as error:
            raise RuntimeError(f"failed with {context.settings.key}") from error


class TakesAnySetting(Plugin):
    """Passes over a slip of the pen."""

    @hookimpl
    def siprecruit_settings(self):
        """Whatever stands there."""
        setting = super().siprecruit_settings()
        return Setting(schema={**setting.schema, "additionalProperties": {}}, make=self.make)

    def make(self, table):
        """What is known of it."""
        return Settings(url=table["url"], key=table["key"])


class SaysTrue(Plugin):
    """Answers with something else than it may."""

    def send(self, context, message):
        """Yes."""
        said = super().send(context, message)
        return {"receipt": said.receipt} if isinstance(said, Accepted) else said


class OneReceipt(Plugin):
    """Gives all messages the same receipt."""

    def post(self, context, key, told):
        """The same."""
        said = super().post(context, key, told)
        return Accepted(receipt="ok") if isinstance(said, Accepted) else said


class TrustsAnybody(Plugin):
    """Doesn't look at the signature."""

    def check(self, context, body, headers):
        """Nothing."""


class ForgetsAll(Plugin):
    """Deletes more than it is told to."""

    def forget(self, context, keys):
        """The other one's too."""
        super().forget(context, ("application/B8M5Q/12/reference.asked",))
        return super().forget(context, keys)


class ForgetsNobody(Plugin):
    """Keeps what it is told to forget."""

    def forget(self, context, keys):
        """And says nothing of it."""
        del context
        return len(keys)


class ForAnotherHost(Plugin):
    """Is made for another version of the API."""

    siprecruit_api = ">=2"


class StandsStill(Plugin):
    """Its cursor never moves on."""

    def entries(self, context, cursor):
        """All, always."""
        del cursor
        return super().entries(context, "")[0], ""


# -- reference channels -------------------------------------------------------


class LosesAnswers(Plugin):
    """Moves its cursor past what it couldn't read."""

    def collect(self, context, cursor):
        """From here on."""
        try:
            return super().collect(context, cursor)
        except Exception:  # noqa: BLE001 - that is what is wrong with it
            return Collected(cursor=f"{cursor}1")


class NewReceipts(Plugin):
    """Makes up receipts, so that an answer that comes twice is taken twice."""

    def reply(self, entry, number):
        """Another one each time."""
        return attrs.evolve(super().reply(entry, number), receipt=secrets.token_hex(8))


class OneReceiptForAll(Plugin):
    """Gives all answers the same receipt, so that the second is dropped."""

    def reply(self, entry, number):
        """The same one each time."""
        return ReferenceDeclined(task=entry["task"], reason="", receipt="answer")


class AsksOnlyTheFirst(Plugin):
    """Asks for the first of many and forgets the others."""

    def request_many(self, context, tasks):
        """The first."""
        return super().request_many(context, tasks[:1])


class CannotTakeBack(Plugin):
    """Raises where there is nothing to take back."""

    def withdraw(self, context, task):
        """Only what is known."""
        if task.task != "A7K4P/r1":
            raise KeyError(task.task)
        return super().withdraw(context, task)


class TellsTheAddress(Plugin):
    """Says that it needs no address, and sends it all the same."""


class MessageWithAddress:
    """Puts the address into a field of the message."""

    siprecruit_api = ">=1,<2"

    @hookimpl
    def siprecruit_reference_channels(self):
        """By message."""
        return [ReferenceChannel(name="service", request=self.request, idempotent=True)]

    def request(self, _context, task):
        """With the address."""
        template = "reference.reminded" if task.step else "reference.asked"
        return ByMessage(template=template, fields={"email": task.referee.address})


class RemindsAsItAsks(MessageWithAddress):
    """Reminds by the message with which it asked."""

    def request(self, _context, _task):
        """The same."""
        return ByMessage(template="reference.asked")


# -- lookups ------------------------------------------------------------------


class TakesAnOutageForNo(Plugin):
    """Calls an outage "not accredited"."""

    def people(self, context, numbers):
        """Whoever isn't told of isn't accredited."""
        try:
            said = ask(context, "POST", "/people", json={"numbers": numbers})
            found = {one["number"]: one["status"] for one in said["people"]}
        except Exception:  # noqa: BLE001 - that is what is wrong with it
            found = {}
        told = {number: found.get(number, "not_accredited") for number in numbers}
        return {number: self.finding({"number": number, "status": status}) for number, status in told.items()}


class TakesNothingForNo(Plugin):
    """Calls an empty answer "not accredited"."""

    def people(self, context, numbers):
        """Who isn't in the answer isn't accredited, whatever answered."""
        said = ask(context, "POST", "/people", json={"numbers": numbers})
        if isinstance(said, Deferred | Refused):
            return said
        found = {one["number"]: one["status"] for one in dict(said).get("people", ())}
        told = {number: found.get(number, "not_accredited") for number in numbers}
        return {number: self.finding({"number": number, "status": status}) for number, status in told.items()}


class EatsZeros(Plugin):
    """Takes a number for a number."""

    def finding(self, person):
        """Without its zeros."""
        return attrs.evolve(super().finding(person), number=str(int(person["number"])))


class TellsTheBirthDate(Plugin):
    """Sends a birth date that it says it doesn't need."""

    def find(self, context, query):
        """With all that is known."""
        context.http.post(f"{context.settings.url}/people", json={"born": str(query.born), "numbers": []})
        return super().find(context, query)


class LeavesOut(Plugin):
    """Tells only of those whom it has found."""

    def find_many(self, context, queries):
        """Without the others."""
        found = super().find_many(context, queries)
        return {
            person: said
            for person, said in found.items()
            if not isinstance(said, Finding) or said.verdict != "unknown"
        }


class AccreditsAnybody(Plugin):
    """Calls whoever isn't known accredited."""

    def finding(self, person):
        """Everybody."""
        return attrs.evolve(super().finding(person), verdict="accredited")


class LogsNames(Plugin):
    """Logs after whom it was asked."""

    def find(self, context, query):
        """And tells."""
        context.log.info("looking up", name=query.name)
        return super().find(context, query)


# -- inboxes and rules --------------------------------------------------------


class TellsHalfACommand(Plugin):
    """Tells commands that no schema knows."""

    def item(self, entry):
        """Without a day."""
        item = super().item(entry)
        (command,) = item.commands
        return Item(receipt=item.receipt, commands=({**command, "on": "yesterday"},))


class NewReceiptsOfItems(Plugin):
    """Makes up receipts, so that what comes twice is taken twice."""

    def item(self, entry):
        """Another one each time."""
        return attrs.evolve(super().item(entry), receipt=secrets.token_hex(8))


class SkipsWhatItCouldNotRead(Plugin):
    """Moves its cursor past an outage."""

    def poll(self, context, cursor):
        """From here on."""
        try:
            return super().poll(context, cursor)
        except Exception:  # noqa: BLE001 - that is what is wrong with it
            return Polled(cursor="9")


class StopsAtWhatItCannotRead(Plugin):
    """Lets nothing in beside something that it can't read."""

    def can_be_read(self, entry):
        """All or nothing."""
        return entry["name"] != ""


class OnlyKnowsResponses(Plugin):
    """Raises at any other command than it was written for."""

    @hookimpl
    def siprecruit_rules(self, command):
        """Without asking which it is."""
        if command.what.home_authority == "suffolk":
            yield Objection(code="from_suffolk", message="People from Suffolk serve in Suffolk.")


class AsksTheNetwork(Plugin):
    """Asks somebody else before it judges."""

    @hookimpl
    def siprecruit_rules(self, command):
        """Reads a file."""
        if getattr(command.what, "home_authority", None) == "suffolk":
            with open(__file__, encoding="utf-8") as file:  # noqa: PTH123 - that is what is wrong with it
                yield Objection(code="from_suffolk", message=file.readline())


class SaysNothing(Plugin):
    """Objects without a sentence."""

    @hookimpl
    def siprecruit_rules(self, command):
        """No words."""
        if getattr(command.what, "home_authority", None) == "suffolk":
            yield Objection(code="Suffolk!", message="")


class CountsItsCalls(Plugin):
    """Objects every other time only."""

    def __init__(self) -> None:
        self.objects = itertools.cycle((True, False))

    @hookimpl
    def siprecruit_rules(self, command):
        """Now and then."""
        if getattr(command.what, "home_authority", None) == "suffolk" and next(self.objects):
            yield Objection(code="from_suffolk", message="People from Suffolk serve in Suffolk.")


# -- what each suite says of it -----------------------------------------------

FAULTS = "test_a_fault_on_the_other_side_is_no_answer"
HALF = "test_half_an_answer_is_no_answer"
HANG = "test_a_hang_ends_in_time"
LOST = "test_a_lost_answer_is_not_known"
NOBODY = "test_nobody_there_means_nothing_done"
REPEAT = "test_a_lost_answer_and_a_repeat_send_once"
PAGE = "test_another_page_than_the_service_is_not_the_service"

BROKEN: dict[str, list[tuple[type, set[str]]]] = {
    "Notifier": [
        # What was left under another key can't be found again, to be forgotten.
        (ForgetsTheKey, {REPEAT, "test_the_same_key_twice_is_sent_once", "test_a_person_is_forgotten"}),
        (WaitsForEver, {HANG}),
        (TakesEveryAnswer, {
            "test_a_request_that_is_refused_is_refused",
            "test_too_many_requests_are_asked_again_later",
            FAULTS,
            PAGE,
            "test_a_huge_answer_is_no_answer",
        }),
        (GivesUpAtAnOutage, {FAULTS}),
        (CannotWait, {"test_too_many_requests_are_asked_again_later"}),
        (TakesAnyPage, {PAGE}),
        (KeepsAll, {"test_a_huge_answer_is_no_answer"}),
        (SaysThatNothingWasDone, {HALF, HANG, LOST}),
        (AlwaysRaises, {NOBODY}),
        (Gossips, {"test_nothing_personal_is_logged", "test_nothing_personal_is_logged_of_a_failure"}),
        (Prints, {"test_nothing_personal_is_logged", "test_nothing_personal_is_logged_of_a_failure"}),
        (GossipsOfFailures, {"test_nothing_personal_is_logged_of_a_failure"}),
        (ShowsItsKey, {"test_no_secret_is_shown", "test_no_secret_is_shown_by_a_failure"}),
        (ShowsItsKeyInAnError, {"test_no_secret_is_shown_by_a_failure"}),
        (TakesAnySetting, {"test_an_unknown_setting_is_refused"}),
        (SaysTrue, {
            "test_a_message_is_sent",
            "test_two_messages_are_two",
            "test_the_same_key_twice_is_sent_once",
            REPEAT,
            "test_reports_are_collected_once",
        }),
        (OneReceipt, {"test_two_messages_are_two"}),
        (TrustsAnybody, {"test_a_wrong_signature_is_refused"}),
        (ForgetsAll, {"test_a_person_is_forgotten"}),
        (ForgetsNobody, {"test_a_person_is_forgotten"}),
        (ForAnotherHost, {"test_the_host_can_use_it"}),
        (StandsStill, {"test_reports_are_collected_once"}),
    ],
    "Channel": [
        (LosesAnswers, {"test_an_outage_loses_no_answer"}),
        (StandsStill, {"test_answers_are_collected_once", "test_each_answer_has_a_receipt_of_its_own"}),
        (NewReceipts, {"test_answers_are_collected_once", "test_a_signed_answer_is_read"}),
        (OneReceiptForAll, {"test_each_answer_has_a_receipt_of_its_own"}),
        (AsksOnlyTheFirst, {"test_many_are_answered_one_by_one"}),
        (CannotTakeBack, {"test_a_request_is_withdrawn"}),
        (TrustsAnybody, {"test_a_wrong_signature_is_refused"}),
        (TellsTheAddress, {"test_an_address_that_is_not_needed_stays_here"}),
        (MessageWithAddress, {"test_the_sending_is_left_to_the_notifier"}),
        (RemindsAsItAsks, {"test_a_reminder_is_not_the_request_again"}),
    ],
    "Lookup": [
        (TakesAnOutageForNo, {"test_an_outage_is_never_an_answer", "test_an_outage_answers_for_nobody"}),
        (TakesNothingForNo, {"test_an_outage_is_never_an_answer", "test_an_outage_answers_for_nobody"}),
        (EatsZeros, {"test_a_number_keeps_its_zeros"}),
        (TellsTheBirthDate, {"test_a_birth_date_that_is_not_needed_stays_here"}),
        (LeavesOut, {"test_many_are_answered_one_by_one"}),
        (AccreditsAnybody, {"test_who_is_unheard_of_is_not_accredited", "test_many_are_answered_one_by_one"}),
        (LogsNames, {"test_nothing_personal_is_logged"}),
    ],
    "Inbox": [
        (TellsHalfACommand, {"test_what_came_in_is_commands"}),
        (NewReceiptsOfItems, {"test_an_item_comes_once"}),
        # Whoever reads it page by page never comes to an end.
        (StandsStill, {
            "test_an_item_comes_once",
            "test_what_came_later_is_not_lost",
            "test_what_is_good_beside_what_is_not_comes_in",
        }),
        (StopsAtWhatItCannotRead, {"test_what_is_good_beside_what_is_not_comes_in"}),
        (SkipsWhatItCouldNotRead, {"test_an_outage_loses_nothing"}),
    ],
    "Rule": [
        (OnlyKnowsResponses, {"test_it_can_be_asked_about_any_command"}),
        (AsksTheNetwork, {"test_it_only_judges"}),
        (SaysNothing, {"test_it_objects"}),
        (CountsItsCalls, {"test_it_says_the_same_again"}),
    ],
}  # fmt: skip
"""By the suite: the plugin, and which of the suite's tests fail, and no others."""

_SAID: dict[type, dict[str, Any]] = {
    TellsTheAddress: {"needs_address": False},
    MessageWithAddress: {"by_message": True, "http": False, "environment": {}, "settings": lambda _: {}},
    RemindsAsItAsks: {"by_message": True, "http": False, "environment": {}, "settings": lambda _: {}},
}
"""What else the suite of a plugin says of it."""


def suite_of(kind: str, plugin: type) -> str:
    """What the suite of a broken plugin is called."""
    return f"Test{kind}That{plugin.__name__}"


def _suites() -> dict[str, type]:
    made = {}
    for kind, each in BROKEN.items():
        for plugin, _ in each:
            said = dict(_SAID.get(plugin, {}))
            if "settings" in said:
                said["settings"] = kept.pytest.fixture(said["settings"])
            base = getattr(kept, f"Test{kind}")
            name = suite_of(kind, plugin)
            made[name] = type(name, (base,), {"plugin": plugin(), "__module__": __name__, **said})
    return made


globals().update(_suites())
