"""What happened at Apizee before somebody asks for statistics, and what the answer is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.apizee.meetings import ConferenceOrder
from sandbox.apizee.model import Agent, Meeting, Person
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import U_EN
from sandbox.slack.faults import Refuses
from sandbox.slack.model import File, Message
from tests.scenarios.environment import Environment

STATS, SESSIONS, CONFERENCES = "/api/enterprises/1/tickets-stats", "/api/session", "/api/conferences"
LINKS = Links("http://apizee.invalid", "http://apizee.invalid")
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
LAST_WEEK = f"{NOON - timedelta(9):%Y-%m-%d}..{NOON - timedelta(3):%Y-%m-%d}"


def assisted(
    environment: Environment, agent: Agent, *, days_ago: int = 3, call: int | None = None, by: str = "+33612345678"
) -> None:
    """Let an agent have assisted somebody at noon of a day; `call` is its length in seconds."""
    ticket = environment.apizee.open_ticket(TicketOrder(agent, (by,), None, invite=True), LINKS)
    began, length = NOON - timedelta(days_ago), None if call is None else timedelta(seconds=call)
    environment.apizee.tickets[ticket.id] = replace(ticket, agent=agent, created=began, start_time=began, call=length)


def met(environment: Environment, organizer: str, *, days_ago: int = 3, participants: int, minutes: int) -> None:
    """Let a meeting have taken place at noon of a day."""
    conference = environment.apizee.schedule_conference(
        ConferenceOrder(participants=(), name="Visit", moderator=None, moderated=False, invite=False), LINKS
    )
    began = NOON - timedelta(days_ago)
    environment.apizee.meetings.append(
        Meeting(
            id=f"meeting-{len(environment.apizee.meetings)}",
            conference_id=conference.id,
            began_at=began,
            ended_at=began + timedelta(minutes=minutes),
            participant_count=participants,
            organizer=Person(len(organizer), organizer),
            service_key=conference.service_key,
        )
    )


def block(message: Message, kind: str) -> dict[str, Any]:
    return next(one for one in message.blocks if one["type"] == kind)


def kinds(message: Message) -> list[str]:
    return [one["type"] for one in message.blocks]


def texts(table: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in table["rows"]]


async def file_sent(environment: Environment, user: str = U_EN) -> File:
    """Return the one file in a person's direct messages with the bot."""
    conversation = environment.slack.direct_messages(user).id
    await environment.slack.wait_for(
        lambda: any(one.shared_in == conversation for one in environment.slack.files.values())
    )
    (file,) = environment.slack.files.values()
    return file


def refuse_blocks(environment: Environment, *, times: int = 1, code: str = "invalid_blocks") -> None:
    """Let Slack bring charts, or charts and tables, to this workspace later."""
    for method in ("response_url", "chat.postEphemeral"):
        environment.slack.faults.switch_on(Refuses(code), method, times=times)
