"""Block Kit's limits: what Slack would refuse is reported with its path and reason."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.block_kit.limits import check_message, check_view
from tests.sandbox.slack.environment import Json, actions, button, field_of, modal, plain, section

TEXT_INPUT: Json = {"type": "plain_text_input"}
OPTIONS: list[Json] = [{"text": plain("One"), "value": "1"}]
OTHER: Json = {"text": plain("Two"), "value": "2"}
CHOICE: Json = {"type": "static_select", "options": OPTIONS}
FOCUSED: Json = {**TEXT_INPUT, "focus_on_load": True}
TABLE: Json = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}


def message(*blocks: object) -> Json:
    return {"text": "hi", "blocks": list(blocks)}


def chart(**more: object) -> Json:
    segments = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
    return {"type": "data_visualization", "title": "Calls", "chart": segments, **more}


def test_good_messages_and_views_have_nothing_wrong() -> None:
    choice = {"type": "checkboxes", "options": OPTIONS}
    where = {"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}
    assert check_message({"text": "alone"}) == []
    assert check_message(message(section("hi"), {"type": "divider"}, actions(button("a"), button("b")), chart())) == []
    assert check_view(modal(field_of("a", TEXT_INPUT), field_of("b", choice), field_of("c", where))) == []
    assert check_view({"type": "home", "blocks": [section("hi"), TABLE]}) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (section(""), "at least 1 characters"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": 5}}, "must be a string"),
        ({"type": "divider", "block_id": {}}, "must be a string"),
        (actions({**button("a"), "confirm": "Sure?"}), "must be an object"),
        (section("x" * 3001), "at most 3000 characters, is 3001"),
        ({"type": "section"}, "must have text or fields"),
        ({"type": "section", "fields": [plain("x")] * 11}, "must have 1 to 10 items, has 11"),
        ({"type": "section", "text": "hi"}, "/blocks/0/text/type: None does not belong here"),
        ({**section("hi"), "color": "red"}, "/blocks/0/color: is no field of this object"),
        ({**section("hi"), "block_id": "x" * 256}, "at most 255"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "'mrkdwn' does not belong here"),
        ({"type": "header", "text": plain("x" * 151)}, "at most 150"),
        ({"type": "context", "elements": [plain("x")] * 11}, "1 to 10 items"),
        ({"type": "context", "elements": [button("a")]}, "'button' does not belong here"),
        (actions(*(button(str(n)) for n in range(26))), "1 to 25 items"),
        (actions(), "has 0"),
        (actions({**button("a"), "text": plain("x" * 76)}), "at most 75"),
        (actions(button("a", "x" * 2001)), "at most 2000"),
        (actions({**button("a"), "style": "green"}), "one of primary, danger"),
        (actions({**button("a"), "url": "x" * 3001}), "at most 3000"),
        (actions({**button("a"), "url": "mailto:ann@example.com"}), "must be an address of the web"),
        ({"type": "image", "alt_text": "a"}, "must have either image_url or slack_file"),
        ({"type": "image", "alt_text": "a", "slack_file": {}}, "must have either id or url"),
        (actions({"type": "button", "action_id": "a"}), "lacks text"),
        (actions(button("a"), button("a")), "action_id a is used twice"),
        (actions(TEXT_INPUT), "'plain_text_input' does not belong here"),
        (actions({"type": "overflow", "options": OPTIONS * 6}), "1 to 5 items"),
        (actions({"type": "static_select"}), "either options or option_groups"),
        (actions({"type": "static_select", "options": [{"text": plain("One")}]}), "lacks value"),
        (actions({"type": "multi_users_select", "max_selected_items": 0}), "whole number from 1 to 1000"),
        ({"type": "image", "image_url": "https://a.example"}, "lacks alt_text"),
        ({"type": "hologram"}, "'hologram' does not belong here"),
        ({**TABLE, "rows": [[], [{"type": "raw_text", "text": "a"}]]}, "same number of cells"),
        ({**TABLE, "rows": [[{"type": "raw_text", "text": "x" * 2600}] * 4]}, "at most 10000 characters"),
        ({**TABLE, "type": "data_table"}, "lacks caption"),
        (chart(title="x" * 51), "at most 50"),
        (chart(chart={"type": "pie", "segments": [{"label": "x" * 21, "value": "1"}]}), "must be a number"),
        ("nonsense", "None does not belong here"),
    ],
)
def test_each_limit_is_reported_with_its_path(block: Any, problem: str) -> None:  # noqa: ANN401  # any JSON
    problems = check_message(message(block))
    assert any(problem in one for one in problems), problems
    assert all(one.startswith("/blocks") for one in problems)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"text": "x" * 40_001}, "/text: must be at most 40000"),
        (message(*[section("hi")] * 51), "/blocks: must have 0 to 50 items, has 51"),
        ({"blocks": "nonsense"}, "/blocks: must be a list"),
        (message({**section("a"), "block_id": "1"}, {**section("b"), "block_id": "1"}), "block_id 1 is used twice"),
        (message(chart(), chart(), chart()), "at most 2 charts"),
        (
            message(actions({"type": "conversations_select", "action_id": "a", "response_url_enabled": True})),
            "belongs into the inputs of modals",
        ),
        ({"metadata": {"event_payload": {}}}, "lacks event_type"),
        ({"metadata": {"event_type": "a", "event_payload": []}}, "must be an object"),
        ({"metadata": {"event_type": "a", "event_payload": {"x": []}}}, "/metadata/event_payload/x"),
    ],
)
def test_a_message_as_a_whole_has_limits(content: Json, problem: str) -> None:
    assert any(problem in one for one in check_message(content)), check_message(content)


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text: must be at most 24"),
        ({"type": "modal", "blocks": []}, "lacks title"),
        ({"type": "popup", "blocks": []}, "'popup' does not belong here"),
        (modal(*[section("hi")] * 101), "0 to 100 items"),
        (modal(private_metadata="x" * 3001), "at most 3000"),
        (modal(callback_id="x" * 256), "at most 255"),
        (modal(notify_on_close="yes"), "must be true or false"),
        (modal(TABLE), "'table' does not belong here"),
        (modal(chart()), "does not belong here"),
        (modal({**section("hi"), "type": "call"}), "'call' does not belong here"),
        (modal(field_of("a", button("a"))), "'button' does not belong here"),
        (modal(field_of("a", {**TEXT_INPUT, "max_length": 3001})), "whole number from 1 to 3000"),
        (modal(field_of("a", TEXT_INPUT), field_of("a", TEXT_INPUT)), "block_id a is used twice"),
        (modal(*[section("é" * 3000)] * 99), "at most 250000 bytes"),
        ({"type": "modal", "title": plain("A"), "blocks": [field_of("a", TEXT_INPUT)]}, "must have submit"),
        (modal(field_of("a", FOCUSED), field_of("b", FOCUSED)), "only one element may have focus_on_load"),
        (modal(field_of("a", {**CHOICE, "initial_option": OTHER})), "must have its initial option among its options"),
    ],
)
def test_a_view_has_limits(view: Json, problem: str) -> None:
    assert any(problem in one for one in check_view(view)), check_view(view)
