"""What an operator can set, read once from the environment, `.env` or files; frozen, with secrets out of its `repr`.

Every setting says in its `description` what it must be; the same words make the line about a missing value and
the line about a wrong one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model.session.notes import DEFAULT_OUTCOMES
from bot.settings import sources
from bot.settings.together import needed_together, part_of_an_account
from bot.settings.values import (
    IN_WORDS,
    AppToken,
    BotToken,
    Capitals,
    Certificates,
    Command,
    EventsAddress,
    FernetKey,
    Folder,
    HeaderName,
    Listed,
    Login,
    Outcome,
    Paired,
    Password,
    Phrases,
    ProxyAddress,
    RedisAddress,
    ReferenceAddress,
    Region,
    SharedPassword,
    SharedSecret,
    SlackChannel,
    SlackGroup,
    SlackUser,
    SlackWorkspace,
    SmallLetters,
    Text,
    WebAddress,
    is_placeholder,
    user_folder,
)

ENV_FILE: Final = Path(".env")


class SettingsFaults(Exception):
    """The settings cannot be used; `lines` has one sentence per fault, with what to do and without any secret."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Every setting of the bot, under the name of its variable in lower case.

    Raises `SettingsFaults` where anything is missing or wrong.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=True)

    slack_signing_secret: SharedSecret | None = Field(
        None, description="the “Signing Secret” from your Slack app's page “Basic Information”"
    )
    slack_bot_token: BotToken | None = Field(
        None, description="the “Bot User OAuth Token” (xoxb-…) from your Slack app's page “OAuth & Permissions”"
    )
    slack_app_token: AppToken | None = Field(
        None, description="an “App-Level Token” (xapp-…) from your Slack app's page “Basic Information”"
    )
    slack_client_id: Text | None = Field(
        None, description="the “Client ID” from your Slack app's page “Basic Information”"
    )
    slack_client_secret: SharedSecret | None = Field(
        None, description="the “Client Secret” from your Slack app's page “Basic Information”"
    )
    slack_api_url: Annotated[WebAddress, AfterValidator(lambda url: f"{url}/")] = Field(
        "https://slack.com/api/", description="an https address"
    )

    apizee_api_url: WebAddress = Field("https://cloud.apizee.com/api", description="an https address")
    apizee_username: Text | None = Field(None, description="the login of your Apizee API user")
    apizee_password: Password | None = Field(None, description="the password of your Apizee API user")
    apizee_enterprise_id: PositiveInt | None = Field(None, description="the number of your enterprise at Apizee")
    apizee_requests_per_minute: PositiveInt = Field(10, description="a whole number above 0")
    apizee_poll_seconds: PositiveInt = Field(60, description="a whole number of seconds above 0")
    apizee_webhook_secret: SharedPassword | None = Field(
        None, description="the value of the custom header of your webhook at Apizee"
    )
    apizee_webhook_header: HeaderName = Field("X-Webhook-Secret", description="the name of an HTTP header")
    apizee_meeting_service_key: Text | None = Field(None, description="the key of a meeting service at Apizee")
    apizee_default_agent: Text | None = Field(None, description="the login of an agent at Apizee")

    default_region: Region = Field("FR", description="a country's code of two letters, such as FR")
    allowed_countries: Annotated[frozenset[Region], Listed] = Field(
        frozenset(), description="comma-separated codes of countries, of two letters each, such as FR,BE"
    )
    invitations_per_hour: PositiveInt = Field(60, description="a whole number above 0")
    remind_before_minutes: NonNegativeInt = Field(10, le=1440, description="a whole number from 0 to 1440")
    assist_command: Command = Field("/assist", description="a slash, then at most 31 lower-case letters")
    meet_command: Command = Field("/meet", description="a slash, then at most 31 lower-case letters")

    redis_url: RedisAddress | None = Field(
        None,
        description="an address that starts with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://",
    )
    data_dir: Folder = Field(default_factory=user_folder, description="the path of a folder")
    secrets_dir: Folder | None = Field(None, description="the path of a folder with one file per secret")
    retention_days: int = Field(90, ge=1, le=3650, description="a whole number from 1 to 3650")
    encryption_keys: Annotated[tuple[FernetKey, ...], Listed] = Field(
        (), description="comma-separated Fernet keys (32 random bytes in URL-safe base64)"
    )
    admin_users: Annotated[frozenset[SlackUser], Listed] = Field(
        frozenset(), description="comma-separated ids of Slack users (U… or W…)"
    )
    allowed_workspaces: Annotated[frozenset[SlackWorkspace], Listed] = Field(
        frozenset(),
        description="comma-separated ids of Slack workspaces (T…) or organisations (E…) that may install, or * for any",
    )
    allowed_groups: Annotated[frozenset[SlackGroup], Listed] = Field(
        frozenset(), description="comma-separated ids of Slack user groups (S…)"
    )
    allowed_channels: Annotated[frozenset[SlackChannel], Listed] = Field(
        frozenset(), description="comma-separated ids of Slack channels (C… or G…)"
    )
    guests_may_start: bool = Field(default=False, description="true or false")
    shared_channels: bool = Field(default=False, description="true or false")
    agent_logins: Annotated[dict[SlackUser, Login], Paired] = Field(
        {}, description="comma-separated U123=login, once for each Slack user (U… or W…)", repr=False
    )
    media_upload: bool = Field(default=True, description="true or false")
    media_upload_videos: bool = Field(default=False, description="true or false")
    media_max_mib: PositiveInt = Field(100, description="a whole number of MiB above 0")

    reference_url: ReferenceAddress | None = Field(
        None,
        description="an https address with {reference} in its path or query, such as"
        " https://crm.example.com/cases/{reference}",
    )
    outcomes: Annotated[tuple[Outcome, ...], Phrases] = Field(
        DEFAULT_OUTCOMES,
        description="1 to 20 different outcomes of up to 75 characters each, separated by commas, such as"
        " Solved,Visit needed",
        min_length=1,
        max_length=20,
    )
    events_url: EventsAddress | None = Field(
        None, description="the https address of your own system that takes events, or an http one of this machine"
    )
    events_secret: SharedSecret | None = Field(None, description="a secret that your own system knows too")
    public_url: WebAddress | None = Field(None, description="the https address under which this bot is reached")
    https_proxy: ProxyAddress | None = Field(
        None, description="the address of a proxy, such as http://proxy.example.com:3128"
    )
    http_proxy: ProxyAddress | None = Field(
        None, description="the address of a proxy, such as http://proxy.example.com:3128"
    )
    no_proxy: Text | None = Field(None, description="comma-separated hosts")
    ssl_cert_file: Certificates | None = Field(
        None, description="the path of a file of certificates (PEM) that the bot may read"
    )
    host: Text = Field("127.0.0.1", description="an address of this machine")
    port: int = Field(3000, ge=1, le=65535, description="a whole number from 1 to 65535")
    drain_seconds: int = Field(5, ge=0, le=3600, description="a whole number of seconds from 0 to 3600")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], Capitals] = Field(
        "INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_format: Annotated[Literal["console", "json"], SmallLetters] = Field("console", description="console or json")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # likewise
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load_settings` has read; the library's own sources would replace a `$` in a password."""
        return (init_settings,)

    @model_validator(mode="wrap")
    @classmethod
    def _find_all_faults(cls, given: Mapping[str, Any], validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Check the single values and how they go together, so that one run shows every fault."""
        left = [name for name in cls.model_fields if is_placeholder(given.get(name))]
        missing = map(_missing, needed_together(given))
        faults = [*map(_left, left), *missing, *part_of_an_account(given)]
        try:
            settings = validate(given)
        except ValidationError as error:
            found = [one for one in error.errors(include_input=False) if str(one["loc"][0]) not in left]
            faults = list(dict.fromkeys([*faults, *map(_fault, found)]))
        else:
            if settings.assist_command == settings.meet_command:
                faults.append("MEET_COMMAND must differ from ASSIST_COMMAND.")
        if faults:
            raise SettingsFaults(faults)
        return settings


def _left(name: str) -> str:
    """Return a sentence for a setting that was copied from the documentation and never filled in."""
    return f"{name.upper()} still holds the placeholder: set it to {Settings.model_fields[name].description}."


def _missing(name: str) -> str:
    return f"{name.upper()} is missing: set it to {Settings.model_fields[name].description}."


def _fault(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    if error["type"] == IN_WORDS:
        return f"{name.upper()} {error['msg']}"
    return f"{name.upper()} must be {Settings.model_fields[name].description}."


def load_settings(*, env_file: str | Path | None = ENV_FILE, **overrides: Any) -> Settings:  # noqa: ANN401  # each has the type of its setting
    """Return the settings of the environment, of `env_file` and of `SECRETS_DIR`, some of them replaced by `overrides`.

    The first of them that has a setting counts; an empty text counts as none. Names of `overrides` are in lower case.
    Raises `SettingsFaults`.
    """
    return Settings(**{**given_texts(env_file), **overrides})


def given_texts(env_file: str | Path | None = ENV_FILE) -> dict[str, str]:
    """Return the texts that are given for settings, unchecked, by names in lower case; raises `SettingsFaults`."""
    try:
        given = _given(Path(env_file) if env_file else None)
    except sources.SourceFault as fault:
        raise SettingsFaults([str(fault)]) from None
    return {name: text for source in reversed(given) for name, text in source.items() if text.strip()}


OURS: Final = ("apizee_", "slack_")


def misspelt() -> list[str]:
    """Return a line for each variable or file of a secret that starts like one of ours and is none."""
    names = {name for texts in _given(ENV_FILE) for name in texts}
    return [_hint(name) for name in sorted(names - set(Settings.model_fields)) if name.startswith(OURS)]


def _given(env_file: Path | None) -> list[dict[str, str]]:
    """Return the texts of each source, in the order in which they count; raises `SourceFault`."""
    given = [sources.environment(os.environ), sources.env_file(env_file) if env_file else {}]
    folder = next((path for texts in given if (path := texts.get("secrets_dir"))), None)
    return [*given, sources.secret_files(Path(folder), is_ours=_may_be_a_file)] if folder else given


def _may_be_a_file(name: str) -> bool:
    """Return whether a file of secrets may have this name: the folder may hold others', called `host` or `port`."""
    setting = Settings.model_fields.get(name)
    return name.startswith(OURS) or (setting is not None and "Secret" in str(setting.annotation))


def _hint(name: str) -> str:
    close = get_close_matches(name, Settings.model_fields, n=1)
    return f"{name.upper()} is no setting" + (f": did you mean {close[0].upper()}?" if close else ".")
