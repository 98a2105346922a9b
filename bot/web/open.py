"""`/open/{token}`: straight into a ticket, for the person that the link was made for."""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.apizee.errors import NotSent, Unreachable
from bot.deferred.access_links import AccessLinks
from bot.log import get_logger
from bot.model.errors import KnownError, NotAllowed, TryLater, Unreadable
from bot.model.people import Conversation, Requester
from bot.sessions.open_links import VALID_FOR, OpenLinks
from bot.store.people.opened_links import OpenedLinks
from bot.ui.error_messages import sentence
from bot.ui.pages import Pages, language_for
from bot.ui.text import Translator, translator_for
from bot.web.responses import NOT_KEPT, policy

_PREVIEW: Final = re.compile(
    r"(?<!cu)bot\b|crawler|spider|preview|linkexpanding|facebookexternalhit|whatsapp", re.IGNORECASE
)
"""What fetches links that nobody has pressed, as it names itself; https://docs.slack.dev/robots for Slack's own."""

_COOKIE: Final = "apizee_browser"

log = get_logger(__name__)


class OpenPage:
    """Leads a person on to Apizee; anyone and anything else gets a page, for which Apizee is asked nothing.

    Nobody can see who presses a link. So a link belongs to the browser that opens it first, and is useless to anyone
    to whom it is forwarded afterwards.
    """

    def __init__(
        self, links: OpenLinks, opened: OpenedLinks, access_links: AccessLinks, pages: Pages, *, command: str
    ) -> None:
        self._links = links
        self._opened = opened
        self._access_links = access_links
        self._pages = pages
        self._command = command

    def route(self) -> Route:
        """Return the page's address; Starlette answers HEAD where it answers GET."""
        return Route("/open/{token}", self._answer)

    async def _answer(self, request: Request) -> Response:
        translate = translator_for(language_for(request.headers.get("accept-language", "")))
        if request.method == "HEAD" or _is_preview(request):
            return self._page(request, HTTPStatus.OK, translate("Press this link in Slack to open the ticket."))
        token, browser = request.path_params["token"], request.cookies.get(_COOKIE) or secrets.token_urlsafe()
        try:
            target = self._links.target(token)
            if not await self._opened.belongs_to(browser, team=target.team, token=token):
                used = translate("This link was opened in another browser. Press “Open” in Slack to get a new one.")
                return self._page(request, HTTPStatus.FORBIDDEN, used)
            requester = Requester(target.user, Conversation(target.team, ""))
            address = await self._access_links.ticket_address(target.session_ref, requester)
        except Unreadable:
            lost = translate("This link is incomplete, or older than 24 hours. Press “Open” in Slack to get a new one.")
            return self._page(request, HTTPStatus.NOT_FOUND, lost)
        except KnownError as error:
            log.info("ticket_not_opened", reason=type(error).__name__)
            return self._page(request, _status_of(error), self._why(error, translate))
        away = RedirectResponse(address, HTTPStatus.FOUND, NOT_KEPT)
        lives = int(VALID_FOR.total_seconds())
        # Slack leads people here from its own page: a strict cookie would stay at home.
        away.set_cookie(_COOKIE, browser, lives, path="/open", secure=True, httponly=True, samesite="lax")
        return away

    def _why(self, error: KnownError, translate: Translator) -> str:
        if isinstance(error, NotSent) and not isinstance(error, Unreachable):
            return translate(
                "Apizee accepts only so many requests a minute. Open this link again in about {seconds} s.",
                seconds=max(1, round(error.retry_in)),
            )
        return sentence(error, translate, command=self._command)

    def _page(self, request: Request, status: HTTPStatus, explanation: str) -> Response:
        nonce, language = secrets.token_urlsafe(16), language_for(request.headers.get("accept-language", ""))
        page = self._pages.ticket(explanation, translator_for(language), language=language, nonce=nonce)
        return HTMLResponse(page, status, NOT_KEPT | policy(nonce))


def _is_preview(request: Request) -> bool:
    """Return whether nobody has pressed the link: a preview is made of it, or a browser fetches it ahead."""
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return "prefetch" in purpose or bool(_PREVIEW.search(request.headers.get("user-agent", "")))


def _status_of(error: KnownError) -> HTTPStatus:
    if isinstance(error, NotAllowed):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, TryLater) else HTTPStatus.NOT_FOUND
