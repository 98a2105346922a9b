"""The bot with many more listeners, all of which were there before its own."""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck

import handlers
from bot.cli import main
from bot.slack.received.payloads import Command
from bot.web.slack import Listeners
from handlers.services import Services

MORE_LISTENERS = 100


async def _nobody_calls(ack: AsyncAck, _command: Command) -> None:
    await ack()


def crowd() -> None:
    """Let the bot's listeners come last from now on."""
    register = handlers.register

    def after_many(app: Listeners, services: Services) -> None:
        for number in range(MORE_LISTENERS):
            app.command(f"/other{number}")(_nobody_calls)
        register(app, services)

    handlers.register = after_many


if __name__ == "__main__":
    crowd()
    main()
