"""The weekly digest as people see it: the message, its part of the Home, the form, and why it was turned off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.digest.figures import WeekFigures
from bot.model.digest import Digest
from bot.model.errors import NoDigestHere
from bot.model.messages import Block, Message
from bot.model.targets import ChannelRef
from bot.ui import blocks
from bot.ui.explanations import explain
from bot.ui.ids import Action, Field, Modal, digest_block_id
from bot.ui.notes.outcomes import outcome_name
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, escape

_LISTED_AT_MOST: Final = 8


def digest_message(digest: Digest, week: WeekFigures, translate: Translator) -> Message:
    """Return the figures of a week, for a channel."""
    since, until = digest.days
    days = translate.days(since.date(), (until - timedelta(days=1)).date())
    heading = blocks.bold(translate("Video sessions of the week: {days}", days=days))
    lines = _lines(week, translate)
    about = translate(
        "Sessions that were started in this workspace. Turned on by {person}.", person=f"<@{digest.user}>"
    )
    shown = {**blocks.section("\n".join([heading, *lines])), "block_id": digest_block_id(digest.due)}
    return Message("\n".join([heading, *lines]), (shown, blocks.context(about)))


def _lines(week: WeekFigures, translate: Translator) -> list[str]:
    if not week.assistances + week.meetings:
        return [translate("No session was started.")]
    assistances = translate.n("{count} video assistance", "{count} video assistances", week.assistances)
    meetings = translate.n("{count} video meeting", "{count} video meetings", week.meetings)
    lines = [blocks.joined([assistances, meetings])]
    if week.settled:
        share = translate.percent(week.answered / week.settled)
        lines.append(
            translate("Answered: {share} ({count} of {all})", share=share, count=week.answered, all=week.settled)
        )
    if week.assistances:
        lines.append(
            translate(
                "Link opened {opened} → consent given {consented} → connected {connected}",
                opened=translate.number(week.opened),
                consented=translate.number(week.consented),
                connected=translate.number(week.connected),
            )
        )
    if week.to_connect is not None:
        half = translate.duration(week.to_connect)
        lines.append(translate("From the invitation to the connection: {duration} (median)", duration=half))
    if week.outcomes:
        noted = [f"{escape(outcome_name(one, translate))} {translate.number(count)}" for one, count in week.outcomes]
        lines.append(translate("Outcomes: {outcomes}", outcomes=blocks.joined(noted)))
    return lines


def turned_off(digest: Digest, error: NoDigestHere, translate: Translator, *, command: str) -> Message:
    """Return that a channel gets no digest any more, and why."""
    off = translate("The weekly digest for {channel} is turned off.", channel=f"<#{digest.channel}>")
    return text_message(f"{off} {explain(error, translate, command=command)}")


def digests_section(digests: Sequence[Digest] | None, translate: Translator) -> list[Block]:
    """Return the part of an administrator's Home: the channels with a digest, and the button that adds one."""
    if digests is None:
        return []
    title = blocks.bold(translate("Weekly digest"))
    about = translate("Channels that get the figures of the week, on Mondays at 9:00 in your time zone.")
    entries = [_channel(one, translate) for one in digests[:_LISTED_AT_MOST]]
    left_out = len(digests) - _LISTED_AT_MOST
    more = [blocks.context(translate.n("… and {count} more", "… and {count} more", left_out))] if left_out > 0 else []
    add = blocks.button(Action.ADD_DIGEST, translate("Turn on for a channel"), "home")
    return [blocks.section(f"{title}\n{about}"), *entries, *more, blocks.actions(add)]


def _channel(digest: Digest, translate: Translator) -> Block:
    question = translate("This channel gets no figures of the week any more.")
    ask = blocks.confirmation(translate("Turn it off?"), question, translate("Turn off"), translate("Cancel"))
    value = ChannelRef(digest.channel).encode()
    off = blocks.button(Action.REMOVE_DIGEST, translate("Turn off"), value, confirm=ask)
    return blocks.section(blocks.joined([f"<#{digest.channel}>", f"<@{digest.user}>"]), accessory=off)


def digest_form(translate: Translator) -> Block:
    """Return the form in which an administrator chooses a channel."""
    select: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    hint = translate(
        "I have to be in it: type /invite @Apizee there. On Mondays at 9:00 it gets the figures of the week."
    )
    return {
        "type": "modal",
        "callback_id": Modal.DIGEST.value,
        "title": blocks.plain(translate("Weekly digest")),
        "submit": blocks.plain(translate("Turn on")),
        "close": blocks.plain(translate("Cancel")),
        "blocks": [blocks.field(Field.CHANNEL, translate("Channel"), select, hint=hint)],
    }
