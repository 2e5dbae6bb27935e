"""A synthetic authority of any size: its responses, references, schools and partners, as commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from siprecruit.core.accreditation import RecordAccreditation
from siprecruit.core.allocation import NamePermanent
from siprecruit.core.commands import Command
from siprecruit.core.ids import ALPHABET, Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.particulars import AppointPerson
from siprecruit.core.references import AskReference, ReceiveReference
from siprecruit.core.responses import NamedReferee, SubmitResponse
from siprecruit.core.school_record import RecordSchool
from siprecruit.programmes import load
from siprecruit.record.store import Record, open_record
from siprecruit.service import Service

PROGRAMME = load("norfolk-2008")
TODAY = dt.date(2008, 7, 15)
NOW = dt.datetime(2008, 7, 15, 12, tzinfo=dt.UTC)
FIRST_NAMES = ("Gillian", "Alan", "Siân", "Roy", "Priya", "Zoë", "Graham", "Ruth", "Colin", "Hazel")
LAST_NAMES = ("Youngs", "Orford", "D’Arcy", "Zahid", "MacLeod", "Quantrill", "Nunn", "Müller", "Bunn")
LETTERS = 5
STRIDE = 611_953
"""Has no divisor in common with the number of codes, so that none comes twice."""
PORTRAIT = "Led two schools out of difficulty and mentored new headteachers. "
ANSWERS = dict.fromkeys("abcdef", "Knows the data, and says what is true in few words. " * 4)


def service(file: Path) -> Service:
    """A service on a record at ``file``, which is made where there is none."""
    record = open_record(f"sqlite:///{file}", create=True)
    return Service(record=record, programme=PROGRAMME, clock=lambda: NOW, today=lambda: TODAY)


def send(service: Service, commands: Iterable[Command]) -> None:
    """Send all commands, a thousand to a commit. Raises RuntimeError where one is refused."""
    for result in service.handle_all(commands):
        if result.outcome != "done":
            raise RuntimeError(f"{result.id}: {result.message}")


def codes(first: int, count: int) -> list[str]:
    """So many application codes from the ``first`` on, in no order that an index would like."""
    return [_code(number * STRIDE % len(ALPHABET) ** LETTERS) for number in range(first, first + count)]


def _code(number: int) -> str:
    letters = []
    for _ in range(LETTERS):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def responses(names: list[str]) -> Iterator[Command]:
    """A response for each of the application codes, each with its two referees."""
    random = Random(2007)
    for name in names:
        yield _command(
            "submit", f"application/{name}", dt.date(2007, 5, random.randint(18, 31)), _response(name, random)
        )


def _response(name: str, random: Random) -> SubmitResponse:
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    return SubmitResponse(
        advert=Code("tes-2007-05"),
        first_name=first,
        last_name=f"{last}-{name.title()}",
        email=f"{name.lower()}@example.org",
        phone=f"01603 {random.randint(100000, 999999)}",
        category=Code(random.choice([each.code for each in PROGRAMME.categories])),
        current_post="Headteacher",
        employer=f"{last} Primary School",
        home_authority=Code("norfolk"),
        phases=(Code("primary"),),
        days_available=random.choice((15, 20, 40)),
        pen_portrait=PORTRAIT * random.randint(1, 10),
        referees=(
            NamedReferee(
                name="Head of Primary", email="la@norfolk.example.org", role="LA officer", from_la=True
            ),
            NamedReferee(
                name="Chair Person", email=f"chair.{name.lower()}@example.org", role="Chair of governors"
            ),
        ),
    )


def asked(names: list[str]) -> Iterator[Command]:
    """Both references of each application are asked for."""
    for name, referee in product(names, "12"):
        what = AskReference(reference=Code(f"r{referee}"), referee=Code(referee))
        yield _command(f"ask{referee}", f"application/{name}", dt.date(2007, 6, 1), what)


def received(names: list[str]) -> Iterator[Command]:
    """Both references of each application come in."""
    for name, referee in product(names, "12"):
        what = ReceiveReference(reference=Code(f"r{referee}"), answers=ANSWERS, in_confidence=True)
        yield _command(f"receive{referee}", f"application/{name}", dt.date(2007, 6, 12), what)


def pool(schools: int, partners: int) -> Iterator[Command]:
    """Schools and their partners, who are all ready to serve and do so from April 2008."""
    for number in range(schools):
        yield _command("school", f"placement/{100_000 + number}", dt.date(2007, 1, 1), _school(number))
    for number in range(partners):
        for place, what in enumerate(_readiness()):
            yield _command(f"ready{place}", f"person/sip{number}", dt.date(2008, 1, 10), what)
    for number in range(schools):
        urn, partner = str(100_000 + number), f"sip{number % partners}"
        briefing = GiveBriefing(urn=Urn(urn))
        yield _command(f"brief{urn}", f"person/{partner}", dt.date(2008, 2, 1), briefing)
        named = NamePermanent(person=PersonId(partner), starts=dt.date(2008, 4, 1))
        yield _command("name", f"placement/{urn}", dt.date(2008, 2, 2), named)


def without_partner(first: int, count: int) -> Iterator[Command]:
    """Schools that nobody is named for."""
    for number in range(first, first + count):
        yield _command("school", f"placement/{100_000 + number}", dt.date(2007, 1, 1), _school(number))


def _school(number: int) -> RecordSchool:
    return RecordSchool(
        name=f"School {number}",
        la_code=Code("926"),
        phase=Code("primary"),
        type=Code("community"),
        type_group=Code("maintained"),
    )


def _readiness() -> tuple[Any, ...]:
    return (
        AppointPerson(category=Code("consultant")),
        RecordAccreditation(phase=Code("primary"), source=Code("ncsl")),
        AttendInduction(),
        ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear"),
    )


def _command(what: str, stream: str, on: dt.date, told: Any) -> Command:
    return Command(id=f"{what}-{stream}", stream=stream, on=on, what=told)


def applicants(folder: Path, count: int) -> Record:
    """A record with so many applicants, a tenth of whom gave references, and a pool for all schools but 25.

    It is made where ``folder`` doesn't hold it yet.
    """
    file = folder / f"applicants-{count}.db"
    if not file.exists():
        making = service(file.with_suffix(".part"))
        names = codes(0, count)
        schools = min(373, count // 10)
        send(making, pool(schools, partners=schools // 8 + 1))
        send(making, without_partner(schools, 25))
        send(making, responses(names))
        send(making, asked(names[: count // 10]))
        send(making, received(names[: count // 10]))
        making.record.close()
        file.with_suffix(".part").rename(file)
    return open_record(f"sqlite:///{file}")
