"""Ways in that are one person's alone: nobody gets a link that lets them in as somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.apizee.client import Apizee
from bot.apizee.errors import NotFound
from bot.deferred.access_links import AccessLinks
from bot.deferred.join_links import JoinLinks
from bot.deferred.subjects import Subjects
from bot.installation.accounts import Accounts
from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Contact, Conversation, Person, Requester
from bot.model.session import Kind, Links, Session
from bot.policy.agents import Agents, no_default_agent
from bot.policy.policy import Policy
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.resolve import SessionResolver
from bot.slack.client import Slack
from bot.store.accounts.facts import Portal
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from sandbox.apizee import World
from sandbox.apizee.guesses import ScopeOfOldTickets, kind
from sandbox.apizee.model import Operation
from sandbox.apizee.simulation import BUTTON_ID, TICKET_SERVICE_KEY
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN

ALICE = Person(TEAM, U_EN, "Alice", email="Agent1@Apizee.com", email_verified=True)
HERE = Requester(U_EN, Conversation(TEAM, SUPPORT))
MEETING = "https://meet.apizee.com/private/7a3dc799/ae226154"


@pytest.fixture
def agents(slack: Slack) -> Agents:
    return Agents(slack, default_login=no_default_agent)


@pytest.fixture
def meetings(accounts: Accounts, agents: Agents) -> ConferenceProvider:
    return ConferenceProvider(accounts, agents)


@pytest.fixture
def access_links_by(
    accounts: Accounts, meetings: ConferenceProvider, agents: Agents, policy: Policy, sessions: Sessions, slack: Slack
) -> Callable[[JoinLinks | None], AccessLinks]:
    resolver = SessionResolver(sessions, slack, {Kind.MEETING: meetings})
    subjects = Subjects(sessions, accounts, policy)
    return lambda join: AccessLinks(
        accounts, meetings, join, agents=agents, policy=policy, resolver=resolver, subjects=subjects
    )


@pytest.fixture
def access_links(access_links_by: Callable[[JoinLinks | None], AccessLinks]) -> AccessLinks:
    return access_links_by(None)


@pytest.fixture
def world() -> World:
    return World(requests_per_minute=None, guesses=kind())


@pytest.fixture
async def ticket(apizee: Apizee, session: Session) -> Session:
    made = await apizee.create_ticket(agent="agent1@apizee.com", contact=Contact("+33662682193"), reference="1234")
    return session.with_remote(id=made.id).with_invitation(agent="agent1@apizee.com")


def url(message: Message) -> str:
    """Where the button of a message leads."""
    (found,) = (element["url"] for block in message.blocks for element in block.get("elements", ()))  # type: ignore[attr-defined]  # Slack's JSON
    return str(found)


async def test_the_agent_gets_a_link_that_signs_in(access_links: AccessLinks, ticket: Session) -> None:
    assert "access_token=" in url(await access_links.for_ticket(ticket, HERE, ALICE))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(ALICE, email="agent2@apizee.com"), id="another agent"),
        pytest.param(replace(ALICE, email_verified=False), id="somebody who only claims the address"),
        pytest.param(replace(ALICE, email=None), id="somebody without an address"),
        pytest.param(replace(ALICE, email=""), id="somebody with an empty address"),
    ],
)
@pytest.mark.parametrize("forgotten", [False, True])
async def test_everybody_else_gets_the_address_of_the_ticket(
    access_links: AccessLinks,
    ticket: Session,
    other: Person,
    forgotten: bool,  # noqa: FBT001  # a case of a table
) -> None:
    session = ticket.with_invitation(agent=None) if forgotten else ticket
    link = url(await access_links.for_ticket(session, HERE, other))
    assert link.endswith(f"/tickets/{ticket.remote.id}")
    assert "access_token" not in link


async def test_a_record_that_names_the_wrong_agent_signs_nobody_in(access_links: AccessLinks, ticket: Session) -> None:
    impostor = replace(ALICE, email="agent2@apizee.com")
    link = url(await access_links.for_ticket(ticket.with_invitation(agent="agent2@apizee.com"), HERE, impostor))
    assert "access_token" not in link


# ── An Apizee that shows less of a ticket that is there already ──────────────────────────────────────────


@pytest.mark.parametrize("scope", [ScopeOfOldTickets.REFUSED, ScopeOfOldTickets.IGNORED], ids=lambda scope: scope.name)
@pytest.mark.parametrize("shows", [False, True], ids=["shows nothing", "shows the agent's side"])
async def test_without_a_sign_in_link_the_agent_reads_so_and_gets_the_ticket_s_address(
    access_links: AccessLinks,
    world: World,
    accounts: Accounts,
    ticket: Session,
    scope: ScopeOfOldTickets,
    *,
    shows: bool,
) -> None:
    world.guesses.scope_of_old_tickets, world.guesses.tickets_tell_agents_side = scope, shows
    await (await accounts.of(TEAM)).facts.keep_portal(
        TICKET_SERVICE_KEY, Portal("https://cloud.apizee.test", BUTTON_ID)
    )
    message = await access_links.for_ticket(ticket, HERE, ALICE)
    assert "Apizee gave no sign-in link" in message.text
    assert url(message).endswith(f"/entrypoint/{BUTTON_ID}/tickets/{ticket.remote.id}")


@pytest.mark.parametrize("scope", [ScopeOfOldTickets.REFUSED, ScopeOfOldTickets.IGNORED], ids=lambda scope: scope.name)
async def test_where_nothing_is_known_the_way_in_is_the_portal_and_never_a_broken_link(
    access_links: AccessLinks, world: World, ticket: Session, scope: ScopeOfOldTickets
) -> None:
    world.guesses.scope_of_old_tickets, world.guesses.tickets_tell_agents_side = scope, False
    message = await access_links.for_ticket(ticket, HERE, ALICE)
    assert url(message) == "https://cloud.apizee.test"
    assert f"look for ticket {ticket.remote.id} there" in message.text


async def test_whose_link_is_known_costs_others_no_request(
    access_links: AccessLinks, world: World, ticket: Session
) -> None:
    known = f"https://portal.example/entrypoint/7/tickets/{ticket.remote.id}"
    session = ticket.with_remote(links=Links(agent=known))
    other = replace(ALICE, email="agent2@apizee.com")
    assert url(await access_links.for_ticket(session, HERE, other)) == known
    assert not [one for one in world.requests if one.operation is Operation.TICKET]


async def test_a_ticket_that_is_gone_cannot_be_entered(
    access_links: AccessLinks, ticket: Session, world: World
) -> None:
    world.tickets.clear()
    with pytest.raises(NotFound):
        await access_links.for_ticket(ticket, HERE, ALICE)


async def test_a_session_without_a_ticket_cannot_be_entered(access_links: AccessLinks, session: Session) -> None:
    with pytest.raises(NoSession):
        await access_links.for_ticket(session, HERE, ALICE)


async def test_without_a_public_address_apizees_own_link_bears_the_name(
    access_links: AccessLinks, session: Session
) -> None:
    meeting = replace(session.with_remote(links=Links(meeting=MEETING)), kind=Kind.MEETING)
    assert url(await access_links.for_meeting(meeting, ALICE)) == f"{MEETING}?name=Alice"


async def test_with_a_public_address_the_link_leads_to_the_bots_own_page(
    access_links_by: Callable[[JoinLinks | None], AccessLinks], keys: KeyRing, session: Session
) -> None:
    links = JoinLinks("https://bot.example.com", keys)
    meeting = replace(session.with_remote(links=Links(meeting=MEETING)), kind=Kind.MEETING)
    link = url(await access_links_by(links).for_meeting(meeting, ALICE))
    assert links.target(link.rpartition("/")[2]).participant == "Alice"


async def test_the_link_into_a_forgotten_meeting_is_asked_for(
    access_links: AccessLinks, apizee: Apizee, world: World, session: Session
) -> None:
    made = await apizee.create_conference(
        participants=["ann@example.com"], name="Site visit", moderator="agent1@apizee.com", moderated=False
    )
    forgotten = replace(session.with_remote(id=made.id).with_invitation(name="Site visit"), kind=Kind.MEETING)
    room = world.conferences[made.id].room.replace(":", "/")
    assert room in url(await access_links.for_meeting(forgotten, ALICE))
