"""Block Kit's composition objects and elements, with Slack's limits.

https://docs.slack.dev/reference/block-kit/composition-objects
https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.slack.block_kit.schema import (
    Check,
    Fields,
    Problems,
    Shape,
    anything,
    by_type,
    flag,
    items,
    one_of,
    text,
    whole,
)

_MANY_OPTIONS = 100
_FEW_OPTIONS = 10
_OVERFLOW_OPTIONS = 5


def plain(most: int) -> Check:
    """Return a check of a text object without markup."""
    return by_type({"plain_text": Shape({"text": text(most)}, {"emoji": flag})})


def web_address(value: object, path: str) -> Problems:
    """Check an address that a browser loads."""
    yield from text(3000)(value, path)
    if isinstance(value, str) and not value.startswith(("https://", "http://")):
        yield f"{path}: must be an address of the web"


def one_source(value: object, path: str) -> Problems:
    """Check that a picture comes from one place: a public address, or a file that Slack has."""
    if isinstance(value, Mapping) and ("image_url" in value) == ("slack_file" in value):
        yield f"{path}: must have either image_url or slack_file"


def _either(*names: str) -> Check:
    """Return a check that an object has one of these fields."""

    def check(value: object, path: str) -> Problems:
        if isinstance(value, Mapping) and sum(name in value for name in names) != 1:
            yield f"{path}: must have either {' or '.join(names)}"

    return check


SLACK_FILE = Shape({}, {"id": text(255), "url": web_address}, _either("id", "url"))
"""https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object."""


def any_text(most: int) -> Check:
    """Return a check of a text object, with markup or without."""
    marked = Shape({"text": text(most)}, {"verbatim": flag})
    return by_type({"plain_text": Shape({"text": text(most)}, {"emoji": flag}), "mrkdwn": marked})


CONFIRM = Shape(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = Shape({"text": any_text(75), "value": text(150)}, {"description": any_text(75), "url": text(3000)})
_OPTION_GROUP = Shape({"label": plain(75), "options": items(OPTION, most=_MANY_OPTIONS)})
_FILTER = Shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_ANY: Fields = {"action_id": text(255), "confirm": CONFIRM, "focus_on_load": flag}
_ASKING: Fields = {**_ANY, "placeholder": plain(150)}
_TYPING: Fields = {**_ASKING, "dispatch_action_config": anything}
_MANY: Fields = {**_ASKING, "max_selected_items": whole(1, 1000)}
_OPTIONS: Fields = {
    "options": items(OPTION, most=_MANY_OPTIONS),
    "option_groups": items(_OPTION_GROUP, most=_MANY_OPTIONS),
}


def _initial_is_offered(value: object, path: str) -> Problems:
    """Check that what is chosen at first is one of the options, to the letter."""
    if not isinstance(value, Mapping):
        return
    groups = [group.get("options") for group in value.get("option_groups") or () if isinstance(group, Mapping)]
    lists = [options for options in (value.get("options"), *groups) if isinstance(options, list)]
    offered = [one for options in lists for one in options]
    several = value.get("initial_options") or []
    chosen = [value["initial_option"]] if "initial_option" in value else several
    if isinstance(chosen, list) and any(one not in offered for one in chosen):
        yield f"{path}: must have its initial option among its options"


def _options_or_groups(value: object, path: str) -> Problems:
    if isinstance(value, Mapping) and ("options" in value) == ("option_groups" in value):
        yield f"{path}: must have either options or option_groups"
    yield from _initial_is_offered(value, path)


BUTTON = Shape(
    {"text": plain(75)},
    {
        **_ANY,
        "value": text(2000),
        "url": web_address,
        "style": one_of("primary", "danger"),
        "accessibility_label": text(75),
    },
)
_CHOICES: Fields = {
    "button": BUTTON,
    "checkboxes": Shape(
        {"options": items(OPTION, most=_FEW_OPTIONS)},
        {**_ANY, "initial_options": items(OPTION, most=_FEW_OPTIONS)},
        _initial_is_offered,
    ),
    "radio_buttons": Shape(
        {"options": items(OPTION, most=_FEW_OPTIONS)}, {**_ANY, "initial_option": OPTION}, _initial_is_offered
    ),
    "datepicker": Shape({}, {**_ASKING, "initial_date": text(10, least=10)}),
    "datetimepicker": Shape({}, {**_ANY, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "timepicker": Shape({}, {**_ASKING, "initial_time": text(5, least=5), "timezone": text(100)}),
    "static_select": Shape({}, {**_ASKING, **_OPTIONS, "initial_option": OPTION}, _options_or_groups),
    "users_select": Shape({}, {**_ASKING, "initial_user": text(255)}),
    "channels_select": Shape({}, {**_ASKING, "initial_channel": text(255), "response_url_enabled": flag}),
    "conversations_select": Shape(
        {},
        {
            **_ASKING,
            "initial_conversation": text(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        },
    ),
    "multi_static_select": Shape({}, {**_MANY, **_OPTIONS, "initial_options": anything}, _options_or_groups),
    "multi_users_select": Shape({}, {**_MANY, "initial_users": items(text(255), most=1000)}),
    "multi_conversations_select": Shape(
        {},
        {
            **_MANY,
            "initial_conversations": items(text(255), most=1000),
            "default_to_current_conversation": flag,
            "filter": _FILTER,
        },
    ),
}
_OVERFLOW = Shape({"options": items(OPTION, most=_OVERFLOW_OPTIONS)}, _ANY)
_IMAGE = Shape({"alt_text": text(2000)}, {"image_url": web_address, "slack_file": SLACK_FILE}, one_source)
_TYPED: Fields = {
    "plain_text_input": Shape(
        {},
        {
            **_TYPING,
            "initial_value": text(3000, least=0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": Shape({}, {**_TYPING, "initial_value": text(3000, least=0)}),
    "url_text_input": Shape({}, {**_TYPING, "initial_value": text(3000, least=0)}),
    "number_input": Shape(
        {"is_decimal_allowed": flag},
        {**_TYPING, "initial_value": text(100), "min_value": text(100), "max_value": text(100)},
    ),
}

IN_ACTIONS = by_type({**_CHOICES, "overflow": _OVERFLOW})
IN_SECTION = by_type({**_CHOICES, "overflow": _OVERFLOW, "image": _IMAGE})
IN_CONTEXT = by_type(
    {
        "image": _IMAGE,
        "plain_text": Shape({"text": text(2000)}, {"emoji": flag}),
        "mrkdwn": Shape({"text": text(2000)}, {"verbatim": flag}),
    }
)
IN_INPUT = by_type({**{name: shape for name, shape in _CHOICES.items() if name != "button"}, **_TYPED})
