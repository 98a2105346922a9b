"""Answers to clicks and forms: Slack shows none of its own, so the person is told beside the acknowledgement."""

from __future__ import annotations

from bot.errors import KnownError
from bot.grammar import Reading
from bot.model import Asker
from bot.services.sentences import sentence
from bot.ui import whispers
from bot.ui.understood import understood
from handlers.desk import Desk


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
    await desk.slack.whisper(asker, whispers.told(sentence(error, words, command=desk.assist_command)), last_try=True)
