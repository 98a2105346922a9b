"""Commands as Slack sends them: each another one, signed before the clock runs."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from benchmarks.stubs.slack import RESPONSES, SIGNING_SECRET, TEAM

AGENTS = 50
"""So many people type the commands in turn."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its id, which its response URL ends with, the whole request, whom it invites and who typed it."""

    id: str
    request: bytes
    phone: str
    user: str


class Commands:
    """Signs commands; their response URLs lead to this Slack."""

    def __init__(self, slack_url: str) -> None:
        self._slack_url = slack_url
        self._numbers = count()
        self._signer = SignatureVerifier(SIGNING_SECRET)

    def signed(self, how_many: int) -> list[Command]:
        """Return new commands, good for five minutes from now."""
        timestamp = str(int(time.time()))
        return [self._command(next(self._numbers), timestamp) for _ in range(how_many)]

    def _command(self, number: int, timestamp: str) -> Command:
        command_id, typed = f"c{number}", _typed(number)
        body = urlencode(typed | {"response_url": f"{self._slack_url}{RESPONSES}{command_id}"})
        return Command(command_id, self._request(body, _FORM, timestamp), typed["text"], typed["user_id"])

    def opened_home(self, user: str) -> bytes:
        """Return the event that somebody opens the Home: https://docs.slack.dev/reference/events/app_home_opened."""
        event = {"type": "app_home_opened", "user": user, "channel": "D0HOME", "tab": "home", "event_ts": "1.0"}
        body = {
            "type": "event_callback",
            "token": "benchmark",
            "team_id": TEAM,
            "api_app_id": "A0BENCH01",
            "event_id": f"Ev{next(self._numbers):010d}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": event,
        }
        return self._request(json.dumps(body), "application/json", str(int(time.time())))

    def _request(self, body: str, content_type: str, timestamp: str) -> bytes:
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: Slackbot 1.0\r\n"
            f"Accept: application/json,*/*\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: {signature}\r\n\r\n"
        )
        return (head + body).encode()


def _typed(number: int) -> dict[str, str]:
    """Return what an agent types for a customer who never called before.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    return {
        "token": "benchmark",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": "C0SUPPORT",
        "channel_name": "support",
        "user_id": f"U0AGENT{number % AGENTS:03d}",
        "user_name": f"agent{number % AGENTS}",
        "command": "/assist",
        "text": f"+3361{number:07d}",
        "api_app_id": "A0BENCH01",
        "is_enterprise_install": "false",
        "trigger_id": f"{number}.1700000000.benchmark",
    }
