"""The tables of the report, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks import subjects
from benchmarks.measures.acks import IN_FLIGHT
from benchmarks.measures.commands import DELAYS
from benchmarks.measures.footprint import REDIS_7
from benchmarks.measures.polling import OPEN_IN
from benchmarks.release import KEY
from benchmarks.results.figures import Results
from benchmarks.results.goals import GOALS
from benchmarks.results.markdown import table
from benchmarks.settings import Settings

TITLES: Final = {
    subjects.OURS.key: f"**{subjects.OURS.title}**",
    **{one.key: one.title for one in (subjects.MANY_LISTENERS, subjects.BARE, subjects.BARE_REDIS, subjects.BOLT)},
    KEY: "the last release of this bot",
    REDIS_7: "what a session takes of Redis 7",
    "alone": subjects.ALONE_TITLE,
    "node": subjects.NODE_TITLE,
    "threads": subjects.THREADS_TITLE,
}
_NOTHING: Final = "–"  # noqa: RUF001  # the dash of an empty cell
_MET: Final = {True: "yes", False: "**no**", None: _NOTHING}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: the rest of their names after the subject's, and how they are written."""

    title: str
    name: str
    digits: int = 0
    factor: float = 1.0


def goals_table(results: Results) -> str:
    """Each goal, what was measured, and whether that meets it."""
    rows = [[goal.what, goal.said, goal.shown(results), _MET[goal.is_met(results)]] for goal in GOALS]
    return table(["figure", "goal", "measured", "met"], rows)


def acks_table(results: Results) -> str:
    """How fast everybody acknowledges."""
    columns = [
        *(Column(f"a second at {many}", f"{many}/rate") for many in IN_FLIGHT),
        Column("p50 at 1, ms", "1/p50", 2),
        Column("p99 at 1, ms", "1/p99", 2),
        Column("p50 at 64, ms", "64/p50", 1),
        Column("p99 at 64, ms", "64/p99", 1),
        Column("processor at 64, ms", "64/cpu", 3),
        Column("load busy at 64, %", "64/load-busy", factor=100),
    ]
    return _figures_table(results, "ack", columns, beside="64/rate", titled="beside one round trip", base="bare-redis")


def commands_table(results: Results, delay: int) -> str:
    """How fast everybody finishes, where Apizee takes so many milliseconds."""
    few, many = DELAYS[delay][0], DELAYS[delay][-1]
    columns = [
        *(Column(f"a second at {one}", f"{delay}/{one}/rate") for one in DELAYS[delay]),
        Column(f"p50 at {few}, ms", f"{delay}/{few}/p50", 1),
        Column(f"p99 at {few}, ms", f"{delay}/{few}/p99", 1),
        Column(f"p50 at {many}, ms", f"{delay}/{many}/p50"),
        Column(f"p99 at {many}, ms", f"{delay}/{many}/p99"),
        Column(f"processor at {many}, ms", f"{delay}/{many}/cpu", 2),
        Column(f"load busy at {many}, %", f"{delay}/{many}/load-busy", factor=100),
    ]
    return _figures_table(results, "command", columns, beside=f"{delay}/{many}/rate", titled="beside Node", base="node")


def arrivals_table(results: Results, rate: int) -> str:
    """Return what becomes of commands that do not wait for each other, so many a second."""
    columns = [
        Column("finished a second", f"{rate}/rate"),
        Column("lost or too late", f"{rate}/lost"),
        Column("ack p50, ms", f"{rate}/ack/p50", 1),
        Column("ack p99, ms", f"{rate}/ack/p99", 1),
        Column("links p50, ms", f"{rate}/p50"),
        Column("links p99, ms", f"{rate}/p99"),
    ]
    return _figures_table(results, "arrival", columns)


