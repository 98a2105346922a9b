"""What an operator can set, read once from the environment or `.env`; frozen, with secrets out of its `repr`.

Every setting says in its `description` what it must be; the same words make the line about a missing value and
the line about a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import phonenumbers
import platformdirs
from cryptography.fernet import Fernet
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict


class SettingsFaults(Exception):
    """The settings cannot be used; `lines` has one sentence per fault, with the mend and without any secret."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _split(value: object) -> object:
    """`a, b` of the environment as a list; what is no text stays as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _demand(holds: object) -> None:
    """Refuse a value; the words are those of its setting's `description`, so none are needed here."""
    if not holds:
        raise ValueError


def _matching(pattern: str) -> AfterValidator:
    def check(value: str) -> str:
        _demand(re.fullmatch(pattern, value))
        return value

    return AfterValidator(check)


def _secret_matching(pattern: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        _demand(re.fullmatch(pattern, value.get_secret_value()))
        return value

    return AfterValidator(check)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _web_address(value: str) -> str:
    """An address without the slash at its end; plain http only where nothing leaves this machine."""
    url = urlsplit(value)
    _demand(url.hostname and url.port != 0 and not (url.query or url.fragment or url.username))
    _demand(url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname or "")))
    return value.rstrip("/")


def _redis_address(value: SecretStr) -> SecretStr:
    url = urlsplit(value.get_secret_value())
    _demand(url.scheme in {"redis", "rediss", "unix"} and url.port != 0)  # `port` raises ValueError where it is none
    return value


def _region(value: str) -> str:
    _demand(value.upper() in phonenumbers.SUPPORTED_REGIONS)
    return value.upper()


def _fernet_key(value: SecretStr) -> SecretStr:
    Fernet(value.get_secret_value())  # raises ValueError where it is none
    return value


def _command(value: str) -> str:
    _demand(re.fullmatch(r"/[\w-]{1,31}", value) and value == value.lower())
    return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Command = Annotated[str, AfterValidator(_command)]
FernetKey = Annotated[SecretStr, AfterValidator(_fernet_key)]
SlackUser = Annotated[str, _matching(r"[UW][A-Z0-9]{2,}")]


