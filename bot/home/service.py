"""The App Home: what somebody sees who opens the bot in Slack's side bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.home.overview import Overviews, longest_waiting_first
from bot.home.views import AccountShown, Health, HomeData, Incident, TodaySummary, home_view, refused_view
from bot.installation.accounts import Accounts
from bot.model.errors import AccountUnreadable, NoAccount, NoAgent
from bot.model.people import Person, Requester
from bot.model.session import Session, State
from bot.model.targets import FIRST_HOME_PAGE, HomePage
from bot.policy.agents import Agents
from bot.sessions.list_ways import ListWays
from bot.slack.client import Slack
from bot.store.people.logins import LoginStore
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.workspaces.digests import DigestStore
from bot.ui.lists.paging import Page
from bot.ui.lists.results import PER_PAGE
from bot.ui.text import translator_for, zone_of

_LOOKED_THROUGH = 100


class Home:
    """Publishes a person's Home from what Redis knows, so that nobody waits for Apizee."""

    def __init__(
        self,
        slack: Slack,
        peoples: PeoplesSessions,
        agents: Agents,
        ways: ListWays,
        *,
        overviews: Overviews,
        accounts: Accounts,
        logins: LoginStore,
        digests: DigestStore,
        commands: Sequence[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._slack = slack
        self._peoples = peoples
        self._agents = agents
        self._ways = ways
        self._accounts = accounts
        self._overviews = overviews
        self._logins = logins
        self._digests = digests
        self._commands = commands
        self._clock = clock

    async def publish(self, person: Person, page: HomePage = FIRST_HOME_PAGE) -> None:
        """Publish the Home of one person, at these pages of their sessions."""
        latest = [one for one in await self._peoples.latest(person.team, person.id, limit=_LOOKED_THROUGH) if one.card]
        is_open = await self._peoples.open(person.team, person.id, limit=_LOOKED_THROUGH)
        mine = longest_waiting_first(session for session in is_open if session.card)
        ended = [session for session in latest if not session.state.is_open]
        overview = await self._overviews.of(person)
        pages = (Page.of(mine, page.mine, holds=PER_PAGE), Page.of(ended, page.ended, holds=PER_PAGE))
        on_page = [session for one in pages for session in one.items]
        is_admin = self._agents.administers(person)
        home_data = HomeData(
            mine=mine,
            ended=ended,
            today=self._figures(latest, person),
            login=await self._login(person),
            timezone=person.timezone,
            page=page,
            ways=await self._ways.to_sessions([*on_page, *overview.shown], person),
            overview=overview,
            commands=self._commands,
            health=await self._health(person.team) if is_admin else None,
            account=await self._account(person.team) if is_admin else None,
            logins=await self._logins.all_of(person.team) if is_admin else None,
            digests=await self._digests.all_of(person.team) if is_admin else None,
        )
        await self._slack.publish_home(person.team, person.id, home_view(home_data, translator_for(person.locale)))

    async def refuse(self, requester: Requester, sentence: str) -> None:
        """Publish a Home that says why there is nothing on it."""
        await self._slack.publish_home(requester.conversation.team, requester.user, refused_view(sentence))

    def _figures(self, sessions: Iterable[Session], person: Person) -> TodaySummary:
        zone = zone_of(person.timezone)
        now = self._clock()
        midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        started = [one for one in sessions if one.requester.user == person.id and one.state is not State.PLANNED]
        today = [session for session in started if session.created_at >= midnight.timestamp()]
        done = [session for session in today if session.state is State.DONE]
        return TodaySummary(len(today), len(done), sum(session.outcome.photos or 0 for session in done), as_of=now)

    async def _health(self, team: str) -> Health | None:
        try:
            account = await self._accounts.of(team)
        except (NoAccount, AccountUnreadable):
            return None
        spent, last = await account.apizee.budget.remaining(), await account.polling.last_trouble()
        return Health(
            webhooks=await account.events.are_coming(),
            used=spent.used,
            limit=spent.limit,
            incident=Incident(*last) if last else None,
        )

    async def _account(self, team: str) -> AccountShown:
        try:
            connected = await self._accounts.connected(team)
            await self._accounts.of(team)
        except (NoAccount, AccountUnreadable):
            return AccountShown(None, has_one=False)
        return AccountShown(connected.about.username if connected else None, has_one=True)

    async def _login(self, person: Person) -> str | None:
        try:
            return await self._agents.login(person)
        except NoAgent:
            return None
