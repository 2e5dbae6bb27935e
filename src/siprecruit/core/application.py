"""An application: the response, its references and its panel joined, and the rules that lie between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from siprecruit.core import panel, references, responses
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Decider, joined
from siprecruit.core.events import NoteAdded, Recorded
from siprecruit.core.files import FileAttached
from siprecruit.core.ids import ALPHABET, CODE_LENGTH, ApplicationCode, Code, PersonId, RoundId, stream_id
from siprecruit.core.references import RefereeNamed, RefereeReplaced, ReferenceCarried
from siprecruit.core.responses import (
    ApplicationMadeElsewhere,
    Beginning,
    NamedReferee,
    ResponseDrafted,
    ResponseSubmitted,
    ResponseWithdrawn,
    SubmitResponse,
)

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

STAGES = (responses.STAGE, references.STAGE, panel.STAGE)
_decide, _evolve, _check = joined(STAGES)


@command(
    "application.carry_over",
    "application",
    begins=True,
    reads={"application": "application", "round": "round"},
)
@attrs.frozen(kw_only=True)
class CarryOver:
    """A person of an earlier round (a reserve) stands in this one, with nothing keyed again.

    ``application`` is the earlier application's code, ``advert`` the one that this application answers. The
    answers, the referees who still count and the references that they gave come along with their dates.
    """

    application: ApplicationCode
    advert: Code
    round: RoundId | None = None


@attrs.frozen(kw_only=True)
class Application:
    """One person's answer to one advert, with all that has come of it."""

    response: responses.Response = responses.STAGE.initial
    references: references.References = references.STAGE.initial
    panel: panel.Panel = panel.STAGE.initial

    @property
    def person(self) -> PersonId | None:
        """Whose it is."""
        return self.response.person

    @property
    def refereed_by(self) -> frozenset[PersonId]:
        """Who doesn't score it, as they stand or stood as its referee."""
        return references.refereed_by(self.references)

    @property
    def open(self) -> bool:
        """Whether it is an application to us that was submitted and not withdrawn."""
        return self.response.submitted_on is not None and self.response.withdrawn_on is None


#: What may still be told of an application that was withdrawn: what became of things begun before.
_AFTER_WITHDRAWAL = (
    responses.WithdrawResponse,
    references.ReceiveReference,
    references.DeclineReference,
    references.BounceReference,
    references.ExpireReference,
    references.WithdrawReference,
    references.GiveReferenceElsewhere,
)
_BEGINNINGS = (responses.DraftResponse, SubmitResponse, responses.ApplyElsewhere)
#: What a draft may already have beside itself.
_BEFORE_SUBMISSION = (
    *_BEGINNINGS,
    responses.WithdrawResponse,
    references.NameReferee,
    references.ReplaceReferee,
)
_ABOUT_REFERENCES = tuple(references.STAGE.decide)

_BESIDE = frozenset({NoteAdded, FileAttached})
_FIRST = frozenset({ResponseDrafted, ResponseSubmitted, ApplicationMadeElsewhere}) | _BESIDE
_ON_A_DRAFT = _FIRST | {RefereeNamed, RefereeReplaced, ResponseWithdrawn}


def decide(what: Any, state: Application, given: Given) -> tuple[Any, ...]:
    """What follows from a command on an application. Raises Rejected."""
    if state.response.said is None and given.owner is None:
        _judge_code(stream_id(given.stream))
    if isinstance(what, CarryOver):
        return _carry_over(what, state, given)
    _guard(what, state, given)
    decided = _decide(what, state, given)
    if isinstance(what, SubmitResponse):
        beside = tuple(_said_beside(what, state))
        if decided:
            return (*decided, *beside)
        _refuse_other_referees(beside, state)
    return decided


def _refuse_other_referees(beside: tuple[Any, ...], state: Application) -> None:
    """A response told again with referees who are not known would lose them unseen."""
    nobody = Code("")
    known = {attrs.evolve(each.named, referee=nobody) for each in state.references.referees.values()}
    for each in beside:
        if isinstance(each, RefereeNamed) and attrs.evolve(each, referee=nobody) not in known:
            raise Rejected(
                "already_told",
                "it was submitted with other referees: name them (referee.name) or correct them instead",
            )


def _judge_code(code: str) -> None:
    """A new application's code can be read out and written down; one that there is keeps its own."""
    if len(code) != CODE_LENGTH or not set(ALPHABET).issuperset(code):
        raise Rejected(
            "bad_code",
            f"{code} can't be an application's code: that is {CODE_LENGTH} capital letters and digits, "
            "without I, L, O, 0 and 1, such as A7K4P",
        )


def _guard(what: Any, state: Application, given: Given) -> None:
    response = state.response
    if isinstance(what, _BEGINNINGS):
        return
    if response.said is None:
        raise Rejected("no_response", f"{given.stream} has no response yet")
    if response.elsewhere_on and not isinstance(what, (*_ABOUT_REFERENCES, responses.WithdrawResponse)):
        raise Rejected("made_elsewhere", "it was made to another authority: only its references are ours")
    gone_by = response.withdrawn_on is not None and response.withdrawn_on <= given.on
    if gone_by and not isinstance(what, _AFTER_WITHDRAWAL):
        raise Rejected("withdrawn", f"the applicant has withdrawn by {in_words(given.on)}")
    if not (response.submitted_on or response.elsewhere_on) and not isinstance(what, _BEFORE_SUBMISSION):
        raise Rejected("not_submitted", "the response is a draft and was not submitted yet")
    chosen = isinstance(what, panel.DecideShortlist) and what.shortlisted
    if chosen and not responses.eligible(response, given.programme):
        raise Rejected("not_eligible", "the applicant is not eligible: decide eligibility first")


