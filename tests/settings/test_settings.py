"""An operator sets the bot up, and reads of everything that is missing or wrong at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import SettingsFaults, load_settings, misspelt
from tests.settings.variables import NEEDED_BY_OAUTH, ONE_WORKSPACE, faults, loaded, without

NEEDED_WITH = {"EVENTS_URL": {"EVENTS_SECRET": "a-secret-of-the-receiver"}}


def test_five_values_are_enough_for_one_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, ONE_WORKSPACE)

    assert settings.apizee_enterprise_id == 42
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.apizee_api_url == "https://cloud.apizee.com/api"
    assert (settings.apizee_requests_per_minute, settings.apizee_poll_seconds) == (10, 60)
    assert (settings.assist_command, settings.meet_command) == ("/assist", "/meet")
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert (settings.media_upload, settings.media_upload_videos, settings.media_max_mib) == (True, False, 100)
    assert not any([settings.allowed_groups, settings.allowed_channels, settings.agent_logins])
    assert (settings.guests_may_start, settings.shared_channels) == (False, False)
    assert (settings.log_level, settings.log_format) == ("INFO", "console")
    assert settings.apizee_webhook_header == "X-Webhook-Secret"
    assert (settings.default_region, settings.retention_days, settings.redis_url) == ("FR", 90, None)
    assert settings.data_dir.is_absolute()
    assert settings.data_dir.name == "apizee-slack"


def test_nothing_set_names_all_that_is_needed_and_where_to_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = faults(monkeypatch, {})

    assert {line.split()[0] for line in lines} == set(ONE_WORKSPACE)
    assert (
        "SLACK_BOT_TOKEN is missing: set it to the “Bot User OAuth Token” (xoxb-…) "
        "from your Slack app's page “OAuth & Permissions”."
    ) in lines


def test_missing_and_wrong_values_are_listed_together_one_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = faults(monkeypatch, without("APIZEE_USERNAME") | {"PORT": "70000", "LOG_LEVEL": "chatty"})

    assert [line.split()[0] for line in lines] == ["APIZEE_USERNAME", "PORT", "LOG_LEVEL"]
    assert "PORT must be a whole number from 1 to 65535." in lines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-a-users-token"),
        ("SLACK_APP_TOKEN", "xoxb-not-an-app"),
        ("SLACK_API_URL", "http://slack.example/api/"),
        ("SLACK_API_URL", "https://slack.example:port/api/"),
        ("APIZEE_API_URL", "http://cloud.apizee.example/api"),
        ("APIZEE_API_URL", "https://user@cloud.apizee.example/api"),
        ("APIZEE_API_URL", "ftp://localhost/api"),
        ("APIZEE_ENTERPRISE_ID", "acme"),
        ("APIZEE_REQUESTS_PER_MINUTE", "0"),
        ("APIZEE_POLL_SECONDS", "-1"),
        ("APIZEE_WEBHOOK_HEADER", "X Webhook: Secret"),
        ("DEFAULT_REGION", "EU"),
        ("ALLOWED_COUNTRIES", "FR,UK"),
        ("ALLOWED_COUNTRIES", "France"),
        ("INVITATIONS_PER_HOUR", "0"),
        ("INVITATIONS_PER_HOUR", "many"),
        ("ASSIST_COMMAND", "assist"),
        ("ASSIST_COMMAND", "/Assist"),
        ("MEET_COMMAND", "/" + "m" * 32),
        ("MEET_COMMAND", "/meet now"),
        ("REDIS_URL", "http://localhost:6379"),
        ("REDIS_URL", "redis://localhost:port"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "3651"),
        ("ENCRYPTION_KEYS", "tooshort"),
        ("ADMIN_USERS", "U024BE7LH,@bob"),
        ("ALLOWED_WORKSPACES", "acme.slack.com"),
        ("ALLOWED_WORKSPACES", "T0ACME,**"),
        ("ALLOWED_GROUPS", "@agents"),
        ("ALLOWED_CHANNELS", "#support"),
        ("ALLOWED_CHANNELS", "C0SUPPORT,D0DIRECT"),
        ("GUESTS_MAY_START", "perhaps"),
        ("SHARED_CHANNELS", "perhaps"),
        ("AGENT_LOGINS", "U024BE7LH"),
        ("AGENT_LOGINS", "U024BE7LH="),
        ("AGENT_LOGINS", "alice=agent1@apizee.com"),
        ("AGENT_LOGINS", "U024BE7LH=one,U024BE7LH=two"),
        ("MEDIA_UPLOAD", "perhaps"),
        ("MEDIA_MAX_MIB", "0"),
        ("PUBLIC_URL", "bot.acme.example"),
        ("REFERENCE_URL", "http://127.0.0.1/cases/{reference}"),
        ("REFERENCE_URL", "https://crm.example.com/cases/"),
        ("REFERENCE_URL", "https://crm.example.com/cases/{case}/{reference}"),
        ("REFERENCE_URL", "https://{reference}.example.com/"),
        ("REFERENCE_URL", "https://{reference}/"),
        ("REFERENCE_URL", "https://somebody@crm.example.com/{reference}"),
        ("REFERENCE_URL", "https://crm.example.com:0/{reference}"),
        ("REFERENCE_URL", "https://crm.example.com/<{reference}|x>"),
        ("REFERENCE_URL", "https://crm.example.com/a b/{reference}"),
        ("OUTCOMES", " , "),
        ("OUTCOMES", "Solved,solved by phone, Solved "),
        ("OUTCOMES", "o" * 76),
        ("OUTCOMES", ",".join(map(str, range(21)))),
        ("EVENTS_URL", "http://crm.example.com/events"),
        ("EVENTS_URL", "https://user:password@crm.example.com/events"),
        ("EVENTS_URL", "crm.example.com/events"),
        ("PORT", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    (line,) = faults(monkeypatch, ONE_WORKSPACE | {name: value} | NEEDED_WITH.get(name, {}))

    assert line.startswith(f"{name} must be ")
    assert line.endswith(".")


def test_outcomes_are_separated_by_commas_or_lines_and_may_hold_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, ONE_WORKSPACE | {"OUTCOMES": "Sold , Follow  up,\nNot sold,"})
    assert settings.outcomes == ("Sold", "Follow up", "Not sold")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-…"),
        ("SLACK_BOT_TOKEN", "xoxb-your-token"),
        ("SLACK_SIGNING_SECRET", "…"),
        ("APIZEE_USERNAME", "..."),
        ("APIZEE_PASSWORD", "…"),
        ("APIZEE_PASSWORD", "changeme"),
        ("APIZEE_ENTERPRISE_ID", "…"),
        ("APIZEE_WEBHOOK_SECRET", "<your secret>"),
        ("ENCRYPTION_KEYS", "…"),
    ],
)
def test_a_placeholder_of_the_documentation_is_named_once(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    (line,) = faults(monkeypatch, ONE_WORKSPACE | {name: value})
    assert line.startswith(f"{name} still holds the placeholder: set it to ")


@pytest.mark.parametrize("value", ["wait for it…", "<3 you", "xxl", "your", "a...z"])
def test_a_password_that_is_none_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    password = loaded(monkeypatch, ONE_WORKSPACE | {"APIZEE_PASSWORD": value}).apizee_password
    assert password
    assert password.get_secret_value() == value


def test_no_fault_and_no_repr_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    key = Fernet.generate_key().decode()
    secrets = {"SLACK_BOT_TOKEN": "sesame", "ENCRYPTION_KEYS": f"{key},sesame", "REDIS_URL": "http://:sesame@localhost"}
    with pytest.raises(SettingsFaults) as raised:
        loaded(monkeypatch, ONE_WORKSPACE | secrets)
    settings = loaded(
        monkeypatch,
        ONE_WORKSPACE | {"ENCRYPTION_KEYS": key, "REDIS_URL": "redis://:sesame@localhost"} | NEEDED_BY_OAUTH,
    )

    text = repr(raised.value) + str(raised.value) + repr(settings)
    hidden = (key, "sesame", "bottoken", "correct horse", NEEDED_BY_OAUTH["SLACK_CLIENT_SECRET"])
    for secret in (*hidden, ONE_WORKSPACE["SLACK_SIGNING_SECRET"]):
        assert secret not in text


@pytest.mark.parametrize(("given", "missing"), [("EVENTS_URL", "EVENTS_SECRET"), ("EVENTS_SECRET", "EVENTS_URL")])
def test_events_need_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch, given: str, missing: str) -> None:
    values = {"EVENTS_URL": "http://127.0.0.1:8080/?key=sesame", "EVENTS_SECRET": "a-secret-of-the-receiver"}
    (line,) = faults(monkeypatch, ONE_WORKSPACE | {given: values[given]})
    assert line.startswith(f"{missing} is missing: set it to ")
    assert "sesame" not in repr(loaded(monkeypatch, ONE_WORKSPACE | values))


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "APIZEE_WEBHOOK_SECRET"])
def test_a_secret_that_may_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    enough = {"ALLOWED_WORKSPACES": "*"} | NEEDED_BY_OAUTH | without("SLACK_BOT_TOKEN")
    settings = loaded(monkeypatch, enough | {name: "sixteen-letters."})
    assert getattr(settings, name.lower()).get_secret_value() == "sixteen-letters."
    (line,) = faults(monkeypatch, enough | {name: "fifteen-letters"})
    assert line.startswith(f"{name} has fewer than 16 characters")
    assert "fifteen-letters" not in line


def test_both_commands_cannot_have_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(monkeypatch, ONE_WORKSPACE | {"MEET_COMMAND": "/assist"}) == [
        "MEET_COMMAND must differ from ASSIST_COMMAND."
    ]


def test_addresses_have_the_slash_that_their_clients_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch,
        ONE_WORKSPACE
        | {
            "SLACK_API_URL": "http://localhost:1/api",
            "APIZEE_API_URL": "http://127.0.0.1:2/api/",
            "PUBLIC_URL": "http://[::1]:3/",
        },
    )

    assert settings.slack_api_url == "http://localhost:1/api/"
    assert settings.apizee_api_url == "http://127.0.0.1:2/api"
    assert settings.public_url == "http://[::1]:3"


def test_lists_cases_and_home_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    settings = loaded(
        monkeypatch,
        ONE_WORKSPACE
        | {
            "ENCRYPTION_KEYS": ", ".join(keys),
            "ADMIN_USERS": "U024BE7LH, W012A3CDE,",
            "ALLOWED_GROUPS": "S0AGENTS1,\nS0AGENTS2",
            "ALLOWED_CHANNELS": "C0SUPPORT",
            "AGENT_LOGINS": "U024BE7LH=agent1@apizee.com, W012A3CDE=agent=two",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "JSON",
            "DEFAULT_REGION": "de",
            "DATA_DIR": "~/apizee",
        },
    )

    assert [key.get_secret_value() for key in settings.encryption_keys] == keys
    assert settings.admin_users == {"U024BE7LH", "W012A3CDE"}
    assert settings.allowed_groups == {"S0AGENTS1", "S0AGENTS2"}
    assert settings.allowed_channels == {"C0SUPPORT"}
    assert settings.agent_logins == {"U024BE7LH": "agent1@apizee.com", "W012A3CDE": "agent=two"}
    assert (settings.log_level, settings.log_format, settings.default_region) == ("DEBUG", "json", "DE")
    assert settings.data_dir == Path("~/apizee").expanduser()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, ONE_WORKSPACE | {"SLACK_APP_TOKEN": "", "PORT": ""})

    assert settings.slack_app_token is None
    assert settings.port == 3000


def test_the_environment_goes_before_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=4000\nHOST=0.0.0.0\n")

    settings = loaded(monkeypatch, ONE_WORKSPACE | {"PORT": "5000"})

    assert (settings.host, settings.port) == ("0.0.0.0", 5000)  # noqa: S104  # what this operator wants


def test_an_env_file_that_is_no_text_is_a_fault_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(b"PORT=\xff\n")

    (line,) = faults(monkeypatch, ONE_WORKSPACE)

    assert line.startswith(".env cannot be read")


def test_overrides_go_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "5000")

    assert load_settings(port=6000, **{name.lower(): value for name, value in ONE_WORKSPACE.items()}).port == 6000


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, ONE_WORKSPACE)

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that it is refused is the test


def test_misspelt_variables_are_pointed_out_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("APIZEE_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLACK_BOT_TOCKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_API_URL", "https://slack.com/api/")
    Path(".env").write_text("APIZEE_XYZ=1\n")

    assert misspelt() == [
        "APIZEE_XYZ is no setting.",
        "SLACK_BOT_TOCKEN is no setting: did you mean SLACK_BOT_TOKEN?",
    ]
