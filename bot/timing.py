"""The clock and all waits of the bot as one value, which `bot.container.build` hands to the parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.apizee.timing import ApizeeTiming
from bot.jobs.attempts import RetryPolicy
from bot.jobs.queue import QueueTiming
from bot.jobs.worker import WorkerTiming
from bot.model.timing import (
    AgentsTiming,
    AnswerTiming,
    EventTiming,
    FollowTiming,
    MediaTiming,
    RequestTiming,
    StartTiming,
)
from bot.slack.socket import SocketTiming
from bot.store.server.embedded import EmbeddedTiming
from bot.store.server.rewriting import RewritingTiming
from bot.store.timing import RedisTiming
from bot.web.app import WebTiming


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long each part waits; the defaults are those of production."""

    start: StartTiming = field(default_factory=StartTiming)
    media: MediaTiming = field(default_factory=MediaTiming)
    follow: FollowTiming = field(default_factory=FollowTiming)
    events: EventTiming = field(default_factory=EventTiming)
    answer: AnswerTiming = field(default_factory=AnswerTiming)
    agents: AgentsTiming = field(default_factory=AgentsTiming)
    deferred: RequestTiming = field(default_factory=RequestTiming)
    apizee: ApizeeTiming = field(default_factory=ApizeeTiming)
    redis: RedisTiming = field(default_factory=RedisTiming)
    embedded: EmbeddedTiming = field(default_factory=EmbeddedTiming)
    rewriting: RewritingTiming = field(default_factory=RewritingTiming)
    queue: QueueTiming = field(default_factory=QueueTiming)
    worker: WorkerTiming = field(default_factory=WorkerTiming)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    socket: SocketTiming = field(default_factory=SocketTiming)
    web: WebTiming = field(default_factory=WebTiming)
    clock: Callable[[], float] = time.time
    """Answers Unix seconds. The queue and whatever expires in Redis go by the machine's own clock."""
