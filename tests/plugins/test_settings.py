"""A plugin's section of siprecruit.toml is checked by its own schema; a secret never stands in it."""

from __future__ import annotations

import base64
import json
import os
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.api import Setting
from siprecruit.plugins import settings
from siprecruit.plugins.answers import redacted
from siprecruit.plugins.finding import Unusable

SECRET = "open-sesame"

SCHEMA = {
    "type": "object",
    "required": ["key"],
    "properties": {
        "key": {"type": "string", "minLength": 8, "writeOnly": True},
        "port": {"type": "integer", "minimum": 1},
        "proxy": {"type": "object", "properties": {"password": {"type": "string", "writeOnly": True}}},
        "templates": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
SETTING = Setting(schema=SCHEMA, make=dict)
KEY = {"key": {"env": "COUNTY_KEY"}}


def refused(table: Mapping[str, Any], setting: Setting | None = SETTING) -> str:
    """The sentence that refuses a table."""
    with pytest.raises(Unusable) as error:
        settings.refuse_bad(setting, table, "county")
    return error.value.message


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({}, "in [plugins.county] key is missing"),
        (
            {"key": SECRET},
            'in [plugins.county] key must be {env = "NAME"} or {file = "PATH"}, not the secret',
        ),
        ({"key": {"env": "A", "file": "B"}}, "key must be {env"),
        ({"key": {"text": SECRET}}, "key must be {env"),
        ({**KEY, "prt": 25}, "in [plugins.county] prt is not known here; port may be meant"),
        ({**KEY, "port": "25"}, "port must be a whole number, not text"),
        ({**KEY, "proxy": {"pasword": {"env": "P"}}}, "in proxy: pasword is not known here; password may"),
        ({**KEY, "proxy": {"password": SECRET}}, "in proxy: password must be {env"),
        ({**KEY, "templates": {"reference.asked": 7}}, "in templates: reference.asked must be text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(table: Mapping[str, Any], sentence: str) -> None:
    """Whoever wrote it finds the line; what stands there isn't repeated, as it may be a secret."""
    said = refused(table)
    assert sentence in said
    assert SECRET not in said


def test_settings_for_a_plugin_without_any_are_refused() -> None:
    """Somebody believes that they set something."""
    assert refused({"port": 25}, None) == "it has no settings, and there are some in [plugins.county]"


def test_what_is_right_passes() -> None:
    """Also a table whose keys the plugin can't know beforehand, such as messages by their names."""
    table = {**KEY, "port": 25, "proxy": {"password": {"file": "p"}}, "templates": {"reference.asked": "x"}}
    settings.refuse_bad(SETTING, table, "county")


def test_a_secret_comes_from_the_environment_or_a_file_in_the_folder(tmp_path) -> None:
    """The configuration can be shown to anybody, and a copied installation keeps its files."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "proxy").write_text("letmein\n", encoding="utf-8")
    table = {**KEY, "proxy": {"password": {"file": "secrets/proxy"}}}
    made = settings.made(SETTING, table, tmp_path, {"COUNTY_KEY": SECRET})
    assert (made["key"], made["proxy"]["password"]) == (SECRET, "letmein")
    assert f"Bearer {made['key']}" == f"Bearer {SECRET}"
    assert SECRET not in repr(made)
    assert {SECRET, "letmein"} <= set(settings.secrets_in(table, tmp_path, {"COUNTY_KEY": SECRET}))


@pytest.mark.parametrize(
    "shown",
    [urllib.parse.quote, urllib.parse.quote_plus, json.dumps, repr, str],
    ids=lambda one: one.__name__,
)
def test_a_secret_is_known_in_every_guise_of_an_error(tmp_path, shown: Callable[[str], str]) -> None:
    """A library tells the address that it asked for, or the answer as JSON: it stands there otherwise."""
    secret = 'Tr0ub4&dor /"q\\ü'
    found = settings.secrets_in(KEY, tmp_path, {"COUNTY_KEY": secret})
    assert "Tr0ub4" not in redacted(f"It failed: {shown(secret)}", found)


@given(secret=st.text(min_size=6, max_size=40), before=st.binary(max_size=9), after=st.binary(max_size=5))
def test_a_secret_is_known_within_base64(secret: str, before: bytes, after: bytes) -> None:
    """A header for HTTP holds the name and the password in one, in base64; so does many a token."""
    whole = before + secret.encode() + after
    found = settings.secrets_in({"key": {"env": "KEY"}}, Path(), {"KEY": secret})
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert "***" in redacted(encode(whole).decode(), found)


def test_a_secret_is_known_in_hexadecimal_digits() -> None:
    """So a library shows bytes that it could not send."""
    secret = "sekrit-ü"
    found = settings.secrets_in({"key": {"env": "KEY"}}, Path(), {"KEY": secret})
    for digits in (secret.encode().hex(), secret.encode().hex().upper()):
        assert redacted(f"sent {digits} in vain", found) == "sent *** in vain"


def test_a_secret_may_be_bytes_that_are_no_text() -> None:
    """An environment holds bytes: a password of another encoding is kept from view like any."""
    secret = os.fsdecode(b"caf\xe9-caf\xe9")
    assert secret in settings.secrets_in({"key": {"env": "KEY"}}, Path(), {"KEY": secret})


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [("abc", "abc of abcde", "abc of abcde"), ("demo", "demo or demos", "*** or ***s")],
)
def test_a_secret_of_a_few_characters_is_taken(tmp_path, secret: str, text: str, shown: str) -> None:
    """A stand-in's key may be x, which stays in every word that is shown; four characters don't."""
    setting = Setting(schema={"properties": {"key": {"type": "string", "writeOnly": True}}}, make=dict)
    outside = {"COUNTY_KEY": secret}
    assert settings.made(setting, KEY, tmp_path, outside) == {"key": secret}
    assert redacted(text, settings.secrets_in(KEY, tmp_path, outside)) == shown


@pytest.mark.parametrize(
    "piece",
    [
        {"type": "array", "items": {"type": "object", "properties": {"key": {"writeOnly": True}}}},
        {"type": "object", "additionalProperties": {"type": "string", "writeOnly": True}},
        {"oneOf": [{"type": "string", "writeOnly": True}, {"type": "null"}]},
    ],
    ids=["list", "any name", "one of several"],
)
def test_a_secret_that_no_reference_can_stand_for_is_refused(piece: Mapping[str, Any]) -> None:
    """It would have to stand in the file itself: the plugin's author hears of it, not the office."""
    setting = Setting(schema={"type": "object", "properties": {"keys": piece}}, make=dict)
    assert "marks a secret that is no property" in refused({}, setting)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ({"env": "NOT_SET"}, "key is to come from the environment, where NOT_SET is not set"),
        ({"file": "none"}, "key is to come from the file none, which can't be read"),
        ({"file": "empty"}, "key is to come from the file empty, which is empty"),
        (
            {"file": "/etc/passwd"},
            "key names the file /etc/passwd, which must lie in the installation's folder",
        ),
        ({"file": "../other"}, "key names the file ../other, which must lie in the installation's folder"),
    ],
)
def test_a_secret_that_is_not_there_is_missed_by_its_place(tmp_path, reference, sentence: str) -> None:
    """The office reads which variable or file is meant."""
    (tmp_path / "empty").touch()
    assert settings.missing(SETTING, {"key": reference}, tmp_path, {}) == sentence


def test_a_secret_that_cannot_be_right_is_refused_unseen(tmp_path) -> None:
    """Its own rule holds for the secret itself, and the sentence doesn't repeat it."""
    with pytest.raises(Unusable) as error:
        settings.made(SETTING, KEY, tmp_path, {"COUNTY_KEY": "short"})
    assert error.value.message == "key must have at least 8 characters, not 5"
