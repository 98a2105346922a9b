"""What Slack sent to the app, and what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack.model import Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request that Slack sends to the app: `kind` is the envelope's type, `body` the raw bytes of the request."""

    kind: str
    payload: Mapping[str, Any]
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery and how the app took it.

    `outcome` is `ok`, or what Slack would tell the user: `operation_timeout`, `dispatch_failed`.
    """

    delivery: Delivery
    status: int = 0
    body: str = ""
    outcome: str = "ok"
    seconds: float = 0.0

    @property
    def answer(self) -> Json:
        """The answer's JSON; empty where there is none."""
        try:
            answer = json.loads(self.body)
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}
