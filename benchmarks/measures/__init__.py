"""The measurements: each puts up a stage of its own and adds its figures to the results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import click

from benchmarks.installing import Skipped
from benchmarks.results import Results
from benchmarks.subjects import Subject


def progress(what: str) -> None:
    """Tell on stderr what is going on."""
    click.echo(f"  {what}", err=True)


async def available(results: Results, *others: Callable[[], Awaitable[Subject]]) -> Sequence[Subject]:
    """Those of the others that can be had here; the results say why the rest is missing, by the functions' names."""
    found = []
    for other in others:
        try:
            found.append(await other())
        except Skipped as reason:
            results.skipped[other.__name__] = str(reason)
    results.versions |= {one.key: one.version for one in found}
    return found
