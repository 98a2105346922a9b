"""What Slack does to typed text before an app gets it.

https://docs.slack.dev/messaging/formatting-message-text#escaping
https://docs.slack.dev/interactivity/implementing-slash-commands (`should_escape`)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.slack.workspace import Workspace

_WORDS = re.compile(
    r"(?P<url>https?://[^\s<>|,;]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<phone>\+\d[\d .()-]{6,}\d)"
    r"|(?<!\S)@(?P<user>[\w.-]+)"
    r"|(?<!\S)#(?P<channel>[\w-]+)"
)


@dataclass(frozen=True, slots=True)
class Escaping:
    """Which parts of typed text become links; names of people and channels do so where `names` is set."""

    names: bool = True
    emails: bool = True
    phones: bool = False
    urls: bool = True


def as_sent(workspace: Workspace, typed: str, escaping: Escaping) -> str:
    """Typed text as an app is sent it: `&`, `<`, `>` escaped, addresses and names as links."""
    safe = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _WORDS.sub(lambda match: _linked(workspace, match, escaping), safe)


def _linked(workspace: Workspace, match: re.Match[str], escaping: Escaping) -> str:
    word, kind = match[0], match.lastgroup
    if kind == "url" and escaping.urls:
        return f"<{word}>"
    if kind == "email" and escaping.emails:
        return f"<mailto:{word}|{word}>"
    if kind == "phone" and escaping.phones:
        return f"<tel:{re.sub(r'[^+0-9]', '', word)}|{word}>"
    if kind == "user" and escaping.names:
        found = next((one.id for one in workspace.users.values() if one.name == match["user"]), None)
        return f"<@{found}|{match['user']}>" if found else word
    if kind == "channel" and escaping.names:
        named = next((one.id for one in workspace.channels.values() if one.name == match["channel"]), None)
        return f"<#{named}|{match['channel']}>" if named else word
    return word
