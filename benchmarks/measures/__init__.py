"""The measurements: each puts up a stage of its own and adds its figures to the results."""

from __future__ import annotations

import click


def progress(what: str) -> None:
    """Tell on stderr what is going on."""
    click.echo(f"  {what}", err=True)
