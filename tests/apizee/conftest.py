"""An Apizee that gives the answers that a test asks for, and the client in front of it with a real Redis behind."""

from __future__ import annotations

import hmac
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import stamina
from cryptography.fernet import Fernet, InvalidToken
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.token import Token
from bot.model.errors import Unreadable
from tests.fixtures.redis_server import redis, redis_url

__all__ = ["redis", "redis_url"]

RECORDED = Path(__file__).parent.parent / "data" / "apizee"
BASE = "https://cloud.apizee.test/api"
USER = "api@acme.example"
PASSWORD = "correct horse"


def recorded(name: str) -> str:
    """Return the answer that Apizee's documentation shows."""
    return (RECORDED / f"{name}.json").read_text()


class FakeApizee:
    """Gives the answers it was given, in their order; signs in everybody, with another bearer each time."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.credentials: list[str] = []
        self.answers: deque[httpx.Response | Exception] = deque()
        self.sign_ins: list[httpx.Request] = []
        self.refusing_sign_ins: httpx.Response | Exception | None = None
        self.counted: list[tuple[str, int]] = []

    def will_answer(self, *answers: str | httpx.Response | Exception) -> None:
        self.answers.extend(httpx.Response(200, text=one) if isinstance(one, str) else one for one in answers)

    def will_list(self, *pages: object) -> None:
        self.will_answer(*(json.dumps(page) for page in pages))

    def count(self, operation: str, status: int, _seconds: float) -> None:
        self.counted.append((operation, status))

    @property
    def last(self) -> httpx.Request:
        return self.asked[-1]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return self._sign_in(request)
        self.asked.append(request)
        self.credentials.append(request.headers["Authorization"])
        return _response(self.answers.popleft())

    def _sign_in(self, request: httpx.Request) -> httpx.Response:
        self.sign_ins.append(request)
        if self.refusing_sign_ins:
            return _response(self.refusing_sign_ins)
        signed_in = json.loads(recorded("token")) | {"access_token": f"bearer-{len(self.sign_ins)}"}
        return httpx.Response(200, json=signed_in)


def _response(answer: httpx.Response | Exception) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer


class Keys:
    """A sealer as the key ring is one."""

    def __init__(self) -> None:
        self._seed = Fernet.generate_key()
        self._key = Fernet(self._seed)

    def seal_value(self, text: str, bound_to: str) -> str:
        return self._key.encrypt(f"{bound_to} {text}".encode()).decode()

    def open_value(self, sealed: str, bound_to: str) -> str:
        try:
            return self._key.decrypt(sealed).decode().removeprefix(f"{bound_to} ")
        except InvalidToken as error:
            raise Unreadable from error

    def fingerprints(self, text: str) -> list[str]:
        return [hmac.new(self._seed, text.encode(), "sha256").hexdigest()]


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Repeated requests follow each other at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def remote() -> FakeApizee:
    return FakeApizee()


@pytest.fixture
async def http(remote: FakeApizee) -> AsyncIterator[httpx.AsyncBaseTransport]:
    async with httpx.MockTransport(remote) as transport:
        yield transport


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def budget(redis: Redis) -> Budget:
    return Budget(redis, user=USER, per_minute=100)


@pytest.fixture
def token(redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys, budget: Budget) -> Token:
    return Token(redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget)


@pytest.fixture
def apizee(http: httpx.AsyncBaseTransport, token: Token, budget: Budget, remote: FakeApizee) -> Apizee:
    return Apizee(http=http, base_url=BASE, enterprise_id=1, token=token, budget=budget, on_request=remote.count)
