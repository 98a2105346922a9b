"""One workspace or many, with an account for all or one each: what an operator has to set."""

from __future__ import annotations

import pytest

from tests.settings.variables import NEEDED_BY_OAUTH, faults, loaded, without


def test_socket_mode_needs_no_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, without("SLACK_SIGNING_SECRET") | {"SLACK_APP_TOKEN": "xapp-1-a"})

    assert settings.slack_signing_secret is None


def test_many_workspaces_need_no_bot_token_but_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, without("SLACK_BOT_TOKEN") | NEEDED_BY_OAUTH)

    assert settings.public_url == "https://bot.acme.example"


ACCOUNT = ("APIZEE_USERNAME", "APIZEE_PASSWORD", "APIZEE_ENTERPRISE_ID")


def test_many_workspaces_need_no_account_where_each_connects_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, without("SLACK_BOT_TOKEN", *ACCOUNT) | NEEDED_BY_OAUTH | {"ALLOWED_WORKSPACES": "*"})

    assert (settings.apizee_username, settings.apizee_password, settings.apizee_enterprise_id) == (None, None, None)


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        (("APIZEE_PASSWORD",), "APIZEE_PASSWORD is missing: "),
        (("APIZEE_PASSWORD", "APIZEE_ENTERPRISE_ID"), "APIZEE_PASSWORD and APIZEE_ENTERPRISE_ID are missing: "),
    ],
)
def test_a_part_of_an_account_is_one_fault(
    monkeypatch: pytest.MonkeyPatch, absent: tuple[str, ...], named: str
) -> None:
    (line,) = faults(monkeypatch, without("SLACK_BOT_TOKEN", *absent) | NEEDED_BY_OAUTH)

    assert line.startswith(f"{named}set all three of {', '.join(ACCOUNT)}, or none of them")


def test_half_of_the_oauth_settings_asks_for_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = faults(monkeypatch, without("SLACK_BOT_TOKEN") | {"SLACK_CLIENT_SECRET": "a-client-secret-of-the-tests"})

    assert [line.split()[0] for line in lines] == ["SLACK_CLIENT_ID", "PUBLIC_URL", "ALLOWED_WORKSPACES"]
