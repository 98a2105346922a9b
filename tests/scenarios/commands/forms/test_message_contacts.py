"""The people of a message are found where people see them, and the form that is opened on it is filled with them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment

Part = dict[str, Any]


def mrkdwn(text: str) -> Part:
    return {"type": "mrkdwn", "text": text}


def rich_text(*elements: Part, kind: str = "rich_text_section") -> Part:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str) -> Part:
    return {"type": "text", "text": text}


BY_MAIL, BY_PHONE = "jane@client.com", "+33662682193"
LINKED = {"type": "link", "url": "mailto:jane@client.com", "text": "Jane"}
DIALLED = {"type": "link", "url": "tel:+33662682193", "text": "call her"}
IN_LIST = {"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": [words("06 62 68 21 93")]}]}
FORWARDED = {
    "is_share": True,
    "author_name": "Bruno",
    "from_url": "https://sandbox.slack.com/archives/C0/p1",
    "message_blocks": [
        {"team": "T1", "channel": "C0", "ts": "1.0", "message": {"blocks": [rich_text(words(BY_MAIL))]}}
    ],
}
UNFURLED = {
    "from_url": "https://crm.example.com/4711",
    "title": "Case 4711",
    "text": f"Customer: <tel:{BY_PHONE}|Jane>",
}

WHERE: dict[str, tuple[dict[str, Any], str]] = {
    "its text": ({"text": f"call {BY_MAIL}"}, BY_MAIL),
    "rich text": ({"blocks": [rich_text(words("Jane: 06 62 "), words("68 21 93"))]}, BY_PHONE),
    "a link's address": ({"blocks": [rich_text(words("write to "), LINKED)]}, BY_MAIL),
    "a link's number": ({"blocks": [rich_text(DIALLED)]}, BY_PHONE),
    "a list": ({"blocks": [{"type": "rich_text", "elements": [IN_LIST]}]}, BY_PHONE),
    "a quote": ({"blocks": [rich_text(words(BY_MAIL), kind="rich_text_quote")]}, BY_MAIL),
    "a section": ({"blocks": [{"type": "section", "text": mrkdwn(f"*Jane* <mailto:{BY_MAIL}|Jane>")}]}, BY_MAIL),
    "a section's fields": ({"blocks": [{"type": "section", "fields": [mrkdwn("*Phone*\n06.62.68.21.93")]}]}, BY_PHONE),
    "a context": ({"blocks": [{"type": "context", "elements": [mrkdwn(BY_MAIL)]}]}, BY_MAIL),
    "a header": ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": BY_MAIL}}]}, BY_MAIL),
    "a table": ({"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": BY_MAIL}]]}]}, BY_MAIL),
    "markdown": ({"blocks": [{"type": "markdown", "text": f"**Jane** {BY_MAIL}"}]}, BY_MAIL),
    "an attachment": ({"attachments": [{"pretext": "New lead", "text": BY_MAIL}]}, BY_MAIL),
    "an attachment's fields": ({"attachments": [{"fields": [{"title": "Phone", "value": "0662682193"}]}]}, BY_PHONE),
    "an attachment's blocks": ({"attachments": [{"blocks": [{"type": "section", "text": mrkdwn(BY_MAIL)}]}]}, BY_MAIL),
    "a forwarded message": ({"text": "see below", "attachments": [FORWARDED]}, BY_MAIL),
    "an unfurled link": ({"text": "<https://crm.example.com/4711>", "attachments": [UNFURLED]}, BY_PHONE),
}


@pytest.mark.parametrize(("shown", "contact"), WHERE.values(), ids=WHERE)
async def test_the_customer_of_a_message_fills_the_form(
    environment: Environment, shown: dict[str, Any], contact: str
) -> None:
    message = environment.slack.add(Message(environment.slack.next_ts(), SUPPORT, U_FR, **shown))
    await environment.people.message_shortcut(U_EN, "assist_from_message", message)
    assert (await environment.form()).find_element("contact")[1]["initial_value"] == contact


async def test_all_people_of_a_message_fill_the_form_of_a_meeting_each_once(environment: Environment) -> None:
    blocks = [rich_text(words("Jane "), LINKED, words(" or "), DIALLED)]
    message = Message(environment.slack.next_ts(), SUPPORT, U_FR, f"Jane {BY_MAIL}", blocks, [FORWARDED, UNFURLED])
    await environment.people.message_shortcut(U_EN, "meet_from_message", environment.slack.add(message))
    filled = (await environment.form()).find_element("participants")[1]["initial_value"]
    assert filled.split(", ") == [BY_MAIL, BY_PHONE]


async def test_what_a_button_holds_is_not_seen_and_nobody_is_taken_from_it(environment: Environment) -> None:
    button = {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "Call"}, "value": BY_MAIL}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    message = Message(environment.slack.next_ts(), SUPPORT, U_FR, "New lead", blocks)
    await environment.people.message_shortcut(U_EN, "assist_from_message", environment.slack.add(message))
    assert "initial_value" not in (await environment.form()).find_element("contact")[1]
