"""Looking up who is accredited: a register is asked, and what it says comes back as commands."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import sqlalchemy as sa

from siprecruit.core.accreditation import AccreditationLookedUp, FindAccreditation, accredited, awaiting
from siprecruit.core.commands import Command, Rejected
from siprecruit.core.events import standing
from siprecruit.core.ids import WELL_FORMED, Code
from siprecruit.deliver.attempting import note_call
from siprecruit.deliver.calling import Callers, Provider, called, provider_named
from siprecruit.deliver.office import Office
from siprecruit.deliver.writing.somebody import person as somebody
from siprecruit.plugins.types import Deferred, Delivery, Finding, LookupQuery, Refused
from siprecruit.record import outbox
from siprecruit.record.desk import Desk
from siprecruit.record.reading import Reader
from siprecruit.record.views import people, todo

AT_ONCE: Final = 100
"""How many people are asked after in one call, where the lookup answers for many."""


@attrs.frozen(kw_only=True)
class Looked:
    """What came of asking after one person for one phase.

    ``outcome`` is ``done``, ``unchanged`` or ``refused`` where there was a finding, which ``verdict`` says;
    else ``not_found_out``, and ``message`` why: nothing is known then, and nothing is decided.
    """

    person: str
    phase: str
    outcome: str
    message: str
    verdict: str | None = None


def due(office: Office) -> tuple[LookupQuery, ...]:
    """Who is to be asked after: whose answer is awaited, or who is accredited and wasn't seen lately.

    Raises Rejected ``no_accreditor``, ``no_such_lookup``.
    """
    fresh_for = _provider(office).given.provider.fresh_for
    with office.service.record.reading() as reader:
        awaited = _awaited(reader)
        has = sa.select(people.c.joined_to).where(people.c.accredited != "{}")
        found = sorted({*awaited, *(str(who) for (who,) in reader.select(has))})
        desk = _desk(office, reader, found)
        return tuple(
            _query(office, desk, who, phase)
            for who in found
            for phase in _phases(desk, who, awaited.get(who, ()))
            if not _is_fresh(desk, who, phase, fresh_for)
        )


def of(office: Office, person: str) -> tuple[LookupQuery, ...]:
    """What is asked after one person, however lately they were seen. Raises Rejected as ``due`` does."""
    _provider(office)
    with office.service.record.reading() as reader:
        desk = _desk(office, reader, [person])
        if not any(desk.histories[stream] for stream in desk.streams_of(person)):
            return ()
        applied = [
            phase
            for each in desk.applications(person)
            if each.response.submitted
            for phase in each.response.submitted.phases
        ]
        phases = _phases(desk, person, _awaited(reader).get(person, ())) or applied
        return tuple(
            _query(office, desk, person, phase)
            for phase in dict.fromkeys(phases or [office.programme.phases[0].code])
        )


def look_up(office: Office, callers: Callers, queries: Sequence[LookupQuery]) -> tuple[Looked, ...]:
    """Ask after these people and record what is found. An outage is no answer. Raises Rejected as ``due``."""
    provider = _provider(office)
    found: list[Looked] = []
    for batch in _batches(provider, queries):
        with office.service.record.reading() as reader:
            rests = provider.name in outbox.resting(reader, office.service.clock())
        if rests:
            found += [_unknown(each, f"{provider.name} rests, as it has failed too often") for each in batch]
        else:
            found += _asked(office, callers, provider, batch)
    return tuple(found)


# -- whom to ask after --------------------------------------------------------


def _provider(office: Office) -> Provider:
    if office.programme.accreditor is None:
        raise Rejected(
            "no_accreditor", "nobody outside accredits in this programme: there is nothing to look up"
        )
    name = office.choices.lookup
    provider = provider_named(office, f"accreditation_lookups/{name}")
    if provider is None:
        raise Rejected(
            "no_such_lookup", f"no plugin in use looks anything up as {name}: see siprecruit plugins list"
        )
    return provider


def _awaited(reader: Reader) -> dict[str, list[str]]:
    """The phases for which the accreditor's answer is awaited, by person: somebody has to ask for it."""
    asked = sa.select(todo.c.about, todo.c.detail).where(todo.c.kind == "accreditation_awaited")
    found: dict[str, list[str]] = {}
    for who, phase in reader.select(asked.order_by(todo.c.about, todo.c.detail)):
        found.setdefault(str(who), []).append(str(phase))
    return found


def _desk(office: Office, reader: Reader, persons: Sequence[str]) -> Desk:
    """A desk on which everything about these people lies, their names too."""
    desk = Desk(reader, office.programme, office.service.today())
    desk.meet(persons)
    desk.fetch(stream for who in persons for stream in desk.streams_of(who))
    return desk


def _phases(desk: Desk, who: str, awaited: Sequence[str]) -> list[str]:
    """The phases that are awaited or held, in the programme's order."""
    state, today = desk.person(who).accreditation, desk.today
    open_phases = {*awaited, *awaiting(state, today)}
    codes = [each.code for each in desk.programme.phases]
    return [code for code in codes if code in open_phases or accredited(state, code, today)]


