"""Slack's mrkdwn as safe HTML: bold, italic, code, links, mentions, dates and the few emoji that the bot uses.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

_MARKS: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<link>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<url>https?://[^\s<>|]+)"
)
_EMOJI: Final = {
    "alarm_clock": "⏰",
    "envelope_with_arrow": "📩",
    "hourglass_flowing_sand": "⏳",
    "no_entry_sign": "🚫",
    "video_camera": "📹",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "x": "❌",
}
_OPENED: Final = ("http://", "https://", "mailto:", "tel:")


class Mrkdwn:
    """Renders texts of one workspace, whose people and channels it knows by their ids."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __call__(self, text: str) -> Markup:
        """The text as HTML; whatever is no markup of Slack's is shown as it stands."""
        parts, end = [], 0
        for match in _MARKS.finditer(text):
            parts += [_plain(text[end : match.start()]), self._marked(match)]
            end = match.end()
        return Markup("").join([*parts, _plain(text[end:])])

    def _marked(self, match: re.Match[str]) -> Markup:
        kind, content = str(match.lastgroup), match[str(match.lastgroup)]
        match kind:
            case "code":
                return Markup("<code>{}</code>").format(_plain(content))
            case "bold":
                return Markup("<strong>{}</strong>").format(self(content))
            case "italic":
                return Markup("<em>{}</em>").format(self(content))
            case "emoji":
                return escape(_EMOJI.get(content, match[0]))
            case _:
                return self._linked(content)

    def _linked(self, content: str) -> Markup:
        target, _, label = content.partition("|")
        if target.startswith(("@", "#")):
            name = self._names.get(target[1:], label or target[1:])
            return Markup('<span class="mention">{}{}</span>').format(target[0], _plain(name))
        if target.startswith("!date"):
            return _plain(label)
        if target.startswith("!"):
            return Markup('<span class="mention">@{}</span>').format(_plain(target[1:]))
        if not target.startswith(_OPENED):
            return _plain(f"<{content}>")
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        return link.format(html.unescape(target), _plain(label or target))


def _plain(text: str) -> Markup:
    """Text in which Slack has escaped `&`, `<` and `>`."""
    return escape(html.unescape(text))
