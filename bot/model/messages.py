"""What is shown in Slack, and why it cannot be shown somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class PostingBlocked(StrEnum):
    """Why the bot cannot post in a place."""

    NOT_A_MEMBER = "not a member"
    BETWEEN_PEOPLE = "between people"
    ARCHIVED = "archived"
    RESTRICTED = "restricted"
    REFUSED = "refused"


Block: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in Slack: blocks never go without the text that says the same.

    `metadata` is Slack's message metadata, which every member of the channel can read: ids only.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    metadata: Mapping[str, object] | None = None
