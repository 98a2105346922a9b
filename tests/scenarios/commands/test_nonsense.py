"""Whatever Slack has signed is answered 200 and harms nothing: known or not, whole or not.

Every kind of payload is sent with each of its parts missing, null or of another type. What does not fit leaves
nothing behind; what does is done, or comes to nothing; and the bot goes on as before.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.container import build
from bot.grammar import parse_period
from bot.model.session import Kind
from bot.model.targets import (
    ChannelRef,
    HomePage,
    InviteeRef,
    LoginOf,
    MediaPage,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)
from bot.sessions.views import modals
from bot.store import counters, keys
from bot.ui.ids import Action, ModalOrigin, Shortcut
from bot.ui.text import translator_for
from bot.web.server import IDLE_CONNECTIONS_STAY
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.client import modal_submission, payloads
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_FR
from sandbox.slack.model import Message, View
from tests.fixtures.nonsense import mutations
from tests.scenarios.environment import SIGNING_SECRET, Environment, Vendors, settings_of

Payload = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
POINTER = SessionRef(Kind.ASSISTANCE, 82070, "0123456789abcdef", U_EN).encode()
# What stands in the buttons that do not point at a session.
VALUES: dict[str, str] = {
    Action.MEDIA_PREVIOUS: MediaPage(Kind.ASSISTANCE, 82070, 0).encode(),
    Action.MEDIA_NEXT: MediaPage(Kind.ASSISTANCE, 82070, 1).encode(),
    Action.RESULTS_PREVIOUS: ResultsPage(Kind.MEETING, 0, "site visit").encode(),
    Action.RESULTS_NEXT: ResultsPage(Kind.MEETING, 1).encode(),
    Action.HOME_PREVIOUS: HomePage(0, 1).encode(),
    Action.HOME_NEXT: HomePage(1, 0).encode(),
    Action.REMOVE_LOGIN: LoginOf(U_EN).encode(),
    Action.OVERVIEW_CHANNEL: ChannelRef(SUPPORT).encode(),
    Action.REMOVE_DIGEST: ChannelRef(SUPPORT).encode(),
    Action.FORGET_INVITEE: InviteeRef(("0" * 32,)).encode(),
    Action.STATISTICS_CSV: StatisticsOf(Kind.MEETING, parse_period("today"), everybody=False).encode(),
}


def fields(payload: Payload) -> bytes:
    """Return a form as Slack encodes it; what no text can hold, too, as somebody might encode it by hand."""
    return b"&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(str(value).encode(errors='surrogatepass'))}".encode()
        for name, value in payload.items()
        if value is not None
    )


def interaction(payload: Payload) -> bytes:
    return fields({"payload": json.dumps(payload)})


def event(payload: Payload) -> bytes:
    return json.dumps(payload).encode()


@dataclass(frozen=True)
class WholeBot:
    """The bot without a worker, so that what it has taken in can be counted."""

    environment: Environment
    slack: httpx.AsyncClient
    redis: Redis

    async def send(self, body: bytes, content_type: str) -> httpx.Response:
        at = str(int(time.time()))
        digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"content-type": content_type, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}
        return await self.slack.post("/slack/events", content=body, headers=headers)

    async def survives(self, payload: Payload, encode: Callable[[Payload], bytes], content_type: str = FORM) -> None:
        """Send a payload whole, then in broken ways; assert that each is answered, and that none does harm."""
        whole = encode(payload)
        with capture_logs() as logs:
            assert (await self.send(whole, content_type)).status_code == 200
        assert "dropped_unusable_payload" not in {one["event"] for one in logs}, "the whole one does not fit (VALUES?)"
        for broken in mutations(payload, turn=len(whole)):
            before = await self.written()
            with capture_logs() as logs:
                answer = await self.send(encode(broken), content_type)
            assert answer.status_code == 200, broken
            said = {one["event"] for one in logs}
            assert not said & {"listener_failed", "error_handler_failed"}, broken
            if said & {"dropped_unknown_payload", "dropped_unusable_payload"}:
                assert await self.written() <= before, broken

    async def written(self) -> set[bytes | str]:
        """Return all keys but the counters' and the audit's, which are written soon after what they are about."""
        return set(await self.redis.keys()) - {counters.KEY.encode(), keys.audit(TEAM).encode()}


@pytest.fixture
async def bot(around: Vendors, redis: Redis) -> AsyncIterator[WholeBot]:
    """Yield the bot as it stands there, and afterwards a worker that makes an end of all that it took in."""
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(build(settings_of(around.environment)))
        url = await stack.enter_async_context(serving(app.web, keep_alive=IDLE_CONNECTIONS_STAY))
        people = await stack.enter_async_context(SlackClientSide.over_http(around.slack, url))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
        environment = Environment(around.slack, around.apizee, people, url, app)
        yield WholeBot(environment, http, redis)
        with capture_logs() as logs:
            async with app.worker.working():
                await environment.settled()
                await environment.assist("help")
                assert around.slack.deliveries[-1].status == 200
                await environment.settled()
        assert not [one for one in logs if one["event"].startswith("job_")]


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "text"),
    [("/assist", ""), ("/assist", "jane@client.com"), ("/meet", "jane@client.com"), ("/meet", "stats"), ("/other", "")],
)
async def test_every_command(bot: WholeBot, command: str, text: str) -> None:
    await bot.survives(payloads.command(bot.environment.slack, U_EN, SUPPORT, command, text), fields)


# ── Shortcuts, buttons, forms ────────────────────────────────────────────────────────────────────────────


def message(slack: Workspace, *buttons: Payload) -> Message:
    """Return a card in a thread, with everything that Slack sends of a message."""
    metadata = {"event_type": "apizee_session", "event_payload": {"kind": "assistance", "id": 82070, "reference": "7"}}
    blocks = [{"type": "actions", "block_id": "buttons", "elements": list(buttons)}] if buttons else []
    attachments = [] if buttons else [{"text": "Jane", "fields": [{"title": "Phone", "value": "06 62 68 21 93"}]}]
    card = Message(slack.next_ts(), SUPPORT, slack.bot_user, "Call jane@client.com", blocks, attachments)
    card.metadata, card.thread_ts, card.bot_id = metadata, slack.next_ts(), slack.bot_id
    return slack.add(card)


@pytest.mark.parametrize("shortcut", [Shortcut.START_ASSISTANCE, Shortcut.START_MEETING, "unknown"])
async def test_every_shortcut_from_anywhere(bot: WholeBot, shortcut: str) -> None:
    await bot.survives(payloads.global_shortcut(bot.environment.slack, U_EN, str(shortcut)), interaction)


@pytest.mark.parametrize(
    "shortcut", [Shortcut.ASSIST_FROM_MESSAGE, Shortcut.MEET_FROM_MESSAGE, Shortcut.SESSION_MEDIA, "unknown"]
)
async def test_every_shortcut_on_a_message(bot: WholeBot, shortcut: str) -> None:
    slack = bot.environment.slack
    await bot.survives(payloads.message_shortcut(slack, U_EN, str(shortcut), message(slack)), interaction)


@pytest.mark.parametrize("action", [*Action, "unknown"])
async def test_every_button(bot: WholeBot, action: Action | str) -> None:
    slack, value = bot.environment.slack, VALUES.get(action, POINTER)
    button = {"type": "button", "action_id": str(action), "text": {"type": "plain_text", "text": "x"}, "value": value}
    await bot.survives(
        payloads.click_in_message(slack, U_EN, message(slack, button), payloads.Pressed(str(action))), interaction
    )


@pytest.mark.parametrize("action", [Action.START_ASSISTANCE, Action.START_MEETING, Action.OPEN])
async def test_every_button_of_the_home(bot: WholeBot, action: Action) -> None:
    button = {"type": "button", "action_id": action.value, "value": POINTER}
    home = View(
        "V1", U_EN, {"type": "home", "blocks": [{"type": "actions", "block_id": "b", "elements": [button]}]}, "h"
    )
    await bot.survives(payloads.click_in_view(bot.environment.slack, home, payloads.Pressed(action.value)), interaction)


def forms(slack: Workspace) -> Iterator[Payload]:
    """Yield the two forms as they are sent, and as they are closed."""
    words, origin = translator_for("en"), ModalOrigin(SUPPORT, slack.next_ts())
    typed: list[tuple[Any, Payload]] = [
        (modals.form(Kind.ASSISTANCE, words, origin), {"contact": "jane@client.com", "reference": "7"}),
        (
            modals.form(Kind.MEETING, words, origin),
            {"participants": "jane@client.com", "colleagues": [U_FR], "moderation": ["moderated"]},
        ),
    ]
    for body, values in typed:
        view = View("V0FORM0001", U_EN, body, "1.abc", channel=SUPPORT)
        yield payloads.view_submission(slack, view, modal_submission.filled(view, values))
        yield payloads.view_closed(slack, view, is_cleared=False)


@pytest.mark.parametrize("number", range(4))
async def test_every_form(bot: WholeBot, number: int) -> None:
    await bot.survives(list(forms(bot.environment.slack))[number], interaction)


@pytest.mark.parametrize(
    "kind", ["block_suggestion", "dialog_submission", "interactive_message", "workflow_step_edit", "app_conversation"]
)
async def test_interactions_that_the_bot_has_no_use_for(bot: WholeBot, kind: str) -> None:
    click = payloads.global_shortcut(bot.environment.slack, U_EN, "session_open")
    await bot.survives({**click, "type": kind, "action_id": "session_open", "value": "x", "options": []}, interaction)


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────

EVENTS: dict[str, Payload] = {
    "Home": {"type": "app_home_opened", "user": U_EN, "channel": "D0HOME", "tab": "home"},
    "mention in a thread": {
        "type": "app_mention",
        "user": U_EN,
        "channel": SUPPORT,
        "ts": "1.2",
        "thread_ts": "1.1",
        "text": "<@U0> media",
    },
    "mention": {"type": "app_mention", "user": U_EN, "channel": SUPPORT, "ts": "1.2", "text": "<@U0> hello"},
    "message to the bot": {"type": "message", "channel_type": "im", "user": U_EN, "channel": "D0", "ts": "1.2"},
    "removal": {"type": "app_uninstalled"},
    "tokens": {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U0"]}},
    "unknown": {"type": "team_rename", "name": "New name"},
}


@pytest.mark.parametrize("details", EVENTS.values(), ids=EVENTS)
async def test_every_event(bot: WholeBot, details: Payload) -> None:
    await bot.survives(payloads.event(bot.environment.slack, details), event, JSON)


async def test_slacks_checks(bot: WholeBot) -> None:
    await bot.survives(payloads.url_verification(bot.environment.slack), event, JSON)
    await bot.survives({"ssl_check": "1", "token": "x"}, fields)


# ── Stories that were worse than they look ───────────────────────────────────────────────────────────────


async def test_who_presses_a_button_that_comes_without_what_it_needs_gets_a_private_answer(
    environment: Environment,
) -> None:
    await environment.assist("list")
    click = payloads.command(environment.slack, U_EN, SUPPORT, "/assist", "")
    nameless = {
        "type": "block_actions",
        "team": {"id": click["team_id"]},
        "user": {"id": U_EN},
        "channel": {"id": SUPPORT},
        "response_url": click["response_url"],
        "actions": [{"action_id": "session_open"}],
    }
    async with httpx.AsyncClient(base_url=environment.bot_url) as slack:
        bot = WholeBot(environment, slack, Redis())
        assert (await bot.send(interaction(nameless), FORM)).status_code == 200
    await environment.private_message("did not send the bot everything that it needs")


async def test_a_command_without_what_it_needs_is_answered_in_words(environment: Environment) -> None:
    async with httpx.AsyncClient(base_url=environment.bot_url) as slack:
        answer = await WholeBot(environment, slack, Redis()).send(
            fields({"command": "/assist", "text": "+33662682193"}), FORM
        )
    assert (answer.status_code, "Please try again" in answer.text) == (200, True)
    assert await environment.came_to_nothing()


async def test_a_click_of_which_hardly_anything_is_there_is_acknowledged(environment: Environment) -> None:
    async with httpx.AsyncClient(base_url=environment.bot_url) as slack:
        body = interaction({"type": "block_actions", "actions": [{"action_id": "session_open"}]})
        answer = await WholeBot(environment, slack, Redis()).send(body, FORM)
        assert (answer.status_code, answer.text) == (200, "")
        counted = (await slack.get("/metrics")).text
    assert 'apizee_slack_payloads_dropped_total{kind="action",reason="unusable"} 1.0' in counted
