"""Nothing of one workspace is seen, opened, counted or forgotten from another, whichever way it is tried.

The ids are those of its cards. The other workspace has an account of its own, or even uses the same one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from redis.asyncio import Redis

from bot.model.session import Kind, Session
from bot.model.targets import MediaPage, ResultsPage, SessionRef
from bot.ui.ids import Action, Shortcut
from sandbox.apizee.world import API_PASSWORD, API_USER
from sandbox.slack.default_world import TEAM, U_ADMIN, U_EN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said
from tests.scenarios.two_workspaces import Two, two_workspaces, worlds
from tests.scenarios.waiting import nothing_is_requested

OWN: dict[str, object] = {}
THE_SAME: dict[str, object] = {"username": API_USER, "password": API_PASSWORD, "enterprise": "1"}


SOUGHT: Final = "There is no video assistance for +33 6 •• •• •• 93 that you may see."
"""The number that the person has typed: the answer says nothing of the other workspace."""


@dataclass(frozen=True)
class Apart:
    """Two workspaces, of which `theirs` are the sessions of the one that the other must not reach."""

    two: Two
    theirs: dict[Kind, Session]
    cards: list[Message]
    secrets: frozenset[str]
    requests_before: int

    @property
    def here(self) -> Environment:
        """The workspace from which it is tried."""
        return self.two.beta

    def session(self, kind: Kind) -> Session:
        return self.theirs[kind]

    async def nothing_came_of_it(self, user: str) -> None:
        """Assert that the person learned nothing, and that nothing was done to the sessions."""
        await self.here.settled()
        view, home = self.here.slack.open_view(user), self.here.slack.home(user)
        shown = [said(one) for channel in self.here.slack.channels.values() for one in channel.messages]
        shown += [said(one) for one in self.here.slack.ephemeral_messages]
        shown += [str(one.body) for one in (view, home) if one]
        learned = [text.replace(SOUGHT, "") for text in shown]
        assert not {secret for secret in self.secrets for text in learned if secret in text}
        for session in self.theirs.values():
            assert await self.two.app.adapters.sessions.get(TEAM, session.id) == session
        asked = self.two.acme.apizee.requests[self.requests_before :]
        paths = [one.path for one in asked if not one.path.endswith(("/token", "/tickets", "/conferences"))]
        assert not [path for path in paths for session in self.theirs.values() if str(session.remote.id) in path]


@pytest.fixture(params=[OWN, THE_SAME], ids=["an account of its own", "the same account"])
async def apart(
    redis: Redis,
    redis_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Apart]:
    async with two_workspaces(redis_url, tmp_path, worlds(), apizee_poll_seconds=3600) as two:
        await two.connect_beta(**request.param)
        await two.acme.assist("+33662682193 ref:CASE-7")
        ticket = await two.acme.invited()
        two.acme.customer_comes(ticket, photos=1)
        two.acme.apizee.hangs_up(ticket.id)
        (card,) = two.acme.cards()
        await two.acme.people.click(U_EN, card, Action.REFRESH.value)
        await two.acme.card("Done")
        await two.acme.meet('ann@example.com name:"Site visit"')
        await two.acme.slack.wait_for(lambda: any("Site visit" in said(one) for one in two.acme.cards()))
        await two.acme.slack.wait_for(lambda: two.acme.slack.files)
        await two.acme.settled()
        await nothing_is_requested(redis)
        sessions = await two.acme.sessions_of(U_EN)
        theirs = {one.kind: one for one in sessions}
        photo = two.acme.apizee.tickets[ticket.id].media[0].hash
        conference = next(iter(two.acme.apizee.conferences.values()))
        secrets = frozenset({photo, ticket.password, conference.room, "+33 6 •• •• •• 93", conference.short_code})
        cards = [replace(one) for one in two.acme.cards()]
        yield Apart(two, theirs, cards, secrets, len(two.acme.apizee.requests))


async def test_commands_reach_nothing_of_another_workspace(apart: Apart) -> None:
    """An administrator's see everything of the workspace, and nothing of another."""
    user = U_ADMIN
    ticket, conference = (apart.session(kind).remote.id for kind in (Kind.ASSISTANCE, Kind.MEETING))
    for text in ("find CASE-7", "find +33662682193", f"media {ticket}", "media CASE-7", "list", "stats", "stats all"):
        await apart.here.assist(text, user=user)
        await apart.nothing_came_of_it(user)
    for text in ("find Site", f"media {conference}", "media Site", "list"):
        await apart.here.meet(text, user=user)
        await apart.nothing_came_of_it(user)
    for command, number in (("/assist", ticket), ("/meet", conference)):
        await apart.here.people.command(user, apart.cards[0].channel, command, f"forget {number}")
        await apart.nothing_came_of_it(user)


async def test_assistances_of_another_workspace_are_not_counted(apart: Apart) -> None:
    await apart.here.assist("stats all today", user=U_ADMIN)
    await apart.here.settled()
    sent = " ".join(apart.here.ephemeral_messages(U_ADMIN))
    assert "no " in sent.casefold()
    assert "Agent 1" not in sent


VALUES: dict[Action, Any] = {
    Action.MEDIA_PREVIOUS: lambda session: MediaPage(session.kind, session.remote.id, 0).encode(),
    Action.MEDIA_NEXT: lambda session: MediaPage(session.kind, session.remote.id, 0).encode(),
    Action.RESULTS_PREVIOUS: lambda session: ResultsPage(session.kind, text="CASE-7").encode(),
    Action.RESULTS_NEXT: lambda session: ResultsPage(session.kind, text="Site visit").encode(),
}
TRIED = (
    Action.OPEN,
    Action.QR_CODE,
    Action.JOIN_AS_ME,
    Action.MEDIA,
    Action.MEDIA_TO_THREAD,
    Action.REFRESH,
    Action.INVITE_AGAIN,
    Action.TAKE_OVER,
    Action.FORGET,
    *VALUES,
)


async def test_buttons_reach_nothing_of_another_workspace(apart: Apart) -> None:
    before = len(apart.here.apizee.tickets), len(apart.here.apizee.conferences)
    for session, action in product(apart.theirs.values(), TRIED):
        value = VALUES.get(action, lambda one: SessionRef.to(one).encode())(session)
        element = {"type": "button", "action_id": action.value, "value": value}
        for card in apart.cards:
            copied = replace(card, blocks=[{"type": "actions", "block_id": "b", "elements": [element]}])
            await apart.here.people.click(U_ADMIN, copied, action.value)
            await apart.nothing_came_of_it(U_ADMIN)
    assert (len(apart.here.apizee.tickets), len(apart.here.apizee.conferences)) == before


async def test_shortcuts_mentions_and_the_home_show_nothing_of_another_workspace(apart: Apart) -> None:
    for card in apart.cards:
        await apart.here.people.message_shortcut(U_ADMIN, Shortcut.SESSION_MEDIA.value, card)
        await apart.nothing_came_of_it(U_ADMIN)
        await apart.here.people.mention(U_ADMIN, card.channel, "media", thread_ts=card.ts)
        await apart.nothing_came_of_it(U_ADMIN)
    await apart.here.people.open_home(U_ADMIN)
    await apart.nothing_came_of_it(U_ADMIN)
