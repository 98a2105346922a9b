"""The two forms: start an assistance, start a meeting."""

from __future__ import annotations

from collections.abc import Sequence

from bot.grammar.contacts import MOST_GUESTS
from bot.model.messages import Block
from bot.model.session import Kind
from bot.ui import blocks
from bot.ui.ids import Field, Modal, ModalOrigin
from bot.ui.text import Translator

MODERATED = "moderated"
BY_LINK = "link"
REFERENCE_LENGTH = 50
NAME_LENGTH = 255


def form(kind: Kind, translate: Translator, origin: ModalOrigin, *, filled: str = "", last_channel: str = "") -> Block:
    """Return the form that starts a session of a kind, filled with contacts.

    `last_channel` is proposed where the form was opened from no channel.
    """
    channel = _channel(translate, origin, last_channel)
    if kind is Kind.ASSISTANCE:
        return _assistance_form(translate, origin, channel, contact=filled)
    return _meeting_form(translate, origin, channel, participants=filled)


def _assistance_form(translate: Translator, origin: ModalOrigin, channel: Block, *, contact: str) -> Block:
    return _modal(
        Modal.ASSISTANCE,
        translate("Start video assistance"),
        translate("Invite"),
        origin,
        [
            blocks.field(
                Field.CONTACT,
                translate("Customer's phone number or e-mail address"),
                blocks.text_input(initial=contact, placeholder="+33 6 12 34 56 78"),
                hint=translate("The customer gets an SMS or an e-mail with a link. A landline gets no SMS."),
            ),
            blocks.field(
                Field.REFERENCE,
                translate("Your reference"),
                blocks.text_input(max_length=REFERENCE_LENGTH),
                hint=translate("For example, the number of your support case. You can find the session by it."),
                optional=True,
            ),
            _at(translate),
            blocks.field(
                Field.AGENT,
                translate("Agent"),
                {"type": "users_select"},
                hint=translate(
                    "A colleague who gets the links in your place. Leave it empty to be the agent yourself."
                ),
                optional=True,
            ),
            _by_link(translate),
            channel,
        ],
        translate,
    )


def _meeting_form(translate: Translator, origin: ModalOrigin, channel: Block, *, participants: str) -> Block:
    return _modal(
        Modal.MEETING,
        translate("Start a video meeting"),
        translate("Invite"),
        origin,
        [
            blocks.field(
                Field.PARTICIPANTS,
                translate("Guests"),
                blocks.text_input(initial=participants, placeholder="ann@example.com, +33 6 12 34 56 78"),
                hint=translate(
                    "E-mail addresses and phone numbers, separated by commas, or a list copied from your mail program."
                ),
                optional=True,
            ),
            blocks.field(
                Field.COLLEAGUES,
                translate("Colleagues"),
                {"type": "multi_users_select", "max_selected_items": MOST_GUESTS},
                hint=translate("They are invited by the e-mail address of their Slack profile."),
                optional=True,
            ),
            blocks.field(
                Field.NAME,
                translate("Name of the meeting"),
                blocks.text_input(max_length=NAME_LENGTH),
                hint=translate("Guests see it, and you can find the meeting by it."),
                optional=True,
            ),
            _at(translate),
            _moderation(translate),
            channel,
        ],
        translate,
    )


def _modal(
    modal: Modal, title: str, submit: str, origin: ModalOrigin, fields: Sequence[Block], translate: Translator
) -> Block:
    return {
        "type": "modal",
        "callback_id": modal.value,
        "title": blocks.plain(title),
        "submit": blocks.plain(submit),
        "close": blocks.plain(translate("Cancel")),
        "private_metadata": origin.encode(),
        "blocks": list(fields),
    }


def _at(translate: Translator) -> Block:
    return blocks.field(
        Field.AT,
        translate("Date and time"),
        blocks.moment_picker(),
        hint=translate("From a minute to 90 days ahead, in your time zone. Leave it empty to invite now."),
        optional=True,
    )


def _by_link(translate: Translator) -> Block:
    choice = blocks.option(translate("Invite nobody: I pass the customer's link on myself"), BY_LINK)
    return blocks.field(Field.LINK, translate("Invitation"), {"type": "checkboxes", "options": [choice]}, optional=True)


def _moderation(translate: Translator) -> Block:
    choice = blocks.option(translate("Guests wait until the moderator lets them in"), MODERATED)
    return blocks.field(
        Field.MODERATION, translate("Moderation"), {"type": "checkboxes", "options": [choice]}, optional=True
    )


def _channel(translate: Translator, origin: ModalOrigin, last_channel: str) -> Block:
    proposed = origin.channel or last_channel
    # The select also gives the submission a response URL, which works where the bot is no member.
    where = {"initial_conversation": proposed} if proposed else {"default_to_current_conversation": True}
    select: Block = {"type": "conversations_select", "response_url_enabled": True, **where}
    hint = translate("The card goes into the thread of the message.") if origin.thread_ts else None
    return blocks.field(Field.CHANNEL, translate("Where the card is shown"), select, hint=hint)
