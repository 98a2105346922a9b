"""Shows the sessions of pasted links in brief, and warns who pasted a link that nobody else may have.

What is below a message is seen by everybody in its channel. So a session is shown there only where its card stands;
anywhere else to who pasted the link alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.log import get_logger
from bot.model.acts import Act
from bot.model.errors import NotAllowed
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Card, Session
from bot.model.targets import SessionRef
from bot.policy.policy import Policy, Subject
from bot.sessions.list_ways import ListWays
from bot.slack.client import Slack
from bot.slack.errors import SlackError, UserUnavailable, WorkspaceClosed
from bot.store.sessions.link_index import LinkIndex
from bot.ui.lists.ways import Ways
from bot.ui.text import translator_for
from bot.unfurls import views
from bot.unfurls.kinds import CustomersLink, Link, MeetingLink, PersonalLink, TicketLink
from bot.unfurls.links import LinkReader

_MOST: Final = 10
"""Of more links in one message the first ones count."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A link that is known here, and its session where who pasted it may see that."""

    url: str
    link: Link
    session: Session | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is shown: sessions below the message, by their links, and others to who pasted the link alone.

    `customers` are the links of customers, and `personal` the kinds of other links that nobody else may have.
    """

    below: Mapping[str, Session]
    alone: Sequence[Session]
    customers: Sequence[Pasted]
    personal: Sequence[PersonalLink]


class Unfurling:
    """Does what a message with links asks for; `command` is the slash command that sentences name."""

    def __init__(
        self,
        reader: LinkReader,
        index: LinkIndex,
        policy: Policy,
        slack: Slack,
        ways: ListWays,
        *,
        command: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._index = index
        self._policy = policy
        self._slack = slack
        self._ways = ways
        self._command = command
        self._clock = clock

    async def unfurl(self, requester: Requester, person: Person, urls: Sequence[str], ts: str) -> None:
        """Warn of what nobody else may have, and show the sessions of the other links; `ts` is `""` for a draft.

        Again after a crash it shows the same; who pasted the link may read a message twice. Raises `SlackAway`,
        `StoreUnavailable` and `WorkspaceClosed`.
        """
        read = [(url, link) for url in urls if (link := self._reader.read(url))][:_MOST]
        pasted = [Pasted(url, link, await self._seen(requester, link)) for url, link in read]
        plan = plan_of(pasted, requester.conversation.channel, is_draft=not ts)
        translate = translator_for(person.locale)
        for one in plan.customers:
            ways = await self._ways_to(one.session, person) if one.session else Ways()
            warning = views.customers_link(one.session, ways, translate, is_draft=not ts, command=self._command)
            await self._slack.send_private(requester, warning)
        for kind in plan.personal:
            await self._slack.send_private(requester, views.personal_link(kind, translate, is_draft=not ts))
        if plan.below:
            await self._show(person.team, Card(requester.conversation.channel, ts), plan.below)
        for session in plan.alone:
            brief = views.for_one(session, await self._ways_to(session, person), translate, self._clock())
            await self._slack.send_private(requester, brief)

    async def _seen(self, requester: Requester, link: Link) -> Session | None:
        """Return the session to which a link leads, if the person who pasted it may see it."""
        session = await self._led_to(requester.conversation.team, link)
        if session is None:
            return None
        try:
            await self._policy.ask(Act.UNFURL, requester, Subject.of(session))
        except (NotAllowed, UserUnavailable):
            return None
        return session

    async def _led_to(self, team: str, link: Link) -> Session | None:
        match link:
            case TicketLink(ticket):
                return await self._index.of_ticket(team, ticket)
            case MeetingLink(url):
                return await self._index.of_meeting(team, url)
            case CustomersLink(conversation):
                return await self._index.of_customer(team, conversation)
            case PersonalLink():
                return None

    async def _show(self, team: str, below: Card, sessions: Mapping[str, Session]) -> None:
        unfurls: dict[str, Message] = {}
        for url, session in sessions.items():
            unfurls[url] = views.brief(session, translator_for(session.locale), self._clock())
        try:
            await self._slack.unfurl(team, below, unfurls)
        except WorkspaceClosed:
            raise
        except SlackError as error:
            log.warning("links_not_unfurled", team=team, channel=below.channel, reason=error.code)

    async def _ways_to(self, session: Session, person: Person) -> Ways:
        return (await self._ways.to_sessions([session], person))[SessionRef.to(session)]


def plan_of(pasted: Sequence[Pasted], channel: str, *, is_draft: bool) -> Plan:
    """Return what is shown of links in a message of a channel, each session and each kind of warning once.

    Of a draft nobody knows where it will be sent: there is a word about what must not be sent at all, and no more.
    """
    customers = {one.session.id if one.session else "": one for one in pasted if isinstance(one.link, CustomersLink)}
    personal = dict.fromkeys(one.link for one in pasted if isinstance(one.link, PersonalLink))
    shown = [
        (one.url, one.session)
        for one in pasted
        if one.session and not is_draft and not isinstance(one.link, CustomersLink)
    ]
    below = {url: session for url, session in shown if session.card and session.card.channel == channel}
    alone = {session.id: session for url, session in shown if url not in below}
    return Plan(below, list(alone.values()), list(customers.values()), list(personal))
