"""Filling in a modal: what its inputs hold when it is submitted, and what Slack itself refuses to submit.

https://docs.slack.dev/reference/views#submission
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.slack.model import Json, View

_VALUE_OF = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "multi_conversations_select": "selected_conversations",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "users_select": "selected_user",
}


class NotSubmittedError(Exception):
    """Slack keeps the modal open without asking the app: a required field is empty, or a text too long or short."""


def filled(view: View, typed: Mapping[str, object]) -> Json:
    """`state.values` of a submission: by block id, the initial values but for what was `typed`.

    Texts and ids are strings; a choice is its option's value; several choices are a list; a moment is in Unix seconds;
    `None` clears a field.
    Raises `LookupError` for a field the modal has not, `NotSubmittedError` where Slack would not submit.
    """
    inputs = {block["block_id"]: block for block in view.body["blocks"] if block["type"] == "input"}
    if strange := typed.keys() - inputs.keys():
        message = f"the modal has no field {', '.join(sorted(strange))}"
        raise LookupError(message)
    values = {name: _held(view, block, typed) for name, block in inputs.items()}
    for name, block in inputs.items():
        _check(block, values[name])
    return {name: {block["element"]["action_id"]: values[name]} for name, block in inputs.items()}


def asked_for_response_urls(view: View, values: Json) -> Iterator[tuple[str, str, str]]:
    """Block id, action id and chosen channel of every input that gives the app a response URL."""
    for block in view.body["blocks"]:
        element = block.get("element", {})
        if element.get("response_url_enabled"):
            held = values[block["block_id"]][element["action_id"]]
            chosen = held[_VALUE_OF[element["type"]]]
            if chosen:
                yield block["block_id"], element["action_id"], chosen


def value_of(element: Json, chosen: object) -> Json:
    """Return an element's part of a payload: its type and what it holds."""
    name = _VALUE_OF.get(element["type"], "value")
    if name == "selected_date_time":
        return {"type": element["type"], name: int(str(chosen)) if chosen else None}
    return {"type": element["type"], name: _chosen(element, chosen) if name.startswith("selected_option") else chosen}


def held(value: Json) -> object:
    """Return what an element's part of a payload holds."""
    return value.get(_VALUE_OF.get(value["type"], "value"))


def _held(view: View, block: Json, typed: Mapping[str, object]) -> Json:
    element, name = block["element"], block["block_id"]
    return value_of(element, typed[name]) if name in typed else _initial(view, element)


def _initial(view: View, element: Json) -> Json:
    name = _VALUE_OF.get(element["type"], "value")
    initial = element.get(name.replace("selected_", "initial_") if name != "value" else "initial_value")
    if initial is None and element.get("default_to_current_conversation"):
        initial = view.channel
    if initial is None and name == "selected_options":
        initial = []
    return {"type": element["type"], name: initial}


def _chosen(element: Json, chosen: object) -> object:
    options = {option["value"]: option for option in _options(element)}
    if isinstance(chosen, list | tuple):
        return [_option(options, one) for one in chosen]
    return None if chosen is None else _option(options, chosen)


def _options(element: Json) -> Sequence[Json]:
    groups = element.get("option_groups", ())
    return element.get("options") or [option for group in groups for option in group["options"]]


def _option(options: Mapping[str, Json], value: object) -> Json:
    if value not in options:
        message = f"there is no choice {value}"
        raise LookupError(message)
    return options[str(value)]


def _check(block: Json, held: Json) -> None:
    element, value = block["element"], _content(held)
    if not value and not block.get("optional"):
        message = f"{block['block_id']}: is required"
        raise NotSubmittedError(message)
    if isinstance(value, str) and value and element["type"] == "plain_text_input":
        shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
        if not shortest <= len(value) <= longest:
            message = f"{block['block_id']}: must be {shortest} to {longest} characters"
            raise NotSubmittedError(message)


def _content(held: Json) -> Any:  # noqa: ANN401  # a text, an option or a list of them
    return next(value for name, value in held.items() if name != "type")
