"""The overview of the Home: what is open in a channel that the person chose, and for administrators everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bot.home.overview_view import ChannelOverview, Overview
from bot.model.people import Person
from bot.model.session import Session, State
from bot.policy.agents import Agents
from bot.policy.places import Places
from bot.policy.policy import Policy, Subject
from bot.store.people.last_channels import LastChannels
from bot.store.sessions.store import Sessions
from bot.ui.timeline import waits_since

_LOOKED_THROUGH: Final = 1000
_WAITING: Final = frozenset({State.INVITING, State.INVITED})


class Overviews:
    """Reads overviews from Redis; of Slack it asks only who is in which channel, which is cached."""

    def __init__(
        self, sessions: Sessions, chosen: LastChannels, agents: Agents, policy: Policy, places: Places
    ) -> None:
        self._sessions = sessions
        self._chosen = chosen
        self._agents = agents
        self._policy = policy
        self._places = places

    async def of(self, person: Person) -> Overview:
        """Return the overview of a person, as far as they see sessions; those that wait longest come first."""
        channel, is_admin = await self._chosen.of(person.team, person.id), self._agents.administers(person)
        if not channel and not is_admin:
            return Overview()
        found = await self._sessions.longest_open(person.team, limit=_LOOKED_THROUGH)
        placed = longest_waiting_first(one for one in found if one.card)
        everybodys = placed if is_admin else None
        if not channel:
            return Overview(everybodys=everybodys)
        if not is_admin and not await self._places.is_member(person.team, person.id, channel):
            return Overview(ChannelOverview(channel, is_shown=False), everybodys)
        there = [one for one in placed if one.card and one.card.channel == channel]
        seen = [one for one in there if await self._policy.sees(person, Subject.of(one))]
        return Overview(ChannelOverview(channel, seen), everybodys)


def longest_waiting_first(sessions: Iterable[Session]) -> Sequence[Session]:
    """Return sessions in the order of a overview: those whose customers wait, those that are held, those to come."""
    return sorted(sessions, key=lambda one: (_place(one.state), waits_since(one)))


def _place(state: State) -> int:
    if state in _WAITING:
        return 0
    return 1 if state is State.IN_PROGRESS else 2
