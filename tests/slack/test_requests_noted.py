"""What is noted of each request to Slack: its method, how it ended and how long it took, and nothing that it said."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.model.people import Conversation
from bot.slack.client import Slack
from sandbox.slack.default_world import SUPPORT, TEAM
from tests.fixtures.gateway import HELLO


async def test_debugging_shows_method_status_and_time_alone(gateway: Slack) -> None:
    with capture_logs() as lines:
        await gateway.post(Conversation(TEAM, SUPPORT), HELLO)
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["log_level"], line["method"], line["status"]) == ("debug", "chat.postMessage", 200)
    assert 0 < line["ms"] < 5000
    assert line.keys() == {"event", "log_level", "method", "status", "ms"}
