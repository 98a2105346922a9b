"""Builds the few Block Kit shapes that messages and modals are made of.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.grammar.text.characters import revealed
from bot.model.messages import Block


def section(text: str, **more: object) -> Block:
    """Return a paragraph of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def context(*texts: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def header(text: str) -> Block:
    """Return a title."""
    return {"type": "header", "text": plain(text)}


def call(call_id: str) -> Block:
    """Return Slack's own block for a call registered by `calls.add`."""
    return {"type": "call", "call_id": call_id}


def actions(*elements: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(
    action_id: str,
    label: str,
    value: str,
    *,
    primary: bool = False,
    danger: bool = False,
    url: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """Return a button; with `url` it opens that page, and still sends its action. `confirm` is asked before that."""
    style = "danger" if danger else "primary" if primary else None
    more: Block = {"url": url, "style": style, "confirm": confirm}
    kept = {name: given for name, given in more.items() if given}
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": value, **kept}


def confirmation(title: str, question: str, yes: str, no: str, *, danger: bool = False) -> Block:
    """Return what Slack asks before a button is taken as pressed."""
    style = {"style": "danger"} if danger else {}
    return {"title": plain(title), "text": plain(question), "confirm": plain(yes), "deny": plain(no), **style}


def plain(text: str) -> Block:
    """Return text without markup, in which nothing is hidden."""
    return {"type": "plain_text", "text": revealed(text), "emoji": True}


def option(label: str, value: str) -> Block:
    """Return one choice of a list."""
    return {"text": plain(label), "value": value}


def field(name: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False) -> Block:
    """Return a labelled field of a modal, whose block and action have the same id."""
    shown = {"hint": plain(hint)} if hint else {}
    asked = {**element, "action_id": name}
    return {"type": "input", "block_id": name, "label": plain(label), "element": asked, "optional": optional, **shown}


def text_input(
    *, initial: str = "", placeholder: str = "", max_length: int | None = None, multiline: bool = False
) -> Block:
    """Return a field for text."""
    given: dict[str, object] = {"initial_value": initial, "max_length": max_length}
    if placeholder:
        given["placeholder"] = plain(placeholder)
    kept = {name: value for name, value in given.items() if value}
    return {"type": "plain_text_input", "multiline": multiline, **kept}


def moment_picker(*, initial: int | None = None) -> Block:
    """Return a field for a day and a time of day (Unix seconds), which Slack shows in the reader's time zone."""
    return {"type": "datetimepicker", **({"initial_date_time": initial} if initial else {})}


def bold(text: str) -> str:
    """Return a piece of mrkdwn that stands out."""
    return f"*{text}*"


def joined(parts: Sequence[str]) -> str:
    """Return pieces of small print on one line."""
    return " · ".join(part for part in parts if part)
