"""`make bench`, or `python -m benchmarks`: what the bot costs, beside what others would use."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
import uvloop

from benchmarks.effort import QUICK, WHOLE, Effort
from benchmarks.machine import Cores, cores, on_core
from benchmarks.measures import acks, commands
from benchmarks.results import Results

Measure = Callable[[Cores, Effort, Results], Awaitable[None]]

MEASURES: Final[Mapping[str, Measure]] = {
    "acks": acks.measure,
    "commands": commands.measure,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="Measure this alone; may be repeated.")
@click.option("--quick", is_flag=True, help="One short round of everything: good for a look, not for the report.")
def main(*, only: Sequence[str], quick: bool) -> None:
    """Measure."""
    effort = QUICK if quick else WHOLE
    results = uvloop.run(_run(only or list(MEASURES), effort))
    for k, v in results.figures.items():
        print(f"{k:40} {v:.2f}")
    print(results.skipped)


async def _run(names: Sequence[str], effort: Effort) -> Results:
    results, chosen = Results(), cores()
    with on_core(chosen.load):
        for name in names:
            click.echo(name, err=True)
            await MEASURES[name](chosen, effort, results)
    return results


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
