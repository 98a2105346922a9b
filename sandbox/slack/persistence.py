"""What is kept of a workspace from one run of the sandbox to the next."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.slack.client.triggers import ResponseUrl
from sandbox.slack.model import Channel, File, Message, RegisteredCall, View
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SavedUrl:
    """A response URL; `original` is the timestamp of the message that was clicked."""

    token: str
    user: str
    channel: str
    made_at: float
    uses: int
    original: str | None


@dataclass(frozen=True, slots=True)
class SavedWorkspace:
    """All that people and the app have left in a workspace; modals and Home tabs are by their user."""

    channels: list[Channel]
    ephemeral_messages: list[Message]
    modals: dict[str, View]
    homes: dict[str, View]
    calls: dict[str, RegisteredCall]
    files: dict[str, File]
    urls: list[SavedUrl]


def saved(workspace: Workspace) -> SavedWorkspace:
    """Return what is to be kept. It shares its parts with the workspace: write it down before anything changes."""
    return SavedWorkspace(
        channels=list(workspace.channels.values()),
        ephemeral_messages=workspace.ephemeral_messages,
        modals=workspace.modals,
        homes=workspace.homes,
        calls=workspace.registered_calls,
        files=workspace.files,
        urls=[_saved_url(token, url) for token, url in workspace.response_urls.given.items()],
    )


def restore(workspace: Workspace, from_before: SavedWorkspace) -> None:
    """Let the workspace be as it was; triggers live too short to be of use."""
    workspace.channels = {channel.id: channel for channel in from_before.channels}
    workspace.ephemeral_messages = from_before.ephemeral_messages
    workspace.modals, workspace.homes = from_before.modals, from_before.homes
    workspace.registered_calls, workspace.files = from_before.calls, from_before.files
    workspace.response_urls.given = {url.token: _url(workspace, url) for url in from_before.urls}
    workspace.changed()


def forget(workspace: Workspace) -> None:
    """Let nobody have said anything."""
    restore(workspace, SavedWorkspace(workspace.first_channels(), [], {}, {}, {}, {}, []))


def _saved_url(token: str, url: ResponseUrl) -> SavedUrl:
    original = url.original.ts if url.original else None
    return SavedUrl(token, url.user, url.channel, url.made_at, url.uses, original)


def _url(workspace: Workspace, from_before: SavedUrl) -> ResponseUrl:
    """Return the URL with the message that was clicked, found by its timestamp: it may be replaced or deleted."""
    everything = [*workspace.channels[from_before.channel].messages, *workspace.ephemeral_messages]
    original = next((one for one in everything if one.ts == from_before.original), None)
    return ResponseUrl(from_before.user, from_before.channel, from_before.made_at, original, from_before.uses)
