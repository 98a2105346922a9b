"""When Apizee is asked how all open sessions are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.session import Session
from bot.sessions.following.schedule import PollSchedule

schedule = PollSchedule(timedelta(seconds=60))


@pytest.mark.parametrize(
    ("created", "seen", "is_overdue"),
    [
        pytest.param(1000.0, 0.0, False, id="it was just begun"),
        pytest.param(0.0, 1000.0, False, id="a webhook led to it just now"),
        pytest.param(0.0, 400.0, True, id="no webhook for it for ten minutes"),
        pytest.param(0.0, 0.0, True, id="no webhook for it ever"),
    ],
)
def test_while_webhooks_arrive_only_a_session_without_one_is_a_reason_to_ask(
    session: Session, created: float, seen: float, *, is_overdue: bool
) -> None:
    one = replace(session, created_at=created, seen_at=seen)
    assert schedule.is_overdue(one, now=1001.0) is is_overdue
