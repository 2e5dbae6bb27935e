"""How ``show`` sets out what it found, for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from siprecruit.cli import words
from siprecruit.cli.session import say
from siprecruit.cli.tables import facts, table
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.core.schools import School
    from siprecruit.reports.applicants import Applicant
    from siprecruit.reports.beside import File, Note
    from siprecruit.reports.dossier import Dossier
    from siprecruit.reports.rounds import RoundDossier
    from siprecruit.reports.schools import Named, SchoolDossier
    from siprecruit.reports.tracks import Fact


def application(found: Dossier, programme: Programme) -> None:
    """An application with its person, or a person with all their applications."""
    say(f"{found.stream} on {in_words(found.as_at)}\n")
    say(facts(_who_it_is(found, programme)))
    for each in found.applications:
        say("\n" + facts(_where_it_stands(each, programme)))
    _track("The authority's track", found.authority)
    _track("The accreditor's track", found.accreditor)
    readiness = [
        (
            words.phase(each.phase, programme),
            each.deployable,
            words.blocks(each.blocks, programme),
            [_days(*days) for days in each.accredited],
        )
        for each in found.readiness
    ]
    _part("May be deployed", ("phase", "deployable", "blocked by", "accredited"), readiness)
    tasks = [
        (each.reference, each.referee_name, each.from_la, words.plain(each.state), each.asked_by or "us",
         each.asked_on, each.due, each.received_on, each.files)
        for each in found.references
    ]  # fmt: skip
    headings = ("reference", "referee", "LA", "state", "asked by", "asked", "due", "received", "files")
    _part("References", headings, tasks)
    schools = [
        (each.urn, each.name, words.plain(each.kind), _days(each.starts, each.until), each.introduced_on)
        for each in found.schools
    ]
    _part("Schools", ("URN", "school", "named", "days", "introduced"), schools)


def _who_it_is(found: Dossier, programme: Programme) -> list[tuple[str, object]]:
    return [
        ("name", found.name),
        ("person", found.person),
        ("also known as", found.merged),
        ("email", found.email),
        ("telephone", found.phone),
        (
            "roles",
            [" ".join(filter(None, (words.role(each, programme), area))) for each, area in found.roles],
        ),
        ("days a year", found.days_available),
        ("interests", [words.interest(each, programme) for each in found.interests]),
    ]


def _where_it_stands(one: Applicant, programme: Programme) -> list[tuple[str, object]]:
    return [
        ("application", one.application),
        ("advert", one.advert),
        ("received", one.received_on),
        ("category", words.category(one.category, programme)),
        ("home authority", words.home_authority(one.home_authority, programme)),
        ("stage", words.plain(one.stage)),
        ("next move", words.role(one.whose_move, programme)),
        ("blocked by", words.blocks(one.blocks, programme)),
        ("to look at", words.blocks(one.flags, programme)),
        ("decision", words.decision(one.decision, programme)),
    ]


def school(found: SchoolDossier, programme: Programme) -> None:
    """A school: what the register says, who covers it, everybody named."""
    say(f"{found.stream} on {in_words(found.as_at)}\n")
    if found.school is not None:
        say(facts(_what_the_register_says(found, found.school, programme)))
    say("\n" + facts([("covered by", _who(found.covered_by)),
                      ("not covered", words.blocks(found.uncovered, programme)),
                      ("has heard", found.heard), ("development adviser", _who(found.cda))]))  # fmt: skip
    rows = [
        (
            words.plain(each.kind),
            each.name,
            each.person,
            _days(each.starts, each.until),
            words.reason(each.reason, programme),
            each.introduced_on,
        )
        for each in found.named
    ]
    _part("Named for the school", ("as", "name", "person", "days", "reason", "introduced"), rows)


def _what_the_register_says(
    found: SchoolDossier, register: School, programme: Programme
) -> list[tuple[str, object]]:
    return [
        ("school", register.name),
        ("town", register.town),
        ("postcode", register.postcode),
        ("authority", register.la_code),
        ("phase", words.phase(register.phase, programme)),
        ("type", words.plain(register.type)),
        ("status", words.plain(register.status)),
        ("opened", register.opened),
        ("closed", register.closed),
        ("area", found.area),
        ("in scope", found.in_scope),
    ]


def round_(found: RoundDossier, _programme: Programme) -> None:
    """A round: its adverts, the authority's referees, its panels."""
    say(f"{found.stream} on {in_words(found.as_at)}\n")
    say(facts([("title", found.title), ("wave", found.wave), ("opened", found.opened_on)]))
    adverts = [
        (each.advert, each.title, each.insertions, each.closes, each.waves, each.phases)
        for each in found.adverts
    ]
    _part("Adverts", ("advert", "title", "in the paper", "closes", "waves", "phases"), adverts)
    offers = [
        (each.officer, each.scope, _days(each.starts, each.until), each.deputy) for each in found.la_referees
    ]
    _part("The authority's referees", ("officer", "for", "days", "deputy"), offers)
    panels = [
        (each.panel, each.sits_on, each.members, len(each.applications), each.cancelled_on)
        for each in found.panels
    ]
    _part("Panels", ("panel", "sits on", "members", "applications", "cancelled"), panels)


def beside(notes: Sequence[Note], files: Sequence[File]) -> None:
    """The notes and files that lie beside something."""
    written = [(each.on, each.about, each.text, each.undone_by) for each in notes]
    _part("Notes", ("day", "about", "note", "undone by"), written)
    laid = [
        (each.on, each.about, each.title or each.name, each.type, f"{each.size:,}", each.file, each.undone_by)
        for each in files
    ]
    _part("Files", ("day", "about", "what", "type", "bytes", "file", "undone by"), laid)


def _track(title: str, track: Sequence[Fact]) -> None:
    _part(title, ("day", "what", "detail"), [(each.on, each.what, each.detail) for each in track])


def _part(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    shown = list(rows)
    if shown:
        say(f"\n{title}\n{table(headings, shown)}")


def _days(starts: dt.date, until: dt.date | None) -> str:
    return f"{starts} to {until}" if until else f"{starts} on"


def _who(named: Named | None) -> str | None:
    if named is None:
        return None
    kind = words.plain(named.kind)
    return f"{named.name or named.person} ({named.person}), {kind} since {in_words(named.starts)}"
