"""Finds out who may start a session, and what it needs: when it is planned, before it is due, and when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.installation.accounts import Accounts
from bot.model.acts import Act
from bot.model.errors import (
    AccountUnreadable,
    InvitationsUsedUp,
    NoAccount,
    NoAddress,
    NoAgent,
    NotAllowed,
    NotAnAgent,
    NothingToTakeOver,
)
from bot.model.session import Kind, Session, State
from bot.policy.agents import Agents
from bot.policy.policy import Policy, Subject
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.slack.errors import SlackError

TURNED_AWAY: Final = (
    NotAllowed,
    NotAnAgent,
    NoAccount,
    AccountUnreadable,
    NoAgent,
    NoAddress,
    InvitationsUsedUp,
    NothingToTakeOver,
    SlackError,
)
"""Why a session is not started, before anybody is invited."""


class Preparing:
    """Asks the policy about sessions, and completes them with what is known of their people."""

    def __init__(
        self,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        accounts: Accounts,
        providers: Mapping[Kind, VideoProvider],
    ) -> None:
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._accounts = accounts
        self._providers = providers

    async def with_agent(self, session: Session) -> Session:
        """Return the session with what is known of its people, unless it has that; recorded with the next step."""
        if session.invitation.agent:
            return session
        if session.state is State.PLANNED:
            return await self.prepare(session, Act.PLAN)
        return await self.prepare(session, Act.TAKE_OVER if session.invitation.takes_over else Act.START)

    async def prepare(self, session: Session, act: Act) -> Session:
        """Return the session with what is known of its people now, if its requester may do this.

        Raises one of `TURNED_AWAY`. A card that a planned session has must be in a channel that still takes messages.
        """
        requester, subject, colleague = session.requester, Subject.of(session), session.invitation.for_user
        person = await self._policy.ask(act, requester, subject, whom=colleague)
        agent = await self._policy.agent(requester, subject, colleague) if colleague else person
        account = await self._accounts.of(person.team)
        if session.plan and session.card:
            await self._slack.check_not_archived(person.team, session.card.channel)
        known = replace(
            session,
            account=account.key,
            locale=person.locale,
            timezone=person.timezone,
            agent_locale=agent.locale if colleague else "",
        )
        login = await self._agents.login(agent)
        return await self._providers[session.kind].prepare(known.with_invitation(agent=login))
