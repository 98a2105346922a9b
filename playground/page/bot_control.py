"""What the page knows of the bot's process and its Redis: how they are, and what may happen to them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.model.session import Session


class BotState(StrEnum):
    """How the bot's process is."""

    READY = "ready"
    STARTING = "starting"
    DEAD = "dead"


class BotControl(Protocol):
    """The bot's process, which is started again whenever it has died, and its Redis."""

    @property
    def state(self) -> BotState:
        """How the bot is."""
        ...

    @property
    def kills(self) -> int:
        """How often the bot was killed."""
        ...

    @property
    def is_redis_stopped(self) -> bool:
        """Whether Redis takes connections and answers nothing."""
        ...

    def kill_bot(self) -> None:
        """Let the bot's process end at once, as by `kill -9`; does nothing where it is dead already."""
        ...

    def stop_redis(self) -> None:
        """Let Redis take connections and answer nothing."""
        ...

    def resume_redis(self) -> None:
        """Let Redis answer again."""
        ...

    def set_ahead(self, span: timedelta) -> None:
        """Let the bot's clock be so far ahead of the machine's."""
        ...

    async def bring_forward(self, span: timedelta) -> None:
        """Let what the bot plans for later be due so much sooner."""
        ...

    async def next_plan(self) -> timedelta | None:
        """Return in how much time the next planned session, or its reminder, is due; `None` where nothing is."""
        ...

    async def plans_done(self) -> None:
        """Return once what is due of planned sessions is done, or nobody does it."""
        ...

    async def remember(self, records: Sequence[Session]) -> None:
        """Put into the bot's records, while it does not run, what it would know of these sessions."""
        ...

    def forgetting(self) -> AbstractAsyncContextManager[None]:
        """Within, the bot does not run, and has forgotten everything; it is started again at the end."""
        ...
