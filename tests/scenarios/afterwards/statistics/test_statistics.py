"""`/assist stats` and `/meet stats`: the figures of some days in the chat, drawn, sorted, and as a file."""

from __future__ import annotations

import csv
import re
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.statistics.source import KEPT_FOR
from sandbox.apizee.accounts import AGENT_1, AGENT_2
from sandbox.apizee.model import Agent, Meeting, Person
from sandbox.apizee.simulation import ConferenceOrder, TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.block_kit.limits import check_message
from sandbox.slack.default_world import U_ADMIN, U_EN, U_FR
from sandbox.slack.faults import Refuses
from sandbox.slack.model import File, Message
from tests.scenarios.environment import Environment, Vendors, new_environment

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


# ── Video assistance ─────────────────────────────────────────────────────────────────────────────────────


async def test_an_agent_sees_the_figures_of_the_last_seven_days(environment: Environment) -> None:
    assisted(environment, AGENT_1, call=335)
    assisted(environment, AGENT_1, by="jean@client.com")
    assisted(environment, AGENT_1, days_ago=30)
    assisted(environment, AGENT_2)
    await environment.assist("stats")
    message = await environment.private_message("Your video assistance")
    assert (
        "2 sessions · 50% answered · 1 invitation by SMS · 1 invitation by e-mail"
        " · 1 call (5 min 35 s in all, median 5 min 35 s) · 0 photos · 0 videos"
    ) in message.text
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    assert message.visible_to == U_EN


async def test_the_figures_are_drawn_by_day_and_can_be_sorted(environment: Environment) -> None:
    assisted(environment, AGENT_1, call=60)
    await environment.assist("stats")
    message = await environment.private_message("Your video assistance")
    assert kinds(message) == ["section", "data_visualization", "data_table", "context", "actions"]
    sessions, answered = block(message, "data_visualization")["chart"]["series"]
    assert [point["value"] for point in sessions["data"]] == [0, 0, 0, 1, 0, 0, 0]
    assert (sessions["name"], answered["name"]) == ("Sessions", "Answered")
    rows = block(message, "data_table")["rows"]
    assert len(rows) == 1 + 7
    assert {cell["type"] for row in rows[1:] for cell in row[1:]} == {"raw_number"}


async def test_figures_of_one_day_are_a_sentence_and_a_table_that_fits(environment: Environment) -> None:
    assisted(environment, AGENT_1, call=60)
    day = NOON - timedelta(3)
    await environment.assist(f"stats {day:%Y-%m-%d}")
    message = await environment.private_message("Your video assistance")
    assert kinds(message) == ["section", "data_table", "context", "actions"]
    header, *figures = texts(block(message, "data_table"))
    assert header == ["Figure", f"{day:%b} {day.day}"]
    assert figures[:3] == [["Sessions", "1"], ["Answered", "1"], ["SMS", "1"]]
    assert "Videos" not in {name for name, _ in figures}
    await environment.assist(f"stats all {day:%Y-%m-%d}", user=U_ADMIN)
    everybody = await environment.private_message("Everybody's video assistance", user=U_ADMIN)
    assert kinds(everybody) == ["section", "data_table", "context", "actions"]
    assert texts(block(everybody, "data_table"))[0] == ["Agent", "Sessions", "Answered", "Call time", "Photos"]


async def test_figures_say_as_of_when_also_where_they_are_cached(environment: Environment) -> None:
    assisted(environment, AGENT_1)
    since = int(time.time())
    for _ in range(2):
        await environment.assist(f"stats {LAST_WEEK}")
        await environment.settled()
    notes = [block(one, "context")["elements"][0]["text"] for one in environment.slack.ephemerals(U_EN)]
    assert len(notes) == 2
    assert len(set(notes)) == 1
    counted = re.match(r"As of <!date\^(\d+)\^", notes[0])
    assert counted
    assert since <= int(counted[1]) <= time.time()


