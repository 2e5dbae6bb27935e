"""The reference of the command line says what the program takes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from siprecruit.cli import program

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_is_as_the_program_is() -> None:
    """Whoever changes an option runs `python docs/generate_cli.py` and reads what the page now says."""
    spec = importlib.util.spec_from_file_location("generate_cli", DOCS / "generate_cli.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    written = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    assert written == generator.cli_reference()


def test_every_command_and_option_has_a_word_of_help() -> None:
    """Nothing can be typed of which the program doesn't say what it does."""
    silent = [
        f"{name} {parameter.name}"
        for name in program.loaded
        if (command := program.get_command(click.Context(program), name)) is not None
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []
