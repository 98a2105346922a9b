"""Slack's side of an installation: where people agree to it, and the token that their agreement is exchanged for.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import quote, urljoin

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.workspaces import Installation
from bot.slack.errors import SlackAway, SlackError, code_of, refused

_METHOD: Final = "oauth.v2.access"
_REVOKE: Final = "auth.revoke"
_ASK_AGAIN_IN: Final = 2.0


class OAuth:
    """The app as Slack's OAuth knows it; `client` needs no token, `redirect_uri` is where people come back to."""

    def __init__(
        self, client: AsyncWebClient, *, client_id: str, client_secret: str, redirect_uri: str, scopes: Iterable[str]
    ) -> None:
        self._client = client
        # The library's own method for this call takes aiohttp's BasicAuth, which is on its way out.
        self._basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        self._redirect_uri = redirect_uri
        self._addresses = AuthorizeUrlGenerator(
            client_id=client_id,
            # The generator puts what it is given into the address as it is.
            redirect_uri=quote(redirect_uri, safe=""),
            scopes=sorted(scopes),
            authorization_url=urljoin(client.base_url, "../oauth/v2/authorize"),
        )

    def address(self, state: str) -> str:
        """Return Slack's page on which people choose a workspace and agree; it sends them back with the `state`."""
        return self._addresses.generate(state)

    async def exchange(self, code: str) -> Installation:
        """Return the installation that people agreed to; https://docs.slack.dev/reference/methods/oauth.v2.access.

        A code works once. Raises `SlackAway` where Slack did not answer, and another `SlackError` where it refused.
        """
        return _installation(await self._ask(code=code, redirect_uri=self._redirect_uri))

    async def refresh(self, installation: Installation) -> Installation:
        """Return the installation with its next token; https://docs.slack.dev/authentication/using-token-rotation.

        A refresh token works once. Raises as `exchange` does.
        """
        answer = await self._ask(grant_type="refresh_token", refresh_token=installation.refresh_token)
        return replace(installation, **_tokens(answer))

    async def revoke(self, installation: Installation) -> None:
        """Give an installation's token back; https://docs.slack.dev/reference/methods/auth.revoke.

        Raises as `exchange` does.
        """
        bearer = {"Authorization": f"Bearer {installation.bot_token}"}
        with _refusals(_REVOKE):
            await self._client.api_call(_REVOKE, headers=bearer)

    async def _ask(self, **asked: str) -> dict[str, Any]:
        with _refusals(_METHOD):
            answer = await self._client.api_call(_METHOD, data=asked, headers={"Authorization": self._basic})
        return cast("dict[str, Any]", answer.data)


@contextmanager
def _refusals(method: str) -> Iterator[None]:
    """Raise what the library raises inside of this `with` as one of our errors."""
    try:
        yield
    except SlackApiError as error:
        raise refused(method, code_of(error) or "not_understood") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackAway(_ASK_AGAIN_IN) from error


def _installation(answer: dict[str, Any]) -> Installation:
    organisation = answer.get("enterprise") or {}
    # In a whole organisation at once, Slack names no workspace.
    team = answer.get("team") or (organisation if answer.get("is_enterprise_install") else None)
    if not team:
        raise SlackError(_METHOD, "no_team")
    return Installation(
        team=team["id"],
        team_name=team.get("name", ""),
        installed_at=time.time(),
        organisation=organisation.get("id", ""),
        **_tokens(answer),
    )


def _tokens(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the token, with until when it lasts and for what it is exchanged."""
    expires_in = answer.get("expires_in")
    return {
        "bot_token": answer["access_token"],
        "refresh_token": answer.get("refresh_token", ""),
        "expires_at": time.time() + expires_in if expires_in else None,
    }