async def test_an_invitation_that_is_open_is_not_unanswered(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    await environment.assist("stats today")
    shown = await environment.private_message("1 session · 1 still open · 1 invitation by SMS")
    assert "answered" not in shown.text
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.card("declined")
    await environment.assist("stats today")
    await environment.private_message("1 session · 0% answered")


async def test_nothing_of_it_is_seen_in_the_channel(environment: Environment) -> None:
    assisted(environment, AGENT_1)
    await environment.assist("stats")
    await environment.private_message("Your video assistance")
    assert environment.cards() == []


async def test_an_administrator_sees_everybody_by_agent(environment: Environment) -> None:
    assisted(environment, AGENT_1)
    assisted(environment, AGENT_2, call=60)
    assisted(environment, AGENT_2, call=120)
    await environment.assist("stats all", user=U_ADMIN)
    message = await environment.private_message("Everybody's video assistance", user=U_ADMIN)
    assert "3 sessions" in message.text
    header, *rows = texts(block(message, "data_table"))
    assert header[:3] == ["Agent", "Sessions", "Answered"]
    assert [row[:3] for row in rows] == [["Agent 2", "2", "2"], ["Agent 1", "1", "0"]]


async def test_everybody_s_figures_are_not_for_everybody(environment: Environment) -> None:
    await environment.assist("stats all")
    await environment.private_message("for administrators")
    assert environment.asked("GET", STATS) == []


async def test_the_operator_names_more_administrators(around: Vendors) -> None:
    async with new_environment(around, admin_users=U_EN) as environment:
        assisted(environment, AGENT_2)
        await environment.assist("stats all")
        assert "1 session " in (await environment.private_message("Everybody's video assistance")).text


async def test_somebody_who_reads_french_reads_the_figures_in_french(environment: Environment) -> None:
    assisted(environment, AGENT_2, call=61)
    await environment.assist("stats", user=U_FR)
    message = await environment.private_message("Votre assistance vidéo", user=U_FR)
    assert "1 session · 100 % abouties" in message.text.replace("\u202f", " ").replace("\xa0", " ")
    assert texts(block(message, "data_table"))[0][:2] == ["Jour", "Sessions"]


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        ("2023-07-13", "on 13 July 2023", "le 13 juillet 2023"),
        ("2023-07-01", "on 1 July 2023", "le 1er juillet 2023"),
        ("2023-07-03..2023-07-09", "from 3 to 9 July 2023", "du 3 au 9 juillet 2023"),
        ("2023-06-28..2023-07-01", "from 28 June to 1 July 2023", "du 28 juin au 1er juillet 2023"),
        (
            "2022-12-31..2023-01-01",
            "from 31 December 2022 to 1 January 2023",
            "du 31 décembre 2022 au 1er janvier 2023",
        ),
        ("today", "today", "aujourd\u2019hui"),
        ("yesterday", "yesterday", "hier"),
        ("", "in the last 7 days", "au cours des 7 derniers jours"),
        ("week", "in the last 7 days", "au cours des 7 derniers jours"),
        ("month", "in the last 30 days", "au cours des 30 derniers jours"),
    ],
)
async def test_days_without_any_session_are_answered_as_a_person_would_say_it(
    environment: Environment, days: str, english: str, french: str
) -> None:
    await environment.assist(f"stats {days}")
    assert kinds(await environment.private_message(f"You had no video assistance {english}.")) == ["section"]
    await environment.assist(f"stats {days}", user=U_FR)
    await environment.private_message(f"eu aucune assistance vidéo {french}.", user=U_FR)
    await environment.assist(f"stats all {days}", user=U_ADMIN)
    await environment.private_message(f"There was no video assistance {english}.", user=U_ADMIN)


async def test_days_without_any_meeting_are_answered_as_a_person_would_say_it(environment: Environment) -> None:
    await environment.meet("stats all 2023-07-03..2023-07-09", user=U_ADMIN)
    await environment.private_message("No video meeting took place from 3 to 9 July 2023.", user=U_ADMIN)
    await environment.meet("stats yesterday", user=U_FR)
    await environment.private_message("aucune réunion vidéo hier.", user=U_FR)


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        ("2099-01-01", "still to come"),
        ("2023-07-14..2023-07-13", "2023-07-13..2023-07-14"),
        ("2020-01-01..2022-01-01", "366"),
    ],
)
async def test_days_that_cannot_be_counted_cost_apizee_nothing(
    environment: Environment, days: str, answer: str
) -> None:
    await environment.assist(f"stats {days}")
    await environment.private_message(answer)
    assert environment.asked("GET", STATS) == []


