"""Faults that can be switched on while the sandbox runs: what a network and a service do on bad days."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from starlette.responses import HTMLResponse, Response

from sandbox.apizee.accounts import Accounts
from sandbox.apizee.model import Operation
from sandbox.apizee.rest.errors import failed, forbidden, too_many


class Silence(Enum):
    """Two ways not to answer."""

    HANG_UP = auto()
    FOR_EVER = auto()


Outcome: TypeAlias = Response | Silence


class Fault:
    """Something that goes wrong, before the work is done or with the answer to it."""

    def instead(self, accounts: Accounts) -> Outcome | None:  # noqa: ARG002  # for those who need them
        """Return what happens in place of the work; `None` to let it be done."""
        return None

    async def spoil(self, answer: Response) -> Outcome:
        """Return what becomes of the answer to work that was done."""
        return answer


class Down(Fault):
    """The connection is closed, nothing is done."""

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002, D102
        return Silence.HANG_UP


class NeverReached(Fault):
    """No answer ever comes, nothing is done."""

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002, D102
        return Silence.FOR_EVER


@dataclass(frozen=True, slots=True)
class Broken(Fault):
    """An error of the service: 500, 502 or 503; nothing is done."""

    status: int = 500

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002, D102
        return failed(self.status).answer()


class FeatureMissing(Fault):
    """The account's subscription does not contain this."""

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002, D102
        return forbidden("unknown").answer()


@dataclass(frozen=True, slots=True)
class Limited(Fault):
    """429, whatever was counted here: somebody else uses the same API user."""

    reset: int = 30

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002, D102
        return too_many(self.reset).answer()


class TokensRevoked(Fault):
    """All tokens are revoked just before this request is looked at."""

    def instead(self, accounts: Accounts) -> None:  # noqa: D102
        accounts.revoke_all()


class AnswerLost(Fault):
    """The work is done, then the connection breaks."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002, D102
        return Silence.HANG_UP


class AnswerNever(Fault):
    """The work is done, but no answer ever comes."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002, D102
        return Silence.FOR_EVER


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """The work is done, and the answer comes that many seconds later."""

    seconds: float

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        await asyncio.sleep(self.seconds)
        return answer


@dataclass(frozen=True, slots=True)
class Html(Fault):
    """The work is done, but something in between answers with a page."""

    status: int = 200

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002, D102
        return HTMLResponse("<!doctype html><title>Maintenance</title><p>Back soon.", self.status)


@dataclass(frozen=True, slots=True)
class Oversized(Fault):
    """The work is done, and the answer is valid JSON of at least that many bytes."""

    size: int = 8 * 2**20

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        return _json(bytes(answer.body) + b" " * self.size, answer.status_code)


class Malformed(Fault):
    """The work is done, but the answer's JSON breaks off."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        body = bytes(answer.body)
        return _json(body[: len(body) // 2], answer.status_code)


@dataclass(frozen=True, slots=True)
class Empty(Fault):
    """The work is done, and the answer has no body."""

    status: int = 200

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002, D102
        return Response(status_code=self.status)


class Misshapen(Fault):
    """The work is done, and the answer is valid JSON of another shape."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        return _json(b'"fine"', answer.status_code)


class OddValues(Fault):
    """The answer holds what clients must bear: unknown fields and values, nulls, lists of phones, HTML."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        return _json(json.dumps(_odd(json.loads(bytes(answer.body)))).encode(), answer.status_code)


class PhpLists(Fault):
    """Lists are written as PHP writes arrays with gaps: objects with numbered keys, and `{}` for none."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        return _json(json.dumps(_numbered(json.loads(bytes(answer.body)))).encode(), answer.status_code)


class OddItem(Fault):
    """Each list begins with an item that nobody can read."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: D102
        said = json.loads(bytes(answer.body))
        if isinstance(said, dict) and isinstance(said.get("data"), list):
            said |= {"data": [{"id": {"$oid": "5f0"}}, *said["data"]], "total": said["total"] + 1}
        return _json(json.dumps(said).encode(), answer.status_code)


class Contradiction(Fault):
    """A list claims a million items and has none."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002, D102
        return _json(b'{"data": [], "total": 1000000}', 200)


_ODD: dict[str, object] = {
    "state": "teleported",
    "status": "teleported",
    "description": "<p>It <b>leaks</b>.</p>",
    "information_page_url": None,
    "organizer": None,
    "geoloc": None,
    "location": None,
}


def _odd(value: object) -> object:
    if isinstance(value, list):
        return [_odd(item) for item in value]
    if not isinstance(value, dict):
        return value
    phone = {"phone": [value["phone"]]} if isinstance(value.get("phone"), str) else {}
    odd = {name: _ODD[name] if name in _ODD else _odd(item) for name, item in value.items()}
    return odd | phone | {"hologram": True}


def _numbered(value: object) -> object:
    if isinstance(value, list):
        return {str(number): _numbered(item) for number, item in enumerate(value)}
    return {name: _numbered(item) for name, item in value.items()} if isinstance(value, dict) else value


def _json(body: bytes, status: int) -> Response:
    return Response(body, status, media_type="application/json")


@dataclass(slots=True)
class _Switched:
    fault: Fault
    operation: Operation | None
    times: int | None

    def concerns(self, operation: Operation) -> bool:
        return self.times != 0 and self.operation in {None, operation}


class Faults:
    """The faults that are switched on; the first that concerns a request happens to it."""

    def __init__(self) -> None:
        self._switched: list[_Switched] = []

    def switch_on(self, fault: Fault, operation: Operation | None = None, *, times: int | None = None) -> None:
        """Let it happen to this operation, or to all; that many times, or until `switch_off`."""
        self._switched.append(_Switched(fault, operation, times))

    def switch_off(self, fault: Fault | None = None) -> None:
        """All is well again, or at least this fault is gone."""
        self._switched = [one for one in self._switched if fault is not None and one.fault != fault]

    def is_on(self, fault: Fault) -> bool:
        """Whether it is switched on, and has not yet happened as often as it was to."""
        return any(one.fault == fault and one.times != 0 for one in self._switched)

    def due(self, operation: Operation) -> Fault:
        """Return the fault that happens to a request now; a plain `Fault`, which does nothing, where none is due."""
        for switched in self._switched:
            if switched.concerns(operation):
                switched.times = None if switched.times is None else switched.times - 1
                return switched.fault
        return Fault()
