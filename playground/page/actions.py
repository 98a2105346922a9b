"""What one can do on the page: each action is one in Slack, or one of the controls beside it.

The fields of each class are those of the JSON that asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol

from pydantic import Field, TypeAdapter

from playground.page.controls.actions import Kill, PassTime, Reset, SwitchFault, TouchPhone
from playground.page.demo_state import DemoState
from playground.page.viewer import Viewer
from sandbox.slack import Escaping
from sandbox.slack.client import workflows
from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.client.escaping import as_sent
from sandbox.slack.client.modal_submission import NotSubmittedError
from sandbox.slack.model import Json, Message, View

_AS_WRITTEN: Final = Escaping(phones=True)
_MENTION: Final = "@apizee"
_SILENCES: Final = {
    "operation_timeout": "Apizee has not answered in time.",
    "dispatch_failed": "Apizee could not be reached. It may be back in a moment.",
    "not_there": "Slack has no shortcuts of this app for people of other organisations.",
}


class NoAnswer(Exception):
    """The bot has not taken what was done, which Slack shows the person who did it; the text says so."""


class Action(Protocol):
    """Something that one can do."""

    async def do(self, demo_state: DemoState, viewer: Viewer) -> str | None:
        """Do it, and return the address that it leads to, if it does.

        Raises `LookupError` for what is not there, `WrongMomentError` for what cannot be now, `NoAnswer`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Write:
    """Type into `Message`: a slash command, a mention of the bot, or something to people."""

    text: str

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Send it."""
        user, channel, text = viewer.user, viewer.channel_in(demo_state.workspace), self.text.strip()
        if text.startswith("/"):
            await _command(demo_state, viewer, text)
        elif text and _is_to_the_bot(demo_state, viewer):
            await demo_state.people.write(user, as_sent(demo_state.workspace, text, _AS_WRITTEN))
        elif text.lower().startswith(_MENTION):
            await demo_state.people.mention(user, channel, text[len(_MENTION) :].strip())
        elif text:
            await demo_state.people.say(user, channel, as_sent(demo_state.workspace, text, _AS_WRITTEN))


@dataclass(frozen=True, slots=True)
class Reply:
    """Type into a thread, where Slack runs no commands."""

    text: str

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Send it."""
        user, text = viewer.user, self.text.strip()
        parent = _message(demo_state, viewer, viewer.thread)
        if text.startswith("/"):
            refusal = f"{text.split()[0]} is not supported in threads. Sorry!"
            demo_state.workspace.slackbot_tells(user, parent.channel, refusal)
        elif text and _is_to_the_bot(demo_state, viewer):
            said = as_sent(demo_state.workspace, text, _AS_WRITTEN)
            await demo_state.people.write(user, said, thread_ts=parent.ts)
        elif text.lower().startswith(_MENTION):
            await demo_state.people.mention(user, parent.channel, text[len(_MENTION) :].strip(), thread_ts=parent.ts)
        elif text:
            said = as_sent(demo_state.workspace, text, _AS_WRITTEN)
            await demo_state.people.say(user, parent.channel, said, thread_ts=parent.ts)


@dataclass(frozen=True, slots=True)
class Press:
    """Press a button of a message; one with an address also leads there."""

    ts: str
    action: str
    block: str | None = None

    async def do(self, demo_state: DemoState, viewer: Viewer) -> str | None:
        """Send the click."""
        message = _message(demo_state, viewer, self.ts)
        block, button = _still_there(message, self.action, self.block)
        _check(await demo_state.people.click(viewer.user, message, self.action, block=block["block_id"]))
        return _leads_to(button)


@dataclass(frozen=True, slots=True)
class PressHome:
    """Press a button of the Home tab, or choose something from a list there."""

    action: str
    block: str | None = None
    chosen: str | None = None

    async def do(self, demo_state: DemoState, viewer: Viewer) -> str | None:
        """Send the click."""
        home = demo_state.workspace.home(viewer.user)
        if home is None:
            raise LookupError(self.action)
        return await _pressed_in(home, self.action, self.block, demo_state, self.chosen)


@dataclass(frozen=True, slots=True)
class PressModal:
    """Press a button of the open modal."""

    action: str
    block: str | None = None

    async def do(self, demo_state: DemoState, viewer: Viewer) -> str | None:
        """Send the click."""
        view = demo_state.workspace.open_view(viewer.user)
        if view is None:
            raise LookupError(self.action)
        return await _pressed_in(view, self.action, self.block, demo_state)


