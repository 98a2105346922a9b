"""Whatever is in a payload, it is read or it is not: nothing that is read later makes anybody stumble."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.slack.received.interactions import Click, Message, MessageShortcut, Submission, sender_of
from bot.slack.received.payloads import Command, HomeOpened, Mention, Payload, TokensRevoked
from bot.slack.received.visible import visible_text
from sandbox.slack import Workspace
from sandbox.slack.client import payloads
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.model import Message as Said
from sandbox.slack.model import View
from tests.fixtures.nonsense import all_mutations

SLACK = Workspace()
BUTTON = {"type": "button", "action_id": "session_open", "value": "assistance|1|s|U1"}
CARD = Said(
    "1.000002",
    SUPPORT,
    SLACK.bot_user,
    "Call jane@client.com",
    [{"type": "actions", "block_id": "b", "elements": [BUTTON]}],
    [{"text": "Jane", "fields": [{"title": "Phone", "value": "06 62 68 21 93"}]}],
    thread_ts="1.000001",
    metadata={"event_type": "apizee_session", "event_payload": {"kind": "assistance", "id": 1}},
)
FORM = View("V1", U_EN, {"callback_id": "assistance_form", "private_metadata": "", "blocks": []}, "1.a")
STATE = {
    "contact": {"contact": {"type": "plain_text_input", "value": "jane@client.com"}},
    "moderation": {"moderation": {"type": "checkboxes", "selected_options": [{"value": "moderated"}]}},
    "channel": {"channel": {"type": "conversations_select", "selected_conversation": SUPPORT}},
}
URLS = [{"channel_id": SUPPORT, "response_url": "https://hooks.slack.com/app/1"}]
SENT: list[tuple[type[Payload], dict[str, Any]]] = [
    (Command, payloads.command(SLACK, U_EN, SUPPORT, "/assist", "help")),
    (Click, payloads.click_in_message(SLACK, U_EN, CARD, payloads.Pressed("session_open"))),
    (MessageShortcut, payloads.message_shortcut(SLACK, U_EN, "assist_from_message", CARD)),
    (Submission, {**payloads.view_submission(SLACK, FORM, STATE), "response_urls": URLS}),
    (HomeOpened, payloads.event(SLACK, {"type": "app_home_opened", "user": U_EN, "channel": "D1", "tab": "home"})),
    (
        Mention,
        payloads.event(SLACK, {"type": "app_mention", "user": U_EN, "channel": SUPPORT, "ts": "1.2", "text": ""}),
    ),
    (TokensRevoked, payloads.event(SLACK, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}})),
]


def used(payload: Payload) -> list[object]:
    """All that a listener might ask of a payload."""
    names = [
        name for kind in type(payload).__mro__ for name, value in vars(kind).items() if isinstance(value, property)
    ]
    return [getattr(payload, name) for name in names if not name.startswith(("_", "model_"))]


@pytest.mark.parametrize(("kind", "sent"), SENT, ids=lambda one: one.__name__ if isinstance(one, type) else "")
def test_what_slack_sends_is_read_and_whatever_is_read_can_be_used_and_written_down(
    kind: type[Payload], sent: dict[str, Any]
) -> None:
    kind.model_validate(sent)
    unread = 0
    for broken in all_mutations(sent):
        sender_of(broken)
        try:
            payload = kind.model_validate(broken)
        except ValidationError:
            unread += 1
        else:
            "".join(str(one) for one in used(payload)).encode()
            assert payload.workspace
    assert unread > 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(body=st.dictionaries(st.sampled_from(["type", "user", "team", "view", "channel", "message", "command"]), JSON))
def test_of_the_sender_of_anything_so_much_is_known_as_it_says(body: Mapping[str, Any]) -> None:
    sender_of(body)


NAMES = st.sampled_from(["type", "text", "fields", "elements", "url", "value", "message_blocks", "message", "title"])
KINDS = st.sampled_from(["link", "rich_text_section", "section", "button"])
PARTS = st.recursive(
    st.none() | st.integers() | st.text() | KINDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(blocks=st.none() | st.lists(PARTS, max_size=3), attachments=st.none() | st.lists(PARTS, max_size=3))
def test_whatever_a_message_is_made_of_is_looked_at(blocks: list[Any] | None, attachments: list[Any] | None) -> None:
    assert isinstance(visible_text(Message(ts="1.0", blocks=blocks, attachments=attachments)), str)


def test_a_message_without_a_bottom_is_looked_at_as_far_as_anybody_would() -> None:
    blocks: list[Any] = json.loads('[{"elements": ' * 400 + '["deep"]' + "}]" * 400)
    assert not visible_text(Message(ts="1.0", blocks=blocks))


def test_of_a_very_long_message_the_beginning_counts() -> None:
    assert len(visible_text(Message(ts="1.0", text="jane@client.com " * 10_000))) < 20_000
