"""What operators type, in a bot that keeps nothing yet: each command says so, and what it would take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot.cli import main


@pytest.fixture
def environment(redis_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "SLACK_SIGNING_SECRET": "a-signing-secret-of-the-tests",
        "SLACK_BOT_TOKEN": "xoxb-tests",
        "APIZEE_USERNAME": "api@example.com",
        "APIZEE_PASSWORD": "a-password-of-the-tests",
        "APIZEE_ENTERPRISE_ID": "1",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "REDIS_URL": redis_url,
        "DATA_DIR": str(tmp_path),
    }


def typed(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(main, words, env=environment)


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["erase", "--contact", "+33662682193"], "Nothing is kept of it."),
        (["erase", "--ticket", "4711"], "Nothing is kept of it."),
        (["rotate-keys"], "all 1 open with the first key alone"),
        (["jobs", "list"], "No work is set aside"),
        (["audit"], "The audit has no entries"),
        (["workspaces", "list"], "Nothing is kept of any workspace yet."),
    ],
)
def test_where_nothing_is_kept_it_is_said(environment: dict[str, str], words: list[str], said: str) -> None:
    result = typed(environment, *words)
    assert said in result.output


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize("command", ["show", "remove"])
@pytest.mark.parametrize("team", ["T0NOBODY", "*"])
def test_of_an_unknown_workspace_one_sentence_is_said(environment: dict[str, str], command: str, team: str) -> None:
    result = typed(environment, "workspaces", command, team)
    said = f"Nothing is kept of a workspace '{team}': `apizee-slack workspaces list` shows those that are known."
    assert (result.exit_code, said in result.output, len(result.stderr.splitlines())) == (1, True, 1)


@pytest.mark.usefixtures("redis")
def test_an_export_of_nothing_is_an_empty_list(environment: dict[str, str]) -> None:
    result = typed(environment, "export", "--meeting", "12")
    assert json.loads(result.stdout)["sessions"] == []


@pytest.mark.parametrize("words", [["audit"], ["jobs", "list"], ["rotate-keys"], ["workspaces", "list"]])
def test_without_redis_one_sentence_says_what_to_do(environment: dict[str, str], words: list[str]) -> None:
    result = typed(environment | {"REDIS_URL": "redis://127.0.0.1:1"}, *words)
    assert (result.exit_code, "Redis does not answer: start it, or correct REDIS_URL." in result.output) == (1, True)
