"""Where the bot must get, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.measures.polling import WATCHED_POLLS
from benchmarks.results.figures import Results


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, or its ratio to another one, that must not be more or less than a limit."""

    what: str
    of: str
    at_most: float | None = None
    at_least: float | None = None
    over: str | None = None
    unit: str = ""
    digits: int = 0

    @property
    def said(self) -> str:
        """The limit, as it is read."""
        if self.at_most == 0:
            return "none"
        sign, limit = ("≤", self.at_most) if self.at_most is not None else ("≥", self.at_least)
        return f"{sign} {limit:g} {self._measure}".rstrip()

    def measured(self, results: Results) -> float | None:
        """Return what it came to; `None` where something is missing."""
        value, by = results.get(self.of), results.get(self.over) if self.over else 1.0
        return None if value is None or not by else value / by

    def shown(self, results: Results) -> str:
        """Return what it came to, as it is read."""
        value = self.measured(results)
        return "not measured" if value is None else f"{value:,.{self.digits}f} {self._measure}".rstrip()

    def is_met(self, results: Results) -> bool | None:
        """Whether it was reached; `None` where nobody knows."""
        value = self.measured(results)
        if value is None:
            return None
        is_low_enough = self.at_most is None or value <= self.at_most
        return is_low_enough and (self.at_least is None or value >= self.at_least)

    @property
    def _measure(self) -> str:
        return "×" if self.over else self.unit  # noqa: RUF001  # the sign that is meant


GOALS: Final = (
    Goal("Acknowledgement at 1 in flight, p50", "ack/ours/1/p50", at_most=1.5, unit="ms", digits=2),
    Goal(
        "… beside a bare application with one Redis round trip",
        "ack/ours/1/p50",
        over="ack/bare-redis/1/p50",
        at_most=3,
        digits=1,
    ),
    Goal(
        "Acknowledgements a second at 64 in flight, beside the same",
        "ack/ours/64/rate",
        over="ack/bare-redis/64/rate",
        at_least=0.55,
        digits=2,
    ),
    Goal(
        "… beside Bolt for JavaScript, which keeps nothing",
        "ack/ours/64/rate",
        over="ack/node/64/rate",
        at_least=0.9,
        digits=2,
    ),
    Goal(
        "… beside those at 16 in flight (3 % are noise)",
        "ack/ours/64/rate",
        over="ack/ours/16/rate",
        at_least=0.97,
        digits=2,
    ),
    Goal(
        "Acknowledgement with 100 more listeners, beside the one without (10 % are noise)",
        "ack/many-listeners/1/p50",
        over="ack/ours/1/p50",
        at_most=1.1,
        digits=2,
    ),
    Goal("Redis round trips on the way to it", "ack/ours/round-trips", at_most=1, digits=1),
    Goal(
        "Commands a second at 64 in flight, Apizee 50 ms, beside synchronous Bolt under gunicorn threads",
        "command/ours/50/64/rate",
        over="command/threads/50/64/rate",
        at_least=8,
        digits=2,
    ),
    Goal(
        "… beside Bolt for JavaScript with ioredis",
        "command/ours/50/64/rate",
        over="command/node/50/64/rate",
        at_least=1.0,
        digits=2,
    ),
    Goal(
        "… beside those at 16 in flight (3 % are noise)",
        "command/ours/50/64/rate",
        over="command/ours/50/16/rate",
        at_least=0.97,
        digits=2,
    ),
    Goal(
        "… the same, where Apizee takes no time",
        "command/ours/0/64/rate",
        over="command/ours/0/16/rate",
        at_least=0.97,
        digits=2,
    ),
    Goal("Processor for a finished command, 64 in flight", "command/ours/50/64/cpu", at_most=2.5, unit="ms", digits=2),
    Goal(
        "… beside the last release",
        "command/ours/50/64/cpu",
        over="command/last_release/50/64/cpu",
        at_most=0.55,
        digits=2,
    ),
    Goal("Requests to Slack for an `/assist`", "command/ours/slack-calls", at_most=3, digits=2),
    Goal("Requests to Apizee for an `/assist`", "command/ours/apizee-calls", at_most=1, digits=2),
    Goal("Sign-ins at Apizee in a day", "apizee/ours/tokens", at_most=1),
    *(
        goal
        for rate, acknowledged, linked in ((200, 50, 200), (400, 100, 1000))
        for goal in (
            Goal(f"Lost of {rate} commands a second, Apizee 200 ms", f"arrival/ours/{rate}/lost", at_most=0),
            Goal("… acknowledged, p99", f"arrival/ours/{rate}/ack/p99", at_most=acknowledged, unit="ms", digits=1),
            Goal(
                "… links beyond what Apizee takes, p99",
                f"arrival/ours/{rate}/p99",
                at_most=linked,
                unit="ms",
                digits=1,
            ),
        )
    ),
    Goal("Lost of 1,000 commands at once", "burst/ours/lost", at_most=0),
    Goal("… refused", "burst/ours/refused", at_most=0),
    Goal("… the slowest acknowledgement", "burst/ours/slowest-ack", at_most=1000, unit="ms"),
    Goal("Requests of a round over 100 open sessions", "round/ours/10000/requests", at_most=1, digits=1),
    Goal(f"Rounds while webhooks arrive, in {WATCHED_POLLS} polls", "round/ours/with-webhooks", at_most=0),
    Goal(
        "A round's processor for an open session, 100,000 stored beside 10,000 (half is noise)",
        "round/ours/100000/cpu-per-open",
        over="round/ours/10000/cpu-per-open",
        at_most=1.5,
        digits=2,
    ),
    Goal(
        "The longest for which the bot does not answer in a round over 10,000 open sessions",
        "round/ours/held",
        at_most=20,
        unit="ms",
        digits=1,
    ),
    Goal("A whole session: the bot's processor", "session/ours/whole/cpu", at_most=15, unit="ms", digits=1),
    Goal("… commands of Redis", "session/ours/whole/commands", at_most=300),
    Goal("… requests to Apizee, those for lists of media included", "session/ours/whole/apizee", at_most=4, digits=2),
    Goal("Redis for a remembered session, on the embedded server", "redis/ours/kept", at_most=1536, unit="bytes"),
    Goal("… on Redis 7.0", "redis-7/ours/kept", at_most=1536, unit="bytes"),
    Goal("Start to ready", "start/ours/seconds", at_most=1.0, unit="s", digits=2),
    Goal("Memory after 10,000 commands, with worker", "memory/ours/worked", at_most=100, unit="MiB"),
    Goal("… a second process of `serve --processes`, of its own", "memory/ours/second", at_most=40, unit="MiB"),
    Goal(
        "… beside that after the first tenth of them (5 % are noise)",
        "memory/ours/worked",
        over="memory/ours/warm",
        at_most=1.05,
        digits=2,
    ),
)
