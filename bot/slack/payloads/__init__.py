"""What Slack sends, as this bot uses it: each payload is read once, into a type of its own.

Unknown fields are passed over, for Slack adds new ones at any time. What is used here has to be there and of Slack's
type: else the payload is not read (pydantic's `ValidationError`), and nothing comes of it. Ids and times become parts
of keys and of calls to Slack, so their characters are checked too.
"""

from bot.slack.payloads.commands import Command
from bot.slack.payloads.events import Event, HomeOpened, Mention, TokensRevoked, Uninstalled
from bot.slack.payloads.interactions import Click, GlobalShortcut, Interaction, Message, MessageShortcut, Submission
from bot.slack.payloads.parts import Payload
from bot.slack.payloads.senders import Sender, sender_of

__all__ = [
    "Click",
    "Command",
    "Event",
    "GlobalShortcut",
    "HomeOpened",
    "Interaction",
    "Mention",
    "Message",
    "MessageShortcut",
    "Payload",
    "Sender",
    "Submission",
    "TokensRevoked",
    "Uninstalled",
    "sender_of",
]
