"""What a check finds, and what is printed about a check that fails itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import aiohttp
import httpx
from redis.exceptions import RedisError

from bot.model.errors import CannotStart, KnownError

PATIENCE_SECONDS: Final = 5.0


class Verdict(StrEnum):
    """How a check ended; only `FAILED` keeps the bot from working."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    verdict: Verdict
    subject: str
    detail: str

    @property
    def line(self) -> str:
        """What to print: the verdict in a column of its own, then the sentence."""
        return f"{self.verdict:<8}{self.subject}: {self.detail}"


def ok(subject: str, detail: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Verdict.OK, subject, detail)


def warning(subject: str, detail: str) -> Finding:
    """Return a finding with which the bot works, though it is worth knowing."""
    return Finding(Verdict.WARNING, subject, detail)


def failed(subject: str, detail: str) -> Finding:
    """Return a finding with which the bot cannot work."""
    return Finding(Verdict.FAILED, subject, detail)


def once_each(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, of which those that say the same of several subjects are one."""
    subjects: dict[tuple[Verdict, str], list[str]] = {}
    for finding in findings:
        subjects.setdefault((finding.verdict, finding.detail), []).append(finding.subject)
    return [Finding(verdict, ", ".join(named), detail) for (verdict, detail), named in subjects.items()]


async def bounded(subject: str, check: Awaitable[list[Finding]], *, patience: float, fix: str) -> list[Finding]:
    """Return what the check found, or one finding that it failed, without the error's text, which may hold a secret."""
    try:
        async with asyncio.timeout(patience):
            return await check
    except TimeoutError:
        return [failed(subject, f"no answer within {patience:.0f} s. {fix}")]
    except CannotStart as error:
        return [failed(subject, str(error))]
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        aiohttp.ClientError,
        RedisError,
        KnownError,
        OSError,
        ValueError,
    ) as error:
        return [failed(subject, _on_the_way(error) or f"no useful answer ({type(error).__name__}). {fix}")]


def _on_the_way(error: BaseException) -> str:
    """Return what to fix where the fault lies between us and the server that was asked; empty where it does not."""
    for cause in _chain(error):
        if isinstance(cause, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
            return "its certificate is not trusted here: set SSL_CERT_FILE to the certificates of your network."
        if isinstance(cause, aiohttp.ClientHttpProxyError):
            return f"the proxy refuses with status {cause.status}. Check HTTPS_PROXY and NO_PROXY."
        if isinstance(cause, aiohttp.ClientProxyConnectionError):
            return "the proxy cannot be reached. Check HTTPS_PROXY and NO_PROXY."
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and its causes, each once: redis-py raises some that are their own cause in the end."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__
