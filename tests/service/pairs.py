"""Pairs of commands of which one reads what the other writes, each with what must have happened before.

``PAIRS`` has a row for every field that a command reads another stream by; ``MORE`` has others worth a test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from core.pool import day
from service.office import Office, answer, apply, appoint, make_ready, record_school
from siprecruit.core.accreditation import EndAccreditation, RecordAccreditation
from siprecruit.core.adverts import OpenRound, PublishAdvert
from siprecruit.core.allocation import (
    AllocateAdviser,
    ChangePermanent,
    ChangeTemporary,
    CompleteHandover,
    CoverTemporarily,
    NamePermanent,
    RecordIntroduction,
)
from siprecruit.core.application import CarryOver
from siprecruit.core.commands import Command, Correct, Undo
from siprecruit.core.ids import ALPHABET, CODE_LENGTH, ApplicationCode, Code, PersonId, RoundId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.panel import (
    AssignApplications,
    ChangeMembers,
    GiveScore,
    HoldInterview,
    Member,
    PlanPanel,
    RecordDecision,
    Score,
)
from siprecruit.core.particulars import DeclareInterest, KeepApart, LeavePool, MergePerson, RecordPerson
from siprecruit.core.references import NameReferee
from siprecruit.core.responses import SubmitResponse

START: Final = day("2008-04-01")


@attrs.frozen(kw_only=True)
class World:
    """One pair's own people, school, round and applications, apart from those of all other pairs."""

    office: Office
    tag: int

    def person(self, name: str) -> PersonId:
        """A person's id."""
        return PersonId(f"{name}-{self.tag}")

    def code(self, letter: str) -> ApplicationCode:
        """An application's code."""
        digits = (self.tag // len(ALPHABET) ** place % len(ALPHABET) for place in range(CODE_LENGTH - 1))
        return ApplicationCode(letter + "".join(ALPHABET[each] for each in digits))

    @property
    def urn(self) -> Urn:
        """The school."""
        return Urn(str(120_000 + self.tag))

    @property
    def round(self) -> RoundId:
        """The round, in which the advert ``own`` was published by the command ``published-<tag>``."""
        return RoundId(f"w{self.tag}")

    def to(self, kind: str, what: Any, on: str = "2008-03-02", *, name: str = "", id: str = "") -> Command:  # noqa: A002
        """A command on this world's person, application, school or round."""
        own = {"placement": str(self.urn), "round": str(self.round)}
        name = own.get(kind) or (self.code(name) if kind == "application" else self.person(name))
        return self.office.command(f"{kind}/{name}", what, on, id=id)

    def done(self, *words: Any, **named: Any) -> None:
        """Send such a command, which must be done."""
        result = self.office.service.handle(self.to(*words, **named))
        assert result.outcome == "done", result

    def ready(self, *names: str) -> None:
        """These people may start at the school, which is in the record."""
        record_school(self.office, self.urn)
        for name in names:
            make_ready(self.office, self.person(name), self.urn)

    def publish(self) -> None:
        """The round's own advert is announced."""
        self.done("round", OpenRound(wave=Code("4")), "2007-01-05")
        advert = PublishAdvert(advert=Code("own"))
        self.done("round", advert, "2007-01-06", id=f"published-{self.tag}")

    def applied(self) -> None:
        """Somebody has answered the advert of May, by the command ``applied-<tag>``."""
        self.done("application", answer(), "2007-05-20", name="A", id=f"applied-{self.tag}")


@attrs.frozen(kw_only=True)
class Pair:
    """``reader`` reads what ``writer`` writes. ``forbids`` is the code with which it is refused after it.

    Where ``forbids`` is None the reader is done all the same, and records less.
    """

    before: Callable[[World], object]
    reader: Callable[[World], Command]
    writer: Callable[[World], Command]
    forbids: str | None


def panel(world: World, *applications: str, others: bool = False) -> dict[str, Any]:
    """A panel of a headteacher, who may be a referee too, and a governor."""
    head = world.person("other" if others else "head")
    return {
        "panel": Code("p1"),
        "members": (
            Member(person=head, capacity=Code("headteacher"), trained=True),
            Member(person=world.person("governor"), capacity=Code("governor")),
        ),
        "applications": tuple(world.code(each) for each in applications),
    }


def planned(world: World, *applications: str) -> None:
    """A round in which another head's panel is planned."""
    world.publish()
    world.applied()
    plan = PlanPanel(sits_on=day("2008-03-20"), **panel(world, *applications, others=True))
    world.done("round", plan, "2008-02-01")


def seen(world: World) -> None:
    """A panel is planned, which sees somebody who answered the round's own advert."""
    world.publish()
    response = SubmitResponse(advert=Code("own"), round=world.round, first_name="Niamh")
    world.done("application", response, "2007-05-20", name="A")
    world.done("round", PlanPanel(sits_on=day("2008-03-01"), **panel(world, "A")), "2008-02-01")


def scored(world: World) -> Command:
    """The panel's head scores the applicant."""
    criteria = world.office.programme.panel.criteria
    scores = tuple(Score(criterion=Code(each.code), points=3) for each in criteria)
    given = GiveScore(member=world.person("head"), panel=Code("p1"), scores=scores)
    return world.to("application", given, name="A")


def head_is_referee(world: World) -> Command:
    """The applicant names the panel's head as referee."""
    named = NameReferee(referee=Code("3"), name="The head", person=world.person("head"))
    return world.to("application", named, name="A")


def accreditation_ends(world: World) -> Command:
    """Ann is accredited no longer."""
    ended = EndAccreditation(phase=Code("primary"), why="removed")
    return world.to("person", ended, name="ann")


def leaves(world: World) -> Command:
    """Ann leaves the pool."""
    return world.to("person", LeavePool(reason=Code("moved")), name="ann")


def unpublished(world: World) -> Command:
    """The advert was never published."""
    return world.to("round", Undo(command=f"published-{world.tag}"))


def covered(world: World, who: str, *ready: str) -> None:
    """Somebody covers the school."""
    world.ready(who, *ready)
    cover = CoverTemporarily(person=world.person(who), starts=day("2008-02-15"), reason=Code("absence"))
    world.done("placement", cover, "2008-02-14")


def named(world: World, who: str) -> None:
    """Somebody is named as the permanent partner."""
    name = NamePermanent(person=world.person(who), starts=day("2008-02-20"))
    world.done("placement", name, "2008-02-15")


def introduced_too_early(world: World) -> None:
    """Ann has introduced herself before she was accredited, while Ben covers; then the accreditation came."""
    covered(world, "ben")
    appoint(world.office, world.person("ann"))
    name = NamePermanent(person=world.person("ann"), starts=day("2008-02-20"))
    world.done("placement", name, "2008-02-15")
    introduced = RecordIntroduction(person=world.person("ann"), told_by="sip")
    world.done("placement", introduced, "2008-02-21")
    _make_good(world, "ann")


def _make_good(world: World, who: str) -> None:
    for what in (
        RecordAccreditation(phase=Code("primary"), source=Code("ncsl")),
        ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear"),
        AttendInduction(),
        GiveBriefing(urn=world.urn),
    ):
        world.done("person", what, "2008-02-25", name=who)


def two_known(world: World) -> None:
    """Ann and Ben are in the record, Ben by the command ``ben-<tag>`` alone."""
    world.done("person", RecordPerson(first_name="Ann"), name="ann")
    world.done("person", RecordPerson(first_name="Ben"), name="ben", id=f"ben-{world.tag}")


def merged(world: World) -> Command:
    """Ann and Ben are one person."""
    return world.to("person", MergePerson(other=world.person("ben")), name="ann")


def decided(world: World) -> None:
    """Ann stands appointed by a panel, by the command ``decided-<tag>``."""
    world.done("application", answer(world.person("ann")), "2007-05-20", name="A")
    world.done("application", HoldInterview(panel=Code("p1")), "2007-10-10", name="A")
    made = RecordDecision(outcome=Code("appointed"))
    world.done("application", made, "2007-10-12", name="A", id=f"decided-{world.tag}")
    record_school(world.office, world.urn)


def name_permanent(who: str, starts: dt.date = START) -> Callable[[World], Command]:
    """Somebody is to be the permanent partner."""
    return lambda world: world.to("placement", NamePermanent(person=world.person(who), starts=starts))


def cover(who: str) -> Callable[[World], Command]:
    """Somebody is to cover the school."""
    return lambda world: world.to(
        "placement", CoverTemporarily(person=world.person(who), starts=START, reason=Code("absence"))
    )


PAIRS: Final[Mapping[tuple[str, str], Pair]] = {
    ("response.submit", "round"): Pair(
        before=World.publish,
        reader=lambda world: world.to(
            "application",
            SubmitResponse(advert=Code("own"), round=world.round, first_name="Niamh"),
            name="A",
        ),
        writer=unpublished,
        forbids="unknown_advert",
    ),
    ("application.carry_over", "application"): Pair(
        before=World.applied,
        reader=lambda world: world.to(
            "application", CarryOver(application=world.code("A"), advert=Code("tes-2007-05")), name="B"
        ),
        writer=lambda world: world.to("application", Undo(command=f"applied-{world.tag}"), name="A"),
        forbids="no_such_application",
    ),
    ("application.carry_over", "round"): Pair(
        before=lambda world: (world.publish(), world.applied()),
        reader=lambda world: world.to(
            "application",
            CarryOver(application=world.code("A"), advert=Code("own"), round=world.round),
            name="B",
        ),
        writer=unpublished,
        forbids="unknown_advert",
    ),
    ("panel.plan", "applications"): Pair(
        before=lambda world: (world.publish(), world.applied()),
        reader=lambda world: world.to("round", PlanPanel(sits_on=day("2008-03-20"), **panel(world, "A"))),
        writer=head_is_referee,
        forbids="member_is_referee",
    ),
    ("panel.change_members", "applications"): Pair(
        before=lambda world: planned(world, "A"),
        reader=lambda world: world.to("round", ChangeMembers(**panel(world, "A"))),
        writer=head_is_referee,
        forbids="member_is_referee",
    ),
    ("panel.assign", "applications"): Pair(
        before=planned,
        reader=lambda world: world.to(
            "round", AssignApplications(panel=Code("p1"), applications=(world.code("A"),))
        ),
        writer=lambda world: world.to(
            "application",
            NameReferee(referee=Code("3"), name="The other head", person=world.person("other")),
            name="A",
        ),
        forbids="member_is_referee",
    ),
    ("permanent.name", "person"): Pair(
        before=lambda world: world.ready("ann"),
        reader=name_permanent("ann"),
        writer=leaves,
        forbids="has_left",
    ),
    ("permanent.change", "person"): Pair(
        before=lambda world: (world.ready("ann", "ben"), named(world, "ben")),
        reader=lambda world: world.to("placement", ChangePermanent(person=world.person("ann"), starts=START)),
        writer=leaves,
        forbids="has_left",
    ),
    ("temporary.cover", "person"): Pair(
        before=lambda world: world.ready("ann"),
        reader=cover("ann"),
        writer=accreditation_ends,
        forbids="not_deployable",
    ),
    ("temporary.change", "person"): Pair(
        before=lambda world: covered(world, "ben", "ann"),
        reader=lambda world: world.to(
            "placement",
            ChangeTemporary(person=world.person("ann"), starts=START, reason=Code("absence")),
        ),
        writer=accreditation_ends,
        forbids="not_deployable",
    ),
    ("introduction.record", "person"): Pair(
        before=lambda world: (covered(world, "ben", "ann"), named(world, "ann")),
        reader=lambda world: world.to(
            "placement", RecordIntroduction(person=world.person("ann"), told_by="sip")
        ),
        writer=accreditation_ends,
        forbids=None,
    ),
    ("handover.complete", "person"): Pair(
        before=introduced_too_early,
        reader=lambda world: world.to("placement", CompleteHandover(person=world.person("ann"))),
        writer=accreditation_ends,
        forbids="not_ready",
    ),
    ("cda.allocate", "person"): Pair(
        before=lambda world: (
            world.ready("ann"),
            named(world, "ann"),
            world.done("person", RecordPerson(first_name="Ben"), name="ben"),
        ),
        reader=lambda world: world.to("placement", AllocateAdviser(person=world.person("ben"), starts=START)),
        writer=merged,
        forbids="support_and_challenge_apart",
    ),
    ("person.merge", "other"): Pair(
        before=two_known,
        reader=merged,
        writer=lambda world: world.to("person", Undo(command=f"ben-{world.tag}"), name="ben"),
        forbids="unknown_person",
    ),
    ("person.keep", "other"): Pair(
        before=two_known,
        reader=lambda world: world.to("person", KeepApart(other=world.person("ben")), name="ann"),
        writer=lambda world: world.to("person", MergePerson(other=world.person("ann")), name="ben"),
        forbids="already_joined",
    ),
}

MORE: Final[Mapping[str, Pair]] = {
    "score as a member of a panel whose members change": Pair(
        before=seen,
        reader=scored,
        writer=lambda world: world.to("round", ChangeMembers(**panel(world, "A", others=True))),
        forbids="not_a_member",
    ),
    "name one of two who are merged, while the other covers": Pair(
        before=lambda world: covered(world, "ann", "ben"),
        reader=name_permanent("ben", day("2008-02-20")),
        writer=merged,
        forbids="same_person",
    ),
    "merge through a third, while the other covers": Pair(
        before=lambda world: (
            covered(world, "ann", "ben"),
            world.done("person", RecordPerson(first_name="Cat"), name="cat"),
            world.done("person", MergePerson(other=world.person("ben")), name="cat"),
        ),
        reader=name_permanent("ben", day("2008-02-20")),
        writer=lambda world: world.to("person", MergePerson(other=world.person("ann")), name="cat"),
        forbids="same_person",
    ),
    "name somebody whose appointment is taken out": Pair(
        before=decided,
        reader=name_permanent("ann"),
        writer=lambda world: world.to("application", Undo(command=f"decided-{world.tag}"), name="A"),
        forbids="not_appointed",
    ),
    "name somebody who declares an interest": Pair(
        before=lambda world: world.ready("ann"),
        reader=name_permanent("ann"),
        writer=lambda world: world.to(
            "person", DeclareInterest(urn=world.urn, kind=Code("governor")), name="ann"
        ),
        forbids="declared_interest",
    ),
    "correct who covers, while the accreditation ends": Pair(
        before=lambda world: (
            covered(world, "ben", "ann"),
            apply(world.office, world.code("A"), person=world.person("ann")),
        ),
        reader=lambda world: world.to(
            "placement",
            Correct(
                event=2, reason="misheard", set={"person": world.person("ann"), "starts": START.isoformat()}
            ),
        ),
        writer=accreditation_ends,
        forbids="not_deployable",
    ),
}
