"""`make bench`, or `python -m benchmarks`."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

import click
import uvloop

from benchmarks.machine import Cores, cores, on_core
from benchmarks.measures import acks, arrival, beside, commands, footprint, polling, sessions
from benchmarks.process import NeverReady
from benchmarks.results.figures import Results
from benchmarks.results.report import PLACE, render
from benchmarks.results.scaling import SCALING, measured, render_scaling
from benchmarks.results.tables import beside_table
from benchmarks.settings import QUICK, WHOLE, Settings

Measure = Callable[[Cores, Settings, Results], Awaitable[None]]

MEASURES: Final[Mapping[str, Measure]] = {
    "acks": acks.measure,
    "commands": commands.measure,
    "arrival": arrival.measure,
    "footprint": footprint.measure,
    "polling": polling.measure,
    "sessions": sessions.measure,
}
_STOPPED = 130
_FILES = 8192
_COMPARED_WITHIN = 130.0  # CI gives it twenty seconds more


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="Measure this alone; may be repeated.")
@click.option("--quick", is_flag=True, help="One short round of everything: good for a look, not for the report.")
@click.option("--beside-release", is_flag=True, help="Compare with the last release, in a minute; prints, never fails.")
def main(*, only: Sequence[str], quick: bool, beside_release: bool) -> None:
    """Measure what the bot costs, beside what others would use.

    The report is printed; where everything was measured in full, it is written to docs/performance.md as well, and what
    it comes to for many workspaces to docs/scaling.md. All of it happens on this machine alone, which should have
    nothing else to do meanwhile.
    """
    _allow_connections()
    if beside_release:
        click.echo(_beside_release())
        return
    settings, chosen, results = QUICK if quick else WHOLE, cores(), Results()
    try:
        uvloop.run(_until_stopped(_measured(only or list(MEASURES), chosen, settings, results)))
    except NeverReady as error:
        raise click.ClickException(str(error)) from error
    except asyncio.CancelledError:
        sys.exit(_STOPPED)
    report = render(results, chosen, settings)
    click.echo(report)
    if not only and not quick:
        PLACE.write_text(report, "utf-8")
        click.echo(f"Written to {PLACE}", err=True)
        if session := measured(results):
            SCALING.write_text(render_scaling(session), "utf-8")
            click.echo(f"Written to {SCALING}", err=True)


def _beside_release() -> str:
    """Return how the bot compares with its last release, or why that is not known."""
    results = Results()
    try:
        uvloop.run(_until_stopped(_compared(cores(), results)))
    except asyncio.CancelledError:
        sys.exit(_STOPPED)
    except Exception as error:  # noqa: BLE001  # whatever it is: nobody's change is refused because of a benchmark
        return f"Not compared with the last release: {str(error) or type(error).__name__}"
    for reason in results.skipped.values():
        return f"Not compared with the last release: {reason}"
    return beside_table(results)


async def _compared(chosen: Cores, results: Results) -> None:
    with on_core(chosen.load):
        async with asyncio.timeout(_COMPARED_WITHIN):
            await beside.measure(chosen, QUICK, results)


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """End every started program before a signal ends the work."""
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


async def _measured(names: Sequence[str], chosen: Cores, settings: Settings, results: Results) -> None:
    begun = time.monotonic()
    with on_core(chosen.load):
        for name in names:
            click.echo(f"{name} (after {time.monotonic() - begun:.0f} s)", err=True)
            await MEASURES[name](chosen, settings, results)
    click.echo(f"done (after {time.monotonic() - begun:.0f} s)", err=True)


def _allow_connections() -> None:
    """Allow a thousand connections for a thousand commands at once: some systems allow 256 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
