"""Whether Slack would take a message or a view: its documented limits, applied to a whole payload.

https://docs.slack.dev/reference/block-kit/blocks · https://docs.slack.dev/reference/views
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.slack.block_kit.blocks import IN_HOME, IN_MESSAGE, IN_MODAL
from sandbox.slack.block_kit.elements import plain
from sandbox.slack.block_kit.schema import Fields, Problems, Shape, anything, by_type, flag, items, text
from sandbox.slack.model import elements_of

MOST_TEXT = 40_000
MOST_TEXT_OF_AN_UPDATE = 4_000
MOST_METADATA_BYTES = 8_000
MOST_VIEW_BYTES = 250_000
_BLOCKS_PER_MESSAGE = 50
_BLOCKS_PER_VIEW = 100
_CHARTS_PER_MESSAGE = 2
_TABLE_CHARACTERS = {"table": 10_000, "data_table": 20_000}

_MESSAGE_BLOCKS = items(IN_MESSAGE, most=_BLOCKS_PER_MESSAGE, least=0)
_VIEW: Fields = {
    "private_metadata": text(3000, least=0),
    "callback_id": text(255),
    "external_id": text(255),
    "clear_on_close": flag,
    "notify_on_close": flag,
}
_VIEWS = by_type(
    {
        "modal": Shape(
            {"title": plain(24), "blocks": items(IN_MODAL, most=_BLOCKS_PER_VIEW, least=0)},
            {**_VIEW, "submit": plain(24), "close": plain(24), "submit_disabled": flag},
        ),
        "home": Shape({"blocks": items(IN_HOME, most=_BLOCKS_PER_VIEW, least=0)}, _VIEW),
    }
)
_METADATA = Shape({"event_type": text(255), "event_payload": anything}, {"entities": anything})


def check_message(message: Mapping[str, Any]) -> list[str]:
    """Return what Slack would find wrong with a message's text, blocks and metadata; nothing where it would take it."""
    blocks = message.get("blocks") or ()
    return [
        *_length_of_text(message.get("text") or ""),
        *check_blocks(blocks),
        *check_metadata(message.get("metadata") or {}),
    ]


def check_blocks(blocks: Any) -> list[str]:  # noqa: ANN401  # whatever JSON was sent
    """Return what Slack would find wrong with the blocks of a message."""
    problems = list(_MESSAGE_BLOCKS(blocks, "/blocks"))
    return problems or [*_repeated_ids(blocks), *_too_much_data(blocks), *_modal_only(blocks)]


def check_view(view: Mapping[str, Any]) -> list[str]:
    """Return what Slack would find wrong with a modal or Home tab; nothing where it would take it."""
    problems = list(_VIEWS(view, "/view"))
    if problems:
        return problems
    size = len(json.dumps(view).encode())
    too_large = [f"/view: must be at most {MOST_VIEW_BYTES} bytes, is {size}"] if size > MOST_VIEW_BYTES else []
    return [*too_large, *_repeated_ids(view["blocks"]), *_lacks_submit(view), *_focused_twice(view)]


def check_metadata(metadata: Mapping[str, Any]) -> list[str]:
    """Return what Slack would find wrong with a message's metadata."""
    if not metadata:
        return []
    problems = list(_METADATA(metadata, "/metadata"))
    payload = metadata.get("event_payload", {})
    if not isinstance(payload, Mapping):
        return [*problems, "/metadata/event_payload: must be an object"]
    deep = [name for name, value in payload.items() if not isinstance(value, str | int | float | bool)]
    return [*problems, *(f"/metadata/event_payload/{name}: must be a string, number or boolean" for name in deep)]


def _length_of_text(value: str) -> Problems:
    if len(value) > MOST_TEXT:
        yield f"/text: must be at most {MOST_TEXT} characters, is {len(value)}"


def _repeated_ids(blocks: Iterable[Mapping[str, Any]]) -> Problems:
    named = [block["block_id"] for block in blocks if "block_id" in block]
    yield from (f"/blocks: block_id {name} is used twice" for name in _repeated(named))
    for index, block in enumerate(blocks):
        actions = [element["action_id"] for element in elements_of(dict(block)) if "action_id" in element]
        yield from (f"/blocks/{index}: action_id {name} is used twice" for name in _repeated(actions))


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _too_much_data(blocks: Iterable[Mapping[str, Any]]) -> Problems:
    charts = sum(block["type"] == "data_visualization" for block in blocks)
    if charts > _CHARTS_PER_MESSAGE:
        yield f"/blocks: must have at most {_CHARTS_PER_MESSAGE} charts, has {charts}"
    for kind, most in _TABLE_CHARACTERS.items():
        tables = [block for block in blocks if block["type"] == kind]
        length = sum(len(cell.get("text", "")) for table in tables for row in table["rows"] for cell in row)
        if length > most:
            yield f"/blocks: tables must have at most {most} characters, have {length}"


def _modal_only(blocks: Iterable[Mapping[str, Any]]) -> Problems:
    for index, block in enumerate(blocks):
        if any("response_url_enabled" in element for element in elements_of(dict(block))):
            yield f"/blocks/{index}: response_url_enabled belongs into the inputs of modals"


def _focused_twice(view: Mapping[str, Any]) -> Problems:
    focused = [one for block in view["blocks"] for one in elements_of(dict(block)) if one.get("focus_on_load")]
    if len(focused) > 1:
        yield "/view: only one element may have focus_on_load"


def _lacks_submit(view: Mapping[str, Any]) -> Problems:
    if view["type"] == "modal" and "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield "/view: must have submit, for it has an input"
