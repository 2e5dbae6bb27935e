"""Adds `siprecruit commands greet`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from siprecruit.api import Context, hookimpl

siprecruit_api = ">=1,<2"


@click.command()
@click.option("--loudly", is_flag=True, help="With an exclamation mark.")
@click.pass_obj
def greet(context: Context, *, loudly: bool) -> None:
    """Say what day it is, by the installation's clock."""
    click.echo(f"Today is {context.clock():%A}{'!' if loudly else '.'}")


@hookimpl
def siprecruit_commands() -> Iterable[click.Command]:
    """They stand below the plugin's own name."""
    return [greet]
