"""Variables as operators set them, and what the bot makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.settings import Settings, SettingsFaults, load_settings

ONE_WORKSPACE = {
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-1-2-bottoken",
    "APIZEE_USERNAME": "api@acme.example",
    "APIZEE_PASSWORD": "correct horse",
    "APIZEE_ENTERPRISE_ID": "42",
}
NEEDED_BY_OAUTH = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "a-client-secret-of-the-tests",
    "PUBLIC_URL": "https://bot.acme.example",
    "ALLOWED_WORKSPACES": "T0ACME",
}


def loaded(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def faults(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsFaults) as raised:
        loaded(monkeypatch, variables)
    return raised.value.lines


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in ONE_WORKSPACE.items() if name not in names}
