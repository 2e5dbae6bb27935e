"""What a lookup of accreditations promises: above all, that an outage never reads as an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import attrs
import pytest

from siprecruit.api import AccreditationLookup, Context, Finding, LookupQuery
from siprecruit.testing.calling import Ended, called
from siprecruit.testing.clock import Clock
from siprecruit.testing.contexts import Heard, impatient
from siprecruit.testing.contracts.declaring import assert_answer, needs
from siprecruit.testing.contracts.hearing import assert_no_secret, assert_nothing_personal, overheard
from siprecruit.testing.contracts.provider import ProviderContract
from siprecruit.testing.contracts.sending import SOON
from siprecruit.testing.serving import HUGE, LoopbackServer
from siprecruit.testing.tasks import BORN, a_delivery

DECIDES_NOTHING: Final = frozenset({"unknown", "ambiguous"})

#: A word of another service's than the register: what stands for an outage.
_ELSEWHERE: Final = b"<html>Sorry, we are moving house</html>"

TROUBLES: Final[Mapping[str, Callable[[LoopbackServer], None]]] = {
    **{
        f"status {status}": partial(LoopbackServer.fails, status=status, body=_ELSEWHERE)
        for status in (400, 401, 403, 404, 410, 429, 500, 502, 503)
    },
    "another page": lambda http: http.fails(200, body=_ELSEWHERE),
    "nothing": lambda http: http.fails(200, body=b""),
    "null": lambda http: http.fails(200, body=b"null"),
    "an empty object": lambda http: http.fails(200, body=b"{}"),
    "a huge answer": lambda http: http.fails(200, body=b'{"padding": "' + b"x" * HUGE + b'"}'),
    "half an answer": LoopbackServer.answers_half,
    "a dropped line": LoopbackServer.drops,
    "a hang": LoopbackServer.hangs,
    "nobody there": LoopbackServer.goes_away,
}
"""All the ways in which a register can fail to answer."""


class AccreditationLookupContract(ProviderContract):
    """Subclass it in a test module, and give ``plugin``, ``settings``, ``accredited`` and ``unheard_of``.

    ``plugin``, ``name``, ``http``, ``environment`` and the fixture ``settings`` as for a notifier.
    """

    hook = "accreditation_lookups"

    @pytest.fixture
    def accredited(self) -> LookupQuery:
        """A question after somebody whom the register calls accredited: ``a_query(number=..., name=...)``."""
        pytest.fail("give a fixture `accredited`: a question whose answer is yes")

    @pytest.fixture
    def unheard_of(self) -> LookupQuery:
        """A question after somebody of whom the register has never heard."""
        pytest.fail("give a fixture `unheard_of`: a question after somebody who isn't in the register")

    @pytest.fixture
    def lookup(self, provider: AccreditationLookup) -> AccreditationLookup:
        """The lookup."""
        return provider

    # -- what is promised -----------------------------------------------------

    def test_who_is_accredited_is_found(
        self, lookup: AccreditationLookup, context: Context, accredited: LookupQuery
    ) -> None:
        """Accredited for the phase that was asked after; and where it says so."""
        ended = called(lookup.find, context, accredited)
        assert_answer(ended.value, self.hook, "find")
        assert isinstance(ended.value, Finding), f"the register knows, but {ended}"
        assert ended.value.verdict == "accredited", f"the register says accredited, but {ended}"
        assert accredited.phase in ended.value.phases, f"accredited for {accredited.phase}, but {ended}"
        assert ended.value.source, "a finding says where it comes from"

    def test_a_number_keeps_its_zeros(
        self, lookup: AccreditationLookup, context: Context, accredited: LookupQuery
    ) -> None:
        """An accreditor's number is a text: 0012345 is not 12345."""
        found = called(lookup.find, context, accredited).value
        assert isinstance(found, Finding)
        if accredited.number is not None and found.number is not None:
            assert found.number == accredited.number, "the number has lost its zeros"

    def test_who_is_unheard_of_is_not_accredited(
        self, lookup: AccreditationLookup, context: Context, unheard_of: LookupQuery
    ) -> None:
        """No answer never accredits, and never removes."""
        ended = called(lookup.find, context, unheard_of)
        assert_answer(ended.value, self.hook, "find")
        assert isinstance(ended.value, Finding), f"the register answers, but {ended}"
        told = ended.value.verdict in DECIDES_NOTHING | {"not_accredited"}
        assert told, f"the register has never heard of them, but {ended}"

    @needs("find_many")
    def test_many_are_answered_one_by_one(
        self,
        lookup: AccreditationLookup,
        context: Context,
        accredited: LookupQuery,
        unheard_of: LookupQuery,
    ) -> None:
        """Each person gets their own answer, by their id, and the same as when asked after alone."""
        assert lookup.find_many is not None
        known = attrs.evolve(accredited, person="A7K4P")
        other = attrs.evolve(unheard_of, person="B8M5Q", delivery=a_delivery("person/B8M5Q/1/lookup"))
        found = called(lookup.find_many, context, (other, known)).value
        assert_answer(found, self.hook, "find_many")
        assert set(found) == {"A7K4P", "B8M5Q"}, f"asked after two people, and told of {sorted(found)}"
        alone = called(lookup.find, context, known).value
        assert isinstance(found["A7K4P"], Finding)
        assert isinstance(alone, Finding)
        assert found["A7K4P"].verdict == alone.verdict
        assert _decides_nothing(found["B8M5Q"]) or found["B8M5Q"].verdict == "not_accredited"

    @needs("http")
    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_an_outage_is_never_an_answer(
        self,
        lookup: AccreditationLookup,
        context: Context,
        http: LoopbackServer,
        clock: Clock,
        accredited: LookupQuery,
        trouble: str,
    ) -> None:
        """Whatever goes wrong between us and the register says nothing about anybody."""
        TROUBLES[trouble](http)
        hurried, query = _in_a_hurry(context, accredited, clock)
        ended = called(lookup.find, hurried, query, within=SOON + 3)
        assert _no_answer(ended), f"{trouble} reads as an answer: {ended}"

    @needs("http", "find_many")
    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_an_outage_answers_for_nobody(
        self,
        lookup: AccreditationLookup,
        context: Context,
        http: LoopbackServer,
        clock: Clock,
        accredited: LookupQuery,
        trouble: str,
    ) -> None:
        """Nor where many are asked after at once."""
        assert lookup.find_many is not None
        TROUBLES[trouble](http)
        hurried, query = _in_a_hurry(context, accredited, clock)
        ended = called(lookup.find_many, hurried, (query,), within=SOON + 3)
        told = not ended.raised and not all(map(_decides_nothing, ended.value.values()))
        assert not told, f"{trouble} reads as an answer: {ended}"

    @needs("http", "not needs_birth_date")
    def test_a_birth_date_that_is_not_needed_stays_here(
        self, lookup: AccreditationLookup, context: Context, http: LoopbackServer, accredited: LookupQuery
    ) -> None:
        """A lookup which says that it needs no birth date sends none, even if it were given one."""
        called(lookup.find, context, attrs.evolve(accredited, born=BORN))
        seen = "\n".join(map(str, http.requests))
        written = {BORN.isoformat(), BORN.strftime("%d/%m/%Y"), BORN.strftime("%Y%m%d")}
        assert not [one for one in written if one in seen], "the birth date went out"

    def test_nothing_personal_is_logged(
        self,
        lookup: AccreditationLookup,
        heard: Heard,
        accredited: LookupQuery,
        unheard_of: LookupQuery,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """Nobody's name gets into a log, whether found or not."""
        caplog.set_level(0)
        called(lookup.find, heard.context, accredited)
        called(lookup.find, heard.context, unheard_of)
        said = overheard(heard, caplog, capfd)
        assert_nothing_personal(said, {accredited.name, unheard_of.name})

    @needs("secrets")
    def test_no_secret_is_shown(
        self,
        lookup: AccreditationLookup,
        heard: Heard,
        accredited: LookupQuery,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """A secret of the settings is shown by no value, no answer and no log."""
        caplog.set_level(0)
        ended = called(lookup.find, heard.context, accredited)
        assert_no_secret(heard, ended, overheard(heard, caplog, capfd), self.environment.values())


def _in_a_hurry(context: Context, query: LookupQuery, clock: Clock) -> tuple[Context, LookupQuery]:
    soon = attrs.evolve(query.delivery, deadline=clock() + dt.timedelta(seconds=SOON))
    return attrs.evolve(context, http=impatient(SOON)), attrs.evolve(query, delivery=soon)


def _no_answer(ended: Ended) -> bool:
    return ended.raised or _decides_nothing(ended.value)


def _decides_nothing(said: object) -> bool:
    """Deferred, refused, or a finding that leaves it open."""
    return not isinstance(said, Finding) or said.verdict in DECIDES_NOTHING