@dataclass(frozen=True, slots=True)
class ChooseShortcut:
    """Choose a shortcut from the menu, or from that of a message."""

    callback_id: Annotated[str, Field(alias="callbackId")]
    ts: str | None = None

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Send the choice; a workflow is Slack's own, which asks for its inputs."""
        if step := workflows.step_of(self.callback_id):
            demo_state.people.open_workflow(viewer.user, step, viewer.channel_in(demo_state.workspace))
        elif self.ts:
            message = _message(demo_state, viewer, self.ts)
            _check(await demo_state.people.message_shortcut(viewer.user, self.callback_id, message))
        else:
            _check(await demo_state.people.global_shortcut(viewer.user, self.callback_id))


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the open modal, filled in by block id; what Slack itself does not send is said next to its field."""

    values: Mapping[str, str | list[str] | None]

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Send what is typed, an empty field as none."""
        view = demo_state.workspace.open_view(viewer.user)
        if view is None:
            raise LookupError(viewer.user)
        typed = {
            name: value.strip() or None if isinstance(value, str) else value for name, value in self.values.items()
        }
        demo_state.attention.typed[view.id] = typed
        try:
            if workflows.step_of(view.callback_id):
                _check(await demo_state.people.submit_workflow(viewer.user, typed))
            else:
                await demo_state.people.submit(viewer.user, typed)
        except NotSubmittedError as refusal:
            name, _, problem = str(refusal).partition(": ")
            view.errors = {name: f"This field {problem}."}
            demo_state.workspace.changed()


@dataclass(frozen=True, slots=True)
class Close:
    """Close the open modal, if there is one."""

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Close it."""
        if demo_state.workspace.open_view(viewer.user):
            await demo_state.people.close(viewer.user)


@dataclass(frozen=True, slots=True)
class InviteBot:
    """Invite the bot into the channel, as `/invite @Apizee` does."""

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:
        """Let it in."""
        demo_state.workspace.channels[viewer.channel_in(demo_state.workspace)].members.add(
            demo_state.workspace.bot_user
        )
        demo_state.workspace.changed()


ACTIONS: Final[Mapping[str, TypeAdapter[Action]]] = {
    "write": TypeAdapter(Write),
    "reply": TypeAdapter(Reply),
    "press": TypeAdapter(Press),
    "press_home": TypeAdapter(PressHome),
    "press_modal": TypeAdapter(PressModal),
    "shortcut": TypeAdapter(ChooseShortcut),
    "submit": TypeAdapter(Submit),
    "close": TypeAdapter(Close),
    "invite_bot": TypeAdapter(InviteBot),
    "touch": TypeAdapter(TouchPhone),
    "fault": TypeAdapter(SwitchFault),
    "pass": TypeAdapter(PassTime),
    "kill": TypeAdapter(Kill),
    "reset": TypeAdapter(Reset),
}


async def _command(demo_state: DemoState, viewer: Viewer, text: str) -> None:
    command, _, rest = text.partition(" ")
    user, channel = viewer.user, viewer.channel_in(demo_state.workspace)
    known = [one.command for one in demo_state.features.commands]
    if command in known:
        await demo_state.people.command(user, channel, command, rest)
    elif command == "/invite" and rest.strip().lower() == _MENTION:
        await InviteBot().do(demo_state, viewer)
    else:
        here = " and ".join(f"`{name}`" for name in known)
        demo_state.workspace.slackbot_tells(user, channel, f"`{command}` is not a valid command. Here are {here}.")


def _is_to_the_bot(demo_state: DemoState, viewer: Viewer) -> bool:
    """Whether somebody is in their direct messages with the bot, where Slack calls no mention a mention."""
    return viewer.channel_in(demo_state.workspace) == demo_state.workspace.direct_messages(viewer.user).id


def _message(demo_state: DemoState, viewer: Viewer, ts: str) -> Message:
    channel = viewer.channel_in(demo_state.workspace)
    found = demo_state.workspace.message(channel, ts)
    ephemeral_messages = demo_state.workspace.ephemerals(viewer.user, channel)
    message = found or next((one for one in ephemeral_messages if one.ts == ts), None)
    if message is None:
        raise LookupError(ts)
    return message


def _still_there(message: Message, action: str, block: str | None) -> tuple[Json, Json]:
    """Return a block and its button; where the message was drawn again since they were seen, those in their place."""
    try:
        return message.find_element(action, block)
    except LookupError:
        return message.find_element(action)


def _check(delivered: Delivered) -> None:
    if delivered.outcome != "ok":
        raise NoAnswer(_SILENCES.get(delivered.outcome, _SILENCES["dispatch_failed"]))


async def _pressed_in(
    view: View, action: str, block: str | None, demo_state: DemoState, chosen: str | None = None
) -> str | None:
    _, button = view.find_element(action, block)
    _check(await demo_state.people.click_in_view(view, action, chosen, block=block))
    return _leads_to(button)


def _leads_to(button: Mapping[str, Any]) -> str | None:
    url = str(button.get("url", ""))
    return url if url.startswith(("http://", "https://")) else None
