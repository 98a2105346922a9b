"""The operator pastes a manifest that Slack accepts, and reads why each scope is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.manifest import manifest_for, optional_scopes, required_scopes, source_in

_HERE = Path(__file__).parent
_SCHEMA = json.loads((_HERE / "data/slack/manifest.schema.json").read_text("utf-8"))


_URL = "https://bot.example.org"


def pasted(text: str) -> dict[str, Any]:
    """Return what Slack reads of the printed text."""
    manifest: dict[str, Any] = yaml.safe_load(text)
    return manifest


@pytest.mark.parametrize("socket_mode", [False, True])
def test_slack_accepts_what_is_printed(*, socket_mode: bool) -> None:
    jsonschema.validate(pasted(manifest_for(_URL, socket_mode=socket_mode)), _SCHEMA)


def test_every_address_is_the_operators_own() -> None:
    text = manifest_for("https://bot.example.org/apizee/")
    assert "https://example.com" not in text
    assert text.count("https://bot.example.org/apizee/slack/events") == 4
    assert text.count("https://bot.example.org/apizee/slack/oauth_redirect") == 1


def test_commands_may_have_other_names() -> None:
    manifest = pasted(manifest_for(_URL, assist_command="/video", meet_command="/réunion"))
    commands = manifest["features"]["slash_commands"]
    assert [command["command"] for command in commands] == ["/video", "/réunion"]


def test_slack_is_asked_to_escape_people_and_channels_and_shows_how_the_commands_are_used() -> None:
    for command in pasted(manifest_for(_URL))["features"]["slash_commands"]:
        assert command["should_escape"] is True
        assert command["usage_hint"]


def test_shortcuts_have_names_that_slack_can_show() -> None:
    shortcuts = pasted(manifest_for(_URL))["features"]["shortcuts"]
    assert {shortcut["callback_id"] for shortcut in shortcuts} == {
        "start_assistance",
        "start_meeting",
        "assist_from_message",
        "meet_from_message",
        "session_media",
    }
    assert all(len(shortcut["name"]) <= 24 for shortcut in shortcuts)


def test_in_socket_mode_slack_is_given_no_address_for_requests() -> None:
    manifest = pasted(manifest_for(_URL, socket_mode=True))
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "/slack/events" not in yaml.safe_dump(manifest)


@pytest.mark.parametrize(
    "url", ["http://bot.example.org", "bot.example.org", "https://", "https://a.b?x=1", "ftp://a.b"]
)
def test_an_address_that_slack_would_refuse_is_refused_with_the_fix(url: str) -> None:
    with pytest.raises(ValueError, match=r"https address, such as https://bot\.example\.com"):
        manifest_for(url)


@pytest.mark.parametrize("name", ["assist", "/", "/two words", "/Assist", "/a/b", "/" + "a" * 32])
def test_a_command_that_slack_would_refuse_is_refused_with_the_fix(name: str) -> None:
    with pytest.raises(ValueError, match="A slash command is /"):
        manifest_for("https://bot.example.org", assist_command=name)


def test_every_scope_is_explained_and_no_other() -> None:
    needed, optional = (_HERE.parent / "docs/scopes.md").read_text("utf-8").split("## Optional")
    assert _explained(needed) == required_scopes()
    assert _explained(optional) == optional_scopes()


def test_optional_scopes_are_asked_for_too() -> None:
    assert optional_scopes() <= set(pasted(manifest_for(_URL))["oauth_config"]["scopes"]["bot"])


def test_an_installed_package_carries_the_manifest_beside_its_module(tmp_path: Path) -> None:
    assert source_in(tmp_path) == _HERE.parent / "manifest.yml"
    (tmp_path / "manifest.yml").touch()
    assert source_in(tmp_path) == tmp_path / "manifest.yml"


def _explained(page: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE))
