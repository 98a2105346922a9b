"""The bot as its operator runs it, with settings of its own, on the demo's clock, writing a log."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

import bot

LOG_FILE: Final = "bot.log"

_SHOWN_LINES = 20
_LOOKED_AT_EVERY = 0.05
_READY_WITHIN = 60.0
_GONE_WITHIN = 12.0  # the bot itself promises 10 seconds

_SETTINGS: Final = frozenset(
    {
        "ADMIN_USERS",
        "AGENT_LOGINS",
        "ALLOWED_CHANNELS",
        "ALLOWED_COUNTRIES",
        "ALLOWED_GROUPS",
        "ALLOWED_WORKSPACES",
        "ASSIST_COMMAND",
        "DATA_DIR",
        "DEFAULT_REGION",
        "DRAIN_SECONDS",
        "ENCRYPTION_KEYS",
        "GUESTS_MAY_START",
        "HOST",
        "INVITATIONS_PER_HOUR",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MEET_COMMAND",
        "OUTCOMES",
        "PORT",
        "PUBLIC_URL",
        "REDIS_URL",
        "REFERENCE_URL",
        "REMIND_BEFORE_MINUTES",
        "RETENTION_DAYS",
        "SECRETS_DIR",
        "SHARED_CHANNELS",
        "SSL_CERT_FILE",
    }
)
_KINDS_OF_SETTINGS: Final = ("APIZEE_", "EVENTS_", "MEDIA_", "OTEL_", "SLACK_")


class BotProcess:
    """A running bot."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(cls, settings: Mapping[str, str], folder: Path) -> BotProcess:
        """Return a bot that has just been started in this folder, where no `.env` misleads it."""
        log = folder / LOG_FILE
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "playground.bot_program", "serve"),
                cwd=folder,
                env=environment(os.environ, settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which then ends the bot in order
            )
        return cls(process, log)

    async def wait_until_ready(self, url: str) -> None:
        """Wait until `url` answers 200; raises `TimeoutError` where that does not happen within a minute."""
        async with asyncio.timeout(_READY_WITHIN), httpx.AsyncClient(trust_env=False) as http:
            while not await _is_ready(http, url):  # noqa: ASYNC110  # another process gives no notice
                await asyncio.sleep(_LOOKED_AT_EVERY)

    async def wait_until_dead(self) -> int:
        """Wait for its end, and return the exit code."""
        return await self._process.wait()

    def kill(self) -> None:
        """End it at once, whatever it is doing; does nothing where it has ended."""
        if self._process.returncode is None:
            self._process.kill()

    async def end(self) -> None:
        """Let it end in order, as it promises to; returns when it is gone."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(_GONE_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_SHOWN_LINES:])


def environment(inherited: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the bot's environment: these settings, none of those or of the proxies around it, the way to its code."""
    inherited_rest = {name: value for name, value in inherited.items() if not _is_setting(name) and not _is_proxy(name)}
    code = [str(Path(bot.__file__).parents[1]), *filter(None, [inherited_rest.get("PYTHONPATH")])]
    return {**inherited_rest, "PYTHONPATH": os.pathsep.join(code), **settings}


def _is_setting(name: str) -> bool:
    return name.upper() in _SETTINGS or name.upper().startswith(_KINDS_OF_SETTINGS)


def _is_proxy(name: str) -> bool:
    return name.upper().endswith("_PROXY")


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        answer = await http.get(url)
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
