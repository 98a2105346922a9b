"""What is done for a person who has not asked for it in words: where it is refused, nobody reads why.

Each is a deferred request like those of `bot.deferred.requests`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from bot.model.acts import Act


@dataclass(frozen=True, slots=True)
class Greet:
    """Greet the person, who has opened the Messages tab, where that was never done."""

    act: ClassVar[Act] = Act.HOME
    tag: Literal["greet"] = "greet"


@dataclass(frozen=True, slots=True)
class UnfurlLinks:
    """Show the sessions of links that the person pasted into a message, and say what is wrong with others.

    `ts` is the message's, `""` while it is not sent yet.
    """

    act: ClassVar[Act] = Act.UNFURL
    urls: tuple[str, ...] = field(repr=False)
    ts: str = ""
    tag: Literal["unfurl links"] = "unfurl links"
