"""What people do in Slack: each action is sent to the app as Slack would, and the answer is taken as Slack would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlencode

import httpx

from sandbox.slack.client import answers, modal_submission, pasting, payloads, workflows
from sandbox.slack.client.deliveries import Delivered, Delivery
from sandbox.slack.client.escaping import Escaping, as_sent
from sandbox.slack.client.transport import HttpTransport, Retry, SocketTransport, Transport
from sandbox.slack.model import Json, Message, View
from sandbox.slack.serializers import message_json, view_json
from sandbox.slack.web_api import views
from sandbox.slack.workspace import Workspace

ACK_WITHIN = 3.0
_AS_TYPED: Final = Escaping()
_FORM: Final = "application/x-www-form-urlencoded"
_NOT_THERE: Final = Delivered(Delivery("interactive", {}, b"", _FORM), outcome="not_there")


class SlackClientSide:
    """The people of a workspace before their Slack clients. Every method returns when the app has answered.

    An app that does not answer within `ack_within` seconds gets what Slack shows then: `operation_timeout`.
    """

    def __init__(self, workspace: Workspace, transport: Transport, *, ack_within: float = ACK_WITHIN) -> None:
        self._workspace = workspace
        self._transport = transport
        self._ack_within = ack_within

    @classmethod
    @asynccontextmanager
    async def over_http(
        cls, workspace: Workspace, bot_url: str, *, ack_within: float = ACK_WITHIN
    ) -> AsyncIterator[SlackClientSide]:
        """Deliver to an app at this address (without a slash at its end)."""
        async with httpx.AsyncClient(timeout=None) as http:  # noqa: S113  # the acknowledgement has its own limit
            secret = workspace.credentials.signing_secret
            yield cls(workspace, HttpTransport(http, bot_url, secret, workspace.clock), ack_within=ack_within)

    @classmethod
    def over_socket(cls, workspace: Workspace, *, ack_within: float = ACK_WITHIN) -> SlackClientSide:
        """Deliver through the socket that the app has opened."""
        return cls(workspace, SocketTransport(workspace.link), ack_within=ack_within)

    async def command(
        self, user: str, channel: str, command: str, text: str = "", *, escaping: Escaping = _AS_TYPED
    ) -> Delivered:
        """Type a slash command, such as `/assist`, with this text after it.

        Of an app's commands Slack knows nothing for people of other organisations: it tells them so itself.
        """
        if self._workspace.users[user].is_stranger:
            return self._not_a_command(user, channel, command)
        sent = as_sent(self._workspace, text, escaping)
        return await self.deliver(_form(payloads.command(self._workspace, user, channel, command, sent)))

    async def global_shortcut(self, user: str, callback_id: str) -> Delivered:
        """Choose a shortcut from the menu, in which people of other organisations find none of the app's."""
        if self._workspace.users[user].is_stranger:
            return _NOT_THERE
        return await self._interact(payloads.global_shortcut(self._workspace, user, callback_id))

    async def message_shortcut(self, user: str, callback_id: str, message: Message) -> Delivered:
        """Choose a shortcut from the menu of a message, in which likewise."""
        if self._workspace.users[user].is_stranger:
            return _NOT_THERE
        return await self._interact(payloads.message_shortcut(self._workspace, user, callback_id, message))

    async def click(
        self, user: str, message: Message, action_id: str, chosen: object = None, *, block: str | None = None
    ) -> Delivered:
        """Press a button of a message, or choose something in it; raises `LookupError` where it is not.

        Where several blocks have it, `block` is the id of the one that is meant; else it is the first.
        """
        pressed = payloads.Pressed(action_id, chosen, block)
        return await self._interact(payloads.click_in_message(self._workspace, user, message, pressed))

    async def click_in_view(
        self, view: View, action_id: str, chosen: object = None, *, block: str | None = None
    ) -> Delivered:
        """Press a button of a modal or Home tab, or choose something in it; raises `LookupError` where it is not."""
        pressed = payloads.Pressed(action_id, chosen, block)
        return await self._interact(payloads.click_in_view(self._workspace, view, pressed))

    async def submit(self, user: str, typed: Mapping[str, object] | None = None) -> Delivered:
        """Fill in the open modal, by block id, and send it; see `form.filled` for what can be typed.

        Raises `LookupError` where no modal is open, `form.NotSubmittedError` where Slack would not send it.
        """
        view = self._open_view(user)
        values = modal_submission.filled(view, typed or {})
        return await self._interact(payloads.view_submission(self._workspace, view, values), view)

    async def close(self, user: str) -> Delivered | None:
        """Close the open modal; the app gets an event where the view asks for it."""
        view = self._open_view(user)
        answers.close(self._workspace, view)
        if not view.body.get("notify_on_close"):
            return None
        return await self._interact(payloads.view_closed(self._workspace, view, is_cleared=False))

    async def open_home(self, user: str, tab: str = "home") -> Delivered:
        """Open the app's Home tab, or its `messages`."""
        channel = self._workspace.direct_messages(user).id
        home = self._workspace.home(user)
        details = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
        shown = {"view": view_json(self._workspace, home)} if home else {}
        return await self.event({**details, **shown, "event_ts": self._workspace.next_ts()})

    async def mention(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Delivered:
        """Write a message that mentions the app before this text."""
        said = f"<@{self._workspace.bot_user}> {text}"
        message = self._workspace.say(user, channel, said, thread_ts=thread_ts)
        details = message_json(self._workspace, message)
        return await self.event({**details, "type": "app_mention", "channel": channel, "event_ts": message.ts})

    async def write(self, user: str, text: str, *, thread_ts: str | None = None) -> Delivered:
        """Write to the app, in the direct messages with it; Slack calls no mention there a mention."""
        channel = self._workspace.direct_messages(user).id
        message = self._workspace.say(user, channel, text, thread_ts=thread_ts)
        details = message_json(self._workspace, message)
        await self._tell_of_links(pasting.shared(self._workspace, message))
        return await self.event({**details, "channel": channel, "channel_type": "im", "event_ts": message.ts})

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message to people; Slack tells the app of the links in it that are of its domains."""
        message = self._workspace.say(user, channel, text, thread_ts=thread_ts)
        await self._tell_of_links(pasting.shared(self._workspace, message))
        return message

    async def draft(self, user: str, text: str) -> Delivered | None:
        """Paste something into a message that is not sent; returns how the app took the links in it, if it has any."""
        return await self._tell_of_links(pasting.drafted(self._workspace, user, text))

    async def run_workflow(
        self, user: str, callback_id: str, inputs: Mapping[str, object], *, shown_in: str | None = None
    ) -> Delivered:
        """Run a workflow that has one of the app's steps, with these inputs.

        Raises `workflows.NotRunError` for inputs that Slack does not let through.
        """
        return await self.event(workflows.executed(self._workspace, user, callback_id, inputs, shown_in=shown_in))

    def open_workflow(self, user: str, callback_id: str, channel: str) -> View:
        """Choose a workflow with one of the app's steps from the menu: Slack asks for its inputs."""
        body = views.checked_view(workflows.form(self._workspace, callback_id), "modal")
        view = views.new_view(self._workspace, user, body, channel=channel)
        views.show(self._workspace, view)
        return view

    async def submit_workflow(self, user: str, typed: Mapping[str, object]) -> Delivered:
        """Send the form of a workflow: Slack closes it, runs the step, and shows how that ended where it was chosen.

        Raises as `submit` does.
        """
        view = self._open_view(user)
        values = modal_submission.filled(view, typed)
        inputs = {name: modal_submission.held(values[name][name]) for name in values}
        answers.close(self._workspace, view)
        step = workflows.step_of(view.callback_id) or ""
        return await self.run_workflow(user, step, inputs, shown_in=view.channel)

    async def share_channel(self, channel: str, team: str) -> Delivered:
        """Let a channel be shared with another organisation's workspace."""
        self._workspace.channels[channel].shared_with.append(team)
        self._workspace.changed()
        return await self.event(self._about_channel("channel_shared", connected_team_id=team, channel=channel))

    async def unshare_channel(self, channel: str, team: str) -> Delivered:
        """Let a channel be shared with a workspace no longer."""
        shared = self._workspace.channels[channel]
        shared.shared_with.remove(team)
        self._workspace.changed()
        left = {"previously_connected_team_id": team, "channel": channel, "is_ext_shared": bool(shared.shared_with)}
        return await self.event(self._about_channel("channel_unshared", **left))

    async def change_channel_id(self, channel: str, new: str) -> Delivered:
        """Let a channel get another id, as a private one does when it begins to be shared."""
        self._workspace.rename(channel, new)
        return await self.event(self._about_channel("channel_id_changed", old_channel_id=channel, new_channel_id=new))

    async def uninstall(self) -> Delivered:
        """Remove the app from the workspace, or from all of its organisation."""
        self._workspace.is_installed = False
        organisation = self._workspace.organisation
        if organisation:
            organisation.is_installed = False
        details = {"type": "app_uninstalled", "event_ts": self._workspace.next_ts()}
        return await self.event(details, is_about_organisation=organisation is not None)

    async def take_from_workspace(self) -> Delivered:
        """Let the organisation take the app away from this workspace alone."""
        self._workspace.is_installed = False
        details = {"type": "team_access_revoked", "team_ids": [self._workspace.team]}
        return await self.event(details, is_about_organisation=True)

    async def give_to_workspace(self) -> Delivered:
        """Let the organisation give the app to this workspace."""
        self._workspace.is_installed = True
        details = {"type": "team_access_granted", "team_ids": [self._workspace.team]}
        return await self.event(details, is_about_organisation=True)

    async def revoke_tokens(self) -> Delivered:
        """Take the bot's token away."""
        self._workspace.is_installed = False
        tokens = {"oauth": [], "bot": [self._workspace.bot_user]}
        return await self.event({"type": "tokens_revoked", "tokens": tokens, "event_ts": self._workspace.next_ts()})

    async def event(self, details: Mapping[str, object], *, is_about_organisation: bool = False) -> Delivered:
        """Tell the app of an event."""
        payload = payloads.event(self._workspace, details, is_about_organisation=is_about_organisation)
        return await self.deliver(_json("events_api", payload))

    async def verify_url(self) -> Delivered:
        """Check the app's request URL as Slack does when it is entered."""
        return await self.deliver(_json("url_verification", payloads.url_verification(self._workspace)))

    async def redeliver(self, delivered: Delivered, *, number: int = 1, reason: str = "http_timeout") -> Delivered:
        """Send the very same bytes again, as Slack does with events it has no answer to."""
        return await self.deliver(delivered.delivery, Retry(number, reason))

    async def deliver(self, delivery: Delivery, retry: Retry | None = None, view: View | None = None) -> Delivered:
        """Send anything, and take the answer as Slack would; `view` is the modal that was submitted."""
        delivered = await self._send(delivery, retry)
        delivered = answers.take(self._workspace, delivered, view)
        self._workspace.deliveries.append(delivered)
        self._workspace.changed()
        return delivered

    async def _tell_of_links(self, details: Json | None) -> Delivered | None:
        return await self.event({**details, "event_ts": self._workspace.next_ts()}) if details else None

    def _about_channel(self, kind: str, **details: object) -> Mapping[str, object]:
        return {"type": kind, **details, "event_ts": self._workspace.next_ts()}

    def _not_a_command(self, user: str, channel: str, command: str) -> Delivered:
        self._workspace.slackbot_tells(user, channel, f"{command} is not a valid command.")
        return Delivered(Delivery("slash_commands", {}, b"", _FORM), outcome="not_a_command")

    async def _interact(self, payload: Json, view: View | None = None) -> Delivered:
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.deliver(Delivery("interactive", payload, body, _FORM), view=view)

    async def _send(self, delivery: Delivery, retry: Retry | None) -> Delivered:
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            async with asyncio.timeout(self._ack_within):
                status, body = await self._transport.send(delivery, retry)
        except TimeoutError:
            return Delivered(delivery, outcome="operation_timeout", seconds=clock() - start)
        except ConnectionError:
            return Delivered(delivery, outcome="dispatch_failed", seconds=clock() - start)
        outcome = "ok" if status == httpx.codes.OK else "dispatch_failed"
        return Delivered(delivery, status, body, outcome, clock() - start)

    def _open_view(self, user: str) -> View:
        view = self._workspace.open_view(user)
        if view is None:
            message = f"{user} has no modal open"
            raise LookupError(message)
        return view


def _form(payload: Json) -> Delivery:
    return Delivery("slash_commands", payload, urlencode(payload).encode(), _FORM)


def _json(kind: str, payload: Json) -> Delivery:
    return Delivery(kind, payload, json.dumps(payload).encode(), "application/json")