class Settings(BaseSettings):
    """Every setting of the bot, under the name of its variable in lower case.

    Raises `SettingsFaults` where anything is missing or wrong. An empty variable counts as one that is not set.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_default=True,
    )

    slack_signing_secret: SecretStr | None = Field(
        None, description="the “Signing Secret” from your Slack app's page “Basic Information”"
    )
    slack_bot_token: Annotated[SecretStr, _secret_matching(r"xoxb-\S+")] | None = Field(
        None, description="the “Bot User OAuth Token” (xoxb-…) from your Slack app's page “OAuth & Permissions”"
    )
    slack_app_token: Annotated[SecretStr, _secret_matching(r"xapp-\S+")] | None = Field(
        None, description="an “App-Level Token” (xapp-…) from your Slack app's page “Basic Information”"
    )
    slack_client_id: str | None = Field(
        None, description="the “Client ID” from your Slack app's page “Basic Information”"
    )
    slack_client_secret: SecretStr | None = Field(
        None, description="the “Client Secret” from your Slack app's page “Basic Information”"
    )
    slack_api_url: Annotated[WebAddress, AfterValidator(lambda url: f"{url}/")] = Field(
        "https://slack.com/api/", description="an https address"
    )

    apizee_api_url: WebAddress = Field("https://cloud.apizee.com/api", description="an https address")
    apizee_username: str = Field(description="the login of your Apizee API user")
    apizee_password: SecretStr = Field(description="the password of your Apizee API user")
    apizee_enterprise_id: PositiveInt = Field(description="the number of your enterprise at Apizee")
    apizee_requests_per_minute: PositiveInt = Field(10, description="a whole number above 0")
    apizee_poll_seconds: PositiveInt = Field(60, description="a whole number of seconds above 0")
    apizee_webhook_secret: SecretStr | None = Field(
        None, description="the value of the custom header of your webhook at Apizee"
    )
    apizee_webhook_header: Annotated[str, _matching(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")] = Field(
        "X-Webhook-Secret", description="the name of an HTTP header"
    )
    apizee_meeting_service_key: str | None = Field(None, description="the key of a meeting service at Apizee")
    apizee_default_agent: str | None = Field(None, description="the login of an agent at Apizee")

    default_region: Annotated[str, AfterValidator(_region)] = Field(
        "FR", description="a country's code of two letters, such as FR"
    )
    assist_command: Command = Field("/assist", description="a slash, then at most 31 lower-case letters")
    meet_command: Command = Field("/meet", description="a slash, then at most 31 lower-case letters")

    redis_url: Annotated[SecretStr, AfterValidator(_redis_address)] | None = Field(
        None, description="an address that starts with redis://, rediss:// or unix://"
    )
    data_dir: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        default_factory=lambda: platformdirs.user_data_path("apizee-slack", appauthor=False),
        description="the path of a folder",
    )
    retention_days: int = Field(90, ge=1, le=3650, description="a whole number from 1 to 3650")
    encryption_keys: Annotated[tuple[FernetKey, ...], NoDecode, BeforeValidator(_split)] = Field(
        (), description="comma-separated Fernet keys (32 random bytes in URL-safe base64)"
    )
    admin_users: Annotated[frozenset[SlackUser], NoDecode, BeforeValidator(_split)] = Field(
        frozenset(), description="comma-separated ids of Slack users (U… or W…)"
    )
    media_upload: bool = Field(default=True, description="true or false")
    media_upload_videos: bool = Field(default=False, description="true or false")
    media_max_mib: PositiveInt = Field(100, description="a whole number of MiB above 0")

    public_url: WebAddress | None = Field(None, description="the https address under which this bot is reached")
    host: str = Field("127.0.0.1", description="an address of this machine")
    port: int = Field(3000, ge=1, le=65535, description="a whole number from 1 to 65535")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)] = Field(
        "INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        "console", description="console or json"
    )

    @model_validator(mode="wrap")
    @classmethod
    def _find_all_faults(cls, given: Mapping[str, Any], validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Judge the single values and how they go together, so that one run shows every fault."""
        faults = [_missing(name) for name in _needed_together(given)]
        try:
            settings = validate(given)
        except ValidationError as error:
            faults = list(dict.fromkeys([*map(_fault, error.errors(include_input=False)), *faults]))
        else:
            if settings.assist_command == settings.meet_command:
                faults.append("MEET_COMMAND must differ from ASSIST_COMMAND.")
        if faults:
            raise SettingsFaults(faults)
        return settings


def _needed_together(given: Mapping[str, Any]) -> Iterator[str]:
    """The settings that others make necessary and that are not there."""
    has = {name for name, value in given.items() if value}.__contains__
    is_for_many = has("slack_client_id") or has("slack_client_secret")
    needs: dict[str, bool] = {
        "slack_signing_secret": not has("slack_app_token"),
        "slack_bot_token": not is_for_many,
        "slack_client_id": is_for_many,
        "slack_client_secret": is_for_many,
        "public_url": is_for_many,
    }
    return (name for name, needed in needs.items() if needed and not has(name))


def _missing(name: str) -> str:
    return f"{name.upper()} is missing: set it to {Settings.model_fields[name].description}."


def _fault(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return _missing(name)
    return f"{name.upper()} must be {Settings.model_fields[name].description}."


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  # each has the type of its setting
    """The settings of the environment and `.env`, some of them replaced by `overrides` (names in lower case).

    Raises `SettingsFaults`.
    """
    try:
        return Settings(**overrides)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFaults([f".env cannot be read ({type(error).__name__}): make it UTF-8 text."]) from None


OURS: Final = ("apizee_", "slack_")


def misspelt() -> list[str]:
    """One line for each variable of the environment or `.env` that starts like one of ours and is none."""
    sources: Iterable[EnvSettingsSource] = (EnvSettingsSource(Settings), DotEnvSettingsSource(Settings))
    names = {name.lower() for source in sources for name in source.env_vars}
    return [_hint(name) for name in sorted(names - set(Settings.model_fields)) if name.startswith(OURS)]


def _hint(name: str) -> str:
    close = get_close_matches(name, Settings.model_fields, n=1)
    return f"{name.upper()} is no setting" + (f": did you mean {close[0].upper()}?" if close else ".")
