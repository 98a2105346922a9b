"""Answers to clicks and forms: Slack shows none of its own, so the person is told beside the acknowledgement."""

from __future__ import annotations

from bot.grammar import Reading
from bot.model.errors import KnownError
from bot.model.people import Requester
from bot.sessions.views.understood import reading_notice
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from handlers.services import Services


def tell_soon(services: Services, requester: Requester, error: KnownError) -> None:
    """Begin to tell a person why nothing came of a click."""
    services.background.run(_tell(services, requester, error))


def confirm_soon(services: Services, requester: Requester, reading: Reading) -> None:
    """Begin to tell a person what was read otherwise than it was typed into a form, if anything was."""
    if reading:
        services.background.run(_confirm(services, requester, reading))


async def _confirm(services: Services, requester: Requester, reading: Reading) -> None:
    if message := reading_notice(reading, await services.agents.translate(requester.conversation.team, requester.user)):
        await services.slack.send_private(requester, message)


async def _tell(services: Services, requester: Requester, error: KnownError) -> None:
    translate = await services.agents.translate(requester.conversation.team, requester.user)
    await services.slack.send_private(
        requester, private_messages.told(sentence(error, translate, command=services.assist_command)), last_try=True
    )
