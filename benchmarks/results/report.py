"""The report: the tables, and the sentences around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.machine import Cores, described
from benchmarks.measures.arrival import APIZEE_DELAY, BURST, RATES
from benchmarks.measures.commands import DELAYS
from benchmarks.measures.polling import WATCHED_POLLS
from benchmarks.results import tables
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.results.markdown import filled, templates
from benchmarks.settings import Settings

PLACE: Final = Path(__file__).parents[2] / "docs" / "performance.md"

_SESSIONS_AN_HOUR: Final = 20
_USED_AT_MOST: Final = 0.5
_HOUR: Final = 3600
_HUNDRED: Final = 100


def render(results: Results, cores: Cores, settings: Settings) -> str:
    """Return the whole report, without what was not measured."""
    report = (
        templates()
        .get_template("performance.md.j2")
        .render(
            **_tables(results, settings),
            figure=partial(tables.figure, results),
            has=lambda name: results.get(name) is not None,
            skipped={tables.TITLES[key]: reason for key, reason in results.skipped.items()},
            machine=described() | {"The others": "; ".join(results.versions.values())},
            cores=cores,
            settings=settings,
            day=datetime.now(UTC).date(),
            rates=RATES,
            burst=BURST,
            watched_polls=WATCHED_POLLS,
            apizee_delay=round(APIZEE_DELAY * MILLISECONDS),
            agents=_agents(results),
            sessions_an_hour=_SESSIONS_AN_HOUR,
            used_at_most=f"{_USED_AT_MOST:.0%}",
        )
    )
    return filled(report)


def _tables(results: Results, settings: Settings) -> Mapping[str, object]:
    return {
        "goals": tables.goals_table(results),
        "acks": tables.acks_table(results),
        "commands": {delay: tables.commands_table(results, delay) for delay in DELAYS},
        "arrivals": {rate: tables.arrivals_table(results, rate) for rate in RATES},
        "sessions": tables.sessions_table(results),
        "rounds": tables.rounds_table(results, settings),
    }


def _agents(results: Results) -> int | None:
    """How many agents a core serves in their busiest hour, if half of it stays free; a round number."""
    milliseconds = results.get("session/ours/whole/cpu")
    if not milliseconds:
        return None
    sessions = _HOUR * _USED_AT_MOST * MILLISECONDS / milliseconds
    return int(sessions / _SESSIONS_AN_HOUR / _HUNDRED) * _HUNDRED
