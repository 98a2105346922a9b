"""Serves the two web addresses by which a workspace installs the bot: out to Slack, and back.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.installation.flow import NotAgreed, OAuthFlow, WrongState
from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.workspaces import Installation
from bot.slack.errors import WorkspaceNotAllowed
from bot.store.workspaces.installations import STATE_LIVES
from bot.ui.pages import Pages, language_for
from bot.ui.text import Translator, translator_for
from bot.web.responses import NOT_KEPT, policy

log = get_logger(__name__)

COOKIE: Final = "__Host-slack-install"
"""The prefix makes browsers refuse one that another host or an unencrypted page has set."""


class OAuthRoutes:
    """Sends people to Slack and shows the page at the end; `command` is the slash command to try first."""

    def __init__(self, installing: OAuthFlow, pages: Pages, *, command: str) -> None:
        self._installing = installing
        self._pages = pages
        self._command = command

    def routes(self) -> list[Route]:
        """Return both routes."""
        return [Route("/slack/install", self._start), Route("/slack/oauth_redirect", self._callback)]

    async def _start(self, request: Request) -> Response:
        try:
            redirect = await self._installing.begin()
        except KnownError as error:
            return self._failed(request, error)
        away = RedirectResponse(redirect.address, HTTPStatus.FOUND, NOT_KEPT)
        lives = int(STATE_LIVES.total_seconds())
        # Slack sends people back by a link from its own page: a strict cookie would stay at home.
        away.set_cookie(COOKIE, redirect.state, max_age=lives, secure=True, httponly=True, samesite="lax")
        return away

    async def _callback(self, request: Request) -> Response:
        given = request.query_params
        try:
            installation = await self._installing.finish(
                state=given.get("state", ""), kept_state=request.cookies.get(COOKIE, ""), code=given.get("code", "")
            )
        except KnownError as error:
            return self._failed(request, error)
        return self._installed(request, installation)

    def _installed(self, request: Request, installation: Installation) -> Response:
        translate, language, nonce = _speak(request)
        page = self._pages.installed(installation, translate, command=self._command, language=language, nonce=nonce)
        answer = HTMLResponse(page, headers=NOT_KEPT | policy(nonce))
        answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
        return answer

    def _failed(self, request: Request, error: KnownError) -> Response:
        log.warning("not_installed", reason=repr(error))
        translate, language, nonce = _speak(request)
        status, why = _reason(error, translate)
        page = self._pages.not_installed(why, translate, language=language, nonce=nonce)
        return HTMLResponse(page, status, NOT_KEPT | policy(nonce))


def _speak(request: Request) -> tuple[Translator, str, str]:
    language = language_for(request.headers.get("accept-language", ""))
    return translator_for(language), language, secrets.token_urlsafe(16)


def _reason(error: KnownError, translate: Translator) -> tuple[HTTPStatus, str]:
    match error:
        case WrongState():
            why = translate("It was begun in another browser or more than 10 minutes ago, or it is finished already.")
            return HTTPStatus.BAD_REQUEST, why
        case NotAgreed():
            return HTTPStatus.FORBIDDEN, translate("It was not agreed to in Slack.")
        case WorkspaceNotAllowed():
            why = translate(
                "The workspace “{workspace}” ({id}) is not allowed to use this bot, and the bot gave its access back."
                " Ask the people who run this bot: they can add {id} to its setting ALLOWED_WORKSPACES.",
                workspace=error.team_name,
                id=error.team,
            )
            return HTTPStatus.FORBIDDEN, why
        case TryLater():
            return HTTPStatus.SERVICE_UNAVAILABLE, translate("Something it needs does not answer right now.")
        case _:
            return HTTPStatus.BAD_GATEWAY, translate("Slack did not confirm it.")
