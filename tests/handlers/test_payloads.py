"""Reading what Slack sends: who, where, on which message, in which delivery; in the shapes that Slack documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest
from pydantic import ValidationError

from bot.model.errors import UnusablePayload
from bot.model.people import Conversation
from bot.model.session import Kind
from bot.model.targets import MediaPage, MessageRef, SessionRef
from bot.slack.received.interactions import Click, GlobalShortcut, Interaction, MessageShortcut, Submission, sender_of
from bot.slack.received.payloads import Command, Event
from bot.ui.ids import Field, ModalOrigin
from handlers import payloads

Body: TypeAlias = Mapping[str, Any]

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
    "actions": [{"action_id": "session_open", "value": "assistance|82070|s1|U1"}],
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
PRIVATE_MESSAGE_CLICK: Body = {name: value for name, value in CLICK.items() if name != "message"}
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


def form(channel: str | None = "C1", **values: object) -> Body:
    """Return a form that was sent; `values` are the state of its fields."""
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
    requester = Command.model_validate(COMMAND).requester
    assert (requester.user, requester.conversation) == ("U1", Conversation("T1", "C1"))
    assert requester.response_url == "https://hooks.slack.com/commands/1"


def test_a_card_with_replies_stands_in_the_channel_itself() -> None:
    container = {**CLICK["container"], "thread_ts": "2.0"}
    click = Click.model_validate({**CLICK, "container": container, "message": {"ts": "2.0", "thread_ts": "2.0"}})
    assert click.requester.conversation == Conversation("T1", "C1")
    assert payloads.message_of_click(click) == MessageRef("C1", "2.0")
    shortcut = MessageShortcut.model_validate({**MESSAGE_SHORTCUT, "message": {"ts": "2.0", "thread_ts": "2.0"}})
    assert shortcut.requester.conversation == Conversation("T1", "C1")


@pytest.mark.parametrize("click", [CLICK, PRIVATE_MESSAGE_CLICK])
def test_a_click_in_a_thread_is_answered_in_the_thread(click: Body) -> None:
    assert Click.model_validate(click).requester.conversation == Conversation("T1", "C1", "1.0")


def test_a_shortcut_from_anywhere_has_no_place_and_no_way_back() -> None:
    requester = GlobalShortcut.model_validate(GLOBAL_SHORTCUT).requester
    assert (requester.conversation, requester.response_url) == (Conversation("T1", ""), "")


@pytest.mark.parametrize(
    "names",
    [
        {"team": {"id": "T1"}, "view": {"app_installed_team_id": "T2"}, "enterprise": {"id": "E1"}},
        {"team": None, "view": {"app_installed_team_id": "T1"}, "enterprise": {"id": "E1"}},
        {
            "team": None,
            "view": {"app_installed_team_id": "E1", "team_id": "T1"},
            "enterprise": {"id": "E1"},
            "is_enterprise_install": True,
        },
        {"team": None, "enterprise": {"id": "T1"}, "is_enterprise_install": True},
    ],
    ids=[
        "the team",
        "the team in which the view was opened",
        "that of the view, where the organisation has installed the bot",
        "the organisation that has installed the bot",
    ],
)
def test_the_workspace_of_an_interaction_is_where_it_happened(names: Body) -> None:
    elsewhere = {"user": {"id": "U1", "team_id": "T9"}}
    assert Interaction.model_validate({**elsewhere, **names}).workspace == "T1"


@pytest.mark.parametrize("names", [{}, {"enterprise": {"id": "E1"}}, {"team": None, "view": None}])
def test_the_workspace_that_somebody_is_of_is_not_where_it_happened(names: Body) -> None:
    with pytest.raises(ValidationError, match="No workspace"):
        Interaction.model_validate({"user": {"id": "U1", "team_id": "T9"}, **names})


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────


def submission(channel: str | None = "C1", **values: object) -> Submission:
    """Return the same, as it is read."""
    return Submission.model_validate(form(channel, **values))


def test_a_form_leads_into_the_thread_it_came_from() -> None:
    requester = payloads.submission_requester(submission(), ModalOrigin("C1", "1.0"))
    assert requester.conversation == Conversation("T1", "C1", "1.0")
    assert requester.response_url == "https://hooks.slack.com/app/2"


def test_another_channel_has_no_such_thread() -> None:
    assert payloads.submission_requester(submission("C2"), ModalOrigin("C1", "1.0")).conversation == Conversation(
        "T1", "C2"
    )


def test_a_response_url_of_another_channel_is_not_used() -> None:
    urls = [{"channel_id": "C9", "response_url": "https://hooks.slack.com/x"}]
    sent = Submission.model_validate({**form("C1"), "response_urls": urls})
    assert not payloads.submission_requester(sent, ModalOrigin()).response_url


def test_a_form_without_a_channel_leads_nowhere() -> None:
    with pytest.raises(UnusablePayload):
        payloads.submission_requester(submission(None), ModalOrigin("C1", "1.0"))


def test_what_was_typed_and_ticked() -> None:
    ticked = {"type": "checkboxes", "selected_options": [{"value": "moderated"}]}
    sent = submission("C2", name={"value": "  Site visit "}, moderation=ticked)
    assert payloads.typed(sent, Field.NAME) == "Site visit"
    assert payloads.chosen(sent, Field.MODERATION) == {"moderated"}


def test_what_was_left_out_is_empty() -> None:
    sent = submission(None, name={"value": None}, moderation={"selected_options": None})
    assert not payloads.typed(sent, Field.NAME)
    assert not payloads.typed(sent, Field.REFERENCE)
    assert not payloads.chosen(sent, Field.MODERATION)


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"channel": 1, "thread_ts": "1.0"}', "[" * 100_000, '{"thread": ""}'])
def test_a_form_that_holds_no_origin_of_ours_comes_from_nowhere(kept: str) -> None:
    assert ModalOrigin.decode(kept) == ModalOrigin()


def test_a_form_knows_where_it_was_opened() -> None:
    assert ModalOrigin.decode(ModalOrigin("C1", "1.0").encode()) == ModalOrigin("C1", "1.0")


# ── Which message ────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_says_of_itself_which_session_it_is() -> None:
    message_ref = payloads.message_of_click(Click.model_validate(CLICK))
    assert message_ref == MessageRef("C1", "2.0", "1.0", {"kind": "assistance", "id": "82070"})


def test_a_private_message_is_found_by_its_container() -> None:
    assert payloads.message_of_click(Click.model_validate(PRIVATE_MESSAGE_CLICK)) == MessageRef("C1", "2.0")


@pytest.mark.parametrize(
    ("event_type", "said"),
    [
        ("deployment", {"kind": "assistance"}),
        ("apizee_session", {"kind": "lunch"}),
        ("apizee_session", {"kind": ["assistance"]}),
        ("apizee_session", {"kind": "assistance", "id": "a ticket"}),
        ("apizee_session", {"kind": "assistance", "id": "9" * 5000}),
        ("apizee_session", {"kind": "assistance", "id": True}),
        ("apizee_session", None),
    ],
)
def test_somebody_elses_metadata_mean_nothing(event_type: str, said: object) -> None:
    message = {"ts": "2.0", "metadata": {"event_type": event_type, "event_payload": said}}
    shortcut = MessageShortcut.model_validate({**MESSAGE_SHORTCUT, "message": message})
    assert payloads.message_of_shortcut(shortcut) == MessageRef("C1", "2.0")


# ── Which button ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_button_means_what_was_written_into_it() -> None:
    session_ref = payloads.pointed_at(Click.model_validate(CLICK), SessionRef.decode)
    assert session_ref == SessionRef(Kind.ASSISTANCE, 82070, "s1", "U1")


@pytest.mark.parametrize("value", [None, "", "assistance", "lunch|1|2", "assistance|x|1", "a|b|c|d|e|f"])
def test_what_is_not_ours_means_nothing(value: str | None) -> None:
    click = Click.model_validate({**CLICK, "actions": [{"value": value}]})
    with pytest.raises(UnusablePayload):
        payloads.pointed_at(click, MediaPage.decode)


# ── Which delivery ───────────────────────────────────────────────────────────────────────────────────────


def test_every_delivery_has_a_name_of_its_own() -> None:
    assert Command.model_validate(COMMAND).delivery == "1.2.abc"
    assert Click.model_validate(CLICK).delivery == "3.4.def"
    assert MessageShortcut.model_validate(MESSAGE_SHORTCUT).delivery == "5.6.abc"
    assert submission().delivery == "V1:9.abc"
    assert Event.model_validate({"team_id": "T1", "event_id": "Ev1"}).delivery == "Ev1"


def test_the_same_form_sent_again_is_the_same_delivery() -> None:
    # Slack gives each submission a trigger of its own, also where somebody presses the button twice.
    again = Submission.model_validate({**form(), "trigger_id": "10.11.abc"})
    assert again.delivery == submission().delivery


# ── Who can be answered ──────────────────────────────────────────────────────────────────────────────────────


def test_who_pressed_a_button_that_cannot_be_read_can_still_get_an_answer() -> None:
    sender = sender_of({**CLICK, "actions": [], "message": 5})
    assert sender.requester is not None
    assert (sender.requester.user, sender.requester.conversation) == ("U1", Conversation("T1", "C1", "1.0"))


@pytest.mark.parametrize("body", [{}, {**CLICK, "user": {}}, {**CLICK, "team": 5}, {"team_id": []}])
def test_who_is_not_named_gets_no_answer(body: Body) -> None:
    sender = sender_of(body)
    assert (sender.requester, sender.workspace) == (None, "")
