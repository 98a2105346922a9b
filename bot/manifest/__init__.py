"""Builds the Slack app's manifest for one installation of this bot: https://docs.slack.dev/reference/app-manifest."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import yaml

from bot.manifest.domains import unfurl_domains
from bot.manifest.workflow_steps import with_steps

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Manifest: TypeAlias = dict[str, Any]

_FILE = "manifest.yml"
_PLACEHOLDER = "https://example.com"
_COMMAND = re.compile(r"/[^\s/A-Z]{1,31}")
_LONGEST_LINE = 120

APIZEE_URL = "https://cloud.apizee.com/api"


def manifest_for(
    url: str,
    *,
    assist_command: str = "/assist",
    meet_command: str = "/meet",
    apizee_url: str = APIZEE_URL,
    socket_mode: bool = False,
    workflow_steps: bool = False,
) -> str:
    """Return the manifest as YAML, ready to paste, for a bot that Slack reaches under `url`.

    `apizee_url` is the address of Apizee's API. With `socket_mode` Slack is given no address to send to, with
    `workflow_steps` the app has the steps of Workflow Builder. Raises `ValueError`, with a sentence for the operator,
    where Slack would refuse the address or a command.
    """
    base, manifest = _base(url), _read()
    domains = unfurl_domains(base, apizee_url)
    manifest["features"].pop("unfurl_domains")
    manifest["features"] |= {"unfurl_domains": domains} if domains else {}
    manifest = _addressed(manifest, base)
    manifest = with_steps(manifest) if workflow_steps else manifest
    commands = manifest["features"]["slash_commands"]
    for command, name in zip(commands, (assist_command, meet_command), strict=True):
        command["command"] = _command(name)
    if socket_mode:
        manifest = _without_addresses(manifest)
        manifest["settings"]["socket_mode_enabled"] = True
    printed: str = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE)
    return printed


def required_scopes() -> frozenset[str]:
    """Return the scopes without which something of the product does not work."""
    return frozenset(_scopes()["bot"]) - optional_scopes()


def optional_scopes() -> frozenset[str]:
    """Return the scopes that a workspace may decline."""
    return frozenset(_scopes()["bot_optional"])


def _scopes() -> dict[str, list[str]]:
    scopes: dict[str, list[str]] = _read()["oauth_config"]["scopes"]
    return scopes


def _read() -> Manifest:
    manifest: Manifest = yaml.safe_load(source_in(files("bot")).read_text("utf-8"))
    return manifest


def source_in(package: Traversable) -> Traversable:
    """Return the file in an installed package, else at the top of a checkout."""
    packaged = package / _FILE
    return packaged if packaged.is_file() else Path(__file__).parents[2] / _FILE


def _base(url: str) -> str:
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname or address.query or address.fragment:
        message = f"Slack needs an https address, such as https://bot.example.com, not {url!r}."
        raise ValueError(message)
    return url.rstrip("/")


def _command(name: str) -> str:
    if not _COMMAND.fullmatch(name):
        message = f"A slash command is / and up to 31 characters in lower case without spaces, not {name!r}."
        raise ValueError(message)
    return name


def _addressed(part: Any, base: str) -> Any:  # noqa: ANN401  # YAML: a mapping, a list, a text or a flag
    match part:
        case dict():
            return {key: _addressed(value, base) for key, value in part.items()}
        case list():
            return [_addressed(value, base) for value in part]
        case str():
            return part.replace(_PLACEHOLDER, base)
        case _:
            return part


def _without_addresses(part: Any) -> Any:  # noqa: ANN401  # likewise
    match part:
        case dict():
            return {key: _without_addresses(value) for key, value in part.items() if key not in {"url", "request_url"}}
        case list():
            return [_without_addresses(value) for value in part]
        case _:
            return part