def _is_fresh(desk: Desk, who: str, phase: str, fresh_for: dt.timedelta) -> bool:
    """Whether we looked lately: an old list that was read today is no reason to read it again today."""
    zone = ZoneInfo(desk.programme.timezone)
    looked = [
        one.recorded_at.astimezone(zone).date()
        for each in desk.group(who)
        for one in standing(desk.histories[f"person/{each}"])
        if isinstance(one.event, AccreditationLookedUp) and one.event.phase == phase
    ]
    return bool(looked) and desk.today - max(looked) < fresh_for


def _query(office: Office, desk: Desk, who: str, phase: str) -> LookupQuery:
    """What a register is told of a person: no address, and no day of birth, as the record holds none."""
    told = desk.person(who).accreditation
    words = [each.word for each in told.said] + [each.found for each in told.seen]
    numbers = [number for word in words if (number := getattr(word, "number", None))]
    now = office.service.clock()
    delivery = Delivery(key=f"person/{who}/lookup/{phase}/{desk.today.isoformat()}", attempt=1, deadline=now)
    return LookupQuery(
        delivery=delivery,
        person=who,
        name=somebody(desk, who).name,
        number=numbers[-1] if numbers else None,
        born=None,
        phase=phase,
        as_at=desk.today,
    )


# -- asking -------------------------------------------------------------------


def _batches(provider: Provider, queries: Sequence[LookupQuery]) -> Iterator[tuple[LookupQuery, ...]]:
    """One by one, or as many as are asked after in one call: of one phase, as it answers by person."""
    if not provider.gives("find_many"):
        yield from ((each,) for each in queries)
        return
    for phase in dict.fromkeys(each.phase for each in queries):
        same = iter([each for each in queries if each.phase == phase])
        while batch := tuple(islice(same, AT_ONCE)):
            yield batch


def _asked(
    office: Office, callers: Callers, provider: Provider, batch: Sequence[LookupQuery]
) -> list[Looked]:
    deadline = office.service.clock() + provider.timeout
    queries = tuple(
        attrs.evolve(each, delivery=attrs.evolve(each.delivery, deadline=deadline)) for each in batch
    )
    if provider.gives("find_many"):
        said = called(office, callers, provider, "find_many", queries)
        answers = said.value if isinstance(said.value, Mapping) else {}
        failed = not isinstance(said.value, Mapping)
    else:
        said = called(office, callers, provider, "find", queries[0])
        answers = {queries[0].person: said.value}
        failed = not isinstance(said.value, Finding | Deferred | Refused)
    note_call(office, provider, said, failed=failed)
    if failed:
        return [_unknown(each, f"{provider.name} gave no answer: {said.why}") for each in batch]
    return _recorded(office, provider, queries, answers)


def _recorded(
    office: Office, provider: Provider, queries: Sequence[LookupQuery], answers: Mapping[str, Any]
) -> list[Looked]:
    """What was found as commands; whoever was left out, or answered otherwise, is not known about."""
    findings = [
        (each, answers[each.person]) for each in queries if isinstance(answers.get(each.person), Finding)
    ]
    results = office.service.handle_all([_command(office, provider, *one) for one in findings])
    done = {
        each.person: Looked(
            person=each.person,
            phase=each.phase,
            outcome=result.outcome,
            message=result.message,
            verdict=finding.verdict,
        )
        for (each, finding), result in zip(findings, results, strict=True)
    }
    return [
        done.get(each.person) or _unknown(each, _why(provider, answers.get(each.person))) for each in queries
    ]


def _why(provider: Provider, answer: object) -> str:
    if isinstance(answer, Deferred | Refused):
        return f"{provider.name}: {answer.reason}"
    return f"{provider.name} said nothing about this person"


def _unknown(query: LookupQuery, message: str) -> Looked:
    return Looked(person=query.person, phase=query.phase, outcome="not_found_out", message=message)


def _command(office: Office, provider: Provider, query: LookupQuery, finding: Finding) -> Command:
    programme, now = office.programme, office.service.clock()
    named = [programme.phase_named(each) for each in sorted(finding.phases)]
    today = office.service.today()
    seen = finding.seen_at or now
    seen = seen if seen.tzinfo else seen.replace(tzinfo=dt.UTC)
    day = min(seen.astimezone(ZoneInfo(programme.timezone)).date(), today)
    is_code = bool(WELL_FORMED.fullmatch(finding.source))
    what = FindAccreditation(
        phase=Code(query.phase),
        verdict=finding.verdict,
        source=Code(finding.source if is_code else provider.name.partition("/")[2]),
        phases=tuple(Code(each.code) for each in named if each),
        accredited_on=finding.accredited_on,
        expires_on=finding.expires_on,
        number=finding.number or "",
        evidence=finding.evidence if is_code else f"{finding.source}: {finding.evidence}",
    )
    # An instant of its own: each look is evidence of that day, also where it finds what another one did. Two
    # of one instant are one where they find the same. With the secret, as an id outlives what is erased.
    told = f"{query.delivery.key}|{now.isoformat()}|{day}|{what!r}"
    digest = hmac.new(office.secret, told.encode(), sha256).hexdigest()[:24]
    return Command(
        id=f"lookup-{provider.given.plugin}-{digest}",
        stream=f"person/{query.person}",
        on=day,
        what=what,
        by="lookup",
    )
