"""Turns what Slack sent into the product's own values: which message, which form, which button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.model.errors import KnownError, UnusablePayload
from bot.model.people import Conversation, Requester
from bot.model.targets import ChannelRef, LoginOf, MessageRef, ModalRef, SessionRef
from bot.slack.received.interactions import Click, Message, MessageShortcut, Submission
from bot.ui.ids import Field, ModalOrigin, NoteOrigin, PlanOrigin, card_metadata

_T = TypeVar("_T")


def pointed_at(click: Click, decode: Callable[[str], _T]) -> _T:
    """Return what the button's value means; raises `UnusablePayload` where it is not ours."""
    try:
        return decode(click.value)
    except (ValueError, KnownError):
        raise UnusablePayload("actions.0.value:not_ours") from None


def requester_of_click(click: Click) -> Requester:
    """Return who pressed a button, and where: in a modal it is the conversation from which that was opened."""
    if click.modal is None:
        return click.requester
    origin = ModalOrigin.decode(click.modal.private_metadata or "")
    return replace(
        click.requester, conversation=Conversation(click.workspace, origin.channel, origin.thread_ts or None)
    )


def modal_of_click(click: Click) -> ModalRef | None:
    """Return the modal in which a button was pressed, as it was then."""
    return ModalRef(click.modal.id or "", click.modal.hash or "") if click.modal else None


def message_of_click(click: Click) -> MessageRef:
    """Return the message that a button stands on, which is ours: Slack sends an app the clicks of its own alone."""
    thread_ts = click.message.parent_ts if click.message else None
    channel = requester_of_click(click).conversation.channel
    return MessageRef(channel, click.message_ts, thread_ts, _card_metadata(click.message), click.api_app_id or "")


def message_of_shortcut(shortcut: MessageShortcut) -> MessageRef:
    """Return the message that a shortcut was chosen on."""
    message = shortcut.message
    metadata = _card_metadata(message) if shortcut.is_on_ours else None
    return MessageRef(shortcut.channel_id, message.ts, message.parent_ts, metadata, shortcut.api_app_id or "")


def submission_requester(submission: Submission, origin: ModalOrigin) -> Requester:
    """Return who sent a form and where its card goes: the thread it came from, unless another channel was chosen.

    Raises `UnusablePayload` where no channel was chosen, which Slack does not let happen.
    """
    channel = submission.entry(Field.CHANNEL).selected_conversation
    if not channel:
        raise UnusablePayload("view.state.values.channel:missing")
    thread_ts = origin.thread_ts if channel == origin.channel else None
    conversation = Conversation(submission.workspace, channel, thread_ts or None)
    return Requester(
        user=submission.user.id, conversation=conversation, response_url=submission.response_url_of(channel)
    )


def typed(submission: Submission, field: Field) -> str:
    """Return what was typed into a field of a form."""
    return (submission.entry(field).value or "").strip()


def verbatim(submission: Submission, field: Field) -> str:
    """Return what was typed into a field of a form, with the spaces at its ends, which may be meant."""
    return submission.entry(field).value or ""


def login_of_chosen(submission: Submission, field: Field) -> LoginOf:
    """Return whose login is meant by the person who was chosen in a field.

    Raises `UnusablePayload` where nobody was, which Slack does not let happen.
    """
    try:
        return LoginOf.decode(submission.entry(field).selected_user or "")
    except ValueError:
        raise UnusablePayload(f"view.state.values.{field}:missing") from None


def chosen_channel(submission: Submission, field: Field) -> ChannelRef:
    """Return the channel that was chosen in a field; raises `UnusablePayload` where it is none."""
    try:
        return ChannelRef.decode(submission.entry(field).selected_conversation or "")
    except ValueError:
        raise UnusablePayload(f"view.state.values.{field}:missing") from None


def chosen(submission: Submission, field: Field) -> set[str]:
    """Return which choices of a field were ticked."""
    return {option.value for option in submission.entry(field).selected_options or ()}


def person(submission: Submission, field: Field) -> str | None:
    """Return which person was picked in a field of a form, by their Slack user id; `None` where nobody was."""
    return submission.entry(field).selected_user


def moment(submission: Submission, field: Field) -> datetime | None:
    """Return which moment was picked in a field of a form, in UTC; `None` where none was."""
    seconds = submission.entry(field).selected_date_time
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def chosen_one(submission: Submission, field: Field) -> str:
    """Return the one choice of a field.

    Raises `UnusablePayload` where there is none, which Slack does not let happen.
    """
    option = submission.entry(field).selected_option
    if option is None:
        raise UnusablePayload(f"view.state.values.{field}:missing")
    return option.value


def note_origin(submission: Submission) -> NoteOrigin:
    """Return which session the form of a note is about; raises `UnusablePayload` where it does not say so."""
    try:
        return NoteOrigin.decode(submission.view.private_metadata or "")
    except ValueError:
        raise UnusablePayload("view.private_metadata:not_ours") from None


def plan_origin(submission: Submission) -> tuple[SessionRef, MessageRef]:
    """Return which planned session a form moves, and the message from which it was opened.

    Raises `UnusablePayload` where the form is not ours.
    """
    try:
        origin = PlanOrigin.decode(submission.view.private_metadata or "")
        return SessionRef.decode(origin.session), MessageRef(origin.channel, origin.ts)
    except ValueError:
        raise UnusablePayload("view.private_metadata:not_ours") from None


def people(submission: Submission, field: Field) -> list[str]:
    """Return which people were picked in a field of a form, by their Slack user ids."""
    return submission.entry(field).selected_users or []


def _card_metadata(message: Message | None) -> dict[str, str] | None:
    metadata = message.metadata if message else None
    return card_metadata(metadata.event_type, metadata.event_payload) if metadata else None
