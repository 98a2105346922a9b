"""The columns in which figures are shown: in tables and charts in the reader's words, in files in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic

from bot.statistics.aggregates import AssistanceFigures, Figures, MeetingFigures
from bot.ui.text import Words

NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Column(Generic[Figures]):
    """One figure: `name` is its English one in files, `title` the one that people read.

    `value` answers `None` where there is nothing to tell; `charted` ones are drawn.
    """

    name: str
    title: Callable[[Words], str]
    value: Callable[[Figures], float | None]
    shown: Callable[[Words, float], str] = Words.number
    charted: bool = False

    def text(self, figures: Figures, words: Words) -> str:
        """The figure as people read it."""
        value = self.value(figures)
        return NOTHING if value is None else self.shown(words, value)


ASSISTANCE: Final[tuple[Column[AssistanceFigures], ...]] = (
    Column("Sessions", lambda words: words("Sessions"), lambda one: one.sessions, charted=True),
    Column("Answered", lambda words: words("Answered"), lambda one: one.answered, charted=True),
    Column("Invitations by SMS", lambda words: words("SMS"), lambda one: one.by_sms),
    Column("Invitations by e-mail", lambda words: words("E-mails"), lambda one: one.by_email),
    Column("Calls", lambda words: words("Calls"), lambda one: one.calls),
    Column("Call seconds", lambda words: words("Call time"), lambda one: one.call_seconds, Words.duration),
    Column("Median call seconds", lambda words: words("Median call"), lambda one: one.median_call, Words.duration),
    Column("Photos", lambda words: words("Photos"), lambda one: one.photos),
    Column("Videos", lambda words: words("Videos"), lambda one: one.videos),
)

MEETINGS: Final[tuple[Column[MeetingFigures], ...]] = (
    Column("Meetings", lambda words: words("Meetings"), lambda one: one.sessions, charted=True),
    Column("Participants", lambda words: words("Participants"), lambda one: one.participants, charted=True),
    Column("Minutes", lambda words: words("Minutes"), lambda one: one.minutes),
)
