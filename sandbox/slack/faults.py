"""Faults that can be switched on while the sandbox runs: what a network and Slack do on bad days."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, TypeAlias

from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.web_api.protocol.errors import RateLimitedError, RefusedError


class Silence(Enum):
    """Two ways not to answer."""

    HANG_UP = auto()
    FOR_EVER = auto()


Outcome: TypeAlias = Response | Silence


class Fault:
    """Something that goes wrong, before a call is performed or with the answer to it."""

    async def instead(self) -> Outcome | None:
        """Return what happens in place of the work; `None` to let it be done."""
        return None

    async def spoil(self, answer: Response) -> Outcome:
        """Return what becomes of the answer to work that was done."""
        return answer


@dataclass(frozen=True, slots=True)
class RateLimited(Fault):
    """429: come back after that many seconds; nothing is done."""

    retry_after: int = 1

    async def instead(self) -> Outcome:
        """Return the refusal."""
        return refusal(RateLimitedError(self.retry_after))


@dataclass(frozen=True, slots=True)
class Broken(Fault):
    """An error of Slack's servers; nothing is done."""

    status: int = 500

    async def instead(self) -> Outcome:
        """Return a page that is no JSON."""
        return PlainTextResponse("upstream connect error", self.status)


@dataclass(frozen=True, slots=True)
class Refuses(Fault):
    """Any of Slack's error codes, with any status and headers; nothing is done."""

    code: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    async def instead(self) -> Outcome:
        """Return the refusal."""
        return JSONResponse(RefusedError(self.code).answer(), self.status, dict(self.headers))


class Down(Fault):
    """The connection is closed; nothing is done."""

    async def instead(self) -> Outcome:
        """No answer."""
        return Silence.HANG_UP


class AnswerLost(Fault):
    """The work is done, then the connection breaks."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002  # it is lost
        """No answer."""
        return Silence.HANG_UP


class AnswerNever(Fault):
    """The work is done, but no answer ever comes."""

    async def spoil(self, answer: Response) -> Outcome:  # noqa: ARG002  # it never comes
        """No answer."""
        return Silence.FOR_EVER


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """Everything takes that many seconds longer."""

    seconds: float

    async def instead(self) -> None:
        """Wait, and let the work be done then."""
        await asyncio.sleep(self.seconds)


@dataclass(slots=True)
class _Switched:
    fault: Fault
    method: str | None
    times: int | None
    given: Mapping[str, object]

    def concerns(self, method: str, arguments: Mapping[str, Any]) -> bool:
        is_meant = self.method in {None, method} and all(arguments.get(name) == one for name, one in self.given.items())
        return is_meant and self.times != 0


class Faults:
    """The faults that are switched on; the first that concerns a call happens to it."""

    def __init__(self) -> None:
        self._switched: list[_Switched] = []

    def switch_on(
        self,
        fault: Fault,
        method: str | None = None,
        *,
        times: int | None = None,
        given: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Let it happen to this method, or to all; that many times, or until `switch_off`.

        `given` are arguments that a call must have for it to happen, such as `channel="C1"`.
        """
        self._switched.append(_Switched(fault, method, times, given))

    def switch_off(self, fault: Fault | None = None) -> None:
        """All is well again, or at least this fault is gone."""
        self._switched = [one for one in self._switched if fault is not None and one.fault != fault]

    def is_on(self, fault: Fault) -> bool:
        """Whether it is switched on, and has not yet happened as often as it was to."""
        return any(one.fault == fault and one.times != 0 for one in self._switched)

    def due(self, method: str, arguments: Mapping[str, Any] = MappingProxyType({})) -> Fault:
        """Return the fault that happens to a call now; a plain `Fault`, which does nothing, where none is due."""
        for switched in self._switched:
            if switched.concerns(method, arguments):
                switched.times = None if switched.times is None else switched.times - 1
                return switched.fault
        return Fault()


def refusal(error: RefusedError) -> JSONResponse:
    """Return the response that refuses a call."""
    if isinstance(error, RateLimitedError):
        return JSONResponse(error.answer(), 429, {"Retry-After": str(error.retry_after)})
    return JSONResponse(error.answer())
