"""Answers to clicks and forms: Slack shows none of its own, so the person is told beside the acknowledgement."""

from __future__ import annotations

from bot.grammar import Reading
from bot.model.errors import KnownError
from bot.model.people import Asker
from bot.sessions.views.understood import understood
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from handlers.services import Desk


def tell_soon(desk: Desk, asker: Asker, error: KnownError) -> None:
    """Begin to tell a person why nothing came of a click."""
    desk.background.run(_tell(desk, asker, error))


def confirm_soon(desk: Desk, asker: Asker, reading: Reading) -> None:
    """Begin to tell a person what was read otherwise than it was typed into a form, if anything was."""
    if reading:
        desk.background.run(_confirm(desk, asker, reading))


async def _confirm(desk: Desk, asker: Asker, reading: Reading) -> None:
    if message := understood(reading, await desk.agents.words(asker.place.team, asker.user)):
        await desk.slack.whisper(asker, message)


async def _tell(desk: Desk, asker: Asker, error: KnownError) -> None:
    words = await desk.agents.words(asker.place.team, asker.user)
    await desk.slack.whisper(
        asker, private_messages.told(sentence(error, words, command=desk.assist_command)), last_try=True
    )
