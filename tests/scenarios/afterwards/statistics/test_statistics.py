"""`/assist stats`: the figures of some days of video assistance in the chat, drawn and sorted."""

from __future__ import annotations

import re
import time
from datetime import timedelta

from sandbox.apizee.accounts import AGENT_1, AGENT_2
from sandbox.slack.block_kit.limits import check_message
from sandbox.slack.default_world import U_ADMIN, U_EN, U_FR
from tests.scenarios.afterwards.statistics.figures import LAST_WEEK, NOON, STATS, assisted, block, kinds, texts
from tests.scenarios.environment import Environment, Vendors, new_environment


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
