"""Undoes what Slack, keyboards and clipboards do to typed text.

Slack's escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import re

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»″"), '"')
_APOSTROPHES = dict.fromkeys(map(ord, "‘’‚‛′"), "'")  # noqa: RUF001  # these are the ones meant
_HYPHENS = dict.fromkeys([0x2010, 0x2011], "-")
# Never seen, often pasted: soft hyphen, zero-width spaces, marks of writing direction, other control characters.
# Half a surrogate pair is no character at all and cannot be written as UTF-8.
_NOTHING = dict.fromkeys([
    *(code for code in range(0x20) if not chr(code).isspace()),
    *range(0x7F, 0xA0),
    0x00AD,
    *range(0x200B, 0x200D),
    *range(0x200E, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    0xFEFF,
])  # fmt: skip
_AS_IT_LOOKS = _FULL_WIDTH | _SPACES | _QUOTES | _APOSTROPHES | _HYPHENS | _NOTHING


def as_typed(text: str) -> str:
    """The text as it looked to the person who typed it, in plain characters.

    Links become what they were made from. Mentions stay recognisable: `<@U123>` for a person, `<#general>`
    for a channel, `<!support>` for a group of people.
    """
    plain = _ENTITY.sub(lambda entity: _CHARACTERS[entity[1]], _MARKUP.sub(_unmarked, text))
    return plain.translate(_AS_IT_LOOKS)


def _unmarked(markup: re.Match[str]) -> str:
    target, label = markup[1], markup[2]
    match target.partition(":")[0], target[:1]:
        case "mailto", _:
            return target.removeprefix("mailto:").partition("?")[0]
        case "tel", _:
            return target.removeprefix("tel:")
        case _, "@":
            return f"<{target}>"
        case _, ("#" | "!") as sign:
            return f"<{sign}{(label or target[1:]).lstrip('#@')}>"
        case _:
            return label or target
