"""A workspace: all that the sandbox knows, for the Web API to change and for tests and the page to look at."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from sandbox.observable import Observable
from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.client.socket_mode import Link
from sandbox.slack.client.triggers import Clock, ResponseUrls, Triggers
from sandbox.slack.default_world import (
    BOT_ID,
    SCOPES,
    TEAM,
    TEAM_NAME,
    U_BOT,
    default_channels,
    default_user_groups,
    default_users,
)
from sandbox.slack.faults import Faults
from sandbox.slack.model import (
    Call,
    Channel,
    ChannelKind,
    Credentials,
    Execution,
    File,
    Json,
    Message,
    Page,
    RegisteredCall,
    User,
    UserGroup,
    View,
)
from sandbox.slack.organisation import Organisation
from sandbox.slack.web_api.protocol.rates import Rates

Hook = Callable[[str], Awaitable[None]]

_MICROSECONDS = 1_000_000
_LINK = re.compile(r"<?(https?://[^\s<>|]+)")


async def _nothing(method: str) -> None:
    """Do nothing at a call: nobody looks on."""


class Workspace(Observable):
    """One workspace with the app installed in it.

    `before` and `after` are awaited at every call of the Web API, with the method's name: before anything is done,
    and when all is done but not answered. `channels` makes those it starts with. `address` is the sandbox's own,
    without a slash at its end: response and upload URLs begin with it. `clock` answers Unix seconds. One of an
    `organisation` has the app with all the others of it, by its token. The app has registered the `unfurl_domains`,
    and declared the `functions` of its manifest.
    """

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-sandbox",  # noqa: S107  # opens the sandbox only
        scopes: Iterable[str] = SCOPES,
        credentials: Credentials | None = None,
        address: str = "http://slack.invalid",
        clock: Clock = time.time,
        team: str = TEAM,
        one_message_per_second: bool = False,
        channels: Callable[[], list[Channel]] = default_channels,
        organisation: Organisation | None = None,
        unfurl_domains: Iterable[str] = (),
        functions: Mapping[str, Json] | None = None,
    ) -> None:
        self._last_ts = 0
        super().__init__()
        self.team, self.team_name, self.domain = team, TEAM_NAME, TEAM_NAME.lower()
        self.organisation = organisation
        self.bot_token = organisation.bot_token if organisation else bot_token
        self.scopes = frozenset(scopes)
        self.credentials = credentials or Credentials()
        self.address, self.clock = address, clock
        self.bot_user, self.bot_id = U_BOT, BOT_ID
        self.is_installed = True
        self.install_codes: set[str] = set()
        self.users: dict[str, User] = {user.id: user for user in default_users()}
        self.user_groups: dict[str, UserGroup] = {group.id: group for group in default_user_groups()}
        self.first_channels = channels
        self.channels: dict[str, Channel] = {channel.id: channel for channel in channels()}
        self.modals: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.ephemeral_messages: list[Message] = []
        self.registered_calls: dict[str, RegisteredCall] = {}
        self.files: dict[str, File] = {}
        self.deleted_files: set[str] = set()
        self.pages: list[Page] = []
        self.functions = functions or {}
        self.executions: dict[str, Execution] = {}
        self.unfurl_domains = tuple(unfurl_domains)
        self.unfurl_ids: dict[str, Message] = {}
        self.drafts: dict[str, Message] = {}
        self.calls: list[Call] = []
        self.deliveries: list[Delivered] = []
        self.triggers, self.response_urls = Triggers(clock), ResponseUrls(clock)
        self.faults = Faults()
        self.rates = Rates(clock)
        self.link = Link(self.credentials.app_id, on_change=self.changed)
        self.one_message_per_second = one_message_per_second
        self.before: Hook = _nothing
        self.after: Hook = _nothing

    def messages(self, channel: str) -> list[Message]:
        """Return the messages of a channel that stand in no thread, oldest first."""
        return [message for message in self.channels[channel].messages if not message.is_reply]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return a message and the replies to it, oldest first."""
        return [one for one in self.channels[channel].messages if ts in {one.ts, one.thread_ts}]

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message of a channel, if it is there."""
        return next((one for one in self.channels[channel].messages if one.ts == ts), None)

    def parent(self, message: Message) -> Message | None:
        """Return the message below which a reply stands, if it is still there."""
        return self.message(message.channel, message.thread_ts or "")

    def reload(self, user: str) -> None:
        """Load a user's Slack again: what only this user saw is gone."""
        self.ephemeral_messages = [one for one in self.ephemeral_messages if one.visible_to != user]
        self.changed()

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """Return what one user alone sees, oldest first; in one channel, or in all."""
        return [one for one in self.ephemeral_messages if one.visible_to == user and channel in {None, one.channel}]

    def open_view(self, user: str) -> View | None:
        """Return the modal before a user's eyes: the topmost where several lie on each other."""
        return self.modals.get(user)

    def home(self, user: str) -> View | None:
        """Return a user's App Home, once the app has published it."""
        return self.homes.get(user)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method of the Web API, oldest first."""
        return [call for call in self.calls if call.method == method]

    def direct_messages(self, user: str) -> Channel:
        """Return the conversation of a user with the bot; it begins when it is first asked for."""
        both = {user, self.bot_user}
        known = [one for one in self.channels.values() if one.kind is ChannelKind.DIRECT and one.members == both]
        if known:
            return known[0]
        channel = Channel(f"D{user[1:]}", "", ChannelKind.DIRECT, both)
        self.channels[channel.id] = channel
        return channel

    def rename(self, channel: str, new: str) -> None:
        """Let a channel have another id."""
        renamed = self.channels.pop(channel)
        renamed.id = new
        for message in (*renamed.messages, *self.ephemerals_in(channel)):
            message.channel = new
        self.channels[new] = renamed
        self.changed()

    def ephemerals_in(self, channel: str) -> list[Message]:
        """Return what single users see in a channel, oldest first."""
        return [one for one in self.ephemeral_messages if one.channel == channel]

    def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Let a person write a message."""
        message = Message(self.next_ts(), channel, user, text, thread_ts=thread_ts)
        return self.add(message)

    def links_in(self, text: str) -> list[str]:
        """Return the links of the app's domains, and of what lies below them, in a text, each once."""
        found = (match[1].replace("&amp;", "&") for match in _LINK.finditer(text))
        hosts = {url: urlsplit(url).hostname or "" for url in found}
        domains = self.unfurl_domains
        return [url for url, host in hosts.items() if any(host == one or host.endswith(f".{one}") for one in domains)]

    def add(self, message: Message) -> Message:
        """Put a message where it belongs: into its channel, or before one user's eyes.

        A message of the channel gets a `thread_ts`, its own `ts`, with the first reply that everybody sees.
        """
        self._shelf(message).append(message)
        if message.is_reply and not message.visible_to and (parent := self.parent(message)):
            parent.thread_ts = parent.ts
        self.changed()
        return message

    def remove(self, message: Message) -> None:
        """Take a message away from where it is."""
        self._shelf(message).remove(message)
        self.changed()

    def slackbot_tells(self, user: str, channel: str, text: str) -> None:
        """Show a user something from Slack itself, for instance that a command failed."""
        self.add(Message(self.next_ts(), channel, "USLACKBOT", text, visible_to=user))

    def authorize(self) -> str:
        """Let an administrator agree to the installation: the code that the app may exchange for a token."""
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.install_codes.add(code)
        return code

    def next_ts(self) -> str:
        """Return a timestamp later than all others, as Slack writes it: Unix seconds with six decimals."""
        # In whole microseconds: two floats that differ by one may be written alike.
        self._last_ts = max(self._last_ts + 1, round(self.clock() * _MICROSECONDS))
        return f"{self._last_ts // _MICROSECONDS}.{self._last_ts % _MICROSECONDS:06}"

    def channels_of(self, user: str) -> Sequence[Channel]:
        """Return the conversations that a user can open: those with that user in them, and all public ones.

        People of other organisations and guests see nothing but what they are in.
        """
        person = self.users[user]
        is_public_open = not (person.is_stranger or person.is_restricted)
        kinds = {ChannelKind.PUBLIC} if is_public_open else set[ChannelKind]()
        return [one for one in self.channels.values() if one.kind in kinds or user in one.members]

    def _shelf(self, message: Message) -> list[Message]:
        return self.ephemeral_messages if message.visible_to else self.channels[message.channel].messages
