"""`/join/{token}`: a meeting in a frame, entered under one's own name."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.deferred.join_links import JoinLinks, JoinTarget
from bot.model.errors import Unreadable
from bot.ui.pages import Pages, language_for
from bot.ui.text import translator_for
from bot.web.responses import NOT_KEPT, policy

_DEVICES: Final = ("camera", "microphone", "geolocation", "display-capture")


class JoinPage:
    """Shows the meeting that a sealed link leads to; any other link to a page that says so."""

    def __init__(self, links: JoinLinks, pages: Pages) -> None:
        self._links = links
        self._pages = pages

    def route(self) -> Route:
        """Return the page's address."""
        return Route("/join/{token}", self._answer)

    async def _answer(self, request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        language = language_for(request.headers.get("accept-language", ""))
        translate = translator_for(language)
        try:
            target = self._links.target(request.path_params["token"])
        except Unreadable:
            lost = self._pages.no_meeting(translate, language=language, nonce=nonce)
            return HTMLResponse(lost, HTTPStatus.NOT_FOUND, NOT_KEPT | policy(nonce))
        page = self._pages.meeting(target.address, target.participant, translate, language=language, nonce=nonce)
        return HTMLResponse(page, headers=NOT_KEPT | policy(nonce, target.origin) | _devices(target))


def _devices(target: JoinTarget) -> dict[str, str]:
    """Let the meeting ask the person for these devices; https://www.w3.org/TR/permissions-policy/."""
    return {"Permissions-Policy": ", ".join(f'{device}=(self "{target.origin}")' for device in _DEVICES)}
