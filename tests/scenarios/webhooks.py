"""A bot that receives Apizee's webhooks, and an Apizee that sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.apizee.webhooks import WebhookSender
from tests.scenarios.environment import Environment, Vendors, new_environment

SECRET = "webhook-secret-of-the-tests"
HEADER = "X-Webhook-Secret"


@dataclass(frozen=True)
class Listening:
    """The environment with a sender of webhooks."""

    environment: Environment
    sender: WebhookSender

    @property
    def url(self) -> str:
        """Where webhooks go."""
        return f"{self.environment.bot_url}/apizee/webhooks"


@asynccontextmanager
async def listening(vendors: Vendors, **settings: Any) -> AsyncIterator[Listening]:  # noqa: ANN401  # values of settings
    """Yield the bot with a secret for webhooks, which are sent as things happen."""
    async with new_environment(vendors, apizee_webhook_secret=SECRET, **settings) as environment:
        sender = WebhookSender(vendors.apizee, f"{environment.bot_url}/apizee/webhooks", {HEADER: SECRET})
        async with sender.sending():
            yield Listening(environment, sender)