async def test_several_days_are_asked_for_once_for_all(environment: Environment, redis: Redis) -> None:
    assisted(environment, AGENT_1, days_ago=5)
    assisted(environment, AGENT_2, days_ago=5)
    await environment.assist(f"stats {LAST_WEEK}")
    await environment.private_message("Your video assistance")
    await environment.assist(f"stats {LAST_WEEK}", user=U_FR)
    await environment.private_message("Votre assistance vidéo", user=U_FR)
    first, after = f"{NOON - timedelta(9):%Y-%m-%d}", f"{NOON - timedelta(2):%Y-%m-%d}"
    assert environment.asked("GET", STATS) == [{"format": "JSON", "since": first, "until": after}]
    (kept,) = [key async for key in redis.scan_iter("*:remembered:*")]
    assert "agent1@apizee.com" not in str(await redis.get(kept))
    assert 0 < await redis.ttl(kept) <= KEPT_FOR.total_seconds()


async def test_a_single_day_is_asked_for_again(environment: Environment) -> None:
    day = f"{NOON - timedelta(3):%Y-%m-%d}"
    for count in (1, 2):
        assisted(environment, AGENT_1)
        await environment.assist(f"stats {day}")
        await environment.private_message(f"{count} session")
    assert len(environment.asked("GET", STATS)) == 2


# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_figures_come_as_a_file_into_the_direct_messages(environment: Environment) -> None:
    assisted(environment, AGENT_1, call=60)
    assisted(environment, AGENT_1, call=120)
    await environment.assist(f"stats {LAST_WEEK}")
    await environment.people.click(U_EN, await environment.private_message("Your video assistance"), "stats_csv")
    await environment.private_message("The CSV file is in our direct messages")
    file = await file_sent(environment)
    assert file.name == f"assistance-{LAST_WEEK.replace('..', '-')}.csv"
    header, row = csv.reader(StringIO((file.content or b"").decode("utf-8-sig")))
    assert header[:3] == ["Day", "Agent", "Sessions"]
    assert row == [f"{NOON - timedelta(3):%Y-%m-%d}", "Agent 1", "2", "2", "2", "0", "2", "180", "90.0", "0", "0", "0"]


async def test_excel_reads_the_file_and_runs_nothing_in_it(environment: Environment) -> None:
    assisted(environment, replace(AGENT_1, name="=HYPERLINK(évil)"))
    await environment.assist("stats")
    await environment.people.click(U_EN, await environment.private_message("Your video assistance"), "stats_csv")
    content = (await file_sent(environment)).content or b""
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(évil)" in content.decode("utf-8-sig")


async def test_a_file_of_sessions_that_are_gone_is_not_sent(environment: Environment) -> None:
    assisted(environment, AGENT_1)
    await environment.assist(f"stats {NOON - timedelta(3):%Y-%m-%d}")
    message = await environment.private_message("Your video assistance")
    environment.apizee.tickets.clear()
    await environment.people.click(U_EN, message, "stats_csv")
    await environment.private_message("You had no video assistance")
    assert environment.slack.files == {}


# ── Workspaces that know no charts yet ───────────────────────────────────────────────────────────────────


async def test_where_charts_are_refused_there_are_a_picture_and_a_plain_table(environment: Environment) -> None:
    pytest.importorskip("matplotlib")
    assisted(environment, AGENT_1)
    refuse_blocks(environment)
    await environment.assist("stats")
    message = await environment.private_message("The chart is in our direct messages")
    assert kinds(message) == ["section", "table", "context", "actions"]
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    file = await file_sent(environment)
    assert (file.content or b"").startswith(b"\x89PNG")


