"""The report: tables of figures in Markdown, and the sentences around them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks import contestants
from benchmarks.effort import Effort
from benchmarks.goals import GOALS
from benchmarks.machine import Cores, described
from benchmarks.measures.acks import IN_FLIGHT
from benchmarks.measures.arrival import APIZEE_DELAY, BURST, PER_SECOND
from benchmarks.measures.commands import DELAYS
from benchmarks.results import MILLISECONDS, Results

PLACE: Final = Path(__file__).parents[1] / "docs" / "performance.md"

_TITLES: Final = {
    **{one.key: one.title for one in (contestants.OURS, contestants.CROWDED, contestants.BARE)},
    contestants.BARE_REDIS.key: contestants.BARE_REDIS.title,
    contestants.BOLT.key: contestants.BOLT.title,
    "node": contestants.NODE_TITLE,
    "threads": contestants.THREADS_TITLE,
}
_NOTHING: Final = "–"  # noqa: RUF001  # the dash of an empty cell
_MET: Final = {True: "yes", False: "**no**", None: _NOTHING}
_SESSIONS_AN_HOUR: Final = 20
_USED_AT_MOST: Final = 0.5
_HOUR: Final = 3600
_HUNDRED: Final = 100
_WIDTH: Final = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: the rest of their names after the contestant's, and how they are written."""

    title: str
    name: str
    digits: int = 0
    factor: float = 1.0


def render(results: Results, cores: Cores, effort: Effort) -> str:
    """The whole report, without what was not measured."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # Markdown, and nothing that anybody typed
    )
    report = templates.get_template("performance.md.j2").render(
        goals=goals_table(results),
        acks=_acks_table(results),
        commands=_commands_tables(results),
        arrivals=_arrivals_table(results),
        rounds=_rounds_table(results, effort),
        figure=lambda name, digits=0, factor=1: _figure(results, name, digits, factor),
        has=lambda name: results.get(name) is not None,
        agents=_agents(results),
        sessions_an_hour=_SESSIONS_AN_HOUR,
        used_at_most=f"{_USED_AT_MOST:.0%}",
        skipped={_TITLES[key]: reason for key, reason in results.skipped.items()},
        machine=described() | {"The others": "; ".join(results.versions.values())},
        cores=cores,
        effort=effort,
        day=datetime.now(UTC).date(),
        per_second=PER_SECOND,
        burst=BURST,
        apizee_delay=round(APIZEE_DELAY * MILLISECONDS),
    )
    return "\n\n".join(_filled(part) for part in report.strip().split("\n\n")) + "\n"


def goals_table(results: Results) -> str:
    """Each goal, what was measured, and whether that meets it."""
    rows = [[goal.what, goal.said, goal.shown(results), _MET[goal.is_met(results)]] for goal in GOALS]
    return _table(["figure", "goal", "measured", "met"], rows)


def _acks_table(results: Results) -> str:
    columns = [
        *(Column(f"a second at {many}", f"{many}/rate") for many in IN_FLIGHT),
        Column("p50 at 1, ms", "1/p50", 2),
        Column("p99 at 1, ms", "1/p99", 2),
        Column("p50 at 64, ms", "64/p50", 1),
        Column("p99 at 64, ms", "64/p99", 1),
        Column("load busy at 64, %", "64/load-busy", factor=100),
    ]
    return _figures_table(results, "ack", columns, beside="64/rate", titled="beside one round trip", base="bare-redis")


def _commands_tables(results: Results) -> Mapping[str, str]:
    """By what Apizee takes, in milliseconds."""
    columns = [
        *(Column(f"a second at {many}", f"{{delay}}/{many}/rate") for many in IN_FLIGHT),
        Column("p50 at 1, ms", "{delay}/1/p50", 1),
        Column("p99 at 1, ms", "{delay}/1/p99", 1),
        Column("p50 at 64, ms", "{delay}/64/p50"),
        Column("p99 at 64, ms", "{delay}/64/p99"),
        Column("load busy at 64, %", "{delay}/64/load-busy", factor=100),
    ]
    return {delay: _commands_table(results, columns, delay) for delay in DELAYS}


def _commands_table(results: Results, columns: Sequence[Column], delay: str) -> str:
    filled = [Column(one.title, one.name.format(delay=delay), one.digits, one.factor) for one in columns]
    return _figures_table(results, "command", filled, beside=f"{delay}/64/rate", titled="beside Node", base="node")


def _arrivals_table(results: Results) -> str:
    columns = [
        Column("finished a second", "rate"),
        Column("lost or too late", "lost"),
        Column("ack p50, ms", "ack/p50", 1),
        Column("ack p99, ms", "ack/p99", 1),
        Column("links p50, ms", "p50"),
        Column("links p99, ms", "p99"),
    ]
    return _figures_table(results, "arrival", columns)


def _rounds_table(results: Results, effort: Effort) -> str:
    rows = [
        [
            f"{remembered:,}",
            f"{max(1, remembered // 100):,}",
            *(
                _figure(results, f"round/ours/{remembered}/{name}", digits)
                for name, digits in (("cpu", 1), ("cpu-per-open", 2), ("round-trips", 0), ("requests", 1))
            ),
        ]
        for remembered in effort.remembered
        if results.get(f"round/ours/{remembered}/cpu") is not None
    ]
    header = ["remembered", "open", "processor, ms", "… for an open one", "Redis round trips", "requests to Apizee"]
    return _table(header, rows) if rows else ""


def _figures_table(
    results: Results,
    measurement: str,
    columns: Sequence[Column],
    *,
    beside: str | None = None,
    titled: str = "",
    base: str = "",
) -> str:
    """A row for each contestant that was measured; with `beside`, its ratio to the `base` in that figure."""
    names = {key: f"{measurement}/{key}" for key in _TITLES}
    there = [key for key, name in names.items() if results.get(f"{name}/{columns[0].name}") is not None]
    rows = []
    for key in there:
        figures = [_figure(results, f"{names[key]}/{one.name}", one.digits, one.factor) for one in columns]
        ratio = [_ratio(results, f"{names[key]}/{beside}", f"{measurement}/{base}/{beside}")] if beside else []
        rows.append([_TITLES[key], *figures, *ratio])
    header = ["", *(one.title for one in columns), *([titled] if beside else [])]
    return _table(header, rows) if rows else ""


def _figure(results: Results, name: str, digits: int = 0, factor: float = 1.0) -> str:
    value = results.get(name)
    return _NOTHING if value is None else f"{value * factor:,.{digits}f}"


def _ratio(results: Results, name: str, base: str) -> str:
    value, by = results.get(name), results.get(base)
    return _NOTHING if value is None or not by else f"{value / by:.2f}"


def _agents(results: Results) -> int | None:
    """How many agents a core serves in their busiest hour, if half of it stays free; a round number."""
    rate = results.get("command/ours/50/64/rate")
    if rate is None:
        return None
    return int(rate * _USED_AT_MOST * _HOUR / _SESSIONS_AN_HOUR / _HUNDRED) * _HUNDRED


def _filled(part: str) -> str:
    """A paragraph or a list with its lines filled; tables and headings as they are."""
    if part.startswith(("|", "#")):
        return part
    items = re.split(r"\n(?=- )", part.strip())
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()),
            _WIDTH,
            subsequent_indent="  " if item.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, with figures to the right."""
    marks = ["---", *("--:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, marks, *rows])
