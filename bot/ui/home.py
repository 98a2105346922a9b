"""The App Home, as a view."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Block, Session
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Words, escape
from bot.ui.whispers import session_line


def home_view(sessions: Sequence[Session], login: str | None, words: Words) -> Block:
    """A person's open sessions, the two ways to start one, and who they are at Apizee."""
    title = words("My open sessions")
    lines = [session_line(session, words) for session in sessions]
    mine = "\n".join([f"*{title}*", *(lines or [words("You have no open session.")])])
    return {
        "type": "home",
        "blocks": [
            blocks.header(words("Video assistance and meetings")),
            blocks.actions(
                blocks.button(Action.START_ASSISTANCE, words("Start assistance"), "home", primary=True),
                blocks.button(Action.START_MEETING, words("Start meeting"), "home"),
            ),
            blocks.section(mine),
            blocks.context(_login(login, words)),
        ],
    }


def _login(login: str | None, words: Words) -> str:
    if login is None:
        return words(
            "You have no login at Apizee: add your e-mail address to your Slack profile, or ask your administrator."
        )
    return words("Your login at Apizee: {login}", login=escape(login))
