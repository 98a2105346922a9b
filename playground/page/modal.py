"""The open modal in the view state: what it asks for, what stands in its fields, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Mapping

from playground.page.demo_state import DemoState
from sandbox.slack.model import Json


def modal_json(demo_state: DemoState, user: str, view: Json | None) -> Json | None:
    """Return the modal before somebody's eyes; `view` is as `as_seen_by` gives it."""
    if view is None:
        return None
    opened_in, typed = _opened_in(demo_state, user), demo_state.attention.typed.get(view["id"], {})
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if "element" in block}
    errors: Mapping[str, str] = view["errors"]
    return {
        "id": view["id"],
        "title": view["title"]["text"],
        "submit": view.get("submit", {}).get("text"),
        "close": view.get("close", {}).get("text", "Cancel"),
        "blocks": view["blocks"],
        "values": {name: typed.get(name, _initial(element, opened_in)) for name, element in fields.items()},
        "errors": {name: error for name, error in errors.items() if name},
        "trouble": errors.get(""),
    }


def _opened_in(demo_state: DemoState, user: str) -> str | None:
    view = demo_state.workspace.open_view(user)
    return view.channel if view else None


def _initial(element: Json, opened_in: str | None) -> object:
    match element["type"]:
        case "conversations_select":
            at_once = opened_in if element.get("default_to_current_conversation") else None
            return element.get("initial_conversation") or at_once
        case "multi_users_select":
            return list(element.get("initial_users", ()))
        case "checkboxes":
            return [option["value"] for option in element.get("initial_options", ())]
        case "datetimepicker":
            initial = element.get("initial_date_time")
            return str(initial) if initial else None
        case "static_select" | "radio_buttons":
            return element.get("initial_option", {}).get("value")
        case "users_select":
            return element.get("initial_user")
        case _:
            return element.get("initial_value")
