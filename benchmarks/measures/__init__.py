"""The measurements: each puts up an environment of its own and adds its figures to the results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import click

from benchmarks.installing import Skipped
from benchmarks.results.figures import Results
from benchmarks.subjects import Subject


def progress(what: str) -> None:
    """Say on stderr what is going on."""
    click.echo(f"  {what}", err=True)


async def available(results: Results, *others: Callable[[], Awaitable[Subject]]) -> Sequence[Subject]:
    """Return those of the others that can be had here; the results say why the rest is missing, by function name."""
    found = []
    for other in others:
        try:
            found.append(await other())
        except Skipped as reason:
            results.skipped[other.__name__] = str(reason)
    results.versions |= {one.key: one.version for one in found if one.version}
    return found
