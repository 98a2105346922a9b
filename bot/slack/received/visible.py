"""What people see of a message: its text, its blocks, what is attached to it, forwarded with it or shown of a link.

https://docs.slack.dev/reference/block-kit/blocks · https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bot.slack.received.interactions import Message

_MOST_PIECES: Final = 2_000
_MOST_CHARACTERS: Final = 12_000
"""Looking for people in more would keep others waiting."""

_DEEPEST: Final = 16
"""A forwarded message with a list in a quote is not half as deep."""

_SHOWN: Final = (
    "pretext",
    "author_name",
    "title",
    "label",
    "text",
    "fields",
    "description",
    "caption",
    "elements",
    "rows",
    "blocks",
    "message_blocks",
    "message",
    "attachments",
    "footer",
)
"""The members of blocks and attachments that people see, or in which there is something that they see."""

_ONE_LINE: Final = frozenset({"rich_text_section", "rich_text_quote", "rich_text_preformatted"})
_BEHIND_A_LINK: Final = ("mailto:", "tel:")


def visible_text(message: Message) -> str:
    """Return all that people see of a message, each piece on a line of its own; of a very long one, the beginning."""
    pieces = _pieces([message.text, message.blocks, message.attachments], _DEEPEST)
    return "\n".join(islice(pieces, _MOST_PIECES))[:_MOST_CHARACTERS]


def _pieces(part: Any, depth: int) -> Iterator[str]:  # noqa: ANN401  # Slack's JSON
    match part:
        case str():
            yield part
        case list() if depth:
            for one in part:
                yield from _pieces(one, depth - 1)
        case {"type": "link"}:
            yield _link(part)
        case {"type": str(kind)} if kind in _ONE_LINE and depth:
            yield "".join(_pieces(part.get("elements"), depth - 1))
        case Mapping() if depth:
            for name in _SHOWN:
                yield from _pieces(part.get(name), depth - 1)
            if "type" not in part:  # a field of an attachment; what a button holds is not seen
                yield from _pieces(part.get("value"), depth - 1)


def _link(link: Mapping[Any, Any]) -> str:
    """Return what a link says, and the address or number behind it."""
    text, url = (given if isinstance(given, str) else "" for given in (link.get("text"), link.get("url")))
    return f"{text} {url}" if url.startswith(_BEHIND_A_LINK) and url not in text else text or url