def evolve(state: Application, recorded: Recorded) -> Application:
    """The application after an event. Raises Rejected where the response on which it builds is missing."""
    cls, response = type(recorded.event), state.response
    if cls not in _FIRST and response.said is None:
        raise Rejected("does_not_follow", "there is no response here")
    if cls not in _ON_A_DRAFT and response.submitted_on is None and response.elsewhere_on is None:
        raise Rejected("does_not_follow", "no response was submitted")
    if cls in _BESIDE:
        _see_what_it_is_about(recorded.event.about, state)
    after: Application = _evolve(state, recorded)
    return after


def _see_what_it_is_about(about: str | None, state: Application) -> None:
    kind, _, code = (about or "").partition(":")
    known = {"referee": state.references.referees, "reference": state.references.tasks}.get(kind)
    if code and known is not None and code not in known:
        raise Rejected("does_not_follow", f"there is no {kind} {code} here")


def check(happened: Any, state: Application, given: Given) -> None:
    """Judge an event, new or corrected, by its stage's rules and by those between stages. Raises Rejected."""
    _check(happened, state, given)
    if isinstance(happened, Beginning):
        _judge_whose(happened.person, given)
    if isinstance(happened, panel.ScoreGiven):
        _judge_member(happened, state, given)
        if happened.member == state.person:
            raise Rejected("member_is_applicant", f"{happened.member} can't score their own application")
        gave = state.refereed_by
        if happened.member in gave and not given.programme.panel.referee_may_score:
            raise Rejected(
                "member_is_referee",
                f"{happened.member} is this applicant's referee and does not score",
            )


def _judge_member(happened: panel.ScoreGiven, state: Application, given: Given) -> None:
    """Who doesn't sit, or has stepped aside, doesn't score; of a panel not planned here anybody may."""
    rounds = (given.states.get("/".join(each)) for each in _its_round(state, given.programme))
    planned = next((each.panels.planned.get(happened.panel) for each in rounds if each is not None), None)
    # Who sat before the members were changed is not known any longer: a score of then is taken as told.
    if planned is None or given.on < planned.members_on:
        return
    if all(member.person != happened.member for member in planned.members):
        raise Rejected(
            "not_a_member", f"{happened.member} doesn't sit on {happened.panel}: change its members"
        )
    if happened.member not in panel.scorers(planned, ApplicationCode(stream_id(given.stream))):
        raise Rejected("recused", f"{happened.member} has stepped aside for this applicant and doesn't score")


def _its_round(state: Application, programme: Programme) -> Iterator[tuple[str, str]]:
    """The round in which its panels are planned: the one named with it, or else that of its advert."""
    said = state.response.submitted
    if said is None:
        return
    of_advert = programme.round_of(said.advert)
    if said.round is not None:
        yield "round", said.round
    elif of_advert is not None:
        yield "round", of_advert.id


def _judge_whose(person: PersonId, given: Given) -> None:
    """An application stays with the person under whose key its texts are kept: their erasure reaches it."""
    if given.owner not in (None, f"person/{person}"):
        raise Rejected(
            "other_person", f"{given.stream} is somebody's already: if that is {person}, merge the two"
        )


def _said_beside(what: SubmitResponse, state: Application) -> Iterator[Any]:
    """The referees and the note that came in the same breath as the response."""
    number = len(state.references.referees)
    for referee in what.referees:
        if referee != NamedReferee(from_la=referee.from_la):
            number += 1
            yield RefereeNamed(
                referee=Code(str(number)),
                from_la=referee.from_la,
                name=referee.name or None,
                email=referee.email or None,
                role=referee.role or None,
            )
    if what.note:
        yield NoteAdded(text=what.note)


def _carry_over(what: CarryOver, state: Application, given: Given) -> tuple[Any, ...]:
    earlier = given.states.get(f"application/{what.application}")
    if earlier is None or earlier.response.submitted is None:
        raise Rejected("no_such_application", f"there is no submitted application {what.application}")
    if given.stream == f"application/{what.application}":
        raise Rejected("same_application", "an application can't be carried over into itself")
    said = attrs.evolve(
        earlier.response.submitted,
        advert=what.advert,
        round=what.round,
        carried_from=what.application,
        pen_portrait=earlier.response.pen_portraits[-1],
    )
    if state.response.said is not None:
        if state.response.said == said:
            return ()
        raise Rejected("already_submitted", f"{given.stream} is taken: carry over into a new application")
    return (said, *_carried_references(earlier.references))


def _carried_references(earlier: references.References) -> Iterator[Any]:
    for referee in references.standing_referees(earlier).values():
        yield referee.named
    for task in references.received(earlier):
        yield ReferenceCarried(
            reference=task.reference,
            referee=task.referee,
            asked_on=task.asked_on,
            received_on=task.received_on or task.given_elsewhere_on or task.asked_on,
            in_confidence=task.in_confidence,
        )


def owner(stream: str, state: Application) -> str:
    """Under whose key an application's texts are kept: the applicant's."""
    return f"person/{state.person or stream.partition('/')[2]}"


DECIDER = Decider(
    kind="application",
    initial=Application(),
    decide=decide,
    evolve=evolve,
    check=check,
    owner=owner,
    also_reads={panel.GiveScore: _its_round, panel.ScoreGiven: _its_round},
)
__all__ = ["DECIDER", "Application", "CarryOver", "ResponseSubmitted", "decide"]
