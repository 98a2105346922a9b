"""Answers to clicks: Slack shows none of its own, so the person is told beside the acknowledgement."""

from __future__ import annotations

from bot.errors import KnownError
from bot.model import Asker
from bot.services.sentences import sentence
from bot.ui import whispers
from handlers.desk import Desk


def tell_soon(desk: Desk, asker: Asker, error: KnownError) -> None:
    """Begin to tell a person why nothing came of a click."""
    desk.background.run(_tell(desk, asker, error))


async def _tell(desk: Desk, asker: Asker, error: KnownError) -> None:
    words = await desk.agents.words(asker.place.team, asker.user)
    await desk.slack.whisper(asker, whispers.told(sentence(error, words, command=desk.assist_command)))
