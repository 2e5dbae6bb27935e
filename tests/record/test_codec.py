from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
import types
import typing
from collections.abc import Mapping
from typing import Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import siprecruit.core
from siprecruit.core.commands import Rejected
from siprecruit.core.corrections import Decided
from siprecruit.core.events import EVENTS, KINDS, Voided, event
from siprecruit.core.ids import WELL_FORMED, Code, Kept, KeptRemarks, KeptTexts, PersonId, Urn
from siprecruit.record import codec
from siprecruit.record.errors import RecordError

for module in pkgutil.iter_modules(siprecruit.core.__path__, "siprecruit.core."):
    importlib.import_module(module.name)

ON = dt.date(2007, 5, 24)


@attrs.frozen(kw_only=True)
class Part:
    """A part of a testing event."""

    person: PersonId
    since: dt.date | None = None


@event("test.told")
@attrs.frozen(kw_only=True)
class Told:
    """An event with a field of every kind."""

    what: Code
    urns: tuple[Urn, ...] = ()
    parts: tuple[Part, ...] = ()
    due: dt.date | None = None
    starts: dt.datetime | None = None
    days: int | None = None
    sure: bool = True
    how: Literal["by_post", "by_telephone"] | None = None
    text: Kept = None
    answers: KeptTexts = None
    remarks: KeptRemarks = None


@event("test.moved", version=3)
@attrs.frozen(kw_only=True)
class Moved:
    """An event that had two other shapes before."""

    areas: tuple[Code, ...]
    words: Kept = None


@codec.upcaster("test.moved", 1)
def _one_area(body: dict) -> dict:
    return {"area": body["place"], "text": body.get("text")}


@codec.upcaster("test.moved", 2)
def _many_areas(body: dict) -> dict:
    return {"areas": [body["area"]], "words": body["text"]}


CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}", fullmatch=True)
DATES = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
TEXTS = st.text(st.characters(codec="utf-8"))
TOLD = st.builds(
    Told,
    what=CODES,
    urns=st.lists(CODES, max_size=3).map(tuple),
    parts=st.lists(st.builds(Part, person=CODES, since=st.none() | DATES), max_size=3).map(tuple),
    due=st.none() | DATES,
    starts=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    days=st.none() | st.integers(-(2**53), 2**53),
    sure=st.booleans(),
    text=st.none() | TEXTS,
    answers=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=3),
    remarks=st.none() | st.lists(TEXTS, max_size=3).map(tuple),
)


@given(TOLD, st.none() | TEXTS)
def test_every_event_comes_back_as_it_was(told, reason):
    """What is stored of an event and its texts gives the event again; without the texts, all but these."""
    written = codec.written(Decided(event=told, on=ON, reason=reason))
    texts = codec.read_texts(written.texts) if written.texts else {}
    assert codec.revived(written.kind, written.kind_version, written.body, texts) == told
    assert texts.get(codec.REASON) == reason
    bare = attrs.evolve(told, text=None, answers=None, remarks=None)
    assert codec.reader(written.kind, written.kind_version)(written.body) == bare


@given(TOLD)
def test_the_same_event_is_always_the_same_bytes(told):
    """A body is canonical: what was read is written back byte by byte, so that its hash stays."""
    written = codec.written(Decided(event=told, on=ON))
    again = codec.revived("test.told", 1, written.body, codec.read_texts(written.texts or "{}"))
    assert codec.written(Decided(event=again, on=ON)) == written


def test_a_body_is_plain_json():
    """It can be read without this program: fields by name, dates as dates, what was not said left out."""
    written = codec.written(
        Decided(event=Told(what="ncsl", due=ON, parts=(Part(person="A7K4P"),), text="private"), on=ON)
    )
    assert written.body == '{"due":"2007-05-24","parts":[{"person":"A7K4P"}],"sure":true,"what":"ncsl"}'
    assert written.texts == '{"text":"private"}'


@pytest.mark.parametrize(
    "told",
    [
        Told(what="Mrs Müller rang"),
        Told(what="ncsl", urns=("121000", "St Mary's")),
        Told(what="ncsl", parts=(Part(person="Ann O'Brien"),)),
        Told(what=""),
        Told(what="x" * 65),
    ],
)
def test_no_free_text_slips_into_an_event(told):
    """A sentence where a code is meant would stay for ever: it is refused when it is written."""
    with pytest.raises(ValueError, match="kept field"):
        codec.written(Decided(event=told, on=ON))


def test_an_old_event_is_read_in_its_newest_shape():
    """Events are for ever: those of 2007 are read by a program of today, step by step, texts included."""
    assert codec.reader("test.moved", 1)('{"place":"north"}') == Moved(areas=("north",))
    assert codec.revived("test.moved", 1, '{"place":"north"}', {"text": "why"}) == Moved(
        areas=("north",), words="why"
    )
    assert codec.reader("test.moved", 2)('{"area":"east","text":null}') == Moved(areas=("east",))
    assert codec.reader("test.moved", 3)('{"areas":["west"]}') == Moved(areas=("west",))


