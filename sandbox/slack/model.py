"""What a workspace is made of: people, channels, messages, views, calls and files, as Slack keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import Base64Bytes

Json: TypeAlias = dict[str, Any]


class ChannelKind(StrEnum):
    """Three kinds of conversation; each has scopes of its own, whose names begin with this text."""

    PUBLIC = "channels"
    PRIVATE = "groups"
    DIRECT = "im"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Slack gives to the developer who registers an app, the same in every workspace that installs it."""

    app_id: str = "A0APIZEE01"
    client_id: str = "100000000001.200000000002"
    client_secret: str = field(default="sandbox-client-secret", repr=False)
    signing_secret: str = field(default="sandbox-signing-secret", repr=False)
    verification_token: str = field(default="sandbox-verification", repr=False)
    app_token: str = field(default="xapp-1-A0APIZEE01-1-sandbox", repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """A member of the workspace, or a bot. No `email`: the profile has none; `is_stranger`: of another organisation.

    Guests are `is_restricted`; those of a single channel are `is_ultra_restricted` as well.
    `at_home_in` is another workspace of the same organisation; `teams` are all of its workspaces that the person is in.
    """

    id: str
    name: str
    real_name: str
    email: str | None = field(default=None, repr=False)
    locale: str = "en-US"
    tz: str = "Europe/Paris"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_email_confirmed: bool = True
    is_stranger: bool = False
    deleted: bool = False
    at_home_in: str | None = None
    teams: tuple[str, ...] = ()
    is_organisation_admin: bool = False


@dataclass(slots=True)
class Message:
    """A message; with `visible_to` an ephemeral one. `user` is its author, `bot_id` is set for the bot's own."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    files: Sequence[Json] = ()
    thread_ts: str | None = None
    metadata: Json | None = None
    bot_id: str | None = None
    visible_to: str | None = None
    edited_ts: str | None = None

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def find_element(self, action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
        """Return block and element of this action id, the first one or the one in a block; raises `LookupError`.

        It may stand in what an app shows of a link below the message.
        """
        shown = [block for one in self.attachments for block in one.get("blocks", ())]
        return find_element([*self.blocks, *shown], action_id, block_id)

    def unfurl_with(self, block: Json) -> Json | None:
        """Return what an app shows of a link, where this block stands in it."""
        return next((one for one in self.attachments if block in one.get("blocks", ())), None)


@dataclass(slots=True)
class Channel:
    """A conversation. `is_restricted`: only some may post; `is_thread_locked`: nobody may reply in threads.

    `shared_with` are other organisations' workspaces that it is shared with, `is_pending` whether one is invited.
    """

    id: str
    name: str
    kind: ChannelKind
    members: set[str]
    is_archived: bool = False
    is_restricted: bool = False
    is_thread_locked: bool = False
    shared_with: list[str] = field(default_factory=list)
    is_pending: bool = False
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class UserGroup:
    """A user group; one that is disabled has members all the same, which Slack lists only where it is asked to."""

    id: str
    handle: str
    users: list[str]
    is_disabled: bool = False


@dataclass(slots=True)
class View:
    """A modal or a Home tab that somebody sees; `body` is what the app sent, `channel` where it was opened from.

    `previous` is the view below it on the stack, `errors` what the app found wrong with the last submission.
    """

    id: str
    user: str
    body: Json
    hash: str
    channel: str | None = None
    previous: View | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> View:
        """The lowest view of the stack."""
        return self.previous.root if self.previous else self

    @property
    def depth(self) -> int:
        """How many views the stack has."""
        return 1 + (self.previous.depth if self.previous else 0)

    @property
    def callback_id(self) -> str:
        """The app's name for this kind of view."""
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """What stands on top of it; a Home tab has none."""
        return str(self.body.get("title", {}).get("text", ""))

    def find_element(self, action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
        """Return block and element of this action id, the first one or the one in a block; raises `LookupError`."""
        return find_element(self.body["blocks"], action_id, block_id)


@dataclass(slots=True)
class RegisteredCall:
    """A call that the app registered with `calls.add`, as Slack's own call block shows it."""

    id: str
    fields: Json
    users: list[Json] = field(default_factory=list)
    ended_at: int | None = None


@dataclass(slots=True)
class File:
    """An upload: announced with a length, then filled over its upload URL, then shared; `alt` describes a picture."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    content: Base64Bytes | None = field(default=None, repr=False)
    shared_in: str | None = None
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the Web API as it was answered; `in_url` names the arguments that stood in the URL.

    `seconds` is how long the sandbox took for it.
    """

    method: str
    args: Mapping[str, Any]
    status: int
    ok: bool
    error: str
    at: float
    seconds: float = 0.0
    in_url: frozenset[str] = frozenset()


@dataclass(slots=True)
class Execution:
    """A run of one of the app's steps in a workflow that somebody ran; `token` is for the app, and for this run alone.

    `shown_in` is the channel in which that person reads how it ended, if the page wants it.
    """

    id: str
    callback_id: str
    inputs: Mapping[str, Any]
    user: str
    token: str
    started_at: float
    shown_in: str | None = None
    status: str = "running"
    outputs: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A message that paged a whole channel: what an unescaped `<!channel>` does."""

    channel: str
    ts: str
    word: str


def find_element(blocks: Sequence[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """Return block and element of this action id, the first one or the one in a block; raises `LookupError`."""
    for block in blocks:
        for element in elements_of(block) if block_id in {None, block.get("block_id")} else ():
            if element.get("action_id") == action_id:
                return block, element
    msg = f"nothing here has the action id {action_id}"
    raise LookupError(msg)


def elements_of(block: Json) -> list[Json]:
    """Return the parts of a block that people can use."""
    if block["type"] in {"actions", "context_actions"}:
        return list(block["elements"])
    return [block[name] for name in ("accessory", "element") if name in block]
