"""What the bot writes in its Messages tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.messages import Message
from bot.model.people import Contact
from bot.ui import blocks
from bot.ui.private_messages import start_buttons, text_message
from bot.ui.text import Translator, escape, masked

GREETING = "greeting"
"""The id of a block of the greeting, by which it is known again."""

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Commands:
    """How the two slash commands are called here."""

    assist: str
    meet: str


def greeting(name: str, commands: Commands, translate: Translator, *, has_login: bool) -> Message:
    """Return what a newcomer reads once: what to do first; without a login at Apizee, how to get one."""
    lines = [
        translate("*Hello {name}, I am Apizee.* I start video sessions for you.", name=escape(name)),
        translate(
            "• *See what a customer sees*: in a channel, type `{command}` and their phone number or e-mail address."
            " They get a link, you alone get yours.",
            command=commands.assist,
        ),
        translate(
            "• *Meet guests on video*: type `{command}` and their e-mail addresses or phone numbers.",
            command=commands.meet,
        ),
        translate(
            "• *Try it here*: write me a phone number, or press a button. Nobody is invited before you send the form."
        ),
        translate("`{command} help` shows everything else.", command=commands.assist),
    ]
    if not has_login:
        lines.append(
            translate(
                ":warning: You have no agent's login at Apizee yet. Ask your Apizee administrator for one under the"
                " e-mail address of your Slack profile, or the administrator of this bot to give you one."
            )
        )
    text = "\n".join(lines)
    first = {**blocks.section(text), "block_id": GREETING}
    return Message(text, (first, blocks.actions(*start_buttons(translate))))


def offer(contacts: Sequence[Contact], first: str, everybody: str, translate: Translator) -> Message:
    """Return the offer to start a session with people that somebody wrote, who are in the values of its buttons."""
    people = ", ".join(masked(one) for one in contacts[:_NAMED])
    shown = f"{people} …" if len(contacts) > _NAMED else people
    question = translate(
        "Start a video session with {people}? The form opens, filled in: nobody is invited before you send it.",
        people=shown,
    )
    assistance, meeting = start_buttons(translate)
    return text_message(question, blocks.actions({**assistance, "value": first}, {**meeting, "value": everybody}))