def test_one_step_from_a_shape_to_the_next():
    """Two ways to read an old event would be two truths."""
    with pytest.raises(ValueError, match="twice"):
        codec.upcaster("test.moved", 1)(dict)


def test_an_event_of_a_newer_siprecruit():
    """An event that this program does not know is named, not skipped."""
    with pytest.raises(RecordError, match=r"test\.told v2") as refused:
        codec.reader("test.told", 2)
    assert refused.value.code == "unknown_event"


def test_a_correction_gives_other_values():
    """A correction names the fields that change, with values as they come from outside; the others stay."""
    told = Told(what="ncsl", due=ON, text="old", days=3)
    other = codec.restate(
        told, {"due": "2007-06-01", "urns": ["121000"], "text": "Frau Müller", "parts": [{"person": "A7K4P"}]}
    )
    assert other == attrs.evolve(
        told, due=dt.date(2007, 6, 1), urns=("121000",), text="Frau Müller", parts=(Part(person="A7K4P"),)
    )
    assert codec.restate(told, {"due": None}).due is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"due": "soon"}, "test.told, due: a day such as 2007-06-01 is meant"),
        ({"days": "4"}, "test.told, days: a whole number or nothing is meant, not a text"),
        ({"what": None}, "test.told, what: a text is meant, not nothing"),
        ({"urns": "121000"}, "test.told, urns: a list is meant, not a text"),
        ({"what": "Mrs Müller"}, "test.told, what: a code or an id is meant"),
        ({"urns": ["Mrs Müller"]}, "test.told, urns: a code or an id is meant"),
        ({"how": "Mrs Müller"}, "test.told, how: it can't hold this value"),
        ({"text": 4}, "test.told, text: a text or nothing is meant, not a whole number"),
        ({"whom": "x"}, "test.told has no field whom: it has what, urns"),
        ({"Mrs Müller": "x"}, "test.told has no field of that name"),
    ],
)
def test_a_correction_that_can_not_be(values, said):
    """The sentence names the field and what it holds, and repeats no value: it may be a name."""
    with pytest.raises(Rejected) as refused:
        codec.restate(Told(what="ncsl"), values)
    assert refused.value.code == "bad_value"
    assert said in refused.value.message
    assert "Müller" not in refused.value.message


def test_an_event_without_fields_to_change():
    """Another version can be put into a voiding: it is an event like any other."""
    assert codec.restate(Voided(event=1), {"event": 2}) == Voided(event=2)


def holds_no_text(annotation: object) -> bool:  # noqa: PLR0911 - one a kind of type
    """Whether a field of that type can hold ids, codes, dates and numbers only."""
    match typing.get_origin(annotation):
        case None if isinstance(annotation, typing.NewType):
            return annotation.__module__ == "siprecruit.core.ids"
        case None if isinstance(annotation, type) and attrs.has(annotation):
            types_of = codec.shape(annotation)
            return not types_of.kept and all(holds_no_text(one) for one in types_of.types.values())
        case None:
            return annotation in (int, bool, dt.date, dt.datetime, type(None), ...)
        case typing.Literal:
            return all(WELL_FORMED.fullmatch(one) for one in typing.get_args(annotation))
        case typing.Union | types.UnionType:
            return all(holds_no_text(one) for one in typing.get_args(annotation))
        case origin if origin in (tuple, Mapping):
            return all(holds_no_text(one) for one in typing.get_args(annotation))
        case _:
            return False


@pytest.mark.parametrize("cls", KINDS, ids=lambda cls: KINDS[cls].name)
def test_no_event_has_a_field_for_free_text(cls):
    """Personal and free text live in the vault: all else in an event is an id, a code, a date or a number."""
    fields = codec.shape(cls)
    for name, annotation in fields.types.items():
        if name in fields.kept:
            assert fields.defaults[name] is None, f"{name} is empty once the person has been erased"
        else:
            assert holds_no_text(annotation), f"{name} could hold a text: mark it Kept or name its kind of id"


def test_a_field_for_free_text_would_be_seen():
    """The test above tells a text from a code, also deep within."""

    @attrs.frozen(kw_only=True)
    class Deep:
        note: str

    assert not holds_no_text(str)
    assert not holds_no_text(str | None)
    assert not holds_no_text(tuple[Deep, ...])
    assert holds_no_text(tuple[Part, ...])


def test_every_class_has_one_newest_shape():
    """A shape that is read through an upcaster is no longer written: its class is gone."""
    assert not set(codec.UPCASTERS) & set(EVENTS)