def sessions_table(results: Results) -> str:
    """Return what a whole session costs, and its start alone."""
    parts = {"start": "from the command to the links", "whole": "to the closed card and the Home"}
    columns = [
        Column("processor of the bot, ms", "cpu", 1),
        Column("of Redis, ms", "redis_cpu", 2),
        Column("commands of Redis", "commands"),
        Column("KiB to and from it", "bytes", 1, 1 / 1024),
        Column("requests to Slack", "slack", 1),
        Column("to Apizee", "apizee", 2),
        Column("for photos", "files", 1),
    ]
    rows = [
        [title, *(figure(results, f"session/ours/{part}/{one.name}", one.digits, one.factor) for one in columns)]
        for part, title in parts.items()
    ]
    is_there = results.get("session/ours/whole/cpu") is not None
    return table(["", *(one.title for one in columns)], rows) if is_there else ""


def beside_table(results: Results) -> str:
    """Return the figures of this bot and of its last release, and how they compare."""
    compared = [
        ("Acknowledgement at 1 in flight, p50, ms", "ack", "1/p50", 2),
        ("Acknowledgements a second at 64 in flight", "ack", "64/rate", 0),
        ("… processor of one, ms", "ack", "64/cpu", 3),
        ("Commands a second at 64 in flight, Apizee 50 ms", "command", "50/64/rate", 0),
        ("… processor of one, ms", "command", "50/64/cpu", 2),
        ("A session's start: commands of Redis", "session", "start/commands", 0),
        ("A whole session: the bot's processor, ms", "session", "whole/cpu", 1),
        ("… commands of Redis", "session", "whole/commands", 0),
        ("… requests to Slack", "session", "whole/slack", 1),
        ("… requests to Apizee", "session", "whole/apizee", 2),
    ]
    rows = []
    for title, measurement, name, digits in compared:
        ours, theirs = (f"{measurement}/{key}/{name}" for key in ("ours", KEY))
        figures = [figure(results, one, digits) for one in (ours, theirs)]
        rows.append([title, *figures, _ratio(results, ours, theirs)])
    return table(["figure", "here", "last release", "beside it"], rows)


def rounds_table(results: Results, settings: Settings) -> str:
    """Return what a round costs, by how many sessions are stored."""
    rows = [
        [
            f"{sessions:,}",
            f"{max(1, sessions // OPEN_IN):,}",
            *(
                figure(results, f"round/ours/{sessions}/{name}", digits)
                for name, digits in (("cpu", 1), ("cpu-per-open", 2), ("round-trips", 0), ("requests", 1))
            ),
        ]
        for sessions in settings.session_counts
        if results.get(f"round/ours/{sessions}/cpu") is not None
    ]
    header = ["sessions", "open", "processor, ms", "… for an open one", "Redis round trips", "requests to Apizee"]
    return table(header, rows) if rows else ""


def _figures_table(
    results: Results,
    measurement: str,
    columns: Sequence[Column],
    *,
    beside: str | None = None,
    titled: str = "",
    base: str = "",
) -> str:
    """Return a row for each subject that was measured; with `beside`, its ratio to the `base` in that figure."""
    names = {key: f"{measurement}/{key}" for key in TITLES}
    there = [
        key for key, name in names.items() if any(results.get(f"{name}/{one.name}") is not None for one in columns)
    ]
    rows = []
    for key in there:
        figures = [figure(results, f"{names[key]}/{one.name}", one.digits, one.factor) for one in columns]
        ratio = [_ratio(results, f"{names[key]}/{beside}", f"{measurement}/{base}/{beside}")] if beside else []
        rows.append([TITLES[key], *figures, *ratio])
    header = ["", *(one.title for one in columns), *([titled] if beside else [])]
    return table(header, rows) if rows else ""


def figure(results: Results, name: str, digits: int = 0, factor: float = 1.0) -> str:
    """Return a figure as it is read; a dash where it was not measured."""
    value = results.get(name)
    return _NOTHING if value is None else f"{value * factor:,.{digits}f}"


def _ratio(results: Results, name: str, base: str) -> str:
    value, by = results.get(name), results.get(base)
    return _NOTHING if value is None or not by else f"{value / by:.2f}"
