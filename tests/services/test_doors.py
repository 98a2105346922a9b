"""Ways in that are one person's alone: nobody gets a link that lets them in as somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.apizee.client import Apizee
from bot.errors import NoSession
from bot.model import Contact, Kind, Links, Message, Person, Session
from bot.services.agents import Agents
from bot.services.doors import Doors
from bot.services.join import JoinLinks
from bot.services.meetings import Meetings
from bot.slack.gateway import Slack
from bot.store.secrets import KeyRing
from playground.apizee import World
from playground.slack.default_world import TEAM, U_EN

ALICE = Person(TEAM, U_EN, "Alice", email="Agent1@Apizee.com", email_verified=True)
MEETING = "https://meet.apizee.com/private/7a3dc799/ae226154"


@pytest.fixture
def meetings(apizee: Apizee, slack: Slack) -> Meetings:
    return Meetings(apizee, Agents(slack, default_login=None))


@pytest.fixture
def doors(apizee: Apizee, meetings: Meetings) -> Doors:
    return Doors(apizee, meetings, None)


@pytest.fixture
async def ticket(apizee: Apizee, session: Session) -> Session:
    made = await apizee.create_ticket(agent="agent1@apizee.com", contact=Contact("+33662682193"), reference="1234")
    return replace(session, remote_id=made.id, agent="agent1@apizee.com")


def url(message: Message) -> str:
    """Where the button of a message leads."""
    (found,) = (element["url"] for block in message.blocks for element in block.get("elements", ()))  # type: ignore[attr-defined]  # Slack's JSON
    return str(found)


async def test_the_agent_gets_a_link_that_signs_in(doors: Doors, ticket: Session) -> None:
    assert "access_token=" in url(await doors.into_ticket(ticket, ALICE))


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
    doors: Doors,
    ticket: Session,
    other: Person,
    forgotten: bool,  # noqa: FBT001  # a case of a table
) -> None:
    session = replace(ticket, agent=None) if forgotten else ticket
    link = url(await doors.into_ticket(session, other))
    assert link.endswith(f"/tickets/{ticket.remote_id}")
    assert "access_token" not in link


async def test_a_record_that_names_the_wrong_agent_signs_nobody_in(doors: Doors, ticket: Session) -> None:
    impostor = replace(ALICE, email="agent2@apizee.com")
    link = url(await doors.into_ticket(replace(ticket, agent="agent2@apizee.com"), impostor))
    assert "access_token" not in link


async def test_there_is_no_door_into_a_session_without_a_ticket(doors: Doors, session: Session) -> None:
    with pytest.raises(NoSession):
        await doors.into_ticket(session, ALICE)


async def test_without_a_public_address_apizees_own_link_bears_the_name(doors: Doors, session: Session) -> None:
    meeting = replace(session, kind=Kind.MEETING, links=Links(meeting=MEETING))
    assert url(await doors.into_meeting(meeting, ALICE)) == f"{MEETING}?name=Alice"


async def test_with_a_public_address_the_link_leads_to_the_bots_own_page(
    apizee: Apizee, meetings: Meetings, keys: KeyRing, session: Session
) -> None:
    links = JoinLinks("https://bot.example.com", keys)
    meeting = replace(session, kind=Kind.MEETING, links=Links(meeting=MEETING))
    link = url(await Doors(apizee, meetings, links).into_meeting(meeting, ALICE))
    assert links.seat(link.rpartition("/")[2]).participant == "Alice"


async def test_the_door_into_a_forgotten_meeting_is_asked_for(
    doors: Doors, apizee: Apizee, world: World, session: Session
) -> None:
    made = await apizee.create_conference(
        participants=["ann@example.com"], name="Site visit", moderator="agent1@apizee.com", moderated=False
    )
    forgotten = replace(session, kind=Kind.MEETING, name="Site visit", remote_id=made.id)
    room = world.conferences[made.id].room.replace(":", "/")
    assert room in url(await doors.into_meeting(forgotten, ALICE))
