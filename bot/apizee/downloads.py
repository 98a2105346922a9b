"""Downloads photos and recordings: they lie beside the API, need its bearer and do not count as requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO, Final

import aiohttp
import httpx

from bot.apizee.errors import CannotDownload, Unavailable
from bot.apizee.timing import ApizeeTiming
from bot.apizee.token import Token
from bot.apizee.transport import OnRequest, Operation, authorization, note_request, request_for
from bot.model.media_types import is_page

LONGEST_SECONDS: Final = 300.0

_OPERATION: Final[Operation] = "media_file"


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches files from Apizee's own host, and from no other."""

    http: httpx.AsyncBaseTransport = field(repr=False)
    base_url: str
    token: Token = field(repr=False)
    on_request: OnRequest = field(repr=False)
    timing: ApizeeTiming = field(default_factory=ApizeeTiming, repr=False)

    async def save(self, url: str, target: BinaryIO, *, most: int) -> int:
        """Write a photo or recording into a file, piece by piece, and return its size in bytes.

        Raises `CannotDownload` where it is larger than `most` bytes or lies elsewhere, `Unavailable` where it may be
        had later, and what `Token.bearer` raises.
        """
        # The texts of these errors may hold the whole address: neither they nor their chain go further.
        try:
            async with asyncio.timeout(LONGEST_SECONDS), self._opened(httpx.URL(url)) as response:
                _check(response)
                return await _copied(response, target, most)
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError):
            raise Unavailable from None
        except httpx.InvalidURL:
            raise CannotDownload from None

    @asynccontextmanager
    async def _opened(self, url: httpx.URL) -> AsyncIterator[httpx.Response]:
        bearer = await self.token.bearer()
        response = await self._answer(url, bearer)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            await response.aclose()
            response = await self._answer(url, await self.token.renew(rejected=bearer))
        try:
            yield response
        finally:
            await response.aclose()

    async def _answer(self, url: httpx.URL, bearer: str) -> httpx.Response:
        headers = authorization(bearer, url, base_url=self.base_url)
        if not headers:
            raise CannotDownload
        request = request_for("GET", url, self.timing, headers={**headers, "Accept": "*/*"})
        begun, status = time.perf_counter(), 0
        try:
            response = await self.http.handle_async_request(request)
            status = response.status_code
        finally:
            seconds = time.perf_counter() - begun
            self.on_request(_OPERATION, status, seconds)
            note_request(request, status, seconds)
        return response


def _check(response: httpx.Response) -> None:
    """Raise unless the response is a file: no error, no redirect, no page for browsers that asks to sign in."""
    content_type = response.headers.get("Content-Type", "").strip().lower()
    if response.status_code != HTTPStatus.OK or content_type.startswith("text/html"):
        raise Unavailable


async def _copied(response: httpx.Response, target: BinaryIO, most: int) -> int:
    size = 0
    async for chunk in response.aiter_bytes():
        if not size and is_page(chunk):
            raise Unavailable
        size += len(chunk)
        if size > most:
            raise CannotDownload
        target.write(chunk)
    if not size:
        raise Unavailable
    return size
