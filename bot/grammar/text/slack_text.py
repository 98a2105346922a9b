"""Undoes what Slack, keyboards and clipboards do to typed text.

Slack's escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.grammar.text.characters import Folding, is_never_seen, plain_character

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_SAME_DIGITS = 6  # a label without the country's prefix still ends like the number behind it

_EMOJI_JOINER = "\u200d"
_AS_IT_LOOKS = Folding(
    lambda character: "" if is_never_seen(character) and character != _EMOJI_JOINER else plain_character(character)
)


def unescape(text: str) -> str:
    """Return the text as it looked to the person who typed it, in plain characters.

    Links become what they were made from. Mentions stay recognisable: `<@U123>` for a person, `<#general>`
    for a channel, `<!support>` for a group of people.
    """
    plain = _ENTITY.sub(lambda entity: _CHARACTERS[entity[1]], _MARKUP.sub(_unmarked, text))
    return plain.translate(_AS_IT_LOOKS)


def _unmarked(markup: re.Match[str]) -> str:
    target, label = markup[1], markup[2] or ""
    scheme, _, rest = target.partition(":")
    match scheme.strip().casefold(), target[:1]:
        case "mailto", _:
            return _unless_other(rest.partition("?")[0], label, _is_other_address)
        case "tel", _:
            return _unless_other(rest, label, _is_other_number)
        case _, "@":
            return f"<{target}>"
        case _, ("#" | "!") as sign:
            return f"<{sign}{(label or target[1:]).lstrip('#@')}>"
        case _:
            return label or (f"<{target}>" if "@" in target and ":" not in target else target)


def _unless_other(target: str, label: str, is_other: Callable[[str, str], bool]) -> str:
    """Return what a link leads to; beside what it shows, as an alternative, where that is somebody else."""
    return f"{label} / {target}" if is_other(target, label) else target


def _is_other_address(target: str, label: str) -> bool:
    return "@" in label and unquote(target).strip().casefold() not in label.casefold()


def _is_other_number(target: str, label: str) -> bool:
    led, shown = (re.sub(r"\D", "", text.partition(";")[0]) for text in (target, label))
    return len(shown) >= _SAME_DIGITS and not led.endswith(shown[-_SAME_DIGITS:])
