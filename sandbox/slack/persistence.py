"""What is kept of a workspace from one run of the sandbox to the next."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.slack.client.triggers import ResponseUrl
from sandbox.slack.model import Channel, File, Message, RegisteredCall, View
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class KeptUrl:
    """A response URL; `original` is the timestamp of the message that was clicked."""

    token: str
    user: str
    channel: str
    made_at: float
    uses: int
    original: str | None


@dataclass(frozen=True, slots=True)
class KeptWorkspace:
    """All that people and the app have left in a workspace; modals and Home tabs are by their user."""

    channels: list[Channel]
    ephemeral_messages: list[Message]
    modals: dict[str, View]
    homes: dict[str, View]
    calls: dict[str, RegisteredCall]
    files: dict[str, File]
    urls: list[KeptUrl]


def kept_of(workspace: Workspace) -> KeptWorkspace:
    """What is to be kept. It shares its parts with the workspace: write it down before anything changes."""
    return KeptWorkspace(
        channels=list(workspace.channels.values()),
        ephemeral_messages=workspace.ephemeral_messages,
        modals=workspace.modals,
        homes=workspace.homes,
        calls=workspace.registered_calls,
        files=workspace.files,
        urls=[_kept_url(token, url) for token, url in workspace.response_urls.given.items()],
    )


def restore(workspace: Workspace, kept: KeptWorkspace) -> None:
    """Let the workspace be as it was; triggers live too short to be of use."""
    workspace.channels = {channel.id: channel for channel in kept.channels}
    workspace.ephemeral_messages = kept.ephemeral_messages
    workspace.modals, workspace.homes = kept.modals, kept.homes
    workspace.registered_calls, workspace.files = kept.calls, kept.files
    workspace.response_urls.given = {url.token: _url(workspace, url) for url in kept.urls}
    workspace.changed()


def forget(workspace: Workspace) -> None:
    """Let nobody have said anything."""
    restore(workspace, KeptWorkspace(workspace.first_channels(), [], {}, {}, {}, {}, []))


def _kept_url(token: str, url: ResponseUrl) -> KeptUrl:
    original = url.original.ts if url.original else None
    return KeptUrl(token, url.user, url.channel, url.made_at, url.uses, original)


def _url(workspace: Workspace, kept: KeptUrl) -> ResponseUrl:
    """The message that was clicked is found again by its timestamp, so that it can be replaced or deleted."""
    everything = [*workspace.channels[kept.channel].messages, *workspace.ephemeral_messages]
    original = next((one for one in everything if one.ts == kept.original), None)
    return ResponseUrl(kept.user, kept.channel, kept.made_at, original, kept.uses)
