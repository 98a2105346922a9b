"""What one can do on the page. Each deed is done as in Slack, or on the customer's telephone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from starlette.datastructures import QueryParams

from playground.apizee.lives import WrongMomentError
from playground.page import faults, phone
from playground.page.stage import Stage
from playground.page.viewpoint import Viewpoint
from playground.slack import Escaping
from playground.slack.escaping import as_sent
from playground.slack.form import NotSubmittedError
from playground.slack.model import Message

Deed: TypeAlias = Callable[[Stage, Viewpoint, QueryParams], Awaitable[str | None]]
"""Does what a form asks for; answers the address to go on to, if that is not the page itself. Raises `LookupError`."""

_AS_WRITTEN: Final = Escaping(phones=True)
_MENTION: Final = "@apizee"


async def write(stage: Stage, viewpoint: Viewpoint, form: QueryParams) -> None:
    """Type into `Message`: a slash command, a mention of the bot, or something to people."""
    text = form.get("text", "").strip()
    user, channel = viewpoint.role.user, viewpoint.channel_in(stage.workspace)
    if text.startswith("/"):
        await _command(stage, user, channel, text)
    elif text.lower().startswith(_MENTION):
        await stage.people.mention(user, channel, text[len(_MENTION) :].strip())
    elif text:
        stage.workspace.say(user, channel, as_sent(stage.workspace, text, _AS_WRITTEN))


async def reply(stage: Stage, viewpoint: Viewpoint, form: QueryParams) -> None:
    """Type into a thread, where Slack runs no commands."""
    text, user = form.get("text", "").strip(), viewpoint.role.user
    parent = _message(stage, viewpoint, viewpoint.thread)
    if text.startswith("/"):
        stage.workspace.slackbot_tells(user, parent.channel, f"{text.split()[0]} is not supported in threads. Sorry!")
    elif text.lower().startswith(_MENTION):
        await stage.people.mention(user, parent.channel, text[len(_MENTION) :].strip(), thread_ts=parent.ts)
    elif text:
        said = as_sent(stage.workspace, text, _AS_WRITTEN)
        parent.thread_ts = parent.ts
        stage.workspace.say(user, parent.channel, said, thread_ts=parent.ts)


async def press(stage: Stage, viewpoint: Viewpoint, form: QueryParams) -> str | None:
    """Press a button of a message; one with an address also leads there."""
    message, action_id = _message(stage, viewpoint, form["ts"]), form["action"]
    _, button = message.find_element(action_id)
    await stage.people.click(viewpoint.role.user, message, action_id)
    url = str(button.get("url", ""))
    return url if url.startswith(("http://", "https://")) else None


async def choose_shortcut(stage: Stage, viewpoint: Viewpoint, form: QueryParams) -> None:
    """Choose a shortcut from the menu, or from that of a message."""
    user, callback_id = viewpoint.role.user, form["shortcut"]
    if "ts" in form:
        await stage.people.message_shortcut(user, callback_id, _message(stage, viewpoint, form["ts"]))
    else:
        await stage.people.global_shortcut(user, callback_id)


async def submit(stage: Stage, viewpoint: Viewpoint, form: QueryParams) -> None:
    """Send the open modal; what Slack itself does not send is said next to its field."""
    view = stage.workspace.open_view(viewpoint.role.user)
    if view is None:
        return
    typed = {block["block_id"]: _typed(block["element"], form) for block in view.body["blocks"] if "element" in block}
    stage.typed[view.id] = typed
    try:
        await stage.people.submit(viewpoint.role.user, typed)
    except NotSubmittedError as refusal:
        name, _, problem = str(refusal).partition(": ")
        view.errors = {name: f"This field {problem}."}
        stage.workspace.changed()


async def close(stage: Stage, viewpoint: Viewpoint, _form: QueryParams) -> None:
    """Close the open modal."""
    if stage.workspace.open_view(viewpoint.role.user):
        await stage.people.close(viewpoint.role.user)


async def touch(stage: Stage, _viewpoint: Viewpoint, form: QueryParams) -> None:
    """Do something on the customer's telephone; what comes too late is left."""
    with suppress(WrongMomentError):
        phone.touch(stage.world, int(form["received"]), form["touch"])


async def switch_fault(stage: Stage, _viewpoint: Viewpoint, form: QueryParams) -> None:
    """Let something go wrong, or all be well again."""
    faults.switch(stage, form["fault"])


DEEDS: Final[Mapping[str, Deed]] = {
    "write": write,
    "reply": reply,
    "press": press,
    "shortcut": choose_shortcut,
    "submit": submit,
    "close": close,
    "touch": touch,
    "fault": switch_fault,
}


async def _command(stage: Stage, user: str, channel: str, text: str) -> None:
    command, _, rest = text.partition(" ")
    if command in stage.features.commands:
        await stage.people.command(user, channel, command, rest)
    else:
        known = " and ".join(f"`{name}`" for name in stage.features.commands)
        stage.workspace.slackbot_tells(user, channel, f"`{command}` is not a valid command. Here are {known}.")


def _message(stage: Stage, viewpoint: Viewpoint, ts: str) -> Message:
    channel = viewpoint.channel_in(stage.workspace)
    found = stage.workspace.message(channel, ts)
    whispers = stage.workspace.ephemerals(viewpoint.role.user, channel)
    message = found or next((one for one in whispers if one.ts == ts), None)
    if message is None:
        raise LookupError(ts)
    return message


def _typed(element: Mapping[str, object], form: QueryParams) -> object:
    """A field's content, as `SlackClientSide.submit` wants it; an empty one is `None`."""
    name = str(element["action_id"])
    if element["type"] == "checkboxes":
        return form.getlist(name)
    return form.get(name, "").strip() or None
