"""Operators type what the documentation prints, beside a bot that works between the sandboxes.

A new command that ends otherwise than with code 0 here, or that cannot be run, belongs into one of the tables below.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.documented import commands
from tests.scenarios.environment import Vendors

RUN_ELSEWHERE = {
    ("serve",): "scenarios/operating/test_draining.py",
    ("serve", "--no-worker"): "scenarios/operating/test_rolling_restart.py",
    ("serve", "--processes"): "scenarios/operating/test_processes.py",
    ("worker",): "scenarios/operating/test_rolling_restart.py",
    ("demo",): "playground/test_demo.py",
}
"""What runs until it is stopped, and the story that runs it as a program."""

NAMED_ONLY = {
    ("backup",),
    ("restore",),
    ("support-bundle",),
    ("export",),
    ("erase",),
    ("workspaces", "remove"),
    ("manifest",),
    ("manifest", "--url"),
    ("manifest", "--workflow-steps"),
    ("export", "--contact"),
    ("erase", "--contact"),
    ("manifest", "--assist-command"),
}
"""What the text calls by its name, without the rest that it takes."""

ENDS_WITH_1: dict[tuple[str, ...], str] = {
    ("jobs", "retry"): "No set-aside work has the id",
    ("jobs", "drop"): "No set-aside work has the id",
    ("workspaces", "show"): "Nothing is kept of a workspace",
    ("workspaces", "remove"): "Nothing is kept of a workspace",
    ("restore", "apizee.backup"): "The bot runs on this Redis",
    ("alive",): "No worker has shown itself",  # the bot here is part of this process
    ("doctor", "--workspace"): "An administrator of the workspace connects it",
    ("doctor",): "Redis persistence",  # the Redis of these tests writes nothing to the disk
}
"""What finds something wrong here: a sentence says so, and no other check fails."""


def typed() -> list[tuple[str, ...]]:
    """Return the arguments of each `apizee-slack` that is run here."""
    return sorted(words for words in printed() if words not in NAMED_ONLY and words[:2] not in RUN_ELSEWHERE)


def printed() -> set[tuple[str, ...]]:
    """Return the arguments of each `apizee-slack` that is not named alone."""
    return {command.words[1:] for command in commands() if command.program == "apizee-slack"} - {()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder that has what the documentation names."""
    monkeypatch.chdir(tmp_path)
    Path("bot.log").write_text("a line of the bot", encoding="utf-8")


@pytest.mark.usefixtures("environment", "folder")
async def test_every_command_of_the_documentation_does_its_work(around: Vendors) -> None:
    assert len(typed()) > len(ENDS_WITH_1)
    for words in typed():
        ran = await asyncio.to_thread(CliRunner().invoke, main, words, env=around.environment)
        expected = ENDS_WITH_1.get(words[:2])
        failed = [line for line in ran.output.splitlines() if line.startswith("FAILED")]
        assert ran.exit_code == (1 if expected else 0), (words, ran.output)
        assert (expected or "") in ran.output, (words, ran.output)
        assert [line for line in failed if "persistence" not in line and "--workspace" not in words] == []


def test_what_runs_until_it_is_stopped_is_run_by_a_story() -> None:
    assert {words[:2] for words in printed() if words[:2] in RUN_ELSEWHERE} == set(RUN_ELSEWHERE)
    for words, story in RUN_ELSEWHERE.items():
        run = (Path(__file__).parents[2] / story).read_text("utf-8")
        assert all(f'"{option}"' in run for option in words[1:]), words
