"""The App Home: what somebody sees who opens the bot in Slack's side bar."""

from __future__ import annotations

from bot.errors import NoAgent
from bot.model import Person
from bot.services.agents import Agents
from bot.slack.gateway import Slack
from bot.store.sessions import Sessions
from bot.ui.home import home_view
from bot.ui.text import words_for


class Home:
    """Draws a person's Home from what Redis knows."""

    def __init__(self, slack: Slack, sessions: Sessions, agents: Agents) -> None:
        self._slack = slack
        self._sessions = sessions
        self._agents = agents

    async def draw(self, person: Person) -> None:
        """Publish the Home of one person."""
        mine = await self._sessions.open_of(person.team, person.id)
        view = home_view(mine, self._login(person), words_for(person.locale))
        await self._slack.publish_home(person.team, person.id, view)

    def _login(self, person: Person) -> str | None:
        try:
            return self._agents.login(person)
        except NoAgent:
            return None
