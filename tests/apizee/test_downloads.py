"""Photos and recordings are fetched from Apizee's own host, with the bearer, and no larger than they may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest

from bot.apizee.client import Apizee
from bot.apizee.errors import CannotDownload, Unavailable
from bot.model.media import Media
from tests.apizee.conftest import FakeApizee

ADDRESS = "https://cloud.apizee.test/media/showVideo/1/hash/445f0780"


def photo(url: str = ADDRESS) -> Media:
    return Media(1, "diag_snapshot_1677103206155", "image/jpeg", url)


def jpeg(content: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(200, content=content, headers={"Content-Type": "image/jpeg", **headers})


async def test_a_photo_is_written_into_the_file(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(jpeg(b"JPEG"))
    file = BytesIO()
    assert await apizee.download(photo(), file, most=4) == 4
    assert file.getvalue() == b"JPEG"
    assert remote.credentials == ["Bearer bearer-1"]
    assert remote.counted[-1] == ("media_file", 200)


async def test_a_bearer_that_has_ended_is_renewed(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(httpx.Response(401), jpeg(b"JPEG"))
    assert await apizee.download(photo(), BytesIO(), most=10) == 4
    assert remote.credentials == ["Bearer bearer-1", "Bearer bearer-2"]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.test/media/1",
        "http://cloud.apizee.test/media/1",
        "https://cloud.apizee.test:8443/media/1",
        "https://cloud.apizee.test@elsewhere.test/1",
        "https://cloud.apizee.test.elsewhere.test/1",
        "file:///etc/passwd",
        "//cloud.apizee.test",
        "https://[",
    ],
)
async def test_nothing_is_fetched_from_anywhere_else(apizee: Apizee, remote: FakeApizee, url: str) -> None:
    with pytest.raises(CannotDownload):
        await apizee.download(photo(url), BytesIO(), most=10)
    assert not remote.asked


async def test_what_is_too_large_is_left_where_it_is(apizee: Apizee, remote: FakeApizee) -> None:
    sent = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield bytes(1000)

    remote.will_answer(httpx.Response(200, content=without_end(), headers={"Content-Type": "image/jpeg"}))
    with pytest.raises(CannotDownload):
        await apizee.download(photo(), BytesIO(), most=2500)
    assert sent < 10_000


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
        httpx.Response(200, html="<title>Please sign in</title>"),
        httpx.Response(200, content=b"\n<!DOCTYPE html><title>Sign in</title>", headers={"Content-Type": "image/jpeg"}),
        httpx.Response(200, text="<title>Please sign in</title>", headers={"Content-Type": "TEXT/HTML"}),
        jpeg(b""),
        httpx.ReadTimeout("too slow"),
        httpx.ConnectError("no way"),
    ],
    ids=[
        "not found",
        "broken",
        "elsewhere",
        "a page",
        "a page in disguise",
        "a page in capitals",
        "empty",
        "slow",
        "unreachable",
    ],
)
async def test_what_is_not_there_yet_may_be_had_later(
    apizee: Apizee, remote: FakeApizee, answer: httpx.Response | Exception
) -> None:
    remote.will_answer(answer)
    with pytest.raises(Unavailable) as raised:
        await apizee.download(photo(), BytesIO(), most=10)
    assert len(remote.asked) == 1
    assert "445f0780" not in repr(raised.value)
    assert raised.value.__cause__ is None
