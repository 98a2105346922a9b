"""The columns in which figures are shown: in tables and charts in the reader's words, in files in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic

from bot.statistics.aggregates import AnyFigures, AssistanceFigures, MeetingFigures
from bot.ui.notes.outcomes import outcome_name
from bot.ui.text import Translator

NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Column(Generic[AnyFigures]):
    """One figure: `name` is its English one in files, `title` the one that people read.

    `value` returns `None` where there is nothing to show; `charted` ones are in the chart, `brief` ones in the table of
    a single day by people.
    """

    name: str
    title: Callable[[Translator], str]
    value: Callable[[AnyFigures], float | None]
    shown: Callable[[Translator, float], str] = Translator.number
    charted: bool = False
    brief: bool = False

    def text(self, figures: AnyFigures, translate: Translator) -> str:
        """Return the figure as people read it."""
        value = self.value(figures)
        return NOTHING if value is None else self.shown(translate, value)


ASSISTANCE: Final[tuple[Column[AssistanceFigures], ...]] = (
    Column("Sessions", lambda translate: translate("Sessions"), lambda one: one.sessions, charted=True, brief=True),
    Column("Answered", lambda translate: translate("Answered"), lambda one: one.answered, charted=True, brief=True),
    Column("Invitations by SMS", lambda translate: translate("SMS"), lambda one: one.by_sms),
    Column("Invitations by e-mail", lambda translate: translate("E-mails"), lambda one: one.by_email),
    Column("Calls", lambda translate: translate("Calls"), lambda one: one.calls),
    Column(
        "Call seconds",
        lambda translate: translate("Call time"),
        lambda one: one.call_seconds,
        Translator.duration,
        brief=True,
    ),
    Column(
        "Median call seconds",
        lambda translate: translate("Median call"),
        lambda one: one.median_call,
        Translator.duration,
    ),
    Column("Photos", lambda translate: translate("Photos"), lambda one: one.photos, brief=True),
    Column("Videos", lambda translate: translate("Videos"), lambda one: one.videos),
    Column("Still open", lambda translate: translate("Still open"), lambda one: one.still_open),
)

MEETINGS: Final[tuple[Column[MeetingFigures], ...]] = (
    Column("Meetings", lambda translate: translate("Meetings"), lambda one: one.sessions, charted=True, brief=True),
    Column(
        "Participants",
        lambda translate: translate("Participants"),
        lambda one: one.participants,
        charted=True,
        brief=True,
    ),
    Column("Minutes", lambda translate: translate("Minutes"), lambda one: one.minutes, brief=True),
)


def outcome_columns(total: AnyFigures) -> list[Column[AnyFigures]]:
    """Return a column for each outcome that was noted, the most frequent first."""
    return [_outcome_column(outcome) for outcome, _ in total.outcomes]


def _outcome_column(outcome: str) -> Column[AnyFigures]:
    return Column(
        f"Outcome: {outcome}",
        lambda translate: outcome_name(outcome, translate),
        lambda figures: dict(figures.outcomes).get(outcome, 0),
    )
