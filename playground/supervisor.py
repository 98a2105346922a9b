"""Keeps the bot running: whenever its process has died, it is started again at once, with the same data."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playground.bot_process import BotProcess
from playground.page import BotState
from sandbox.background_task import in_background
from sandbox.observable import Observable

_BREATH_SECONDS: Final = 1.0
_READY_WITHIN: Final = 60.0


class BotDied(Exception):
    """The bot has ended before it was ever ready, or never became ready; the text has the end of its log."""


class Supervisor(Observable):
    """Starts the bot, and starts it again. `kills` counts the times it was killed."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.state = BotState.STARTING
        self.kills = 0
        self._folder = folder
        self._bot: BotProcess | None = None
        self._one_at_a_time = asyncio.Lock()  # who holds it decides whether there is a bot
        self._failure = ""

    @asynccontextmanager
    async def running(self, settings: Mapping[str, str], ready_url: str) -> AsyncIterator[None]:
        """Yield a bot with these settings, until left; it is ready when `ready_url` answers 200."""
        try:
            async with in_background(self._keep(settings, ready_url)):
                yield
        finally:
            if self._bot:
                await self._bot.end()

    async def wait_until_ready(self) -> None:
        """Wait until the bot is ready for the first time; raises `BotDied` where that never comes."""
        try:
            await self.wait_for(lambda: self.state is BotState.READY or self._failure, _READY_WITHIN)
        except TimeoutError:
            raise BotDied(self._with_last_words("The bot does not become ready.")) from None
        if self._failure:
            raise BotDied(self._failure)

    def kill(self) -> None:
        """End the bot at once; it is then started again."""
        if self._bot:
            self._bot.kill()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No bot, until left; the one that ran has ended in order."""
        async with self._one_at_a_time:
            if self._bot:
                await self._bot.end()
            yield

    async def _keep(self, settings: Mapping[str, str], ready_url: str) -> None:
        while True:
            async with self._one_at_a_time:
                self._bot = await BotProcess.start(settings, self._folder)
            self._become(BotState.STARTING)
            was_ready = await self._watch(self._bot, ready_url)
            if not was_ready:
                await asyncio.sleep(_BREATH_SECONDS)

    async def _watch(self, bot: BotProcess, ready_url: str) -> bool:
        """Wait for the end of this bot, and return whether it was ready before."""
        async with in_background(self._greet(bot, ready_url)):
            code = await bot.wait_until_dead()
        was_ready = self.state is BotState.READY
        self.kills += code == -signal.SIGKILL
        self._failure = "" if was_ready else self._with_last_words(f"The bot has ended (exit code {code}).")
        self._become(BotState.DEAD)
        return was_ready

    async def _greet(self, bot: BotProcess, ready_url: str) -> None:
        await bot.wait_until_ready(ready_url)
        self._become(BotState.READY)

    def _become(self, state: BotState) -> None:
        self.state = state
        self.changed()

    def _with_last_words(self, what: str) -> str:
        return f"{what} The end of its log:\n{self._bot.last_words() if self._bot else ''}"