async def test_without_the_extra_the_plain_table_says_it_all(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assisted(environment, AGENT_1)
    refuse_blocks(environment)
    await environment.assist("stats")
    assert kinds(await environment.private_message("Your video assistance")) == [
        "section",
        "table",
        "context",
        "actions",
    ]
    assert environment.slack.files == {}


async def test_what_a_workspace_refuses_is_not_tried_again(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assisted(environment, AGENT_1)
    refuse_blocks(environment)
    await environment.assist("stats")
    await environment.private_message("Your video assistance")
    tried = len(environment.slack.calls)
    await environment.assist("stats month")
    await environment.slack.wait_for(lambda: len(environment.slack.ephemerals(U_EN)) == 2)
    assert kinds(environment.slack.ephemerals(U_EN)[-1]) == ["section", "table", "context", "actions"]
    assert [call.error for call in environment.slack.calls[tried:] if not call.ok] == []


async def test_where_tables_are_refused_too_the_sentence_says_it_all(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assisted(environment, AGENT_1)
    refuse_blocks(environment, times=2)
    await environment.assist("stats")
    assert kinds(await environment.private_message("1 session ")) == ["section", "context", "actions"]


async def test_what_slack_refuses_for_another_reason_is_reported(environment: Environment) -> None:
    assisted(environment, AGENT_1)
    refuse_blocks(environment, code="msg_too_long")
    await environment.assist("stats")
    await environment.private_message("Slack did not accept this")


# ── Video meetings ───────────────────────────────────────────────────────────────────────────────────────


async def test_meetings_are_counted_by_organizer(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    met(environment, "Dr Doe", participants=3, minutes=20)
    met(environment, "Ann", participants=4, minutes=5)
    await environment.meet("stats all", user=U_ADMIN)
    message = await environment.private_message("Video meetings", user=U_ADMIN)
    assert "3 meetings · 9 participants · 35 minutes" in message.text
    header, *rows = texts(block(message, "data_table"))
    assert header == ["Organizer", "Meetings", "Participants", "Minutes"]
    assert rows == [["Dr Doe", "2", "5", "30"], ["Ann", "1", "4", "5"]]
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []


async def test_the_service_is_found_out_once(environment: Environment) -> None:
    met(environment, "Ann", participants=2, minutes=10)
    for days in ("week", "month"):
        await environment.meet(f"stats all {days}", user=U_ADMIN)
    await environment.slack.wait_for(lambda: len(environment.slack.ephemerals(U_ADMIN)) == 2)
    assert len(environment.asked("GET", SESSIONS)) == 2
    assert len(environment.asked("GET", CONFERENCES)) == 1


async def test_the_operator_names_the_service(around: Vendors) -> None:
    async with new_environment(around, apizee_meeting_service_key="another") as environment:
        met(environment, "Ann", participants=2, minutes=10)
        await environment.meet("stats all", user=U_ADMIN)
        await environment.private_message("No video meeting took place", user=U_ADMIN)
        assert [asked["service_key"] for asked in environment.asked("GET", SESSIONS)] == ["another"]
        assert environment.asked("GET", CONFERENCES) == []


async def test_before_the_first_meeting_there_is_nothing_to_count(environment: Environment) -> None:
    await environment.meet("stats all", user=U_ADMIN)
    await environment.private_message("No video meeting took place", user=U_ADMIN)
    assert environment.asked("GET", SESSIONS) == []


async def test_the_meetings_file_names_its_organizers(environment: Environment) -> None:
    met(environment, "Ann", participants=2, minutes=10)
    await environment.meet("stats all", user=U_ADMIN)
    await environment.people.click(
        U_ADMIN, await environment.private_message("Video meetings", user=U_ADMIN), "stats_csv"
    )
    header, row = csv.reader(
        StringIO(((await file_sent(environment, user=U_ADMIN)).content or b"").decode("utf-8-sig"))
    )
    assert header == ["Day", "Organizer", "Meetings", "Participants", "Minutes"]
    assert row[1:] == ["Ann", "1", "2", "10"]


async def test_ones_own_meetings_are_those_that_one_has_started_here(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    await environment.meet("stats")
    assert "1 meeting" in (await environment.private_message("Your video meetings")).text
    assert environment.asked("GET", SESSIONS) == []
    await environment.meet("stats", user=U_FR)
    await environment.private_message("lancé aucune réunion vidéo", user=U_FR)


async def test_the_meetings_of_the_service_are_for_administrators(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    await environment.meet("stats all")
    await environment.private_message("This is for administrators")
    assert environment.asked("GET", SESSIONS) == []
