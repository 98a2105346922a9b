"""The form by which an administrator connects an Apizee account, and what it shows while and after that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.messages import Block
from bot.ui import blocks
from bot.ui.ids import Field, Modal
from bot.ui.text import Translator, escape

SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form for an account starts with: everything but secrets, which are never shown again."""

    username: str = ""
    enterprise: str = ""
    default_agent: str = ""
    meeting_service: str = ""


def connect_form(
    translate: Translator, filled: Filled, *, problem: str | None = None, is_connected: bool = False
) -> Block:
    """Return the form, with what was wrong with it above its fields; `is_connected` is whether an account would go."""
    notes = [problem] if problem else []
    if is_connected:
        notes.append(
            translate(
                "An account is already connected, and this one takes its place. Open sessions of another account"
                " are no longer followed; their cards say so."
            )
        )
    fields = [
        blocks.field(
            Field.USERNAME,
            translate("User name of the API user"),
            blocks.text_input(initial=filled.username, max_length=255),
        ),
        blocks.field(
            Field.PASSWORD,
            translate("Password of the API user"),
            blocks.text_input(max_length=255),
            hint=translate("Slack shows it while you type. The bot keeps it encrypted and never shows it again."),
        ),
        blocks.field(
            Field.ENTERPRISE,
            translate("Number of your enterprise at Apizee"),
            blocks.text_input(initial=filled.enterprise, placeholder="1234", max_length=18),
        ),
        blocks.field(
            Field.WEBHOOK_SECRET,
            translate("Secret of your webhook at Apizee"),
            blocks.text_input(max_length=255),
            hint=translate("At least {number} characters, if you have set up a webhook.", number=SHORTEST_SECRET),
            optional=True,
        ),
        blocks.field(
            Field.DEFAULT_AGENT,
            translate("Login used for people without one"),
            blocks.text_input(initial=filled.default_agent, max_length=255),
            optional=True,
        ),
        blocks.field(
            Field.MEETING_SERVICE,
            translate("Key of the service whose meetings are counted"),
            blocks.text_input(initial=filled.meeting_service, max_length=255),
            optional=True,
        ),
    ]
    return {
        **_modal(translate, [*(blocks.section(note) for note in notes), *fields]),
        "submit": blocks.plain(translate("Connect")),
        "close": blocks.plain(translate("Cancel")),
    }


def checking(translate: Translator) -> Block:
    """Return what replaces the form while Apizee is asked."""
    text = translate(
        "Signing in at Apizee to check this… If nothing changes here within a minute, close this window and try again."
    )
    return _modal(translate, [blocks.section(text)])


def connected(translate: Translator, *, username: str, webhook_address: str | None, unfollowed: int) -> Block:
    """Return the view that an account is connected: where its webhooks go, how many open sessions are another's."""
    lines = [translate("This workspace now works with the Apizee account of {user}.", user=escape(username))]
    if webhook_address:
        lines.append(translate("Webhooks of this account go to {address}.", address=webhook_address))
    if unfollowed:
        lines.append(
            translate.n(
                "{count} open session belongs to the account before and is not followed any more.",
                "{count} open sessions belong to the account before and are not followed any more.",
                unfollowed,
            )
        )
    return _modal(translate, [blocks.section(line) for line in lines])


def _modal(translate: Translator, content: Sequence[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": Modal.CONNECT.value,
        "title": blocks.plain(translate("Connect Apizee")),
        "blocks": list(content),
    }
