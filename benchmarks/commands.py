"""Commands as Slack sends them: each another one, signed before the clock runs."""

from __future__ import annotations

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
    """One command: its id, which its response URL ends with, and the whole request."""

    id: str
    request: bytes


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
        command_id = f"c{number}"
        body = urlencode(_typed(number) | {"response_url": f"{self._slack_url}{RESPONSES}{command_id}"})
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: Slackbot 1.0\r\n"
            f"Accept: application/json,*/*\r\nContent-Type: {_FORM}\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: {signature}\r\n\r\n"
        )
        return Command(command_id, (head + body).encode())


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
