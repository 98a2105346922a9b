"""The figures as a file: into the direct messages, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

from sandbox.apizee.accounts import AGENT_1
from sandbox.slack.default_world import U_EN
from tests.scenarios.afterwards.statistics.figures import LAST_WEEK, NOON, assisted, file_sent
from tests.scenarios.environment import Environment


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
