"""Calls Slack over HTTP, and sorts the answers: done, to be repeated later, or refused for good."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeAlias

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import tracing
from bot.log import get_logger
from bot.slack.errors import SlackAway, object_in, refused

Answer: TypeAlias = Mapping[str, Any]

LONGEST_WAIT: Final = 60.0
"""However long Slack says that we are to wait, in seconds: then it is asked again."""

_DEFAULT_WAIT = 2.0
_MILLI = 1000
_DONE = 200
_REFUSED = 400
_SERVER_ERROR = 500
_TOO_MANY = 429
_READS = frozenset(
    {
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "usergroups.users.list",
        "users.conversations",
        "users.info",
        "users.list",
    }
)
# Takes neither JSON nor a query that would say much.
_FORMS = frozenset({"files.getUploadURLExternal"})
METHODS: Final = frozenset(
    {
        "calls.add",
        "calls.end",
        "chat.delete",
        "chat.getPermalink",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.unfurl",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.open",
        "conversations.replies",
        "files.completeUploadExternal",
        "files.delete",
        "files.getUploadURLExternal",
        "functions.completeError",
        "functions.completeSuccess",
        "response_url",
        "upload_url",
        "usergroups.users.list",
        "users.conversations",
        "users.info",
        "users.list",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
"""What is called of Slack here, under the names by which it is counted."""

_UPLOADED_WITHIN = aiohttp.ClientTimeout(total=300)

log = get_logger(__name__)


@dataclass(slots=True)
class _Exchange:
    """The status of an answer of Slack's; 0 while there is none."""

    status: int = 0


class WebApi:
    """Slack's methods, response URLs and upload URLs; `client_for` returns the client of a workspace.

    Every method raises `SlackAway` (or `StoreUnavailable`) where the call may be repeated later, and another
    `SlackError` where repeating it would not help. `on_error` receives the method and Slack's code of both;
    `on_request` the method of each call, and the seconds it took.
    """

    def __init__(
        self,
        client_for: Callable[[str], Awaitable[AsyncWebClient]],
        http: aiohttp.ClientSession,
        *,
        on_error: Callable[[str, str], None],
        on_request: Callable[[str, float], None],
    ) -> None:
        self._client_for = client_for
        self._http = http
        self._on_error = on_error
        self._on_request = on_request

    async def call(self, team: str, method: str, token: str | None = None, /, **arguments: object) -> Answer:
        """Call a method in a workspace, by its own token or by another one; arguments that are `None` are left out."""
        # Not by the client's own `api_call`: it would parse and check the answer too, for two thirds of the time again.
        client = await self._client_for(team)
        given = {name: value for name, value in arguments.items() if value is not None}
        asked = _request(method, given, token=token or client.token)
        with self._exchange(method) as exchange:
            async with self._http.request(url=f"{client.base_url}{method}", allow_redirects=False, **asked) as answer:
                exchange.status = answer.status
                said = object_in(await answer.read())
        if answer.status != _DONE or not said.get("ok"):
            self._judge(method, answer.status, answer.headers, str(said.get("error", "")))
            raise SlackAway(_DEFAULT_WAIT)
        return said

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Send a message to a response URL."""
        with self._exchange("response_url") as exchange:
            async with self._http.post(url, json=body, allow_redirects=False) as answer:
                exchange.status = answer.status
                said = object_in(await answer.read())
        self._judge("response_url", answer.status, answer.headers, str(said.get("error", "")))

    async def send_file(self, url: str, content: BinaryIO) -> None:
        """Send a file to the URL that Slack gave for it."""
        with self._exchange("upload_url") as exchange:
            async with self._http.post(url, data=content, timeout=_UPLOADED_WITHIN, allow_redirects=False) as answer:
                exchange.status = answer.status
                await answer.read()
        self._judge("upload_url", answer.status, answer.headers, "")

    @contextmanager
    def _exchange(self, method: str) -> Iterator[_Exchange]:
        """Time one exchange, and log it for debugging; raises `SlackAway` where there was no answer."""
        exchange, begun = _Exchange(), time.perf_counter()
        try:
            with tracing.outgoing(f"slack {method}"):
                yield exchange
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._on_error(method, "unreachable")
            raise SlackAway(_DEFAULT_WAIT) from error
        finally:
            seconds = time.perf_counter() - begun
            self._on_request(method, seconds)
            log.debug("request", method=method, status=exchange.status, ms=round(seconds * _MILLI, 1))

    def _judge(self, method: str, status: int, headers: Mapping[str, str], code: str) -> None:
        """Raise what an answer means; nothing where it says that all is well."""
        if status == _TOO_MANY or status >= _SERVER_ERROR or code in SlackAway.CODES:
            self._on_error(method, code or str(status))
            raise SlackAway(_wait(headers), is_stated=status == _TOO_MANY)
        if code or status >= _REFUSED:
            self._on_error(method, code or str(status))
            raise refused(method, code or str(status))


def _request(method: str, arguments: Mapping[str, object], *, token: str | None) -> dict[str, Any]:
    """Return the parts of the HTTP request; https://docs.slack.dev/apis/web-api#basics."""
    headers = {"Authorization": f"Bearer {token}"}
    # Slack's reads take no JSON; everything else does, so that nothing of a meeting stands in a URL.
    if method in _READS:
        return {"method": "GET", "headers": headers, "params": _plain(arguments)}
    if method in _FORMS:
        return {"method": "POST", "headers": headers, "data": _plain(arguments)}
    headers["Content-Type"] = "application/json; charset=utf-8"  # it warns of JSON without a charset
    return {"method": "POST", "headers": headers, "json": arguments}


def _plain(arguments: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}


def _wait(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(float(given), LONGEST_WAIT) if given.isdecimal() else _DEFAULT_WAIT
