"""The operator pastes a manifest that Slack accepts, and reads why each scope is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
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


@pytest.mark.parametrize(
    ("url", "apizee_url", "domains"),
    [
        (
            "https://bot.example.org/apizee",
            "https://cloud.apizee.com/api",
            ["cloud.apizee.com", "bot.example.org", "diag.apizee.com", "meet.apizee.com", "apz.fr"],
        ),
        ("https://Bot.Example.org:8443", "https://video.client.com/api", ["video.client.com", "bot.example.org"]),
        ("https://10.0.0.7", "http://localhost:8080/api", None),
    ],
)
def test_slack_sends_the_links_of_apizee_and_of_the_bot_whose_domains_it_takes(
    url: str, apizee_url: str, domains: list[str] | None
) -> None:
    manifest = pasted(manifest_for(url, apizee_url=apizee_url))
    assert manifest["features"].get("unfurl_domains") == domains
    jsonschema.validate(manifest, _SCHEMA)


def test_the_settings_say_where_the_bot_and_apizee_are() -> None:
    given = {"PUBLIC_URL": "https://bot.example.org", "APIZEE_API_URL": "https://video.client.com/api"}
    printed = CliRunner().invoke(main, ["manifest"], env=given)
    assert pasted(printed.output)["features"]["unfurl_domains"] == ["video.client.com", "bot.example.org"]


def test_without_any_address_the_command_says_how_to_give_one() -> None:
    refused = CliRunner().invoke(main, ["manifest"], env={"PUBLIC_URL": ""})
    assert refused.exit_code == 2
    assert "--url" in refused.output
    assert "PUBLIC_URL" in refused.output


def test_the_steps_of_workflow_builder_are_there_where_they_are_asked_for() -> None:
    assert "functions" not in pasted(manifest_for(_URL))
    manifest = pasted(manifest_for(_URL, workflow_steps=True))
    jsonschema.validate(manifest, _SCHEMA)
    assert manifest["_metadata"]["major_version"] == 2
    settings = manifest["settings"]
    assert (settings["org_deploy_enabled"], settings["function_runtime"]) == (True, "remote")
    assert "function_executed" in settings["event_subscriptions"]["bot_events"]
    assistance, meeting = (manifest["functions"][name] for name in ("start_assistance_step", "start_meeting_step"))
    assert assistance["input_parameters"]["required"] == ["contact", "agent", "channel"]
    assert set(assistance["input_parameters"]["properties"]) == {"contact", "agent", "channel", "reference"}
    assert set(assistance["output_parameters"]["properties"]) == {"ticket", "state", "card"}
    assert meeting["input_parameters"]["required"] == ["participants", "name", "organizer", "channel"]
    assert set(meeting["output_parameters"]["properties"]) == {"conference", "join_url", "card"}
