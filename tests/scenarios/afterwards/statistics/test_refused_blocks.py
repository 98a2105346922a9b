"""A workspace's Slack takes no charts or no tables: the figures are shown by what it takes."""

from __future__ import annotations

import sys

import pytest

from sandbox.apizee.accounts import AGENT_1
from sandbox.slack.block_kit.limits import check_message
from sandbox.slack.default_world import U_EN
from tests.scenarios.afterwards.statistics.figures import assisted, file_sent, kinds, refuse_blocks
from tests.scenarios.environment import Environment


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
