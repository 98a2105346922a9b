"""The two forms: start an assistance, start a meeting."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.messages import Block
from bot.ui import blocks
from bot.ui.ids import Field, Modal, Origin
from bot.ui.text import Words

MODERATED = "moderated"
REFERENCE_LENGTH = 50
NAME_LENGTH = 255


def assistance_form(words: Words, origin: Origin, *, contact: str = "") -> Block:
    """The form behind `/assist`, filled with the contact of the message it came from."""
    return _modal(
        Modal.ASSISTANCE,
        words("Start video assistance"),
        words("Invite"),
        origin,
        [
            blocks.field(
                Field.CONTACT,
                words("Customer's phone number or e-mail address"),
                blocks.text_input(initial=contact, placeholder="+33 6 12 34 56 78"),
                hint=words("The customer gets an SMS or an e-mail with a link. A landline gets no SMS."),
            ),
            blocks.field(
                Field.REFERENCE,
                words("Your reference"),
                blocks.text_input(max_length=REFERENCE_LENGTH),
                hint=words("For example the number of your support case. You find the session by it."),
                optional=True,
            ),
            _channel(words, origin),
        ],
        words,
    )


def meeting_form(words: Words, origin: Origin, *, participants: str = "") -> Block:
    """The form behind `/meet`, filled with the contacts of the message it came from."""
    return _modal(
        Modal.MEETING,
        words("Start a video meeting"),
        words("Invite"),
        origin,
        [
            blocks.field(
                Field.PARTICIPANTS,
                words("Guests"),
                blocks.text_input(initial=participants, placeholder="ann@example.com, +33 6 12 34 56 78"),
                hint=words(
                    "E-mail addresses and phone numbers, separated by commas, or a list as your mail program copies it."
                ),
            ),
            blocks.field(
                Field.NAME,
                words("Name of the meeting"),
                blocks.text_input(max_length=NAME_LENGTH),
                hint=words("Guests read it, and you find the meeting by it."),
                optional=True,
            ),
            _moderation(words),
            _channel(words, origin),
        ],
        words,
    )


def _modal(modal: Modal, title: str, submit: str, origin: Origin, fields: Sequence[Block], words: Words) -> Block:
    return {
        "type": "modal",
        "callback_id": modal.value,
        "title": blocks.plain(title),
        "submit": blocks.plain(submit),
        "close": blocks.plain(words("Cancel")),
        "private_metadata": origin.encode(),
        "blocks": list(fields),
    }


def _moderation(words: Words) -> Block:
    choice = blocks.option(words("Guests wait until the moderator lets them in"), MODERATED)
    return blocks.field(
        Field.MODERATION, words("Moderation"), {"type": "checkboxes", "options": [choice]}, optional=True
    )


def _channel(words: Words, origin: Origin) -> Block:
    # The select also gives the submission a response URL, which works where the bot is no member.
    where = {"initial_conversation": origin.channel} if origin.channel else {"default_to_current_conversation": True}
    select: Block = {"type": "conversations_select", "response_url_enabled": True, **where}
    hint = words("The card goes into the thread of the message.") if origin.thread_ts else None
    return blocks.field(Field.CHANNEL, words("Where the card is shown"), select, hint=hint)
