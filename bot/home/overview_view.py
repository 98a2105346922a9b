"""The overview of the Home, as blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.model.messages import Block
from bot.model.session import Session
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.lists.results import Entry
from bot.ui.lists.ways import NO_WAYS, WaysOf
from bot.ui.text import Translator

SHOWN_AT_MOST: Final = 8
"""Slack shows 100 blocks on a Home, and each session takes two."""


@dataclass(frozen=True, slots=True)
class ChannelOverview:
    """What is open in a channel; `is_shown` is whether the person is in it."""

    channel: str
    sessions: Sequence[Session] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Overview:
    """What is open in the channel that a person chose, if any; `everybodys` is there for administrators only."""

    here: ChannelOverview | None = None
    everybodys: Sequence[Session] | None = None

    @property
    def shown(self) -> list[Session]:
        """The sessions that stand on it, some perhaps twice."""
        here = self.here.sessions if self.here else ()
        return [*here[:SHOWN_AT_MOST], *(self.everybodys or ())[:SHOWN_AT_MOST]]


def overview_blocks(overview: Overview, ways: WaysOf, translate: Translator, *, commands: Sequence[str]) -> list[Block]:
    """Return the overview; `commands` are the slash commands that list the rest."""
    return [
        *_here(overview.here, ways, translate, commands),
        *_everybodys(overview.everybodys, ways, translate, commands),
    ]


def _here(here: ChannelOverview | None, ways: WaysOf, translate: Translator, commands: Sequence[str]) -> list[Block]:
    title = blocks.bold(translate("Open sessions of a channel"))
    if here is None:
        said = translate("Choose a channel that you are in.")
    elif not here.is_shown:
        said = translate("You are not in this channel, or I am not: nothing of it is shown.")
    elif not here.sessions:
        said = translate("No session is open in this channel.")
    else:
        said = translate("The longest waiting first.")
    select = {
        "type": "conversations_select",
        "action_id": Action.OVERVIEW_CHANNEL.value,
        "placeholder": blocks.plain(translate("Choose a channel")),
        "filter": {"include": ["public", "private", "mpim"]},
        # Slack refuses one that the person does not see.
        **({"initial_conversation": here.channel} if here and here.is_shown else {}),
    }
    head = blocks.section(f"{title}\n{said}", accessory=select)
    return [head, *_entries(here.sessions if here else (), ways, translate, commands, "list here")]


def _everybodys(
    sessions: Sequence[Session] | None, ways: WaysOf, translate: Translator, commands: Sequence[str]
) -> list[Block]:
    if sessions is None:
        return []
    title = blocks.bold(translate("Everybody's open sessions"))
    said = translate("The longest waiting first.") if sessions else translate("No session is open in this workspace.")
    return [blocks.section(f"{title}\n{said}"), *_entries(sessions, ways, translate, commands, "list all")]


def _entries(
    sessions: Sequence[Session], ways: WaysOf, translate: Translator, commands: Sequence[str], rest: str
) -> list[Block]:
    """Return the first sessions, and how the others are listed."""
    listed = [Entry.of(one, translate, ways.get(SessionRef.to(one), NO_WAYS)) for one in sessions[:SHOWN_AT_MOST]]
    shown = [block for entry in listed for block in entry.blocks(translate)]
    left_out = len(sessions) - SHOWN_AT_MOST
    if left_out <= 0:
        return shown
    typed = ", ".join(f"`{command} {rest}`" for command in commands)
    return [
        *shown,
        blocks.context(
            translate.n("… and {count} more: {typed}", "… and {count} more: {typed}", left_out, typed=typed)
        ),
    ]
