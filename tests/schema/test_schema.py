"""What our schemas refuse, and in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from siprecruit import schema
from siprecruit.schema import sentences, store
from siprecruit.schema.formats import FORMATS, is_date, is_date_time, is_email, is_uri


def pieces(piece: Any) -> Iterator[dict[str, Any]]:
    match piece:
        case dict():
            yield piece
            for part in piece.values():
                yield from pieces(part)
        case list():
            for part in piece:
                yield from pieces(part)


@pytest.fixture
def told(monkeypatch):
    """What is said of a document by a schema given in the test."""

    def tell(described: dict[str, Any], document: object) -> list[str]:
        validator = Draft202012Validator(described, format_checker=FORMATS)
        monkeypatch.setattr(sentences, "validator", lambda _: validator)
        return [each.sentence for each in schema.problems("given", document)]

    return tell


@pytest.mark.parametrize("name", schema.names())
def test_every_schema_is_sound_and_describes_itself(name):
    """A schema is JSON Schema 2020-12, is named by its address, and every property says what it means."""
    described = schema.schema(name)
    Draft202012Validator.check_schema(described)
    assert described["$id"] == f"{store.BASE}{name}.json"
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert described["title"]
    assert described["description"]
    for piece in pieces(described):
        assert (
            piece.get("format") is None
            or isinstance(piece["format"], dict)
            or (piece["format"] in FORMATS.checkers)
        )
        properties = piece.get("properties")
        if isinstance(properties, dict) and piece.get("type") == "object":
            assert [key for key, part in properties.items() if "description" not in part] == []


def test_a_schema_that_is_not_there_is_named():
    """A name comes from a document, and never leads out of the folder of schemas."""
    for name in ("nothing.v1", "../pyproject", "/etc/hosts", "a\0b"):
        with pytest.raises(schema.NoSchema) as caught:
            schema.problems(name, {})
        assert caught.value.code == "no_schema"
        assert caught.value.message == f"There is no schema called {name}."


def test_a_validator_is_made_once():
    """Making one for each document costs far more than the check."""
    assert schema.validator("programme.v1") is schema.validator("programme.v1")


def test_the_schemas_are_found_installed_and_editable(monkeypatch, tmp_path):
    """A wheel carries them inside the package; a checkout has them at its root."""
    assert (schema.folder() / "programme.v1.json").is_file()
    package = tmp_path / "siprecruit"
    (package / "schemas").mkdir(parents=True)
    monkeypatch.setattr(store, "__file__", str(package / "schema" / "store.py"))
    assert store.folder.__wrapped__() == package / "schemas"


def test_one_schema_may_refer_to_another(monkeypatch, tmp_path):
    """What two documents share is described once."""
    (tmp_path / "word.v1.json").write_text(
        json.dumps({"$id": f"{store.BASE}word.v1.json", "type": "string", "maxLength": 3})
    )
    (tmp_path / "list.v1.json").write_text(
        json.dumps({"$id": f"{store.BASE}list.v1.json", "type": "array", "items": {"$ref": "word.v1.json"}})
    )
    monkeypatch.setattr(store, "folder", lambda: Path(tmp_path))
    try:
        assert schema.problems("list.v1", ["abc"]) == ()
        (problem,) = schema.problems("list.v1", ["abc", "abcd"])
        assert (problem.pointer, problem.keyword) == ("/1", "maxLength")
        assert problem.sentence == "Item 2 must have at most 3 characters, not 4."
    finally:
        store.schema.cache_clear()
        store.validator.cache_clear()


def test_the_configuration_stays_in_its_folder():
    """An installation can be moved or copied: its file holds no absolute path."""
    good = [
        {"programme": "norfolk-2008", "authority": "926", "now": "2008-07-15"},
        {"programme": "own.toml", "database": "sqlite:///siprecruit.db", "now": "2008-07-15T09:00:00Z"},
        {"programme": "norfolk-2008", "database": "postgresql+psycopg://user@host/name"},
        {"programme": "norfolk-2008", "plugins": {"enabled": ["letters"], "letters": {"a": 1}}},
    ]
    for document in good:
        assert schema.problems("configuration.v1", document) == ()
    bad = {
        "programme must be a name or a path relative to this folder, so that the folder can be moved.": {
            "programme": "/home/own.toml"
        },
        "database must begin with postgresql:// or be sqlite:/// with a relative path within this folder.": {
            "programme": "norfolk-2008",
            "database": "sqlite:////var/lib/siprecruit.db",
        },
        "now must be a day such as 2008-07-15 or an instant such as 2008-07-15T09:00:00Z.": {
            "programme": "norfolk-2008",
            "now": "yesterday",
        },
        "programme is missing.": {},
        "databse is not known here; database may be meant.": {"programme": "a", "databse": "sqlite:///a.db"},
    }
    for sentence, document in bad.items():
        assert [each.sentence for each in schema.problems("configuration.v1", document)] == [sentence]


@pytest.mark.parametrize(
    ("described", "document", "said"),
    [
        ({"type": "object"}, [], "The document must be an object, not a list."),
        ({"type": ["string", "null"]}, 4, "The document must be text or nothing (null), not a number."),
        ({"items": {"type": "integer"}}, ["a"], "Item 1 must be a whole number, not text."),
        ({"const": 1}, 2, "The document must be 1."),
        ({"minLength": 2}, "a", "The document must have at least 2 characters, not 1."),
        ({"maximum": 366}, 400, "The document must be at most 366, not 400."),
        ({"exclusiveMinimum": 0}, 0, "The document must be more than 0, not 0."),
        ({"exclusiveMaximum": 1}, 1, "The document must be less than 1, not 1."),
        ({"multipleOf": 2}, 3, "The document must be a multiple of 2, not 3."),
        ({"minItems": 2}, [1], "The document must hold at least 2, not 1."),
        ({"maxItems": 1}, [1, 2], "The document must hold at most 1, not 2."),
        ({"minProperties": 1}, {}, "The document must hold at least 1, not 0."),
        ({"maxProperties": 0}, {"a": 1}, "The document must hold at most 0, not 1."),
        ({"uniqueItems": True}, [1, 1], "The document must not hold the same twice."),
        ({"pattern": "^a$"}, "secret", "The document is not written as it should be."),
        ({"format": "email"}, "secret", "The document must be an e-mail address such as name@example.org."),
        ({"not": {}}, 1, "The document is not allowed here."),
        (
            {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
            "a",
            "The document fits none of the forms that are allowed here.",
        ),
        ({"dependentRequired": {"scope": ["until"]}}, {"scope": 1}, "until is missing beside scope."),
        (
            {"patternProperties": {"^x": {}}, "additionalProperties": False},
            {"x1": 1, "y": 2},
            "y is not known here.",
        ),
    ],
)
def test_each_rule_has_its_sentence(told, described, document, said):
    """A person reads what is wrong, not what a library calls it, and never the text that they wrote."""
    assert told(described, document) == [said]


def test_each_missing_key_is_told_once(told):
    """Two keys that are missing are two sentences, not four."""
    assert told({"required": ["a", "b"]}, {}) == ["a is missing.", "b is missing."]


def test_of_several_forms_the_one_that_was_meant_is_explained(told):
    """An envelope with a known command is told what that command lacks, not that it fits none."""
    forms = {
        "oneOf": [
            {"properties": {"command": {"const": "note.add"}}, "required": ["text"]},
            {"properties": {"command": {"const": "undo"}}, "required": ["event"]},
        ]
    }
    assert told(forms, {"command": "undo"}) == ["event is missing."]


def test_a_pointer_leads_to_the_place():
    """Programs find the place by RFC 6901, where / and ~ are written ~1 and ~0."""
    validator = Draft202012Validator({"properties": {"a/b": {"properties": {"c~d": {"type": "integer"}}}}})
    (error,) = validator.iter_errors({"a/b": {"c~d": "x"}})
    (problem,) = sentences._told(error)
    assert problem.pointer == "/a~1b/c~0d"


@given(st.text(min_size=1), st.sampled_from(["pattern", "format", "enum", "type", "maxLength"]))
def test_no_text_of_a_document_is_repeated(text, keyword):
    """A cell may hold a person's words: an error names its place alone."""
    rule = {"pattern": "^$", "format": "date", "enum": [], "type": "integer", "maxLength": 0}[keyword]
    validator = Draft202012Validator({keyword: rule}, format_checker=FORMATS)
    blank = [one.sentence for e in validator.iter_errors("§§") for one in sentences._told(e)]
    found = [one.sentence for e in validator.iter_errors(text) for one in sentences._told(e)]
    assert [each.split(", not")[0] for each in found] in ([], [each.split(", not")[0] for each in blank])


@given(st.dates())
def test_every_day_is_a_date(day):
    """A day written by ISO 8601 with hyphens is taken."""
    assert is_date(day.isoformat())


@pytest.mark.parametrize("text", ["20070615", "2007-W24-5", "2007-02-30", "15/06/2007", "2007-06-15 ", ""])
def test_what_is_no_plain_date_is_refused(text):
    """Python would take the first two."""
    assert not is_date(text)


def test_other_formats_are_really_checked():
    """A bare jsonschema lets any of these pass."""
    assert is_date_time("2008-03-01T00:00:00Z")
    assert not is_date_time("2008-03-01 00:00")
    assert is_email("sian@example.org")
    assert not is_email(" sian@example.org")
    assert not is_email("not an address")
    assert is_uri("https://example.org/a?b=c")
    assert not is_uri("example.org/a")
    assert not is_uri("https://exa mple.org")
    assert not is_uri("https://[::1")
    assert all(check(5) for check in (is_date, is_date_time, is_email, is_uri))
