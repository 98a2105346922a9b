"""Shows each series whose labels are known before it counts: a number that begins with 1 is no increase to Prometheus.

https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Final, get_args

from bot.apizee.transport import Operation
from bot.apizee.webhooks import OBJECTS, OTHER
from bot.deferred.requests import Request
from bot.events.event import NOTED, word
from bot.grammar import AssistRequest, MeetRequest
from bot.grammar.parse_errors import NotUnderstood
from bot.metrics import Metrics
from bot.model.session import Kind, State
from bot.slack.web_api import METHODS

_OPERATIONS: Final[tuple[str, ...]] = get_args(Operation)
_STATUSES: Final = ("0", "200", "401", "403", "429", "500")
_ERRORS_OF_SLACK: Final = ("unreachable", "ratelimited", "missing_scope", "account_inactive", "internal_error")
"""What any method may answer, and people act on; of Slack's other codes each is shown once it was counted."""

_SENT_BY_SLACK: Final = ("command", "global_shortcut", "message_shortcut", "action", "view", "event")
_TYPED: Final = {Kind.ASSISTANCE: AssistRequest, Kind.MEETING: MeetRequest}


def expect_known(metrics: Metrics) -> None:
    """Have the series shown whose labels are words of the program; those of jobs are expected where jobs are known."""
    for kind, typed in _TYPED.items():
        outcomes = [one.__name__ for one in (*get_args(typed), NotUnderstood)]
        metrics.expect("commands_total", command=[kind], outcome=outcomes)
    metrics.expect("commands_total", command=["button"], outcome=[*_tags(), "invite_again"])
    metrics.expect("commands_total", command=["form"], outcome=["accepted", "wrong"])
    metrics.expect("commands_total", command=["step"], outcome=["accepted", "not_understood", "step_input_missing"])
    metrics.expect("payloads_dropped_total", kind=[*_SENT_BY_SLACK, OTHER], reason=["unknown", "unusable"])
    metrics.expect("sessions_total", kind=Kind, state=State)
    types = [*(f"session.{word(state)}" for state in State), NOTED]
    metrics.expect("events_total", type=types, outcome=["sent", "refused", "dropped"])
    metrics.expect("apizee_requests_total", operation=_OPERATIONS, status=_STATUSES)
    metrics.expect("apizee_items_set_aside_total", operation=_OPERATIONS)
    metrics.expect("apizee_webhooks_not_understood_total", object=[*sorted(OBJECTS), OTHER])
    metrics.expect("media_delivered_total", kind=["photo", "recording", "file"], way=["uploaded", "linked"])
    metrics.expect("records_unread_total", reason=["unreadable", "newer"])
    metrics.expect("acknowledgement_duration_seconds", kind=_SENT_BY_SLACK)
    metrics.expect("apizee_request_duration_seconds", operation=_OPERATIONS)
    metrics.expect("slack_request_duration_seconds", method=METHODS)
    metrics.expect("slack_errors_total", method=METHODS, error=_ERRORS_OF_SLACK)
    metrics.expect("slack_errors_total", method=["private_message"], error=["person_not_reached"])


def _tags() -> Iterable[str]:
    """Return the names of all deferred requests."""
    kinds = get_args(get_args(Request)[0])
    return [str(one.default) for kind in kinds for one in fields(kind) if one.name == "tag"]
