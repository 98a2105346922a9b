"""The bad days that can be switched on from the page, each by itself. Each really happens; none is only shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playground.page.demo_state import DemoState
from sandbox.apizee import faults as apizee
from sandbox.apizee.model import Operation
from sandbox.slack import faults as slack

_SLOW_SECONDS: Final = 5.0
_LATE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Switch:
    """One fault: `label` names it, `about` says what happens; it may switch itself off when it has happened."""

    name: str
    label: str
    about: str
    is_on: Callable[[DemoState], bool]
    switch: Callable[[DemoState, bool], None]


def switch(demo_state: DemoState, name: str, *, on: bool) -> None:
    """Let this go wrong, or be well again; raises `LookupError` for a fault that is not known."""
    chosen = {one.name: one for one in FAULTS}[name]
    if chosen.is_on(demo_state) != on:
        chosen.switch(demo_state, on)
        demo_state.changed()


def all_well(demo_state: DemoState) -> None:
    """Switch everything off."""
    for one in FAULTS:
        switch(demo_state, one.name, on=False)


def _of_apizee(
    name: str, label: str, about: str, fault: apizee.Fault, operation: Operation | None = None, *, once: bool = False
) -> Switch:
    def switch(demo_state: DemoState, on: bool) -> None:  # noqa: FBT001  # as `Switch` wants it
        if on:
            demo_state.world.faults.switch_on(fault, operation, times=1 if once else None)
        else:
            demo_state.world.faults.switch_off(fault)

    return Switch(name, label, about, lambda demo_state: demo_state.world.faults.is_on(fault), switch)


def _of_slack(name: str, label: str, about: str, fault: slack.Fault) -> Switch:
    def switch(demo_state: DemoState, on: bool) -> None:  # noqa: FBT001  # as `Switch` wants it
        (demo_state.workspace.faults.switch_on if on else demo_state.workspace.faults.switch_off)(fault)

    return Switch(name, label, about, lambda demo_state: demo_state.workspace.faults.is_on(fault), switch)


def _of_webhooks(name: str, label: str, about: str, field: str, bad: object, good: object) -> Switch:
    def switch(demo_state: DemoState, on: bool) -> None:  # noqa: FBT001  # as `Switch` wants it
        setattr(demo_state.webhooks.faults, field, bad if on else good)

    return Switch(name, label, about, lambda demo_state: getattr(demo_state.webhooks.faults, field) == bad, switch)


def _switch_redis(demo_state: DemoState, on: bool) -> None:  # noqa: FBT001  # as `Switch` wants it
    (demo_state.bot_control.stop_redis if on else demo_state.bot_control.resume_redis)()


FAULTS: Final = (
    _of_apizee("apizee-down", "Apizee is down", "It breaks every connection.", apizee.Down()),
    _of_apizee("apizee-slow", "Apizee is slow", "Every answer takes 5 seconds more.", apizee.Slow(_SLOW_SECONDS)),
    _of_apizee("apizee-errors", "Apizee answers with errors", "Every answer is 503.", apizee.Broken(503)),
    _of_apizee(
        "answer-lost",
        "Apizee's answer gets lost",
        "The next ticket is made and its customer invited, then the connection breaks. Once.",
        apizee.AnswerLost(),
        Operation.CREATE_TICKET,
        once=True,
    ),
    _of_apizee(
        "limit-used-up",
        "Apizee's requests are used up",
        "As if others used the same API user: every answer is 429.",
        apizee.Limited(),
    ),
    _of_slack("slack-429", "Slack says 429", "Every call is to be repeated a second later.", slack.RateLimited()),
    Switch(
        "redis-stopped",
        "Redis is stopped",
        "Its process is halted (SIGSTOP): it takes connections and answers nothing.",
        lambda demo_state: demo_state.bot_control.is_redis_stopped,
        _switch_redis,
    ),
    _of_webhooks("webhooks-missing", "Webhooks are missing", "Apizee sends none.", "missing", bad=True, good=False),
    _of_webhooks(
        "webhooks-twice", "Webhooks come twice", "Apizee sends each twice.", "duplicated", bad=True, good=False
    ),
    _of_webhooks(
        "webhooks-late", "Webhooks are late", "Apizee sends each 10 seconds late.", "late_by", _LATE_SECONDS, 0.0
    ),
)
