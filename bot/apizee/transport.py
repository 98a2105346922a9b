"""Makes one exchange with Apizee over HTTP: within the budget, bounded in time and size, then data or an error."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias, TypeVar

import aiohttp
import httpx
from pydantic import BaseModel, ValidationError

from bot import tracing
from bot.apizee.answers.error_bodies import is_error_body, parse_error_body
from bot.apizee.budget import Budget
from bot.apizee.budget.claims import Claim
from bot.apizee.errors import (
    Forbidden,
    MalformedResponse,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    UnexpectedShape,
    Unreachable,
)
from bot.apizee.timing import ApizeeTiming
from bot.log import get_logger

Shape = TypeVar("Shape", bound=BaseModel)
OnRequest = Callable[[str, int, float], None]
"""Receives the operation, the status of each answer, and the seconds it took; the status is 0 where none came."""

Operation: TypeAlias = Literal[
    "sign_in",
    "create_ticket",
    "find_tickets",
    "list_tickets",
    "ticket",
    "ticket_medias",
    "ticket_statistics",
    "create_conference",
    "find_conferences",
    "list_conferences",
    "conference_media",
    "meeting_sessions",
    "media_file",
]
"""The names of what is asked of Apizee, in metrics."""

LARGEST_BODY: Final = 16 * 1024 * 1024
"""A year of `tickets-stats` comes in one piece."""

# No connection, or a proxy that opens none.
_BEFORE_IT_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)

LONGEST_RESET: Final = 60.0
"""Apizee counts in minutes: after one, asking again is better than believing in a longer wait."""

_FORBIDDEN_CODE: Final = 2
_HAS_A_DIGIT: Final = re.compile(r"\d")

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, before anybody has parsed it."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def count_nothing(_operation: str, _status: int, _seconds: float) -> None:
    """Do nothing: the default for clients whose requests are not counted."""


def note_request(request: httpx.Request, status: int, seconds: float) -> None:
    """Log a request for debugging: its path without the ids in it, and neither its query nor its body."""
    path = "/".join("{id}" if _HAS_A_DIGIT.search(part) else part for part in request.url.path.split("/"))
    log.debug("request", method=request.method, path=path, status=status, ms=round(seconds * 1000, 1))


@dataclass(frozen=True, slots=True)
class Transport:
    """Sends requests when their turn has come, and reports to `on_request` how they ended."""

    http: httpx.AsyncBaseTransport
    budget: Budget
    on_request: OnRequest
    timing: ApizeeTiming = field(default_factory=ApizeeTiming, repr=False)

    async def send(
        self, operation: Operation, request: httpx.Request, *, claim: Claim | None, background: bool = False
    ) -> Answer:
        """Send a request once; raises `BudgetExhausted`, `NotSent` after a 429, and what `exchange` raises."""
        await self.budget.spend(claim, background=background)
        begun, status = time.perf_counter(), 0
        try:
            with tracing.outgoing(f"apizee {operation}"):
                answer = await exchange(self.http, request, self.timing)
            status = answer.status
        finally:
            seconds = time.perf_counter() - begun
            self.on_request(operation, status, seconds)
            note_request(request, status, seconds)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            retry_in = reset_of(answer)
            await self.budget.block(retry_in)
            raise NotSent(retry_in)
        return answer


@lru_cache(maxsize=256)
def parsed(address: str) -> httpx.URL:
    """Return an address in its parts: of few addresses many requests are made, and httpx goes over each character."""
    return httpx.URL(address)


def request_for(
    method: str,
    url: httpx.URL | str,
    timing: ApizeeTiming,
    **more: Any,  # noqa: ANN401  # what httpx takes
) -> httpx.Request:
    """Return a request for the transport itself: a client's cookies, redirects and sign-ins have no place here."""
    request = httpx.Request(method, url, extensions={"timeout": timing.timeout.as_dict()}, **more)
    request.headers.setdefault("Accept", "application/json")
    request.headers["Accept-Encoding"] = "gzip, deflate"  # what httpx can read without further packages
    return request


