"""The page of sizes: what a measured session comes to for organisations of several sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.results.markdown import filled, table, templates
from bot.settings import Settings

SCALING: Final = Path(__file__).parents[2] / "docs" / "scaling.md"

SIZES: Final = (1, 240, 1_000, 100_000)
AGENTS: Final = 100
SESSIONS_A_DAY: Final = 20
IN_THE_BUSIEST_HOUR: Final = 0.2
OPEN_FOR_MINUTES: Final = 15
_MINUTES: Final = 60
_HOUR: Final = 3600
_GIB: Final = 2**30
_ROUND: Final = "round/ours/100000/cpu-per-open"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session has cost to its end: milliseconds of both processors, commands, bytes that stay, requests."""

    cpu: float
    redis_cpu: float
    commands: float
    kept: float
    slack: float
    apizee: float
    cpu_of_round: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one installation can have: half of Redis' one core, this much memory, half of the time between rounds."""

    redis_cores: float = 0.5
    redis_gib: float = 16
    round_seconds: float = Settings.model_fields["apizee_poll_seconds"].default / 2


def measured(results: Results) -> Session | None:
    """Return what a session has cost; `None` where something of it was not measured."""
    names = [f"session/ours/whole/{one}" for one in ("cpu", "redis_cpu", "commands")]
    names += ["redis/ours/kept", "session/ours/whole/slack", "session/ours/whole/apizee", _ROUND]
    figures = [value for name in names if (value := results.get(name)) is not None]
    return Session(*figures) if len(figures) == len(names) else None


def render_scaling(session: Session) -> str:
    """Return the page of sizes."""
    header = ["workspaces", *_needs(1, session), "what is short first"]
    rows = [[f"{size:,}", *_needs(size, session).values(), short_first(size, session)] for size in SIZES]
    page = (
        templates()
        .get_template("scaling.md.j2")
        .render(
            session=session,
            sizes=table(header, rows),
            agents=AGENTS,
            sessions_a_day=SESSIONS_A_DAY,
            in_the_busiest_hour=f"{IN_THE_BUSIEST_HOUR:.0%}",
            open_for=OPEN_FOR_MINUTES,
            apizee_a_minute=per_second(1) * _MINUTES * session.apizee,
            retention=Settings.model_fields["retention_days"].default,
            limits=Limits(),
        )
    )
    return filled(page)


def per_second(workspaces: int) -> float:
    """Return how many sessions begin each second of the busiest hour."""
    return workspaces * AGENTS * SESSIONS_A_DAY * IN_THE_BUSIEST_HOUR / _HOUR


def short_first(workspaces: int, session: Session) -> str:
    """Return what one installation runs out of first, beside Apizee's requests."""
    limits = Limits()
    used = {
        "Redis' processor": _redis_cores(workspaces, session) / limits.redis_cores,
        "Redis' memory": _redis_gib(workspaces, session) / limits.redis_gib,
        "time for a round": _round_seconds(workspaces, session) / limits.round_seconds,
    }
    most = max(used, key=lambda name: used[name])
    return f"{most}, {used[most]:,.0f} times" if used[most] > 1 else "nothing"


def _needs(workspaces: int, session: Session) -> Mapping[str, str]:
    rate = per_second(workspaces)
    return {
        "sessions a second": f"{rate:,.2f}" if rate < 1 else f"{rate:,.0f}",
        "cores of the bot, half used": f"{rate * session.cpu / MILLISECONDS * 2:,.2f}",
        "of Redis' core": f"{_redis_cores(workspaces, session):,.2f}",
        "commands of Redis a second": f"{rate * session.commands:,.0f}",
        "GiB of Redis": f"{_redis_gib(workspaces, session):,.1f}",
        "a round, s": f"{_round_seconds(workspaces, session):,.2f}",
        "requests to Slack a second": f"{rate * session.slack:,.0f}",
    }


def _redis_cores(workspaces: int, session: Session) -> float:
    return per_second(workspaces) * session.redis_cpu / MILLISECONDS


def _redis_gib(workspaces: int, session: Session) -> float:
    days: int = Settings.model_fields["retention_days"].default
    return workspaces * AGENTS * SESSIONS_A_DAY * days * session.kept / _GIB


def _round_seconds(workspaces: int, session: Session) -> float:
    return per_second(workspaces) * OPEN_FOR_MINUTES * _MINUTES * session.cpu_of_round / MILLISECONDS
