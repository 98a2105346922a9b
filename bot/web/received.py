"""Logs and times what Slack sent, once it is answered: who asked for what, and what became of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.log import get_logger, in_one_piece
from bot.slack.received.interactions import sender_of
from bot.slack.received.payloads import Payload

ACCEPTED: Final = "accepted"

_MILLI: Final = 1000
_WORD_BEGINS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

log = get_logger("slack")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a listener made of a payload: the `verb` of a command, and `outcome`, which is the error's name if any."""

    verb: str = ""
    outcome: str = ACCEPTED


NOTHING_SAID: Final = Taken()


@lru_cache(maxsize=256)
def in_words(name: str) -> str:
    """Return the name of a class or a phrase of the program in one style: `NotUnderstood` as `not_understood`."""
    return _WORD_BEGINS.sub("_", name).replace(" ", "_").casefold()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What Slack sent, with what became of it; `payload` is `None` where it could not be read."""

    kind: str
    which: str
    body: Mapping[str, Any]
    payload: Payload | None
    taken: Taken
    seconds: float


class ReceivedLog:
    """Notes each payload after its answer, so that nobody waits for the line; `observe` receives its kind and time.

    The lines of a crowd, which is answered at the same time, are written in one piece.
    Events, which nobody typed or pressed, are logged for debugging alone.
    """

    def __init__(self, observe: Callable[[str, float], None] = lambda _kind, _seconds: None) -> None:
        self._observe = observe
        self._answered: list[tuple[Context, Acknowledged]] = []

    def note(self, acknowledged: Acknowledged) -> None:
        """Note what was answered, as soon as the answer is on its way."""
        if not self._answered:
            asyncio.get_running_loop().call_soon(self._note_all)
        self._answered.append((copy_context(), acknowledged))

    def _note_all(self) -> None:
        answered, self._answered = self._answered, []
        with in_one_piece():
            for context, acknowledged in answered:
                context.run(self._note, acknowledged)

    def _note(self, acknowledged: Acknowledged) -> None:
        self._observe(acknowledged.kind, acknowledged.seconds)
        taken, facts = acknowledged.taken, {"kind": acknowledged.kind, "what": acknowledged.which}
        ms = round(acknowledged.seconds * _MILLI, 1)
        if acknowledged.kind == "event":
            log.debug("received", **facts, outcome=taken.outcome, ms=ms)
            return
        sender = acknowledged.payload.requester if acknowledged.payload else sender_of(acknowledged.body).requester
        if sender:
            facts |= {"team": sender.conversation.team, "channel": sender.conversation.channel, "user": sender.user}
        log.info("received", **facts, **({"verb": taken.verb} if taken.verb else {}), outcome=taken.outcome, ms=ms)