async def exchange(http: httpx.AsyncBaseTransport, request: httpx.Request, timing: ApizeeTiming) -> Answer:
    """Send a request once and read its answer, within the time for an exchange and 16 MiB; redirects are not followed.

    Raises `Unreachable` where the request surely never left, else `OutcomeUnknown` or `MalformedResponse`.
    """
    # The texts of these errors may hold the whole address, query included: neither they nor their chain go further.
    try:
        async with asyncio.timeout(timing.exchange):
            return await _answer(http, request)
    except httpx.TransportError as error:
        if _never_left(error):
            raise Unreachable from None
        raise OutcomeUnknown(type(error).__name__) from None
    except (TimeoutError, httpx.DecodingError, aiohttp.ClientError) as error:
        raise OutcomeUnknown(type(error).__name__) from None


async def _answer(http: httpx.AsyncBaseTransport, request: httpx.Request) -> Answer:
    response = await http.handle_async_request(request)
    try:
        return Answer(response.status_code, response.headers, await _capped_body(response))
    finally:
        await response.aclose()


async def _capped_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            message = f"more than {LARGEST_BODY} bytes"
            raise MalformedResponse(message)
    return bytes(body)


def _never_left(error: httpx.TransportError) -> bool:
    """Return whether no byte of the request was sent.

    `httpx-aiohttp` calls a connection that breaks later a `ConnectTimeout` as well, so aiohttp's own error decides.
    """
    if isinstance(error.__cause__, aiohttp.ClientError):
        return isinstance(error.__cause__, _BEFORE_IT_LEFT)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def parse_response(answer: Answer, shape: type[Shape], *, api: str = "") -> Shape:
    """Return the data of an answer; `api` is the API's address, by which its links are known from others.

    Raises `OutcomeUnknown`, `MalformedResponse`, `UnexpectedShape`, `Refused`, `Forbidden` or `NotFound`. Neither
    a server's failure nor a redirect says whether the work was done, nor does a proxy's timeout (408).
    """
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.REQUEST_TIMEOUT:
        message = f"status {answer.status}"
        raise OutcomeUnknown(message)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise _refusal(answer)
    try:
        return shape.model_validate_json(answer.body, context=api)
    except ValidationError as error:
        raise _misfit(answer, error) from None  # the chain would show what Apizee said


def _misfit(answer: Answer, error: ValidationError) -> MalformedResponse | Refused:
    """Return the error for an answer of another shape: broken off, a page for browsers, a refusal, unknown data."""
    faults = error.errors()
    if any(one["type"] == "json_invalid" for one in faults):
        return MalformedResponse(f"status {answer.status}, no JSON")
    if is_error_body(answer.body):
        return _refusal(answer)
    odd = ", ".join(sorted({".".join(map(str, one["loc"])) or one["type"] for one in faults})[:3])
    return UnexpectedShape(f"status {answer.status}, not as documented: {odd}")


def _refusal(answer: Answer) -> Refused:
    said = parse_error_body(answer.body)
    kind = Refused
    if answer.status == HTTPStatus.FORBIDDEN or said.code == _FORBIDDEN_CODE:
        kind = Forbidden
    elif answer.status == HTTPStatus.NOT_FOUND:
        kind = NotFound
    return kind(answer.status, said.code, said.message or said.details, said.details)


def reset_of(answer: Answer) -> float:
    """Return the seconds for which a 429 forbids requests: at most a minute, also where it names none."""
    named = answer.headers.get("X-RateLimit-Reset", "")
    try:
        seconds = float(named)
    except ValueError:
        return LONGEST_RESET
    if 0 <= seconds <= LONGEST_RESET:
        return max(seconds, 1.0)
    log.warning("rate_limit_wait_capped", named_seconds=named[:20], seconds=LONGEST_RESET)
    return LONGEST_RESET


def authorization(bearer: str, url: httpx.URL, *, base_url: str) -> dict[str, str]:
    """Return the header with the bearer; none for another scheme, host or port than the API's."""
    home = httpx.URL(base_url)
    is_at_home = (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port)
    return {"Authorization": f"Bearer {bearer}"} if is_at_home else {}
