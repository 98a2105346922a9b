"""Reading what Slack sends: who, where, on which message, in which delivery; in the shapes that Slack documents."""

from __future__ import annotations

import pytest

from bot.model import Place
from bot.services.locating import Spot
from bot.ui.ids import Field, Origin
from handlers import payloads
from handlers.payloads import Body

COMMAND: Body = {
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "command": "/assist",
    "text": "",
    "response_url": "https://hooks.slack.com/commands/1",
    "trigger_id": "1.2.abc",
}
CLICK: Body = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "channel": {"id": "C1"},
    "container": {"type": "message", "message_ts": "2.0", "channel_id": "C1", "thread_ts": "1.0"},
    "message": {
        "ts": "2.0",
        "thread_ts": "1.0",
        "metadata": {"event_type": "apizee_session", "event_payload": {"kind": "assistance", "id": 82070}},
    },
    "response_url": "https://hooks.slack.com/actions/1",
    "trigger_id": "3.4.def",
}
WHISPER_CLICK: Body = {name: value for name, value in CLICK.items() if name != "message"}
GLOBAL_SHORTCUT: Body = {
    "type": "shortcut",
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "action_ts": "5.0",
    "trigger_id": "5.6.abc",
}
MESSAGE_SHORTCUT: Body = {
    **GLOBAL_SHORTCUT,
    "type": "message_action",
    "channel": {"id": "C1"},
    "message_ts": "2.0",
    "message": {"ts": "2.0", "text": "call me"},
    "response_url": "https://hooks.slack.com/app/1",
}


def submission(channel: str | None = "C1", **values: object) -> Body:
    """A form that was sent; `values` are the state of its fields."""
    state = {name: {name: value} for name, value in values.items()}
    urls = [{"channel_id": channel, "response_url": "https://hooks.slack.com/app/2"}] if channel else []
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "7.8.abc",
        "view": {
            "id": "V1",
            "hash": "9.abc",
            "state": {"values": {**state, "channel": {"channel": {"selected_conversation": channel}}}},
        },
        "response_urls": urls,
    }


# ── Who and where ────────────────────────────────────────────────────────────────────────────────────────


def test_a_command_tells_who_typed_it_and_where() -> None:
    asker = payloads.command_asker(COMMAND)
    assert (asker.user, asker.place) == ("U1", Place("T1", "C1"))
    assert asker.response_url == "https://hooks.slack.com/commands/1"


@pytest.mark.parametrize("click", [CLICK, WHISPER_CLICK])
def test_a_click_in_a_thread_is_answered_in_the_thread(click: Body) -> None:
    assert payloads.interaction_asker(click).place == Place("T1", "C1", "1.0")


def test_a_shortcut_from_anywhere_has_no_place_and_no_way_back() -> None:
    asker = payloads.interaction_asker(GLOBAL_SHORTCUT)
    assert (asker.place, asker.response_url) == (Place("T1", ""), "")


@pytest.mark.parametrize(
    "body",
    [{"team_id": "T1"}, {"team": {"id": "T1"}}, {"team": None, "user": {"id": "U1", "team_id": "T1"}}],
    ids=["commands and events", "interactions", "interactions of whole organisations"],
)
def test_the_workspace_is_found_wherever_slack_names_it(body: Body) -> None:
    assert payloads.team_of(body) == "T1"


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_leads_into_the_thread_it_came_from() -> None:
    asker = payloads.submission_asker(submission(), Origin("C1", "1.0"))
    assert asker.place == Place("T1", "C1", "1.0")
    assert asker.response_url == "https://hooks.slack.com/app/2"


def test_another_channel_has_no_such_thread() -> None:
    assert payloads.submission_asker(submission("C2"), Origin("C1", "1.0")).place == Place("T1", "C2")


def test_a_response_url_of_another_channel_is_not_used() -> None:
    body = {**submission("C1"), "response_urls": [{"channel_id": "C9", "response_url": "https://hooks.slack.com/x"}]}
    assert not payloads.submission_asker(body, Origin()).response_url


def test_what_was_typed_ticked_and_chosen() -> None:
    ticked = {"type": "checkboxes", "selected_options": [{"value": "moderated"}]}
    body = submission("C2", name={"value": "  Site visit "}, moderation=ticked)
    assert payloads.typed(body, Field.NAME) == "Site visit"
    assert payloads.chosen(body, Field.MODERATION) == {"moderated"}
    assert payloads.chosen_channel(body) == "C2"


def test_what_was_left_out_is_empty() -> None:
    body = submission(None, name={"value": None}, moderation={"selected_options": None})
    assert not payloads.typed(body, Field.NAME)
    assert not payloads.typed(body, Field.REFERENCE)
    assert not payloads.chosen(body, Field.MODERATION)
    assert not payloads.chosen_channel(body)


# ── Which message ────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_says_of_itself_which_session_it_is() -> None:
    assert payloads.spot(CLICK) == Spot("C1", "2.0", "1.0", {"kind": "assistance", "id": "82070"})


def test_a_whisper_is_found_by_its_container() -> None:
    assert payloads.spot(WHISPER_CLICK) == Spot("C1", "2.0")


def test_somebody_elses_metadata_mean_nothing() -> None:
    message = {"ts": "2.0", "metadata": {"event_type": "deployment", "event_payload": {"kind": "assistance"}}}
    assert payloads.spot({**MESSAGE_SHORTCUT, "message": message}) == Spot("C1", "2.0")


# ── Which delivery ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (COMMAND, "1.2.abc"),
        (CLICK, "3.4.def"),
        (GLOBAL_SHORTCUT, "5.6.abc"),
        (submission(), "V1:9.abc"),
        ({"event_id": "Ev1", "event": {}}, "Ev1"),
    ],
    ids=["command", "click", "shortcut", "form", "event"],
)
def test_every_delivery_has_a_name_of_its_own(body: Body, name: str) -> None:
    assert payloads.delivery(body) == name


def test_the_same_form_sent_again_is_the_same_delivery() -> None:
    # Slack gives each submission a trigger of its own, also where somebody presses the button twice.
    again = {**submission(), "trigger_id": "10.11.abc"}
    assert payloads.delivery(again) == payloads.delivery(submission())
